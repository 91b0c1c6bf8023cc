package elsewhere

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"example.com/multithreading/helpers/internal/notebook"
)

// checkDevcontainer asks the schema of containers.dev, which comes from github.com/devcontainers/spec (schemas, CC BY 4.0) and is unchanged.
const checkDevcontainer = `
import json, sys, jsonschema
schema, ours = json.load(open(sys.argv[1])), json.load(sys.stdin)
jsonschema.validate(ours, schema)
`

// What Codespaces and VS Code are told fits their schema, which takes no mistyped key, and names what the image has.
func TestDevcontainer(t *testing.T) {
	notebook.NeedsKernel(t)
	root := notebook.Root()
	text, err := os.ReadFile(filepath.Join(root, ".devcontainer", "devcontainer.json"))
	if err != nil {
		t.Fatal(err)
	}
	plain := regexp.MustCompile(`(?m)^\s*//.*$`).ReplaceAllString(string(text), "")
	validate := func(text string) ([]byte, error) {
		command := exec.Command(filepath.Join(root, ".venv", "bin", "python"), "-c", checkDevcontainer, "testdata/devContainer.base.schema.json")
		command.Stdin = strings.NewReader(text)
		return command.CombinedOutput()
	}
	if said, err := validate(plain); err != nil {
		t.Errorf("%v\n%s", err, said)
	}
	for right, wrong := range map[string]string{`"remoteUser"`: `"remotUser"`, `"init": true`: `"init": "yes"`, `"dockerfile"`: `"dockerFiles"`} {
		mistyped := strings.Replace(plain, right, wrong, 1)
		if mistyped == plain {
			t.Fatalf("no %q to mistype", right)
		}
		if _, err := validate(mistyped); err == nil {
			t.Errorf("%s passes", wrong)
		}
	}

	var ours struct {
		Build        struct{ Dockerfile, Context string }
		RemoteUser   string
		ContainerEnv map[string]string
	}
	if err := json.Unmarshal([]byte(plain), &ours); err != nil {
		t.Fatal(err)
	}
	from := func(path string) string { return filepath.Join(root, ".devcontainer", path) }
	image, err := os.ReadFile(from(ours.Build.Dockerfile))
	if err != nil || from(ours.Build.Context) != root {
		t.Fatalf("it is built from %+v: %v", ours.Build, err)
	}
	for what, has := range map[string]string{
		"the user":                    "ARG NB_USER=" + ours.RemoteUser + "\n",
		"the kernel, in JUPYTER_PATH": " " + ours.ContainerEnv["JUPYTER_PATH"] + "/kernels\n",
	} {
		if ours.RemoteUser == "" || !strings.Contains(string(image), has) {
			t.Errorf("%s: the image has no %q", what, has)
		}
	}
}
