package main

import (
	"bytes"
	"cmp"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"unicode/utf8"
)

// r_const hides a constant from the compiler's arithmetic.
func r_const[T any](x T) T { return x }

// r_mask is channel c, or nil where another case than the nth has been chosen.
func r_mask[C any](c C, chosen, n int) C {
	if chosen != 0 && chosen != n {
		var none C
		return none
	}
	return c
}

type r_stringIter struct {
	s string
	i int
}

func (it *r_stringIter) next() (ok bool, i int, c rune) {
	if it.i >= len(it.s) {
		return false, 0, 0
	}
	i = it.i
	c, n := utf8.DecodeRuneInString(it.s[i:])
	it.i += n
	return true, i, c
}

// r_mapIter goes through the keys that a map had at the start. The next one is chosen among those
// left.
type r_mapIter[K comparable, V any] struct {
	m    map[K]V
	keys []K
}

func r_rangeMap[K comparable, V any](m map[K]V) *r_mapIter[K, V] {
	it := &r_mapIter[K, V]{m: m}
	for k := range m {
		it.keys = append(it.keys, k)
	}
	slices.SortStableFunc(it.keys, func(a, b K) int { return r_compare(reflect.ValueOf(a), reflect.ValueOf(b)) })
	return it
}

func (it *r_mapIter[K, V]) next(choice int) (ok bool, key K, value V) {
	it.keys = slices.DeleteFunc(it.keys, func(k K) bool { _, ok := it.m[k]; return !ok && k == k })
	if len(it.keys) == 0 {
		return false, key, value
	}
	n := min(max(choice-1, 0), len(it.keys)-1)
	key = it.keys[n]
	it.keys = slices.Delete(it.keys, n, n+1)
	return true, key, it.m[key]
}

// r_compare is the order of a map's keys: by value where the kind has an order, else as they come.
func r_compare(a, b reflect.Value) int {
	if !a.IsValid() || !b.IsValid() || a.Type() != b.Type() {
		return 0
	}
	switch a.Kind() {
	case reflect.Bool:
		return cmp.Compare(r_digit(a.Bool()), r_digit(b.Bool()))
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return cmp.Compare(a.Int(), b.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return cmp.Compare(a.Uint(), b.Uint())
	case reflect.Float32, reflect.Float64:
		return cmp.Compare(a.Float(), b.Float())
	case reflect.String:
		return cmp.Compare(a.String(), b.String())
	case reflect.Interface:
		return r_compare(a.Elem(), b.Elem())
	case reflect.Struct:
		for i := range a.NumField() {
			if c := r_compare(a.Field(i), b.Field(i)); c != 0 {
				return c
			}
		}
	case reflect.Array:
		for i := range a.Len() {
			if c := r_compare(a.Index(i), b.Index(i)); c != 0 {
				return c
			}
		}
	}
	return 0
}

func r_digit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// r_id is the number that the Go runtime gives the goroutine that calls it.
func r_id() int {
	var buf [40]byte
	text := buf[:runtime.Stack(buf[:], false)]
	text = text[len("goroutine "):]
	id, _ := strconv.Atoi(string(text[:bytes.IndexByte(text, ' ')]))
	return id
}
