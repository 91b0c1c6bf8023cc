package load

import (
	"errors"
	"fmt"
	"go/scanner"
	"io/fs"
	"path"
	"strings"
)

// pure are the packages that are read from Go's own sources: computation only.
var pure = map[string]bool{
	"cmp": true, "container/heap": true, "container/list": true, "container/ring": true, "maps": true, "slices": true,
	"bytes": true, "hash": true, "hash/fnv": true, "io": true, "bufio": true, "unicode/utf16": true, "math/cmplx": true, "path": true, "text/tabwriter": true,
}

// reasons say why a package is refused, or a name of one that is known.
var reasons = map[string]string{
	"C":             "C code cannot be explored",
	"unsafe":        "what goes round Go's types cannot be explored",
	"reflect":       "what looks at types while it runs cannot be explored",
	"testing":       "a test cannot be explored; call what it tests from main",
	"math/rand":     "a random number is another in each run; write a constant in its place",
	"math/rand/v2":  "a random number is another in each run; write a constant in its place",
	"crypto/rand":   "a random number is another in each run; write a constant in its place",
	"fmt.Scan":      "what is typed is not known beforehand; write a constant in its place",
	"fmt.Fscan":     "what is read is not known beforehand; write a constant in its place",
	"fmt.Sscan":     "use strconv",
	"iter.Pull":     "range over the sequence",
	"os.ReadFile":   "what a file holds is not known beforehand",
	"os.Open":       "what a file holds is not known beforehand",
	"runtime.Stack": "addresses differ from run to run",
}

// known is empty if the program may import a package, and otherwise says why it may not.
func (l *loader) known(name string) string {
	if why := reasons[name]; why != "" {
		return fmt.Sprintf("explore does not know package %s: %s", name, why)
	}
	if pure[name] {
		return ""
	}
	if !strings.HasPrefix(name, "internal/") && hasModel(name) {
		return ""
	}
	return fmt.Sprintf("explore does not know package %s; it knows fmt, sync, time, strings and others that only compute", name)
}

func hasModel(name string) bool {
	files, _ := fs.Glob(embedded, path.Join("_std", name, "*.go"))
	return len(files) > 0
}

// unknown is what is said of a name that a package lacks: the compiler's text, unless the real package has it.
func (l *loader) unknown(name, text string) (string, bool) {
	for prefix, why := range reasons {
		if strings.Contains(prefix, ".") && strings.HasPrefix(name, prefix) {
			return fmt.Sprintf("explore does not know %s: %s", name, why), true
		}
	}
	return text, false
}

// unlist are the parser's errors.
func unlist(err error) Errors {
	var list scanner.ErrorList
	if !errors.As(err, &list) {
		return Errors{{Text: err.Error()}}
	}
	var faults Errors
	for _, e := range list {
		faults = append(faults, Error{Pos: e.Pos, Text: "syntax error: " + e.Msg})
	}
	return faults
}
