package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// explain takes what Go says of a cell that does not build, and returns what the student reads:
// without what only this machine knows, and with what to do. It reads the cell's program,
// go.work, and the notebook, from where it runs. The patterns are compiled here, not at the
// start, as this program starts four times a cell.
func explain(messages string) string {
	messages = regexp.MustCompile(`(?m)^(?:# gonb_[0-9a-f]+(?: .*)?|package gonb_[0-9a-f]+)\n`).ReplaceAllString(messages, "")
	if needed := neededCells(messages); needed != "" {
		return needed
	}
	var advice []string
	messages, advice = missingPackages(messages)
	if cell, err := os.ReadFile("main.go"); err == nil {
		for _, name := range smallNames(messages, string(cell)) {
			advice = append(advice, fmt.Sprintf("What a package offers begins with a capital letter, "+
				"as in fmt.Println; %s does not.", name))
		}
	}
	messages = strings.TrimRight(messages, "\n") + "\n"
	for _, sentence := range advice {
		messages += "\n" + sentence + "\n"
	}
	return messages
}

// missingPackages finds what is imported and not there, says so in our words where Go's would
// mislead, and returns what to do about each, once.
func missingPackages(messages string) (changed string, advice []string) {
	say := func(sentence string) {
		if !slices.Contains(advice, sentence) {
			advice = append(advice, sentence)
		}
	}
	get := func(path string) {
		say(fmt.Sprintf("This course does not bring %s. With a network, run this line in a cell of its own, "+
			"then this cell again:\n!*go get %s", strings.SplitN(path, "@", 2)[0], path))
	}
	missing := regexp.MustCompile(`no required module provides package (\S+?)(; to add it:\n\s+go get \S+|; .*)?(\n|$)`)
	changed = missing.ReplaceAllStringFunc(messages, func(text string) string {
		path := missing.FindStringSubmatch(text)[1]
		if ours, parent, names := helpersBeside(path); ours {
			say(fmt.Sprintf("%s has: %s.", parent, strings.Join(names, ", ")))
			return fmt.Sprintf("there is no package %s\n", path)
		}
		get(path + "@latest")
		return fmt.Sprintf("no required module provides package %s\n", path)
	})
	// A module that one of the course's modules requires is known to Go, but to be imported it
	// must be required here.
	implicit := regexp.MustCompile(`package gonb_\S+ imports (\S+) from implicitly required module; ` +
		`to add missing requirements, run:\n\s+go get (\S+)\n?`)
	changed = implicit.ReplaceAllStringFunc(changed, func(text string) string {
		match := implicit.FindStringSubmatch(text)
		get(match[2])
		return fmt.Sprintf("no required module provides package %s\n", match[1])
	})
	std := regexp.MustCompile(`package (\S+) is not in std \([^)]*\)`)
	changed = std.ReplaceAllStringFunc(changed, func(text string) string {
		path := std.FindStringSubmatch(text)[1]
		if whole := helperNamed(path); whole != "" {
			say(fmt.Sprintf("Import the course's helper by its whole name:\nimport %q", whole))
			return fmt.Sprintf("Go's library has no package %s", path)
		}
		say("A package of Go's own library has a name as math/rand; one from elsewhere has an address, " +
			"as github.com/fatih/color.")
		return fmt.Sprintf("Go's library has no package %s", path)
	})
	return changed, advice
}

// helpersBeside tells whether a package would belong to a module of this workspace, and if so
// which packages there are beside where it would be.
func helpersBeside(path string) (ours bool, parent string, names []string) {
	for module, root := range workspace() {
		rest, below := strings.CutPrefix(path, module+"/")
		if !below {
			continue
		}
		dir := filepath.Dir(rest)
		if info, err := os.Stat(filepath.Join(root, dir)); dir == "." || err != nil || !info.IsDir() {
			dir = "helpers"
		}
		return true, module + "/" + dir, packagesIn(filepath.Join(root, dir))
	}
	return false, "", nil
}

