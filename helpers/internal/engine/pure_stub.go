package engine

import (
	"fmt"
	"strings"

	"golang.org/x/tools/go/ssa"
)

func (p *Program) pureNative(fn *ssa.Function, name string) *native {
	args := func(t *thread, v Value) (all []any) {
		for _, c := range t.s.contents(v, 1) {
			x := c.(Iface).V
			all = append(all, x)
		}
		return
	}
	switch name {
	case "fmt.sprintln":
		return &native{run: func(t *thread, a []Value) Value { return Tuple{fmt.Sprintln(args(t, a[0])...), Iface{}, ""} }}
	case "fmt.sprint":
		return &native{run: func(t *thread, a []Value) Value { return Tuple{fmt.Sprint(args(t, a[0])...), Iface{}, ""} }}
	case "fmt.sprintf":
		return &native{run: func(t *thread, a []Value) Value {
			return Tuple{fmt.Sprintf(strings.ReplaceAll(a[0].(string), "%w", "%v"), args(t, a[1])...), Iface{}, ""}
		}}
	}
	return nil
}
