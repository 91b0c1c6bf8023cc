package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

type ordered interface {
	~int | ~int64 | ~float64 | ~string
}

func largest[T ordered](first T, rest ...T) T {
	for _, v := range rest {
		if v > first {
			first = v
		}
	}
	return first
}

func mapped[T, U any](in []T, f func(T) U) []U {
	out := make([]U, 0, len(in))
	for _, v := range in {
		out = append(out, f(v))
	}
	return out
}

func reduce[T, A any](in []T, a A, f func(A, T) A) A {
	for _, v := range in {
		a = f(a, v)
	}
	return a
}

type stack[T any] struct{ items []T }

func (s *stack[T]) Push(v T) { s.items = append(s.items, v) }
func (s *stack[T]) Pop() (v T, ok bool) {
	if len(s.items) == 0 {
		return v, false
	}
	v = s.items[len(s.items)-1]
	s.items = s.items[:len(s.items)-1]
	return v, true
}

type pair[K comparable, V any] struct {
	Key   K
	Value V
}

func (p pair[K, V]) String() string { return fmt.Sprintf("<%v: %v>", p.Key, p.Value) }

type tree[T cmp.Ordered] struct {
	left, right *tree[T]
	value       T
}

func (t *tree[T]) insert(v T) *tree[T] {
	if t == nil {
		return &tree[T]{value: v}
	}
	if v < t.value {
		t.left = t.left.insert(v)
	} else {
		t.right = t.right.insert(v)
	}
	return t
}

func (t *tree[T]) walk(yield func(T) bool) bool {
	return t == nil || t.left.walk(yield) && yield(t.value) && t.right.walk(yield)
}

type myInt int

func zero[T any]() (z T) { return }

func keys[M ~map[K]V, K cmp.Ordered, V any](m M) []K {
	var ks []K
	for k := range m {
		ks = append(ks, k)
	}
	slices.Sort(ks)
	return ks
}

type setter[T any] interface {
	*T
	Set(string)
}

type label struct{ s string }

func (l *label) Set(s string) { l.s = s }

func build[T any, P setter[T]](s string) T {
	var t T
	P(&t).Set(s)
	return t
}

func kind[T any](v T) string {
	switch any(v).(type) {
	case int:
		return "int"
	case string:
		return "string"
	}
	return fmt.Sprintf("%T", v)
}

func main() {
	fmt.Println(largest(3, 9, 2), largest("b", "a"), largest(myInt(1), 5), largest(1.5))
	words := mapped([]int{1, 2, 3}, func(n int) string { return strings.Repeat("x", n) })
	fmt.Println(words, reduce(words, 0, func(n int, s string) int { return n + len(s) }))
	var s stack[string]
	s.Push("a")
	s.Push("b")
	fmt.Println(s.Pop())
	fmt.Println(s.Pop())
	fmt.Println(s.Pop())
	fmt.Println(pair[string, int]{"a", 1}, []pair[int, bool]{{1, true}})
	var t *tree[int]
	for _, v := range []int{5, 2, 8, 1, 9} {
		t = t.insert(v)
	}
	t.walk(func(v int) bool { fmt.Print(v, " "); return v < 8 })
	fmt.Println(zero[int](), zero[string]() == "", zero[*int]() == nil, zero[pair[int, string]]())
	fmt.Println(keys(map[string]int{"b": 1, "a": 2}), build[label]("hi").s)
	fmt.Println(kind(1), kind("a"), kind(2.5), kind([]int{}), kind(pair[string, int]{}))
	fmt.Printf("%T %T\n", s, pair[myInt, []string]{})
	f := largest[float64]
	fmt.Println(f(1, 2.5))
}
