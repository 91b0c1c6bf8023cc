package grade

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// An answer is what a student wrote into the cell of one exercise.
type answer struct {
	Exercise string // its name
	Check    string // the call that checks it, such as "exercise.CheckMutex(add)"; the teacher's, not the student's
	Source   string // the cell
}

// maxSource is far more than anybody writes into a cell.
const maxSource = 100_000

// allowed lists what an answer may import. Whoever has none of the others can reach neither files nor processes nor the network nor memory
// that is not his own, so neither what the checker knows nor the way in which it answers. A package below golang.org/x/sync or of this
// course that is missing here is missing because no exercise needs it.
var allowed = []string{
	"bufio", "bytes", "cmp", "container/heap", "container/list", "container/ring", "context", "errors", "fmt", "hash/crc32", "hash/fnv", "hash/maphash", "io", "iter", "log", "maps", "math",
	"math/bits", "math/rand", "math/rand/v2", "regexp", "runtime", "slices", "sort", "strconv", "strings", "sync", "sync/atomic", "time",
	"unicode", "unicode/utf8", "golang.org/x/sync/errgroup", "golang.org/x/sync/semaphore",
	"example.com/multithreading/helpers/exercise", "example.com/multithreading/helpers/predict", "example.com/multithreading/helpers/scheduler",
}

// directive is a comment that is an order to the compiler, such as //go:linkname or //line file.go:10.
var directive = regexp.MustCompile(`(?s)^(//go:|(//|/\*)line .*:\d)`)

// program makes a file of package main of the cell. Lines that are GoNB's and not Go's go, and so do the functions main and init: the call
// of the check is the grader's, and nothing of the student's is to run before it.
func (a answer) program() (string, error) {
	switch {
	case strings.TrimSpace(a.Source) == "":
		return "", errors.New("its cell is empty or is not there.")
	case len(a.Source) > maxSource:
		return "", fmt.Errorf("its cell has more than %d bytes.", maxSource)
	}
	lines := []string{"package main", ""}
	for line := range strings.Lines(a.Source) {
		if strings.HasPrefix(line, "%%") || strings.HasPrefix(line, "%main") {
			break // what follows is the body of a main
		}
		if !strings.HasPrefix(line, "%") && !strings.HasPrefix(line, "!") {
			lines = append(lines, strings.TrimRight(line, "\n"))
		}
	}
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "answer.go", strings.Join(lines, "\n"), parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return "", fmt.Errorf("it is not Go: %w", err)
	}
	for _, group := range file.Comments {
		for _, comment := range group.List {
			if directive.MatchString(comment.Text) {
				return "", fmt.Errorf("%s: an answer needs no orders to the compiler.", strings.Fields(comment.Text)[0])
			}
		}
	}
	file.Decls = slices.DeleteFunc(file.Decls, func(d ast.Decl) bool {
		f, ok := d.(*ast.FuncDecl)
		return ok && f.Recv == nil && (f.Name.Name == "main" || f.Name.Name == "init")
	})
	file.Comments = nil // those of what is gone would be put somewhere else
	var text bytes.Buffer
	err = format.Node(&text, files, file)
	return text.String(), err
}

// permitted looks at the imports of a finished file: those that the student wrote, and those that goimports added.
func permitted(program []byte) error {
	file, err := parser.ParseFile(token.NewFileSet(), "answer.go", program, parser.ImportsOnly)
	if err != nil {
		return err
	}
	for _, spec := range file.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return err
		}
		if !slices.Contains(allowed, path) {
			return fmt.Errorf("it imports %q, and an answer may not: it reads no files, starts no processes and goes to no network.", path)
		}
	}
	return nil
}
