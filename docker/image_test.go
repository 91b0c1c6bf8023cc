package docker

import (
	"os"
	"os/exec"
	"path"
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
