package main

import (
	"bufio"
	"bytes"
	"cmp"
	"container/heap"
	"container/list"
	"container/ring"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"iter"
	"maps"
	"math"
	"math/bits"
	"math/cmplx"
	"os"
	"path"
	"slices"
	"sort"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

type ints []int

func (x ints) Len() int           { return len(x) }
func (x ints) Less(i, j int) bool { return x[i] < x[j] }
func (x ints) Swap(i, j int)      { x[i], x[j] = x[j], x[i] }
func (x *ints) Push(v any)        { *x = append(*x, v.(int)) }
func (x *ints) Pop() any {
	old := *x
	v := old[len(old)-1]
	*x = old[:len(old)-1]
	return v
}

type person struct {
	name string
	age  int
}

type myError struct{ code int }

func (e *myError) Error() string        { return "my " + strconv.Itoa(e.code) }
func (e *myError) Is(target error) bool { return target == errMine }

var errMine = errors.New("mine")

func try(name string, f func()) {
	defer func() {
		if r := recover(); r != nil {
			err, ok := r.(error)
			fmt.Println(name, "panics:", r, ok)
			_ = err
		}
	}()
	f()
}

func count(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

func text() {
	fmt.Println(strings.Contains("chicken", "hen"), strings.Count("cheese", "e"), strings.Fields("  a b  c "), strings.Split("a,b,c", ","))
	fmt.Printf("%q %q %q\n", strings.SplitN("a,b,c", ",", 2), strings.SplitAfter("a,b", ","), strings.Fields(""))
	fmt.Println(strings.Join([]string{"x", "y"}, "-"), strings.Repeat("ab", 3), strings.Replace("oink oink", "k", "ky", 1), strings.ToUpper("héllo"), strings.Title("two words"))
	before, after, found := strings.Cut("key=value", "=")
	fmt.Println(before, after, found, strings.TrimFunc("123abc456", unicode.IsDigit), strings.Trim("xxhixx", "x"), strings.TrimLeft("xxhi", "x"))
	fmt.Println(strings.Map(func(r rune) rune {
		if r == 'a' {
			return -1
		}
		return unicode.ToUpper(r)
	}, "banana é"), strings.IndexFunc("abc1", unicode.IsDigit), strings.LastIndexFunc("é1é", unicode.IsLetter), strings.FieldsFunc("a;b,c", func(r rune) bool { return r == ';' || r == ',' }))
	for line := range strings.Lines("one\ntwo\nthree") {
		fmt.Printf("%q ", line)
	}
	for part := range strings.SplitSeq("1-2-3", "-") {
		fmt.Print(part, ";")
	}
	for field := range strings.FieldsSeq(" p  q ") {
		fmt.Print(field, "|")
	}
	fmt.Println(strings.NewReplacer("a", "1", "b", "2").Replace("aabbc"), strings.EqualFold("Go", "GO"), strings.Compare("a", "b"), strings.ContainsAny("abc", "xyzc"))
	var b strings.Builder
	b.WriteByte('x')
	b.WriteRune('é')
	b.WriteString("yz")
	b.Write([]byte("!"))
	fmt.Println(b.String(), b.Len())
	r := strings.NewReader("read me")
	buf := make([]byte, 4)
	n, err := r.Read(buf)
	rest, _ := io.ReadAll(r)
	fmt.Println(n, err, string(buf[:n]), string(rest))
	try("Repeat", func() { fmt.Println(strings.Repeat("x", -1)) })

	i, err := strconv.Atoi("12x")
	fmt.Println(i, err, errors.Is(err, strconv.ErrSyntax))
	_, err = strconv.ParseInt("300", 10, 8)
	var numError *strconv.NumError
	fmt.Println(err, errors.As(err, &numError), numError.Func, numError.Num)
	_, err = strconv.ParseInt("1", 99, 8)
	fmt.Println(err)
	f, err := strconv.ParseFloat("2.5e3", 64)
	fmt.Println(f, err, strconv.Quote("a\n"), strconv.FormatInt(-255, 16), strconv.FormatFloat(1.0/3, 'f', 4, 64), strconv.Itoa(-9))
	ok, err := strconv.ParseBool("maybe")
	fmt.Println(ok, err, string(strconv.AppendInt([]byte("n="), 7, 2)))
	s, err := strconv.Unquote(`"a\tb"`)
	fmt.Println(s, err)

	fmt.Println(utf8.RuneCountInString("héé"), utf8.ValidString("a\xff"), utf8.RuneLen('é'), string(utf8.AppendRune(nil, 'é')), utf16.Encode([]rune("a😀")))
	e := make([]byte, 4)
	fmt.Println(utf8.EncodeRune(e, '😀'), e, unicode.IsUpper('É'), unicode.IsSpace('\t'), unicode.To(unicode.LowerCase, 'Q'))

	var buffer bytes.Buffer
	fmt.Fprintf(&buffer, "%d bytes", 5)
	buffer.WriteString(" more")
	line, err := buffer.ReadString(' ')
	fmt.Println(line, err, buffer.String(), bytes.Contains([]byte("abc"), []byte("bc")), bytes.Split([]byte("a b"), []byte(" ")), bytes.TrimSpace([]byte(" x ")))
	fmt.Println(bytes.Equal([]byte("a"), []byte("a")), bytes.ToUpper([]byte("abc")), bytes.IndexByte([]byte("abc"), 'c'), bytes.Fields([]byte(" a b ")), bytes.Compare([]byte("a"), []byte("b")))
	sc := bufio.NewScanner(strings.NewReader("l1\nl2 w\n"))
	for sc.Scan() {
		fmt.Print("[", sc.Text(), "]")
	}
	w := bufio.NewWriter(os.Stdout)
	fmt.Fprintln(w, "buffered")
	w.Flush()
	tw := tabwriter.NewWriter(os.Stdout, 0, 8, 2, ' ', 0)
	fmt.Fprintln(tw, "a\tbbb\tc")
	fmt.Fprintln(tw, "aaaa\tb\tc")
	tw.Flush()
	h := fnv.New32a()
	h.Write([]byte("hash"))
	fmt.Println(h.Sum32(), path.Join("a", "../b", "c"), path.Base("/x/y.go"), path.Ext("y.go"))
	pr, err := io.ReadAll(io.LimitReader(strings.NewReader("limited"), 3))
	fmt.Println(string(pr), err)
}

func collections() {
	s := []int{3, 1, 2}
	slices.Sort(s)
	at, found := slices.BinarySearch(s, 2)
	fmt.Println(s, at, found, slices.Max(s), slices.Contains(s, 4), slices.Index(s, 3), s == nil)
	s = slices.Insert(s, 1, 9, 8)
	s = slices.Delete(s, 0, 1)
	fmt.Println(s, slices.Equal(s, []int{9, 8, 2, 3}), slices.Compact([]int{1, 1, 2}), slices.Collect(count(3)), slices.Sorted(count(3)))
	s = slices.Insert(s, 2, s[1:3]...)
	fmt.Println(s, slices.Repeat([]int{1}, 3), slices.Concat(s, s), slices.IndexFunc(s, func(x int) bool { return x == 2 }))
	people := []person{{"Ann", 30}, {"Bob", 25}, {"Cid", 30}}
	slices.SortFunc(people, func(a, b person) int { return cmp.Or(cmp.Compare(a.age, b.age), strings.Compare(a.name, b.name)) })
	fmt.Println(people)
	sort.Slice(people, func(i, j int) bool { return people[i].name > people[j].name })
	fmt.Println(people, sort.SliceIsSorted(people, func(i, j int) bool { return people[i].name > people[j].name }))
	sort.SliceStable(people, func(i, j int) bool { return people[i].age < people[j].age })
	fmt.Println(people)
	x := ints{5, 2, 8}
	sort.Sort(sort.Reverse(x))
	fmt.Println(x, sort.SearchInts([]int{1, 3, 5}, 3), sort.IsSorted(x))
	many := make([]int, 100)
	for i := range many {
		many[i] = i * 37 % 101
	}
	sort.Ints(many)
	fmt.Println(many[:5], sort.IntsAreSorted(many))
	slices.SortFunc(many, func(a, b int) int { return b - a })
	fmt.Println(many[:5])
	h := &ints{5, 2, 8}
	heap.Init(h)
	heap.Push(h, 1)
	fmt.Println(heap.Pop(h), heap.Pop(h), *h)
	l := list.New()
	l.PushBack(1)
	l.PushFront(0)
	for e := l.Front(); e != nil; e = e.Next() {
		fmt.Print(e.Value, " ")
	}
	r := ring.New(3)
	for i := range 3 {
		r.Value = i
		r = r.Next()
	}
	r.Do(func(v any) { fmt.Print(v, ",") })
	m := map[string]int{"a": 1, "b": 2, "c": 3}
	fmt.Println(slices.Sorted(maps.Keys(m)), maps.Clone(m), len(m), maps.Equal(m, maps.Clone(m)))
	maps.DeleteFunc(m, func(k string, v int) bool { return v > 1 })
	fmt.Println(m, cmp.Compare(1, 2), min(1, 2.5), max("a", "b"))
	for c := range slices.Chunk([]int{1, 2, 3, 4, 5}, 2) {
		fmt.Print(c)
	}
	for i, v := range slices.Backward([]string{"x", "y"}) {
		fmt.Print(i, v)
	}
	fmt.Println()
}

func mistakes() {
	e := &myError{5}
	wrapped := fmt.Errorf("outer: %w", fmt.Errorf("inner: %w", e))
	var mine *myError
	fmt.Println(wrapped, errors.Is(wrapped, errMine), errors.Is(wrapped, e), errors.As(wrapped, &mine), mine.code, errors.Unwrap(wrapped))
	found, ok := errors.AsType[*myError](wrapped)
	fmt.Println(found, ok, errors.Is(nil, e), errors.Is(errors.Join(errMine, e), errMine))
	var timeout interface{ Timeout() bool }
	fmt.Println(errors.As(wrapped, &timeout), errors.ErrUnsupported)
	try("As", func() { errors.As(wrapped, nil) })
	var s []int
	var m map[string]int
	var p *person
	var a any = "text"
	var zero int
	var err error
	try("index", func() { fmt.Println(s[zero]) })
	try("index", func() { fmt.Println([]int{1, 2}[zero+5]) })
	try("slice", func() { fmt.Println([]int{1, 2}[zero+1 : zero]) })
	try("slice", func() { fmt.Println("abc"[zero+2 : zero+9]) })
	try("map", func() { m["x"] = 1 })
	try("nil", func() { fmt.Println(p.name) })
	try("assert", func() { fmt.Println(a.(int)) })
	try("assert", func() { fmt.Println(a.(fmt.Stringer)) })
	try("assert", func() { var n any; fmt.Println(n.(int)) })
	try("divide", func() { fmt.Println(1 / zero) })
	try("call", func() { fmt.Println(err.Error()) })
	try("custom", func() { panic(fmt.Sprintf("own %d", 1)) })
	try("error", func() { panic(e) })
	try("make", func() { _ = make([]int, zero-1) })
	try("chan", func() { var c chan int; close(c) })
	try("closed", func() { c := make(chan int); close(c); close(c) })
	try("array", func() { _ = [4]int(s) })
	try("hash", func() { _ = map[any]int{[]int{1}[0:]: 1} })
	try("compare", func() { var x, y any = []int{1}, []int{1}; fmt.Println(x == y) })
	try("bits", func() { bits.Div64(1, 0, uint64(zero)) })
}

func numbers() {
	fmt.Println(math.Sqrt(2), math.Pi, math.Floor(-1.5), math.Inf(1), math.NaN(), math.MaxInt64, math.Pow(2, 10), math.Hypot(3, 4), math.IsNaN(math.NaN()))
	whole, frac := math.Modf(3.25)
	fmt.Println(whole, frac, math.Float64bits(1.5), bits.OnesCount(255), bits.Len(1024), bits.Reverse8(1), bits.TrailingZeros(8), cmplx.Abs(3+4i))
	hi, lo := bits.Mul64(1<<63, 4)
	fmt.Println(hi, lo, math.Round(2.5), math.Trunc(-2.7), math.MaxUint32, uint64(math.MaxUint64), math.SmallestNonzeroFloat64)
	var u8 uint8 = 250
	u8 += 10
	var i8 int8 = 127
	i8++
	fmt.Println(u8, i8, -7/2, -7%3, 7&^5, 1<<3|1, uint32(1)<<31, ^0, int32(math.Float32bits(1)), float32(0.1)+float32(0.2), 0.1+0.2)
}

func times() {
	d := 90*time.Minute + 30*time.Second + 5*time.Millisecond
	fmt.Println(d, d.Hours(), d.Minutes(), d.Seconds(), d.Milliseconds(), d.Round(time.Hour), d.Truncate(time.Minute), (-d).Abs(), time.Duration(0), time.Duration(1500))
	p, err := time.ParseDuration("1h15m30.918s")
	fmt.Println(p, err)
	_, err = time.ParseDuration("x")
	fmt.Println(err)
	t := time.Date(2026, time.March, 31, 23, 59, 58, 123456789, time.UTC)
	fmt.Println(t, t.Weekday(), t.YearDay(), t.Unix(), t.UnixNano(), t.Add(2*time.Second), t.AddDate(0, 1, 0), t.Format(time.RFC1123), t.Month(), t.IsZero(), time.Time{})
	year, week := t.ISOWeek()
	fmt.Println(year, week, t.Truncate(time.Hour), t.Round(time.Minute), t.Sub(t.Add(-time.Hour)), t.Before(t.Add(1)), t.Compare(t), t.Equal(t.UTC()), t.Truncate(7*time.Second), time.Time{}.IsZero())
	u, err := time.Parse(time.DateOnly, "2024-02-30")
	fmt.Println(u, err)
	u, err = time.Parse(time.RFC3339, "2024-02-29T12:00:00Z")
	fmt.Println(u, err, time.UnixMilli(1500).UTC(), time.Unix(0, -1).UTC())
	start := time.Now()
	fmt.Println(time.Since(start) < time.Hour, time.Until(start) <= 0, start.After(time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)))
}

func main() {
	text()
	collections()
	mistakes()
	numbers()
	times()
}
