package golines

import (
	"strings"
	"testing"
)

func TestOf(t *testing.T) {
	for cell, want := range map[string]string{
		"func f() {}": "func f() {}",
		"%goflags -race\n!ls \\\n  -l\nvar a = 1":           "\n\n\nvar a = 1",
		"var a = 1\n%%\nf(a)":                               "var a = 1\nfunc main() {\nf(a)\n}",
		"%main\nf()\n!ls":                                   "func main() {\nf()\n\n}",
		"%exec\tf 1\nfunc f() {}":                           "func main() { f() }\nfunc f() {}",
		"/*\n%%\n*/\nvar ok = a &&\n!b":                     "/*\n%%\n*/\nvar ok = a &&\n!b",
		"var all = []bool{\n!a,\n!b,\n}\n!ls":               "var all = []bool{\n!a,\n!b,\n}\n",
		"func f() {\ni++\n!ls\n}":                           "func f() {\ni++\n\n}",
		"// it's `\n!ls\nvar s = \"\\\"`\"\n!ls":            "// it's `\n\nvar s = \"\\\"`\"\n",
		"var r = '`'\n!ls":                                  "var r = '`'\n",
		"//gonb:%%\nf()":                                    "func main() {\nf()\n}",
		"package main\n\nvar s = `\npackage main\n%%\n!ls`": "\n\nvar s = `\npackage main\n%%\n!ls`",
	} {
		lines, err := Of(cell)
		if got := strings.Join(lines, "\n"); err != nil || got != want {
			t.Errorf("%q: %v\n%q, want\n%q", cell, err, got, want)
		}
	}
	if _, err := Of("%%bash\nls"); err == nil || !strings.Contains(err.Error(), "it begins with %%bash") {
		t.Error(err)
	}
}
