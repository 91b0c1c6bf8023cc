package notebook

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"time"
)

// Run runs a copy of the notebook at path on the real kernel and returns it with its outputs. It is an error when a cell fails that is
// not tagged raises-exception, or when one so tagged does not fail.
func Run(ctx context.Context, secondsPerCell int, path string) (*Notebook, error) {
	dir, err := os.MkdirTemp("", "course-run-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	nb, err := Read(path)
	if err != nil {
		return nil, err
	}
	copy := filepath.Join(dir, filepath.Base(path))
	if err := nb.Write(copy); err != nil {
		return nil, err
	}
	if err := Execute(ctx, secondsPerCell, copy); err != nil {
		return nil, err
	}
	nb, err = Read(copy)
	if err != nil {
		return nil, err
	}
	nb.mergeStreams()
	for _, cell := range nb.Code() {
		failed, meant := cell.Error(), cell.Tagged("raises-exception")
		if failed != "" && !meant {
			return nb, fmt.Errorf("%s, cell %s: %s\n%s", filepath.Base(path), cell.ID(), failed, cell.Complained())
		}
		if failed == "" && meant {
			return nb, fmt.Errorf("%s, cell %s: it is tagged raises-exception and did not fail", filepath.Base(path), cell.ID())
		}
	}
	return nb, nil
}

// mergeStreams joins neighbouring outputs of one stream: how many a text comes in is chance.
func (nb *Notebook) mergeStreams() {
	for _, cell := range nb.Code() {
		var merged []any
		list, _ := cell.raw["outputs"].([]any)
		for _, item := range list {
			output := item.(map[string]any)
			if len(merged) > 0 && output["output_type"] == "stream" {
				if last := merged[len(merged)-1].(map[string]any); last["output_type"] == "stream" && last["name"] == output["name"] {
					last["text"] = text(last["text"]) + text(output["text"])
					continue
				}
			}
			merged = append(merged, output)
		}
		for _, item := range merged {
			if output := item.(map[string]any); output["output_type"] == "stream" {
				output["text"] = lines(text(output["text"]))
			}
		}
		if merged == nil {
			merged = []any{}
		}
		cell.raw["outputs"] = merged
	}
}

// lines splits a text as nbformat stores it: each line with its line break.
func lines(s string) []any {
	var list []any
	for _, line := range strings.SplitAfter(s, "\n") {
		if line != "" {
			list = append(list, line)
		}
	}
	return list
}

// Prepare makes what a run left fit for the repository: nothing in it names the machine's folders or the time of a cell, and the
// notebook's metadata say once on what it ran.
func (nb *Notebook) Prepare() error {
	words, err := machineWords()
	if err != nil {
		return err
	}
	for _, cell := range nb.Code() {
		delete(cell.Metadata(), "execution")
		cell.raw["outputs"] = replaceAll(cell.raw["outputs"], words)
	}
	nb.shareScripts()
	versions, err := versions()
	if err != nil {
		return err
	}
	nb.Metadata()["recorded"] = versions
	return nil
}

// shared is a part of a script that a page needs once, as package stepper marks it.
var shared = regexp.MustCompile(`(?s)/\*shared\*/.*?/\*end\*/`)

// shareScripts keeps one copy, the first, of what the scripts of several outputs share. A cell that is run brings its own again.
func (nb *Notebook) shareScripts() {
	seen := map[string]bool{}
	for _, cell := range nb.Code() {
		list, _ := cell.raw["outputs"].([]any)
		for _, output := range list {
			data, _ := output.(map[string]any)["data"].(map[string]any)
			if html := text(data["text/html"]); shared.MatchString(html) {
				data["text/html"] = lines(shared.ReplaceAllStringFunc(html, func(part string) string {
					if seen[part] {
						return ""
					}
					seen[part] = true
					return part
				}))
			}
		}
	}
}

type word struct {
	pattern *regexp.Regexp
	fixed   string
}

// machineWords lists what differs from one machine or run to the next, longest path first, and what stands for it.
func machineWords() ([]word, error) {
	output, err := exec.Command("go", "env", "GOMODCACHE", "GOROOT").Output()
	if err != nil {
		return nil, err
	}
	cache, root, _ := strings.Cut(strings.TrimSpace(string(output)), "\n")
	list := []word{{regexp.MustCompile(`[^\s"'=]*/gonb-kernel-\d+(/gonb_[0-9a-f]{8})?`), "/tmp/gonb"}, {regexp.MustCompile(`gonb_[0-9a-f]{8}`), "gonb"}}
	for _, folder := range [][2]string{{Root(), "/course"}, {cache, "/go/pkg/mod"}, {root, "/usr/local/go"}} {
		if folder[0] != "" {
			list = append(list, word{regexp.MustCompile(regexp.QuoteMeta(folder[0]) + `\b`), folder[1]})
		}
	}
	return list, nil
}

func replaceAll(value any, words []word) any {
	switch value := value.(type) {
	case string:
		for _, w := range words {
			value = w.pattern.ReplaceAllString(value, w.fixed)
		}
		return value
	case []any:
		for i := range value {
			value[i] = replaceAll(value[i], words)
		}
	case map[string]any:
		for key := range value {
			value[key] = replaceAll(value[key], words)
		}
	}
	return value
}

func versions() (map[string]any, error) {
	gonb, err := exec.Command("go", "list", "-m", "-f", "{{.Version}}", "github.com/janpfeifer/gonb").Output()
	if err != nil {
		return nil, err
	}
	lab, err := exec.Command(filepath.Join(Root(), "docker", "start"), "jupyter-lab", "--version").Output()
	if err != nil {
		return nil, err
	}
	return map[string]any{
		"date": time.Now().UTC().Format(time.DateOnly), "go": runtime.Version(), "gonb": strings.TrimSpace(string(gonb)),
		"jupyterlab": strings.TrimSpace(string(lab)), "cores": runtime.NumCPU(), "platform": runtime.GOOS + "/" + runtime.GOARCH,
	}, nil
}
