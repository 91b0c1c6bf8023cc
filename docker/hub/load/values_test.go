//go:build linux

package load

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// check lays values over the chart's defaults, as Helm does, and asks the chart's schema. Arguments: schema, defaults, values...
const check = `
import re, sys, yaml, jsonschema
schema, defaults, *all_ours = (yaml.safe_load(open(path)) for path in sys.argv[1:])
def lay(over, under):
    if isinstance(over, dict) and isinstance(under, dict):
        return {key: lay(over[key], under.get(key)) if key in over else under[key] for key in {**under, **over}}
    return over
ours = {}
for each in all_ours:
    ours = lay(each, ours)
jsonschema.validate(lay(ours, defaults), schema)
for size in ours["singleuser"]["memory"].values():
    assert re.fullmatch(r"\d+(\.\d+)?[KMGT]", str(size)), f"{size} is no size that the spawner reads"
`

// The chart's schema takes our values, and none with a mistyped key.
func TestValuesFitTheChart(t *testing.T) {
	chart := filepath.Join(root, "..", "shared", "z2jh")
	if _, err := os.Stat(chart); err != nil {
		leftOut(t, "no copy of the chart's values.schema.yaml and values.yaml in ../shared/z2jh")
	}
	first, public := read(t, "../values.yaml"), read(t, "../values-public.yaml")
	python := filepath.Join(root, ".venv", "bin", "python")
	if _, err := os.Stat(python); err != nil {
		leftOut(t, "Python's packages are not installed: `make setup` installs them")
	}
	validate := func(values ...string) ([]byte, error) {
		args := []string{"-c", check, filepath.Join(chart, "values.schema.yaml"), filepath.Join(chart, "values.yaml")}
		for _, text := range values {
			file := filepath.Join(t.TempDir(), "values.yaml")
			if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			args = append(args, file)
		}
		return exec.Command(python, args...).CombinedOutput()
	}
	for _, values := range [][]string{{first}, {first, public}} {
		if said, err := validate(values...); err != nil {
			t.Errorf("%d files: %v\n%s", len(values), err, said)
		}
	}
	for right, wrong := range map[string]string{
		"guarantee: 256M": "guarantees: 256M", "timeout: 3600": "timeOut: 3600", "limit: 2G": "limit: 2 gigs",
		"replicas: 10": "replicas: ten", "cull:": "culling:", "extraResource:": "extraResources:", "hosts: [": "host: [",
		"contactEmail:": "email:", "type: LoadBalancer": "typ: LoadBalancer",
	} {
		mistyped := []string{strings.Replace(first, right, wrong, 1), strings.Replace(public, right, wrong, 1)}
		if mistyped[0] == first && mistyped[1] == public {
			t.Fatalf("no %q to mistype", right)
		}
		if _, err := validate(mistyped...); err == nil {
			t.Errorf("%q passes", wrong)
		}
	}
}

// The hub of the chart has to be the image's, and the README says which that is.
func TestChartForTheHubOfTheImage(t *testing.T) {
	pin := regexp.MustCompile(`(?m)^jupyterhub==(\d+\.\d+)\.`).FindStringSubmatch(read(t, filepath.Join(root, "docker", "requirements.txt")))
	if pin == nil {
		t.Fatal("docker/requirements.txt pins no jupyterhub")
	}
	said := regexp.MustCompile(`The image has JupyterHub (\d+\.\d+)[^.]*\s+newest chart whose APP VERSION is (\d+\.\d+)\.`).FindStringSubmatch(read(t, "../README.md"))
	if said == nil || said[1] != pin[1] || said[2] != pin[1] {
		t.Errorf("docker/hub/README.md says of the chart's version %q, and the image has %s", said, pin[1])
	}
}
