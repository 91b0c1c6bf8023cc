package docker

import (
	"os"
	"os/exec"
	"path"
	"regexp"
	"strings"
	"testing"
)

// What the image's commands are built of is copied into it.
func TestImageHasWhatItBuilds(t *testing.T) {
	text, err := os.ReadFile("../.dockerignore")
	if err != nil {
		t.Fatal(err)
	}
	const internal = "helpers/internal/"
	copied := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(line), "!"+internal); ok {
			copied[name] = true
		}
	}
	list, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "../helpers/internal/explore", "../helpers/internal/grade",
		"../helpers/internal/libraries").Output()
	if err != nil {
		t.Fatal(err)
	}
	needed := 0
	for line := range strings.Lines(string(list)) {
		name, ok := strings.CutPrefix(strings.TrimSpace(line), "example.com/multithreading/"+internal)
		if !ok {
			continue
		}
		needed++
		folder := name
		for folder != "." && !copied[folder] {
			folder = path.Dir(folder)
		}
		if folder == "." {
			t.Errorf("%s%s is needed, and .dockerignore leaves it out", internal, name)
		}
	}
	if needed < 5 {
		t.Errorf("only %d packages: this test looks at nothing", needed)
	}
}

// What bounds a student stands in compose.yaml, and the hubs say the same: the one on one machine, and the one on Kubernetes.
func TestLimitsAreOnceAndTheSame(t *testing.T) {
	find := func(file, pattern string) string {
		t.Helper()
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		match := regexp.MustCompile("(?m)" + pattern).FindStringSubmatch(string(text))
		if match == nil {
			t.Fatalf("%s: no %s", file, pattern)
		}
		return match[1]
	}
	memory := find("compose.yaml", `^    mem_limit: (\d+)g\b`)
	cores := find("compose.yaml", `^    cpus: (\d+)\b`)
	processes := find("compose.yaml", `^    pids_limit: (\d+)\b`)
	for _, other := range []struct{ file, pattern, want string }{
		{"hub/jupyterhub_config.py", `^c\.Spawner\.mem_limit = "(\d+)G"$`, memory},
		{"hub/jupyterhub_config.py", `^PROCESSES = (\d+)$`, processes},
		{"hub/values.yaml", `^  memory:\n(?:    .*\n)*?    limit: (\d+)G\b`, memory},
		{"hub/values.yaml", `^  cpu:\n(?:    .*\n)*?    limit: (\d+)\b`, cores},
		{"hub/README.md", `(\d+) GB of memory, \d+ processes`, memory},
		{"hub/README.md", `\d+ GB of memory, (\d+) processes`, processes},
	} {
		if got := find(other.file, other.pattern); got != other.want {
			t.Errorf("%s: %s is %s, and compose.yaml has %s", other.file, other.pattern, got, other.want)
		}
	}
}
