package main

import (
	"go/ast"
	"go/token"
	"strconv"
)

// reason is the reason that a cell writes for its prediction: the second argument of the check, as
// far as it is a constant.
func reason(text string) string {
	f, err := parsed(text)
	if err != nil {
		return ""
	}
	values := map[string]ast.Expr{}
	ast.Inspect(f.ast, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ValueSpec:
			for i, name := range n.Names {
				if i < len(n.Values) {
					values[name.Name] = n.Values[i]
				}
			}
		case *ast.AssignStmt:
			for i, left := range n.Lhs {
				if name, ok := left.(*ast.Ident); ok && len(n.Lhs) == len(n.Rhs) {
					values[name.Name] = n.Rhs[i]
				}
			}
		}
		return true
	})
	said := ""
	f.checks(func(name string, call *ast.CallExpr) {
		if name == "CheckPrediction" && len(call.Args) == 2 {
			said = f.value(call.Args[1], values, 100)
		}
	})
	return said
}

// value is a text that an expression stands for; where that is not plain, the expression itself.
func (f *file) value(e ast.Expr, values map[string]ast.Expr, deep int) string {
	if deep == 0 {
		return f.of(e)
	}
	switch e := e.(type) {
	case *ast.ParenExpr:
		return f.value(e.X, values, deep-1)
	case *ast.BasicLit:
		if text, err := strconv.Unquote(e.Value); err == nil {
			return text
		}
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			return f.value(e.X, values, deep-1) + f.value(e.Y, values, deep-1)
		}
	case *ast.Ident:
		if value := values[e.Name]; value != nil {
			return f.value(value, values, deep-1)
		}
	}
	return f.of(e)
}
