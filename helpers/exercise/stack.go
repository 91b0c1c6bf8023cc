package exercise

import (
	"fmt"
	"slices"
	"strings"
	"sync"
)

// A Stack is a stack of numbers, for CheckStack.
type Stack interface {
	Push(value int)
	Pop() (value int, ok bool) // ok is false if the stack is empty
}

// CheckStack checks a stack that the student makes; newStack makes a new, empty one. Push puts a value
// on it, Pop takes the one that was put on last. Called by several goroutines at once, the calls must
// give what they would give one after another, in some order in which each happens between its begin
// and its end: the stack must be linearizable.
func CheckStack(newStack func() Stack) {
	made := func() Stack {
		stack := newStack()
		expect(stack != nil, "there is no stack: nil was returned")
		return stack
	}
	alone := func() {
		stack := made()
		var on []int
		for _, value := range []int{pop, 7, 0, 5, -3, pop, 7, 8, pop, pop, pop, pop, pop, pop, pop, 4, pop, pop} {
			if value != pop {
				stack.Push(value)
				on = append(on, value)
				continue
			}
			value, ok := stack.Pop()
			expect(ok == (len(on) > 0), "%v is on the stack, and Pop() says ok = %v", on, ok)
			if n := len(on); n > 0 {
				expect(value == on[n-1], "%v is on the stack, the last one on top, and Pop() gives %d", on, value)
				on = on[:n-1]
			}
		}
	}
	high := func() {
		stack := made()
		for i := range 40 {
			stack.Push(i)
		}
		for i := range 40 {
			value, ok := stack.Pop()
			expect(ok && value == 39-i, "0 to 39 are pushed, and pop number %d gives %d, ok = %v", i+1, value, ok)
		}
	}
	two := func() {
		one, other := made(), made()
		one.Push(1)
		_, ok := other.Pop()
		expect(!ok, "1 was pushed on the one, and the other is not empty: each call makes a stack of its own")
	}
	// A stack may have a goroutine that keeps it.
	calls := func(title string, run func()) scenario { return scenario{title: title, stays: true, run: run} }
	check("stack",
		calls("One goroutine pushes and pops", alone),
		calls("40 values are pushed, and popped", high),
		calls("Two stacks", two),
		calls("Two goroutines push", history(made, nil, []int{1}, []int{2})),
		calls("A value is on the stack, and two goroutines pop", history(made, []int{1}, []int{pop}, []int{pop})),
		calls("One goroutine pushes, another pops", history(made, nil, []int{1}, []int{pop})),
		calls("One goroutine pushes twice, another pops", history(made, nil, []int{1, 2}, []int{pop})),
		calls("Two goroutines push and pop", history(made, nil, []int{1, pop}, []int{2, pop})),
		calls("One goroutine pushes twice, another pops twice", history(made, nil, []int{1, 2}, []int{pop, pop})),
		calls("Two values are on the stack; one goroutine pops, another pops twice and pushes",
			history(made, []int{1, 2}, []int{pop}, []int{pop, pop, 3})),
		calls("A value is on the stack; two goroutines pop and push", history(made, []int{1}, []int{pop, 2}, []int{pop, 3})),
		calls("Three goroutines push", history(made, nil, []int{1}, []int{2}, []int{3})),
		calls("Two goroutines push, a third pops", history(made, nil, []int{1}, []int{2}, []int{pop})),
		calls("A value is on the stack; two goroutines pop, a third pushes",
			history(made, []int{1}, []int{pop}, []int{pop}, []int{2})),
		calls("One goroutine pushes, another pushes and pops, twice", history(made, nil, []int{1}, []int{2, pop, 3, pop})),
		calls("A value is on the stack; one goroutine pops, another pushes and pops, twice",
			history(made, []int{1}, []int{pop}, []int{2, pop, 3, pop})),
		calls("One goroutine pushes, another pushes and pops, five times",
			history(made, nil, []int{1}, slices.Repeat([]int{2, pop}, 5))),
		calls("A value is on the stack; one goroutine pops, another pushes and pops, five times",
			history(made, []int{1}, []int{pop}, slices.Repeat([]int{2, pop}, 5))),
	)
}

// pop stands for a call of Pop; every other number is pushed.
const pop = -99

