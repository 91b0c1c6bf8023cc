package main

import "fmt"

type point struct{ x, y int }
type line struct {
	from, to point
	name     string
}
type list struct {
	value int
	next  *list
}
type empty struct{}

func move(p point) point { p.x++; return p }
func push(p *point)      { p.x++ }

func main() {
	p := point{1, 2}
	q := p
	q.x = 10
	fmt.Println(p, q, p == point{1, 2}, p != q)
	l := line{p, point{y: 5}, "l"}
	m := l
	m.to.y = 6
	push(&m.from)
	fmt.Println(l, m, l == m, move(p), p)
	pp := &l.to
	pp.x = 7
	fmt.Println(l.to, *pp, (*pp).y)
	var head *list
	for i := range 3 {
		head = &list{i, head}
	}
	sum := 0
	for n := head; n != nil; n = n.next {
		sum += n.value
	}
	fmt.Println(sum, head.next.next.value, head.next.next.next == nil)
	anonymous := struct {
		a int
		b []string
	}{1, []string{"x"}}
	fmt.Printf("%v %+v\n", anonymous, anonymous)
	fmt.Printf("%v %+v %T\n", l, l, l)
	fmt.Printf("%#v %#v\n", p, l)
	points := []point{{1, 1}, {2, 2}}
	for _, p := range points {
		p.x = 100
	}
	for i := range points {
		points[i].y *= 10
	}
	fmt.Println(points, &points[0], []*point{nil})
	mp := map[string]*point{"a": {1, 2}}
	mp["a"].x = 9
	fmt.Println(*mp["a"], empty{} == empty{}, count(points))
	var array [2]point
	array[1].x = 3
	copied := array
	copied[1].x = 4
	fmt.Println(array, copied, array == copied)
	new1, new2 := new(point), new(point)
	fmt.Println(*new1 == *new2, new1 == new2, new1 == new1)
	swapped := func() (a, b point) { return q, p }
	first, second := swapped()
	fmt.Println(first, second)
	_, y := p, q.y
	fmt.Println(y)
	type local struct{ point }
	fmt.Println(local{p}.x, local{p})
}

func count(ps []point) (n int) {
	for range ps {
		n++
	}
	return
}
