package main

import "fmt"

type celsius float64

func (c celsius) String() string { return fmt.Sprintf("%.1f°C", float64(c)) }

type counter struct{ n int }

func (c *counter) Inc()    { c.n++ }
func (c counter) Get() int { return c.n }

type shape interface {
	Area() int
	Scale(int) shape
}

type square struct{ side int }

func (s square) Area() int         { return s.side * s.side }
func (s square) Scale(k int) shape { return square{s.side * k} }

type rectangle struct{ w, h int }

func (r *rectangle) Area() int { return r.w * r.h }
func (r *rectangle) Scale(k int) shape {
	r.w, r.h = r.w*k, r.h*k
	return r
}

type list []int

func (l list) Sum() (s int) {
	for _, n := range l {
		s += n
	}
	return
}

type op func(int, int) int

func (o op) Twice(a, b int) int { return o(o(a, b), b) }

func main() {
	var c counter
	inc, get := c.Inc, c.Get // the value is bound now
	inc()
	inc()
	fmt.Println(c.Get(), get(), (*counter).Get(&c), counter.Get(c))
	p := &c
	p.Inc()
	fmt.Println(p.Get(), c.n)
	shapes := []shape{square{2}, &rectangle{2, 3}}
	for _, s := range shapes {
		t := s.Scale(2)
		fmt.Println(s.Area(), t.Area())
	}
	area := shape.Area
	fmt.Println(area(square{5}), list{1, 2, 3}.Sum())
	fmt.Println(op(func(a, b int) int { return a*10 + b }).Twice(1, 2))
	fmt.Println(celsius(36.6), []celsius{1, 2}, struct{ T celsius }{3})
	fmt.Printf("%v %s %.2f\n", celsius(1), celsius(2), celsius(3))
	m := map[string]func(*counter){"inc": (*counter).Inc}
	m["inc"](p)
	fmt.Println(c)
}
