package lessons

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"example.com/multithreading/helpers/internal/notebook"
)

// How long a notebook takes: a student whose first language may not be English reads 130 words a
// minute, and 15 lines of code. To run a cell and look at what it shows, or to make up one's mind
// where it asks for a prediction, takes half a minute; to try a "Change it" a minute.
const (
	wordsAMinute  = 130.0
	linesAMinute  = 15.0
	minutesARun   = 0.5
	minutesAOwnGo = 1.0
)

var (
	importsOfCell = regexp.MustCompile(`(?s)^import (\(.*?\n\)|[^\n]*)\n`)
	reWordSign    = regexp.MustCompile(`[\p{L}\p{N}]`)
	reHeading     = regexp.MustCompile(`(?m)^(#+) (.*)$`)
	reTag         = regexp.MustCompile(`<[^>]*>`)
	reChange      = regexp.MustCompile(`\*\*Change it`)
)

// minutes is how long a cell takes. Lines without a letter or a digit, and imports, are not read.
func minutes(cell notebook.Cell) float64 {
	source := cell.Source()
	if cell.Kind() != "code" {
		words := 0
		for _, word := range strings.Fields(reTag.ReplaceAllString(link.ReplaceAllString(withoutCode(source), "]"), " ")) {
			if reWordSign.MatchString(word) {
				words++
			}
		}
		return float64(words)/wordsAMinute + minutesAOwnGo*float64(len(reChange.FindAllString(source, -1)))
	}
	if strings.HasPrefix(cell.ID(), "predict-") {
		return minutesARun
	}
	if cell.Folded() {
		return 0 // as a program in a text: it is for who knows Python
	}
	lines := 0
	for _, line := range strings.Split(importsOfCell.ReplaceAllString(source, ""), "\n") {
		if reWordSign.MatchString(line) {
			lines++
		}
	}
	return float64(lines)/linesAMinute + minutesARun
}

// more tells of each cell whether it stands under the heading "More", up to the next heading of its rank.
func more(nb *notebook.Notebook) (under []bool) {
	is := false
	for _, cell := range nb.Cells() {
		if cell.Kind() == "markdown" {
			for _, heading := range reHeading.FindAllStringSubmatch(withoutCode(cell.Source()), -1) {
				if len(heading[1]) <= 2 {
					is = heading[2] == "More"
				}
			}
		}
		under = append(under, is)
	}
	return under
}

// minutesOfSolving names the notebooks whose minutes are not those of reading: they are told by exercise and by level.
var minutesOfSolving = map[string]bool{"07-exercises": true, "08-you-are-the-scheduler": true}

// A notebook's core path takes at most 45 minutes, has short cells, and needs nothing of what stands under More. The minutes told, of the
// core path and in all, are those that are measured, rounded up to five.
func TestMinutesOfCorePath(t *testing.T) {
	told := regexp.MustCompile(`\*\*Minutes:?\*\*:? (\d+)(?: for the core path; (\d+) with all that stands under \[More\]\(#More\))?`)
	paths := 0
	each(t, func(t *testing.T, path string, nb *notebook.Notebook) {
		under, core, all := more(nb), 0.0, 0.0
		extra := map[string]bool{}
		for i, cell := range nb.Cells() {
			all += minutes(cell)
			if under[i] {
				extra[cell.ID()] = true
			} else {
				core += minutes(cell)
			}
		}
		t.Logf("%.1f minutes, %.1f of them for the core path", all, core)
		if minutesOfSolving[name(path)] {
			return
		}
		paths++
		frame := ""
		for _, cell := range nb.Cells() {
			if cell.ID() == "frame" {
				frame = cell.Source()
			}
		}
		promised := told.FindStringSubmatch(frame)
		if promised == nil || (promised[2] == "") != (len(extra) == 0) {
			t.Fatalf("the frame does not say how long the core path takes, and how long all: nothing like %s", told)
		}
		for i, measured := range []float64{core, all} {
			if i == 1 && len(extra) == 0 {
				break
			}
			if said, _ := strconv.Atoi(promised[i+1]); float64(said) < measured || float64(said) >= measured+5 {
				t.Errorf("%d minutes are told, and %.1f measured", said, measured)
			}
		}
		if core > 45 {
			t.Errorf("the core path takes %.1f minutes", core)
		}
		for i, cell := range nb.Cells() {
			if under[i] || cell.Kind() != "code" {
				continue
			}
			if lines := strings.Count(cell.Source(), "\n") + 1; lines > 40 {
				t.Errorf("cell %s of the core path has %d lines, more than 40", cell.ID(), lines)
			}
			for _, need := range cell.Needs() {
				if extra[need] {
					t.Errorf("cell %s of the core path needs %s, which is not of it", cell.ID(), need)
				}
			}
		}
	})
	if paths < 6 {
		t.Errorf("%d notebooks have a core path", paths)
	}
}

// A text names a cell by its heading: JupyterLab shows no ids.
func TestTextsNameNoIDs(t *testing.T) {
	each(t, func(t *testing.T, _ string, nb *notebook.Notebook) {
		for _, cell := range nb.Cells() {
			for _, other := range nb.Cells() {
				if id := other.ID(); cell.Kind() == "markdown" && strings.Contains(id, "-") && strings.Contains(cell.Source(), "`"+id+"`") {
					t.Errorf("cell %s names the cell `%s`", cell.ID(), id)
				}
			}
		}
	})
}

// A notebook keeps functions from cell to cell: what has the name of one in another cell would hide it there.
func TestNoNameHidesAFunction(t *testing.T) {
	each(t, func(t *testing.T, path string, nb *notebook.Notebook) {
		if minutesOfSolving[name(path)] {
			t.Skip("who solves a task chooses the names")
		}
		functions := map[string]string{}
		files := map[string]*ast.File{}
		for _, cell := range nb.Code() {
			if !cell.IsGo() {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), cell.ID(), "package main\n"+cell.Source(), parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			files[cell.ID()] = file
			for _, decl := range file.Decls {
				if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil {
					functions[f.Name.Name] = cell.ID()
				}
			}
		}
		for id, file := range files {
			for name := range localNames(file) {
				if functions[name] != "" {
					t.Errorf("cell %s: %s is also a function of cell %s", id, name, functions[name])
				}
			}
		}
	})
}

// localNames are those of variables and parameters that functions declare.
func localNames(file *ast.File) map[string]bool {
	names := map[string]bool{}
	for _, decl := range file.Decls {
		f, ok := decl.(*ast.FuncDecl)
		if !ok {
			continue
		}
		ast.Inspect(f, func(node ast.Node) bool {
			var idents []ast.Expr
			switch node := node.(type) {
			case *ast.AssignStmt:
				if node.Tok == token.DEFINE {
					idents = node.Lhs
				}
			case *ast.RangeStmt:
				if node.Tok == token.DEFINE {
					idents = []ast.Expr{node.Key, node.Value}
				}
			case *ast.ValueSpec:
				for _, name := range node.Names {
					names[name.Name] = true
				}
			case *ast.Field:
				for _, name := range node.Names {
					names[name.Name] = true
				}
			}
			for _, expr := range idents {
				if ident, ok := expr.(*ast.Ident); ok {
					names[ident.Name] = true
				}
			}
			return true
		})
	}
	delete(names, "_")
	return names
}