// history is a scenario: some values are on the stack, the last one on top, and then each goroutine makes
// calls, one after another.
func history(made func() Stack, on []int, goroutines ...[]int) func() {
	return func() {
		stack := made()
		for _, value := range on {
			stack.Push(value)
		}
		var all []call
		for _, value := range slices.Concat(goroutines...) {
			all = append(all, call{pops: value == pop, value: value})
		}
		ended := 0 // calls, a bit each
		var wg sync.WaitGroup
		first := 0
		for _, values := range goroutines {
			from := first
			first += len(values)
			wg.Go(func() {
				for i := from; i < from+len(values); i++ {
					c := all[i]
					name := fmt.Sprintf("Push(%d)", c.value)
					if c.pops {
						name = "Pop()"
					}
					note("begins "+name, func() { c.who, c.after = self(), ended })
					if c.pops {
						c.value, c.ok = stack.Pop()
					} else {
						stack.Push(c.value)
					}
					note(c.String(), func() {
						ended |= 1 << i
						all[i] = c
					})
				}
			})
		}
		wg.Wait()
		h := &plain{on: on, calls: all}
		for range len(on) + len(all) + 1 {
			value, ok := stack.Pop()
			if !ok {
				break
			}
			h.left = append(h.left, value)
		}
		expect(h.explained(on, 0), "%s: %s", h.fault(), h)
	}
}

// call is a call of Push or Pop, and what it gave.
type call struct {
	who   int // the goroutine's number
	pops  bool
	value int // pushed or popped
	ok    bool
	after int // the calls that had ended when it began, a bit each
}

func (c call) String() string {
	switch {
	case !c.pops:
		return fmt.Sprintf("Push(%d) ends", c.value)
	case !c.ok:
		return "Pop() finds it empty"
	}
	return fmt.Sprintf("Pop() gives %d", c.value)
}

// plain tries to explain calls, and what is left on the stack after them, by a plain stack.
type plain struct {
	on    []int // at the beginning
	calls []call
	left  []int // what was popped when all had ended, until it was empty
}

// explained tells whether the calls that are not yet done, a bit each, can come one after another on a
// plain stack.
func (h *plain) explained(on []int, done int) bool {
	if done == 1<<len(h.calls)-1 {
		left := slices.Clone(on)
		slices.Reverse(left)
		return slices.Equal(left, h.left)
	}
	for i, c := range h.calls {
		if done&(1<<i) != 0 || c.after&^done != 0 {
			continue // it is done, or another one that came before it is not
		}
		next := on
		switch n := len(on); {
		case !c.pops:
			next = append(slices.Clip(on), c.value)
		case c.ok != (n > 0) || c.ok && c.value != on[n-1]:
			continue
		case n > 0:
			next = on[:n-1]
		}
		if h.explained(next, done|1<<i) {
			return true
		}
	}
	return false
}

// fault is what a student should look at first, of calls that cannot be explained.
func (h *plain) fault() string {
	pushed, popped := slices.Clone(h.on), slices.Clone(h.left)
	for _, c := range h.calls {
		switch {
		case !c.pops:
			pushed = append(pushed, c.value)
		case c.ok:
			popped = append(popped, c.value)
		}
	}
	slices.Sort(pushed)
	for i, value := range popped {
		if !slices.Contains(pushed, value) {
			return fmt.Sprintf("%d is popped, and nobody has pushed it", value)
		}
		if slices.Contains(popped[:i], value) {
			return fmt.Sprintf("%d was pushed once and is popped twice", value)
		}
	}
	for _, value := range pushed {
		if !slices.Contains(popped, value) {
			return fmt.Sprintf("%d was pushed, and is lost", value)
		}
	}
	for i, c := range h.calls {
		if c.pops && !c.ok && h.emptyBeside(i) {
			return letter(c.who) + " finds the stack empty, while a value was on it"
		}
	}
	return "last in, first out: no order of these calls gives that"
}

// emptyBeside tells whether a value was on the stack all the while that a call lasted.
func (h *plain) emptyBeside(i int) bool {
	c := h.calls[i]
	sure := slices.Clone(h.on)
	for j, other := range h.calls {
		if !other.pops && c.after&(1<<j) != 0 {
			sure = append(sure, other.value)
		}
	}
	for _, other := range h.calls {
		if other.pops && other.ok && other.after&(1<<i) == 0 { // it began before the end
			sure = slices.DeleteFunc(sure, func(value int) bool { return value == other.value })
		}
	}
	return len(sure) > 0
}

// String lists what was called, by goroutine.
func (h *plain) String() string {
	var all []string
	if len(h.on) > 0 {
		all = append(all, fmt.Sprintf("before, %v is on it", h.on))
	}
	for i, c := range h.calls {
		text := strings.TrimSuffix(c.String(), " ends")
		if i == 0 || h.calls[i-1].who != c.who {
			all = append(all, letter(c.who)+": "+text)
		} else {
			all[len(all)-1] += ", " + text
		}
	}
	if len(h.left) > 0 {
		all = append(all, fmt.Sprintf("after that, %v is popped from it", h.left))
	} else {
		all = append(all, "after that it is empty")
	}
	return strings.Join(all, "; ")
}

// letter is the name of the goroutine with this number: A for 1.
func letter(who int) string { return string(rune('A' + who - 1)) }
