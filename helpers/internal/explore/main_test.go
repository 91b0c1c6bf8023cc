package main

import (
	"strings"
	"testing"
)

// Below a line %% GoNB calls flag.Parse, which is no part of the student's program.
func TestWithoutFlags(t *testing.T) {
	const below = "package main\n\nimport (\n\t\"flag\"\n\t\"fmt\"\n)\n\nfunc main() {\n\tflag.Parse()\n\tfmt.Println(1)\n}\n"
	got := withoutFlags(below)
	if strings.Contains(got, "flag") || strings.Count(got, "\n") != strings.Count(below, "\n") {
		t.Errorf("it is now\n%s", got)
	}
	for name, source := range map[string]string{
		"its own":  strings.Replace(below, "\tflag.Parse()\n", "\tn := 1\n\tflag.Parse()\n", 1),
		"no flags": "package main\n\nfunc main() {\n}\n",
	} {
		if got := withoutFlags(source); got != source {
			t.Errorf("%s: it is now\n%s", name, got)
		}
	}
	used := strings.Replace(below, "fmt.Println(1)", "fmt.Println(flag.Args())", 1)
	if got := withoutFlags(used); !strings.Contains(got, "\"flag\"") || strings.Contains(got, "flag.Parse") {
		t.Errorf("flags are used, and it is now\n%s", got)
	}
}
