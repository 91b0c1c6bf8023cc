package load

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// pure are the packages that are read from Go's own sources: computation only.
var pure = map[string]bool{
	"bufio": true, "bytes": true, "cmp": true, "container/heap": true, "container/list": true, "container/ring": true,
	"hash": true, "hash/fnv": true, "io": true, "maps": true,
	"math/cmplx": true, "path": true, "slices": true, "sort": true,
	"text/tabwriter": true, "unicode/utf16": true,
}

// reasons say why a package, or a name of one that is known, is refused; a name that ends in *
// stands for all that begin so.
var reasons = map[string]string{
	"C":                  "C code cannot be explored",
	"unsafe":             "what goes round Go's types cannot be explored",
	"reflect":            "what looks at types while it runs cannot be explored",
	"testing":            "a test cannot be explored; call from main what it tests",
	"testing/synctest":   "a test cannot be explored; call from main what it tests",
	"math/rand":          "a random number is another in each run; write a constant in its place",
	"math/rand/v2":       "a random number is another in each run; write a constant in its place",
	"crypto/rand":        "a random number is another in each run; write a constant in its place",
	"os/exec":            "what another program does is not known beforehand",
	"os/signal":          "when a signal comes is not known beforehand",
	"net":                "what comes over a network is not known beforehand",
	"net/*":              "what comes over a network is not known beforehand",
	"fmt.Scan*":          "what is typed is not known beforehand; write a constant in its place",
	"fmt.Fscan*":         "what is read is not known beforehand; write a constant in its place",
	"log.Lshortfile":     "leave it out",
	"log.Llongfile":      "leave it out",
	"os.*":               "what the system answers is not known beforehand",
	"os.Stdin":           "what is typed is not known beforehand; write a constant in its place",
	"runtime.AddCleanup": "when memory is freed is not known beforehand",
	"runtime.SetFinal*":  "when memory is freed is not known beforehand",
	"runtime/debug.*":    "what the runtime measures differs from run to run",
	"runtime.*":          "what the runtime measures differs from run to run",
	"time.*Location*":    "all times are UTC",
	"time.FixedZone":     "all times are UTC",
	"unicode.*":          "it has Unicode's functions, such as IsLetter, but not its tables",
}

// because is the reason, after a colon, or nothing. The longest pattern that fits says it.
func because(name string) string {
	longest := ""
	for pattern := range reasons {
		if ok, _ := path.Match(pattern, name); ok && len(pattern) > len(longest) {
			longest = pattern
		}
	}
	if longest == "" {
		return ""
	}
	return ": " + reasons[longest]
}

// known is empty if the program may import a package, and otherwise says why it may not.
func known(name string) string {
	if pure[name] || !strings.HasPrefix(name, "internal/") && hasModel(name) {
		return ""
	}
	if why := because(name); why != "" {
		return "explore does not know package " + name + why
	}
	return fmt.Sprintf("explore does not know package %s; it knows fmt, sync, time, context, strings and others that "+
		"only compute", name)
}

// Known lists the packages that a program may import, sorted.
func Known() []string {
	all := slices.Collect(maps.Keys(pure))
	_ = fs.WalkDir(embedded, "_std", func(file string, entry fs.DirEntry, err error) error { // it reads what is in memory
		name := strings.TrimPrefix(path.Dir(file), "_std/")
		if path.Ext(file) == ".go" && !strings.HasPrefix(name, "internal/") {
			all = append(all, name)
		}
		return err
	})
	slices.Sort(all)
	return slices.Compact(all)
}

func hasModel(name string) bool {
	files, _ := fs.Glob(embedded, path.Join("_std", name, "*.go"))
	return len(files) > 0
}

// What the type checker says of a name that is not there.
var (
	undefined = regexp.MustCompile(`^undefined: (\w+)\.(\w+)$`)
	noMethod  = regexp.MustCompile(`undefined \(type \*?([\w/.]+)\.(\w+) has no field or method (\w+)`)
)

// missing is what a model lacks and the real package has, such as os.ReadFile, if that is what the
// type checker's text is about. It is empty where Go's sources are not there to tell.
func (l *loader) missing(text string) string {
	if l.goroot == nil {
		return ""
	}
	var base, name string
	if m := undefined.FindStringSubmatch(text); m != nil {
		base, name = m[1], m[2]
	} else if m := noMethod.FindStringSubmatch(text); m != nil {
		base, name = path.Base(m[1]), m[2]+"."+m[3]
	} else {
		return ""
	}
	for full := range l.packages {
		if path.Base(full) == base && l.real(full)[name] {
			return full + "." + name
		}
	}
	return ""
}

// real are the names that Go's sources declare in a package.
func (l *loader) real(name string) map[string]bool {
	names := map[string]bool{}
	list, _ := fs.ReadDir(l.goroot, name)
	for _, entry := range list {
		if !strings.HasSuffix(entry.Name(), ".go") || strings.HasSuffix(entry.Name(), "_test.go") {
			continue
		}
		text, err := fs.ReadFile(l.goroot, path.Join(name, entry.Name()))
		if err != nil {
			continue
		}
		file, err := parser.ParseFile(l.fset, entry.Name(), text, parser.SkipObjectResolution)
		if err != nil {
			continue
		}
		for _, decl := range file.Decls {
			for _, n := range declared(decl) {
				names[n] = ast.IsExported(n[strings.LastIndexByte(n, '.')+1:])
			}
		}
	}
	return names
}

// faultsOf are the parser's errors.
func faultsOf(err error, named bool) Errors {
	var list scanner.ErrorList
	if !errors.As(err, &list) {
		return Errors{{Text: err.Error()}}
	}
	var faults Errors
	for _, e := range list {
		faults = append(faults, Error{Pos: e.Pos, Text: "syntax error: " + e.Msg, named: named})
	}
	return faults
}
