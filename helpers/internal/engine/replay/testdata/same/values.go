// Ordinary Go of all kinds, without goroutines.
package main

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"maps"
	"math"
	"slices"
	"sort"
	"strings"
	"time"
)

type Shape interface {
	Area() float64
	fmt.Stringer
}

type Named struct{ name string }

func (n *Named) String() string { return "named " + n.name }
func (n Named) Len() int        { return len(n.name) }

type Square struct {
	*Named
	side float64
}

func (s Square) Area() float64 { return s.side * s.side }

type Stack[T any] struct {
	items []T
	Pair[string, T]
}

type Pair[K comparable, V any] struct {
	Key   K
	Value V
}

func (p Pair[K, V]) Show() string { return fmt.Sprint(p.Key, "=", p.Value) }

func (s *Stack[T]) Push(x T) { s.items = append(s.items, x) }
func (s *Stack[T]) Pop() (x T, ok bool) {
	if len(s.items) == 0 {
		return x, false
	}
	x = s.items[len(s.items)-1]
	s.items = s.items[:len(s.items)-1]
	return x, true
}
func (s *Stack[T]) All() iter.Seq2[int, T] {
	return func(yield func(int, T) bool) {
		for i, x := range s.items {
			if !yield(i, x) {
				return
			}
		}
	}
}

type Number interface{ ~int | ~float64 }

func Sum[T Number](xs ...T) (sum T) {
	for _, x := range xs {
		sum += x
	}
	return sum
}

func Map[A, B any](xs []A, f func(A) B) []B {
	type wrapped struct{ b B }
	var ws []wrapped
	for _, x := range xs {
		ws = append(ws, wrapped{f(x)})
	}
	var out []B
	for _, w := range ws {
		out = append(out, w.b)
	}
	return out
}

type Celsius float64
type Level int

const (
	Low Level = iota
	Mid
	High
)

func (l Level) String() string { return [...]string{"low", "mid", "high"}[l] }

type MyError struct{ code int }

func (e *MyError) Error() string { return fmt.Sprintf("code %d", e.code) }

func risky(n int) (result int, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("recovered: %v", r)
		}
	}()
	if n == 3 {
		return 0, &MyError{n}
	}
	values := []int{1, 2}
	return values[n] / (n - 1), nil
}

func named() (x int) {
	defer func() { x *= 2 }()
	x = 20
	return x + 1
}

func order() {
	for i := range 3 {
		defer fmt.Println("deferred", i)
	}
	defer func() {
		defer fmt.Println("inner done")
		fmt.Println("recovered", recover())
	}()
	var m map[string]int
	m["x"] = 1
}

func find(s *Stack[int], want int) (int, bool) {
	for i, x := range s.All() {
		if x == want {
			return i, true
		}
	}
	return -1, false
}

var total = compute()

func compute() int { return len(table) * 7 }

var table = map[string]int{"a": 1, "b": 2, "c": 3}

func init() { table["d"] = total }

type any2 = any

func main() {
	var s Shape = Square{&Named{"sq"}, 3}
	fmt.Println(s, s.Area(), s.(Square).Len())
	if _, ok := s.(interface{ Volume() float64 }); !ok {
		fmt.Println("no volume")
	}
	st := &Stack[int]{Pair: Pair[string, int]{"k", 5}}
	for i := range 5 {
		st.Push(i * i)
	}
	fmt.Println(st.Pop())
	fmt.Println(st.items, len(st.items), cap(st.items) >= 4, st.Show())
	fmt.Println(find(st, 4))
	fmt.Println(find(st, 5))
	words := &Stack[string]{}
	words.Push("x")
	fmt.Println(words.Pop())
	fmt.Println(words.Pop())
	fmt.Println(Sum(1, 2, 3), Sum(1.5, 2), Sum[Celsius](1, 2.25), Sum[int]())
	fmt.Println(Map([]int{1, 2, 3}, func(i int) string { return strings.Repeat("*", i) }))
	for n := range 5 {
		v, err := risky(n)
		var my *MyError
		fmt.Println(v, err, errors.As(err, &my))
	}
	fmt.Println(named())
	order()
	x := 255
	fmt.Println(uint8(x+1), int8(x), x<<60>>60, math.MaxInt64, -7/2, -7%3, 7&^5, ^x)
	f := 0.1
	fmt.Printf("%.20f %v %v %T %T\n", f, float32(f), complex(f, 2)*complex(0, 1), Mid, st.items)
	fmt.Printf("%v %d %s %q %x\n", High, High, Low, "zö\x00\xff", "日本")
	for i, c := range "aé日\xff" {
		fmt.Print(i, ":", c, " ")
	}
	fmt.Println()
	keys := slices.Sorted(maps.Keys(table))
	fmt.Println(keys, len(table), table["d"], table["zz"])
	for k, v := range table {
		if v == 2 {
			delete(table, k)
		}
	}
	fmt.Println(table)
	arr := [3]int{1, 2, 3}
	brr := arr
	brr[1] = 9
	p := &arr
	for i := range p {
		p[i] += brr[i]
	}
	fmt.Println(arr, brr, arr == brr, p == &arr)
	type point struct{ x, y int }
	pts := map[point]string{{1, 2}: "a"}
	pts[point{3, 4}] = "b"
	fmt.Println(pts[point{1, 2}], len(pts))
	sl := []int{5, 2, 8, 1}
	sort.Slice(sl, func(i, j int) bool { return sl[i] < sl[j] })
	slices.SortFunc(sl, func(a, b int) int { return cmp.Compare(b, a) })
	fmt.Println(sl, sl[1:3:4], min(3, x, 7), max(2.5, f))
	var funcs []func() int
	for i := range 3 {
		funcs = append(funcs, func() int { i += 10; return i })
	}
	for _, f := range funcs {
		fmt.Print(f(), " ", f(), " ")
	}
	fmt.Println()
	get := st.Pop
	fmt.Println(get())
	push := (*Stack[int]).Push
	push(st, 77)
	show := Pair[string, int].Show
	fmt.Println(st.items, show(Pair[string, int]{"q", 1}))
	var b strings.Builder
	fmt.Fprintf(&b, "%05d|%-5s|%+v", 42, "ab", struct {
		A int
		B []string
	}{1, []string{"z"}})
	fmt.Println(b.String(), time.Duration(1500)*time.Millisecond)
	bs := []byte("hello")
	copy(bs[1:], "EY")
	fmt.Println(string(bs), string(append(bs, " you"...)), []rune("añ"))
	switch v := any(x).(type) {
	case string:
		fmt.Println("string", v)
	case int, int64:
		fmt.Println("int", v)
	}
	a4 := [4]int(append(sl, 0)[:4])
	fmt.Println(a4, *(*[2]int)(sl))
	clear(table)
	fmt.Println(len(table))
	var e error
	fmt.Println(e == nil, errors.Is(fmt.Errorf("w: %w", errors.ErrUnsupported), errors.ErrUnsupported))
	func() {
		defer func() { fmt.Println(recover()) }()
		var s Shape
		s.Area()
	}()
	func() {
		defer func() { fmt.Println(recover()) }()
		fmt.Println(any("x").(int))
	}()
outer:
	for i := 0; ; i++ {
		for j := range 10 {
			if i*j == 42 {
				fmt.Println("found", i, j)
				break outer
			}
			if j > i {
				continue outer
			}
		}
	}
	i, j := 1, 2
	for range 3 {
		i, j = j, i+j
	}
	fmt.Println(i, j)
	goto end
end:
	panic(&MyError{7})
}
