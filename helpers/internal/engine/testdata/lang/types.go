package main

import (
	"fmt"
	"iter"
	"strings"
)

type (
	id      int
	names   []string
	handler func(string) string
	matrix  [2][2]float64
	tree    struct {
		left, right *tree
		value       int
	}
	visitor interface{ visit(*tree) }
	alias   = map[string]int
)

type summer struct{ total int }

func (s *summer) visit(t *tree) { s.total += t.value }

func (t *tree) accept(v visitor) {
	if t == nil {
		return
	}
	t.left.accept(v)
	v.visit(t)
	t.right.accept(v)
}

func (m matrix) times(o matrix) (r matrix) {
	for i := range 2 {
		for j := range 2 {
			for k := range 2 {
				r[i][j] += m[i][k] * o[k][j]
			}
		}
	}
	return
}

func (h handler) with(prefix string) handler {
	return func(s string) string { return h(prefix + s) }
}

type state int

const (
	idle state = iota
	running
	stopped
)

var stateNames = map[state]string{idle: "idle", running: "running", stopped: "stopped"}

func (s state) String() string { return stateNames[s] }
func (s *state) next()         { *s = (*s + 1) % 3 }

type set[T comparable] map[T]struct{}

func (s set[T]) add(v T) set[T] { s[v] = struct{}{}; return s }
func (s set[T]) has(v T) bool   { _, ok := s[v]; return ok }

type node[T any] struct {
	value T
	next  *node[T]
}

func (n *node[T]) all() iter.Seq[T] {
	return func(yield func(T) bool) {
		for ; n != nil; n = n.next {
			if !yield(n.value) {
				return
			}
		}
	}
}

func main() {
	t := &tree{&tree{value: 1}, &tree{value: 3}, 2}
	var s summer
	t.accept(&s)
	fmt.Println(s.total, id(5)+1, len(names{"a", "b"}), alias{"x": 1})
	m := matrix{{1, 1}, {1, 0}}
	fmt.Println(m.times(m).times(m))
	fmt.Println(handler(strings.ToUpper).with("b").with("a")("c"))
	st := idle
	for range 4 {
		fmt.Print(st, " ")
		st.next()
	}
	fmt.Println()
	fmt.Println(set[string]{}.add("x").add("y").has("x"), len(set[int]{}.add(1).add(1)))
	for v := range (&node[string]{"a", &node[string]{"b", nil}}).all() {
		fmt.Print(v, " ")
	}
	fmt.Println()
	var x interface {
		fmt.Stringer
		comparable2
	}
	fmt.Println(x == nil)
	var arr [3]struct{ n int }
	for i := range arr {
		arr[i].n = i
	}
	ptr := &arr[1]
	ptr.n *= 10
	pp := &ptr
	(*pp).n++
	fmt.Println(arr, *ptr, **pp == arr[1])
	c := make(chan func() int, 1)
	c <- func() int { return 3 }
	fmt.Println((<-c)())
	var f32 float32 = 1.5
	i := int(f32) + int(id(2))
	b := []byte("x")
	str := string(b)
	b[0] = 'y'
	fmt.Println(i, str, string(b), names(strings.Fields("p q")), rune("é"[0]), []rune("é"))
	type local struct {
		a, b any
	}
	fmt.Println(local{1, "x"} == local{1, "x"}, local{1, 2} == local{1, 2.0})
	var e1, e2 interface{} = &s, &s
	fmt.Println(e1 == e2, e1.(*summer).total)
	var fn func()
	fmt.Println(fn == nil, new(int) != nil, *new(string) == "")
	switch y := e1.(type) {
	case visitor:
		fmt.Printf("%T\n", y)
	}
}

type comparable2 interface{ other() }
