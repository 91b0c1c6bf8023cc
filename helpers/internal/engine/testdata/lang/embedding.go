package main

import (
	"fmt"
	"strings"
	"sync"
)

type animal struct{ name string }

func (a animal) Name() string     { return a.name }
func (a *animal) Rename(n string) { a.name = n }
func (a animal) Sound() string    { return "..." }

type dog struct {
	animal
	tricks []string
}

func (d dog) Sound() string { return "woof, not " + d.animal.Sound() }

type puppy struct {
	*dog
	age int
}

type sounder interface{ Sound() string }
type named interface {
	sounder
	Name() string
}

type loud struct{ sounder }

func (l loud) Sound() string { return strings.ToUpper(l.sounder.Sound()) }

type locked struct {
	sync.Mutex
	n int
}

func main() {
	d := dog{animal: animal{"Rex"}}
	d.Rename("Max")
	fmt.Println(d.Name(), d.Sound(), d.name)
	p := puppy{&d, 1}
	p.Rename("Tim")
	fmt.Println(p.Name(), d.Name(), p.Sound(), p.age)
	var n named = p
	fmt.Println(n.Name(), loud{n}.Sound(), loud{d.animal}.Sound())
	rename := p.Rename
	rename("Bob")
	fmt.Println(d)
	var l locked
	l.Lock()
	l.n++
	l.Unlock()
	fmt.Println(l.n)
	_, isNamed := any(loud{n}).(named)
	_, isSounder := any(&d).(sounder)
	fmt.Println(isNamed, isSounder)
	var broken loud
	defer func() { fmt.Println(recover()) }()
	fmt.Println(broken.Sound())
}
