// Package imports does for most cells what goimports does, within GoNB and in a twentieth of the time:
// a cell's program, with all that the cells before it have imported, keeps the imports that it uses.
package imports

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Tidy removes from a Go file the imports that it does not use, and tells whether that is all that
// goimports would change but for the layout, which GoNB does not keep. Where it is not, or not
// certainly, the file stays as it is: where a name is not imported, where the path of an import does
// not tell its name, where the file cannot be parsed.
func Tidy(path string) bool {
	text, err := os.ReadFile(path)
	if err != nil {
		return false
	}
	tidy, ok := tidied(text)
	return ok && (bytes.Equal(tidy, text) || os.WriteFile(path, tidy, 0o600) == nil)
}

func tidied(text []byte) ([]byte, bool) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "", text, parser.ParseComments)
	if err != nil {
		return nil, false
	}
	used := Used(file)
	known := map[string]bool{}
	for _, declaration := range slices.Backward(file.Decls) {
		group, ok := declaration.(*ast.GenDecl)
		if !ok || group.Tok != token.IMPORT {
			continue
		}
		kept := 0
		for _, entry := range slices.Backward(group.Specs) {
			spec := entry.(*ast.ImportSpec)
			name := NameOf(spec)
			if name == "" || name == "." || known[name] {
				return nil, false
			}
			if name == "_" || used[name] {
				kept++
				known[name] = name != "_"
				continue
			}
			text = Without(text, files, spec)
		}
		if kept == 0 {
			text = Without(text, files, group)
		}
	}
	for name := range used {
		if !known[name] {
			return nil, false
		}
	}
	_, err = parser.ParseFile(files, "", text, parser.ImportsOnly) // a semicolon may be left alone
	return text, err == nil
}

// Without puts spaces in the place of a part of the text, so that the other parts stay where they are.
func Without(text []byte, files *token.FileSet, part ast.Node) []byte {
	text = slices.Clone(text)
	for i := files.Position(part.Pos()).Offset; i < files.Position(part.End()).Offset; i++ {
		if text[i] != '\n' {
			text[i] = ' '
		}
	}
	return text
}

// Used are the names that stand before a dot and a name of another package, and that the file does
// not declare.
func Used(file *ast.File) map[string]bool {
	unresolved := map[*ast.Ident]bool{}
	for _, name := range file.Unresolved {
		unresolved[name] = true
	}
	used := map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		if selector, ok := n.(*ast.SelectorExpr); ok && selector.Sel.IsExported() {
			if name, ok := selector.X.(*ast.Ident); ok && unresolved[name] {
				used[name.Name] = true
			}
		}
		return true
	})
	return used
}

var version = regexp.MustCompile(`^v[0-9]+$`)

// NameOf is the name under which a file imports a package, "" where the path does not tell it.
func NameOf(spec *ast.ImportSpec) string {
	if spec.Name != nil {
		return spec.Name.Name
	}
	path, err := strconv.Unquote(spec.Path.Value)
	if err != nil || path == "C" {
		return ""
	}
	parts := strings.Split(path, "/")
	name := parts[len(parts)-1]
	if len(parts) > 1 && version.MatchString(name) {
		name = parts[len(parts)-2]
	}
	if !token.IsIdentifier(name) {
		return ""
	}
	return name
}
