//go:build linux

package load

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// check lays values over the chart's defaults, as Helm does, and asks the chart's schema. Arguments: schema, defaults, values.
const check = `
import re, sys, yaml, jsonschema
schema, defaults, ours = (yaml.safe_load(open(path)) for path in sys.argv[1:])
def lay(over, under):
    if isinstance(over, dict) and isinstance(under, dict):
        return {key: lay(over[key], under.get(key)) if key in over else under[key] for key in {**under, **over}}
    return over
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
	text, err := os.ReadFile("../values.yaml")
	if err != nil {
		t.Fatal(err)
	}
	python := filepath.Join(root, ".venv", "bin", "python")
	if _, err := os.Stat(python); err != nil {
		leftOut(t, "Python's packages are not installed: `make setup` installs them")
	}
	validate := func(values string) ([]byte, error) {
		file := filepath.Join(t.TempDir(), "values.yaml")
		if err := os.WriteFile(file, []byte(values), 0o644); err != nil {
			t.Fatal(err)
		}
		return exec.Command(python, "-c", check, filepath.Join(chart, "values.schema.yaml"), filepath.Join(chart, "values.yaml"), file).
			CombinedOutput()
	}
	if said, err := validate(string(text)); err != nil {
		t.Errorf("%v\n%s", err, said)
	}
	for right, wrong := range map[string]string{"guarantee: 256M": "guarantees: 256M", "timeout: 3600": "timeOut: 3600", "limit: 2G": "limit: 2 gigs", "replicas: 10": "replicas: ten", "cull:": "culling:"} {
		mistyped := strings.Replace(string(text), right, wrong, 1)
		if mistyped == string(text) {
			t.Fatalf("no %q to mistype", right)
		}
		if _, err := validate(mistyped); err == nil {
			t.Errorf("%q passes", wrong)
		}
	}
}
