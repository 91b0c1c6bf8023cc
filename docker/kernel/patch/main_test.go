package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const change = `Why it is changed

At length.

diff --git a/old.txt b/old.txt
--- a/old.txt
+++ b/old.txt
@@ -1,3 +1,3 @@
 one
-two
+zwei
 three
diff --git a/new.txt b/new.txt
new file mode 100644
--- /dev/null
+++ b/new.txt
@@ -0,0 +1 @@
+there
`

func TestApply(t *testing.T) {
	for name, test := range map[string]struct{ old, patch, want, err string }{
		"fits":             {"one\ntwo\nthree\n", change, "one\nzwei\nthree\n", ""},
		"another source":   {"one\nTWO\nthree\n", change, "one\nTWO\nthree\n", "old.txt"},
		"nothing":          {"", "no change\n", "", "no change"},
		"out of a folder":  {"", strings.ReplaceAll(change, "old.txt", "../old.txt"), "", "within the folder"},
		"no such file":     {"", strings.ReplaceAll(change, "old.txt", "other.txt"), "", "other.txt"},
		"half of a change": {"one\ntwo\nthree\n", change[:strings.Index(change, "+zwei")], "one\ntwo\nthree\n", "line"},
	} {
		t.Run(name, func(t *testing.T) {
			dir, patch := t.TempDir(), filepath.Join(t.TempDir(), "x.patch")
			for path, text := range map[string]string{filepath.Join(dir, "old.txt"): test.old, patch: test.patch} {
				if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			err := apply(dir, patch)
			if test.err == "" && err != nil || test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)) {
				t.Errorf("error %v, want %q", err, test.err)
			}
			if got, _ := os.ReadFile(filepath.Join(dir, "old.txt")); string(got) != test.want {
				t.Errorf("old.txt is %q, want %q", got, test.want)
			}
			if got, _ := os.ReadFile(filepath.Join(dir, "new.txt")); test.err == "" && string(got) != "there\n" {
				t.Errorf("new.txt is %q", got)
			}
		})
	}
}