// helperNamed is the import path of the helper that has the last name of this path, as "race" or
// "helpers/race", or "".
func helperNamed(path string) string {
	for module, root := range workspace() {
		if slices.Contains(packagesIn(filepath.Join(root, "helpers")), filepath.Base(path)) {
			return module + "/helpers/" + filepath.Base(path)
		}
	}
	return ""
}

// workspace lists the modules beside the cell's in go.work, with their folders.
func workspace() map[string]string {
	modules := map[string]string{}
	work, _ := os.ReadFile("go.work")
	for _, line := range strings.Split(string(work), "\n") {
		root := strings.Trim(strings.TrimPrefix(strings.TrimSpace(line), "use "), "\"`")
		mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
		if err != nil || root == "" || root == "." {
			continue
		}
		if module := regexp.MustCompile(`(?m)^module\s+(\S+)`).FindStringSubmatch(string(mod)); module != nil {
			modules[module[1]] = root
		}
	}
	return modules
}

// packagesIn lists the folders in a folder that have Go files.
func packagesIn(dir string) (names []string) {
	files, _ := filepath.Glob(filepath.Join(dir, "*", "*.go"))
	for _, file := range files {
		if name := filepath.Base(filepath.Dir(file)); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

// smallNames finds where the cell says fmt.println for fmt.Println, once each. goimports takes
// such a name for none of the package's and removes the import, so that the compiler complains
// of the package, here one of those that beginners use.
func smallNames(messages, cell string) (found []string) {
	undefined := regexp.MustCompile(
		`(?m): undefined: (atomic|bufio|bytes|context|errors|fmt|log|maps|math|os|rand|runtime|slices|sort|strconv|strings|sync|time)$`)
	for _, match := range undefined.FindAllStringSubmatch(messages, -1) {
		for _, name := range regexp.MustCompile(`\b`+match[1]+`\.[a-z]\w*`).FindAllString(cell, -1) {
			if !slices.Contains(found, name) {
				found = append(found, name)
			}
		}
	}
	return found
}

// notebookCell is a cell of a notebook's file.
type notebookCell struct {
	ID       string
	Type     string `json:"cell_type"`
	Source   source
	Metadata struct{ Needs []string }

	heading string // the last one above it
}

// source is the text of a cell, which a file may hold as one text or as a list of lines.
type source string

func (s *source) UnmarshalJSON(text []byte) error {
	var lines []string
	if err := json.Unmarshal(text, &lines); err == nil {
		*s = source(strings.Join(lines, ""))
		return nil
	}
	return json.Unmarshal(text, (*string)(s))
}

// neededCells says which cells of the notebook are to be run before this one, where that is all
// that is wrong: names are undefined that other cells declare, as after a restart. It returns
// "" where more, or something else, is wrong.
func neededCells(messages string) string {
	undefined := onlyUndefined(messages)
	if len(undefined) == 0 {
		return ""
	}
	cells := notebookCells()
	own := slices.IndexFunc(cells, func(c notebookCell) bool { return c.ID != "" && c.ID == os.Getenv("GONB_CELL_ID") })
	var needs []string
	if own >= 0 {
		needs = cells[own].Metadata.Needs
	}
	declares := map[int][]string{}
	for name := range undefined {
		found := declaringCell(cells, own, needs, name)
		if found < 0 {
			return ""
		}
		declares[found] = append(declares[found], name)
	}
	var lines []string
	for i, c := range cells {
		names := declares[i]
		if len(names) == 0 && !(slices.Contains(needs, c.ID) && c.ID != "" && declaresNothingYet(string(c.Source))) {
			continue
		}
		slices.Sort(names)
		line := "- "
		if c.heading == "" {
			line += "a cell near the top"
		} else {
			line += fmt.Sprintf("a cell below the heading \"%s\"", c.heading)
		}
		if len(names) > 0 {
			line += ", which declares " + strings.Join(names, ", ")
		}
		lines = append(lines, line)
	}
	return "This cell needs what other cells declare, and they have not run since the kernel started. Run first:\n" +
		strings.Join(lines, "\n") + "\nThen run this cell again.\n"
}

// onlyUndefined is which names are undefined, if that is all that is wrong.
func onlyUndefined(messages string) map[string]bool {
	fault := regexp.MustCompile(`(?m)^(?:vet: )?\S*main(?:_test)?\.go:\d+:\d+: (.*)$`)
	names := map[string]bool{}
	for _, match := range fault.FindAllStringSubmatch(messages, -1) {
		if name, ok := strings.CutPrefix(match[1], "undefined: "); ok && !strings.Contains(name, ".") {
			names[name] = true
		} else if match[1] != "too many errors" && !strings.Contains(match[1], " and not used") {
			return nil
		}
	}
	return names
}

// declaringCell is the place of the cell that declares a name for the cell at own: of several, one
// that it is known to need, else the nearest above it, else the first. Where there is none it is -1.
func declaringCell(cells []notebookCell, own int, needs []string, name string) int {
	found := -1
	for i, c := range cells {
		if i == own || c.Type != "code" || !declaresName(string(c.Source), name) {
			continue
		}
		if slices.Contains(needs, c.ID) {
			return i
		}
		if found < 0 || i < own {
			found = i
		}
	}
	return found
}

// notebookCells reads the notebook that the kernel belongs to. Jupyter's server names it; where
// it does not, it is the one in the kernel's folder that has this cell, or all that lie there.
func notebookCells() (cells []notebookCell) {
	var files []string
	if name := os.Getenv("JPY_SESSION_NAME"); strings.HasSuffix(name, ".ipynb") {
		for _, path := range []string{name, filepath.Join(os.Getenv("GONB_DIR"), filepath.Base(name))} {
			if _, err := os.Stat(path); err == nil {
				files = []string{path}
				break
			}
		}
	}
	if files == nil {
		files, _ = filepath.Glob(filepath.Join(os.Getenv("GONB_DIR"), "*.ipynb"))
	}
	id := os.Getenv("GONB_CELL_ID")
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		var notebook struct{ Cells []notebookCell }
		if json.Unmarshal(text, &notebook) != nil {
			continue
		}
		heading := ""
		for i := range notebook.Cells {
			c := &notebook.Cells[i]
			if c.Type == "markdown" {
				for _, line := range strings.Split(string(c.Source), "\n") {
					if title := strings.TrimLeft(line, "#"); title != line && strings.HasPrefix(title, " ") {
						heading = strings.TrimSpace(title)
					}
				}
			}
			c.heading = heading
		}
		if id != "" && slices.ContainsFunc(notebook.Cells, func(c notebookCell) bool { return c.ID == id }) {
			return notebook.Cells
		}
		cells = append(cells, notebook.Cells...)
	}
	return cells
}

// declaresName tells whether a cell declares a name for other cells: above its line %%, and not
// within a function.
func declaresName(cell, name string) bool { return slices.Contains(declaredNames(cell), name) }

// declaresNothingYet tells whether the program of this cell has nothing of what another cell
// declares, so that the other has not run.
func declaresNothingYet(other string) bool {
	program, err := os.ReadFile("main.go")
	names := declaredNames(other)
	if err != nil || len(names) == 0 {
		return false
	}
	here := declaredNames(string(program))
	return !slices.ContainsFunc(names, func(name string) bool { return slices.Contains(here, name) })
}

// declaredNames lists the functions, types, variables and constants of a gofmt-formatted text,
// as far as its line %%.
func declaredNames(text string) (names []string) {
	single := regexp.MustCompile(`^(?:func|type|var|const) (\w+(?:, \w+)*)`)
	inGroup := regexp.MustCompile(`^\t(\w+(?:, \w+)*)`)
	group := false
	for _, line := range strings.Split(text, "\n") {
		var match []string
		switch {
		case strings.HasPrefix(line, "%%"), strings.HasPrefix(line, "%main"):
			return names
		case line == "var (", line == "const (", line == "type (":
			group = true
		case strings.HasPrefix(line, ")"):
			group = false
		case group:
			match = inGroup.FindStringSubmatch(line)
		default:
			match = single.FindStringSubmatch(line)
		}
		if match != nil {
			names = append(names, strings.Split(match[1], ", ")...)
		}
	}
	return names
}
