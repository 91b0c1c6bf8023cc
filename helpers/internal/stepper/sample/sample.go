// Package sample has graphs for tests of the stepper, made from steps that are written by hand.
package sample

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"example.com/multithreading/helpers/internal/stepper"
)

// A state is where a program stands. What is in memory and what is local are whole numbers, as
// are locks (0: free, else 1 + the goroutine that holds it) and sleepers (bits of goroutines).
type state struct {
	at     []int
	mem    map[string]int
	locals []map[string]int
	woken  []bool
	output string
	panics string
}

func (s state) clone() state {
	s.at, s.woken, s.mem = slices.Clone(s.at), slices.Clone(s.woken), maps.Clone(s.mem)
	s.locals = slices.Clone(s.locals)
	for i := range s.locals {
		s.locals[i] = maps.Clone(s.locals[i])
	}
	return s
}

// A step is what a goroutine does next.
type step struct {
	line int
	next string
	// may says why the goroutine cannot move; nil and "" mean that it can.
	may func(s *state, me int) (stepper.Status, string)
	// do takes the step, and tells it and what is to be noticed. It moves the goroutine on itself
	// if the next step is not the one below.
	do func(s *state, me int) (text, note string)
	// choices, if not nil, are there in place of do.
	choices func(s *state, me int) []func(s *state) string
}

// A program is goroutines and the variables that are shown, in order.
type program struct {
	title, source, goal string
	names               []string
	memory              []string       // shown
	start               map[string]int // what is not 0
	goroutines          [][]step
	reached             func(s *state, end string) bool
}

func (p program) status(s *state, g int) (stepper.Status, string) {
	switch {
	case s.at[g] >= len(p.goroutines[g]):
		return stepper.Ended, "has ended"
	case s.panics != "" && strings.HasPrefix(s.panics, p.names[g]+" "):
		return stepper.Panics, "panics"
	}
	if may := p.goroutines[g][s.at[g]].may; may != nil {
		return may(s, g)
	}
	return stepper.Ready, ""
}

func (p program) value(name string, v int) string {
	switch {
	case strings.HasPrefix(name, "lock") && v == 0:
		return "free"
	case strings.HasPrefix(name, "lock"):
		return "held by " + p.names[v-1]
	}
	return fmt.Sprint(v)
}

func (p program) node(s *state) stepper.Node {
	n := stepper.Node{Output: s.output}
	for _, name := range p.memory {
		n.Memory = append(n.Memory, stepper.Variable{Name: name, Value: p.value(name, s.mem[name])})
	}
	var stuck []string
	for g := range p.goroutines {
		t := stepper.Goroutine{}
		t.Status, t.Why = p.status(s, g)
		if t.Status != stepper.Ended {
			at := p.goroutines[g][s.at[g]]
			t.Line, t.Next = at.line, at.next
			if t.Why != "" {
				stuck = append(stuck, p.names[g]+" "+t.Why)
			}
		}
		for _, name := range slices.Sorted(maps.Keys(s.locals[g])) {
			if name == "seen" { // which write was read: only for telling a lost update
				continue
			}
			t.Locals = append(t.Locals, stepper.Variable{Name: name, Value: fmt.Sprint(s.locals[g][name])})
		}
		n.Goroutines = append(n.Goroutines, t)
	}
	switch {
	case s.panics != "":
		n.End = s.panics
	case n.Goroutines[0].Status == stepper.Ended:
		n.End = "main has ended"
	case !slices.ContainsFunc(n.Goroutines, func(t stepper.Goroutine) bool { return t.Status == stepper.Ready }):
		n.End = "deadlock: " + strings.Join(stuck, "; ")
	}
	n.Goal = p.reached(s, n.End)
	return n
}

// graph explores the program, breadth first.
func (p program) graph() stepper.Graph {
	source := strings.Split(strings.TrimSpace(p.source), "\n")
	g := stepper.Graph{Title: p.title, Source: source, First: 1, Names: p.names, Goal: p.goal}
	seen := map[string]int{}
	var states []state
	add := func(s state) int {
		key := fmt.Sprintf("%v", s)
		i, had := seen[key]
		if !had {
			i = len(states)
			seen[key] = i
			states = append(states, s)
			g.Nodes = append(g.Nodes, p.node(&s))
		}
		return i
	}
	first := state{mem: map[string]int{}, at: make([]int, len(p.names)), woken: make([]bool, len(p.names))}
	maps.Copy(first.mem, p.start)
	for range p.names {
		first.locals = append(first.locals, map[string]int{})
	}
	add(first)
	for i := 0; i < len(states); i++ {
		if g.Nodes[i].End != "" {
			continue
		}
		for t := range p.goroutines {
			if g.Nodes[i].Goroutines[t].Status != stepper.Ready {
				continue
			}
			here := p.goroutines[t][states[i].at[t]]
			if here.choices != nil {
				for c, choose := range here.choices(&states[i], t) {
					s := states[i].clone()
					s.at[t]++
					text := choose(&s)
					to := add(s)
					g.Nodes[i].Moves = append(g.Nodes[i].Moves, stepper.Move{Goroutine: t, Choice: c + 1, To: to, Text: text})
				}
				continue
			}
			s := states[i].clone()
			s.at[t]++
			text, note := here.do(&s, t)
			to := add(s)
			g.Nodes[i].Moves = append(g.Nodes[i].Moves, stepper.Move{Goroutine: t, Choice: 1, To: to, Text: text, Note: note})
		}
	}
	return g
}

// The steps of which the programs are made.

func lock(line int, name string) step {
	return step{line, "locks " + name, func(s *state, me int) (stepper.Status, string) {
		if h := s.mem["lock "+name]; h != 0 {
			return stepper.Waits, "waits for " + name + ", held by " + []string{"main", "A", "B", "C"}[h-1]
		}
		return stepper.Ready, ""
	}, func(s *state, me int) (string, string) {
		s.mem["lock "+name] = me + 1
		return "locks " + name, ""
	}, nil}
}

func unlock(line int, name string) step {
	return step{line, "unlocks " + name, nil, func(s *state, me int) (string, string) {
		s.mem["lock "+name] = 0
		return "unlocks " + name, ""
	}, nil}
}

func read(line int, name, local string) step {
	return step{line, "reads " + name, nil, func(s *state, me int) (string, string) {
		s.locals[me][local] = s.mem[name]
		s.locals[me]["seen"] = s.mem["writes of "+name]
		return fmt.Sprintf("reads %s (%d)", name, s.mem[name]), ""
	}, nil}
}

func write(line int, name string, value func(s *state, me int) int) step {
	return step{line, "writes " + name, nil, func(s *state, me int) (string, string) {
		note := ""
		if seen, had := s.locals[me]["seen"]; had && seen != s.mem["writes of "+name] {
			note = fmt.Sprintf("overwrites %d: lost update", s.mem[name])
		}
		s.mem[name] = value(s, me)
		s.mem["writes of "+name]++
		delete(s.locals[me], "seen")
		delete(s.locals[me], "old")
		return fmt.Sprintf("writes %s (%d)", name, s.mem[name]), note
	}, nil}
}

func wait(line int, others ...func(s *state) bool) step {
	return step{line, "waits for the others", func(s *state, me int) (stepper.Status, string) {
		for _, ended := range others {
			if !ended(s) {
				return stepper.Waits, "waits for the WaitGroup"
			}
		}
		return stepper.Ready, ""
	}, func(s *state, me int) (string, string) { return "goes on, as all have ended", "" }, nil}
}

func ended(g, steps int) func(s *state) bool { return func(s *state) bool { return s.at[g] >= steps } }

func prints(line int, format, name string) step {
	return step{line, "prints", nil, func(s *state, me int) (string, string) {
		text := fmt.Sprintf(format, s.mem[name])
		s.output += text + "\n"
		return "prints " + text, ""
	}, nil}
}

// LostUpdate is two goroutines that add one to a counter, n times each.
func LostUpdate(n int) stepper.Graph {
	plusOne := func(s *state, me int) int { return s.locals[me]["old"] + 1 }
	var adds []step
	for range n {
		adds = append(adds, read(9, "counter", "old"), write(9, "counter", plusOne))
	}
	return program{
		title: fmt.Sprintf("Two goroutines add 1 to a counter, %d times each", n),
		source: fmt.Sprintf(`
func main() {
	// The counter is shared by all goroutines.
	var counter int
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			// No lock here.
			for range %d {
				counter++
			}
		})
	}
	wg.Wait()
	fmt.Println("Final counter value:", counter)
}`, n),
		goal: "end with: Final counter value: 2", names: []string{"main", "A", "B"}, memory: []string{"counter"},
		goroutines: [][]step{
			{wait(13, ended(1, len(adds)), ended(2, len(adds))), prints(14, "Final counter value: %d", "counter")},
			adds, adds,
		},
		reached: func(s *state, end string) bool {
			return end == "main has ended" && s.output == "Final counter value: 2\n"
		},
	}.graph()
}

// TwoLocks is two payments in opposite directions.
func TwoLocks() stepper.Graph {
	pays := func(from, to string) []step {
		plusOne := func(s *state, me int) int { return s.mem["paid"] + 1 }
		return []step{lock(2, from), lock(4, to), write(6, "paid", plusOne), unlock(7, to), unlock(7, from)}
	}
	return program{
		title: "Two payments in opposite directions",
		source: `
func pay(from, to *account) {
	from.Lock()
	defer from.Unlock()
	to.Lock()
	defer to.Unlock()
	paid++
}

func main() {
	var wg sync.WaitGroup
	wg.Go(func() { pay(anna, ben) })
	wg.Go(func() { pay(ben, anna) })
	wg.Wait()
}`,
		goal: "all goroutines wait for ever (deadlock)", names: []string{"main", "A", "B"},
		memory:     []string{"lock anna", "lock ben", "paid"},
		goroutines: [][]step{{wait(13, ended(1, 5), ended(2, 5))}, pays("anna", "ben"), pays("ben", "anna")},
		reached:    func(s *state, end string) bool { return strings.HasPrefix(end, "deadlock") },
	}.graph()
}

// CheckThenAct is two that draw 80 from a balance of 100 after they have looked at it.
func CheckThenAct() stepper.Graph {
	const length = 4
	draws := []step{
		{2, "reads balance", nil, func(s *state, me int) (string, string) {
			text := fmt.Sprintf("reads balance (%d): enough", s.mem["balance"])
			if s.mem["balance"] < 80 {
				s.at[me] = length
				text = fmt.Sprintf("reads balance (%d): not enough", s.mem["balance"])
			}
			return text, ""
		}, nil},
		lock(3, "mu"),
		write(4, "balance", func(s *state, me int) int { return s.mem["balance"] - 80 }),
		unlock(5, "mu"),
	}
	return program{
		title: "Look first, then draw",
		source: `
func draw() {
	if balance >= 80 {
		mu.Lock()
		balance -= 80
		mu.Unlock()
	}
}

func main() {
	var wg sync.WaitGroup
	wg.Go(draw)
	wg.Go(draw)
	wg.Wait()
	fmt.Println(balance)
}`,
		goal: "end with: -60", names: []string{"main", "A", "B"},
		memory: []string{"balance", "lock mu"}, start: map[string]int{"balance": 100},
		goroutines: [][]step{{wait(13, ended(1, length), ended(2, length)), prints(14, "%d", "balance")}, draws, draws},
		reached:    func(s *state, end string) bool { return end == "main has ended" && s.output == "-60\n" },
	}.graph()
}

// Condition is two consumers who look with if where they should with for, and a producer whose
// signal may wake either. With impossible, the goal is one that nobody can reach.
func Condition(impossible bool) stepper.Graph {
	const length = 4
	takes := []step{
		lock(2, "mu"),
		{4, "looks at items", nil, func(s *state, me int) (string, string) {
			if s.mem["items"] > 0 {
				return fmt.Sprintf("reads items (%d)", s.mem["items"]), ""
			}
			s.at[me] = length
			s.mem["lock mu"] = 0
			s.mem["asleep"] |= 1 << me
			return "reads items (0), unlocks mu and sleeps", ""
		}, nil},
		{7, "takes an item", nil, func(s *state, me int) (string, string) {
			if s.mem["items"] == 0 {
				s.at[me]--
				s.panics = []string{"main", "A", "B", "C"}[me] + " panics: index out of range [0] with length 0"
				return "takes an item that is not there", "panic"
			}
			s.mem["items"]--
			return fmt.Sprintf("takes an item (%d left)", s.mem["items"]), ""
		}, nil},
		{8, "unlocks mu", nil, func(s *state, me int) (string, string) {
			s.mem["lock mu"] = 0
			s.at[me] = length + 1
			return "unlocks mu", ""
		}, nil},
		{5, "wakes and locks mu", func(s *state, me int) (stepper.Status, string) {
			if s.mem["asleep"]>>me&1 == 1 {
				return stepper.Asleep, "sleeps on cond until it is woken"
			}
			return lock(5, "mu").may(s, me)
		}, func(s *state, me int) (string, string) {
			s.mem["lock mu"] = me + 1
			s.at[me] = 2
			return "locks mu again", ""
		}, nil},
	}
	puts := []step{
		lock(12, "mu"),
		{13, "puts an item", nil, func(s *state, me int) (string, string) {
			s.mem["items"]++
			return fmt.Sprintf("puts an item (%d)", s.mem["items"]), ""
		}, nil},
		{14, "signals cond", nil, nil, func(s *state, me int) (all []func(s *state) string) {
			for i, name := range []string{"main", "A", "B"} {
				if s.mem["asleep"]>>i&1 == 1 {
					all = append(all, func(s *state) string { s.mem["asleep"] &^= 1 << i; return "signals cond: " + name + " wakes" })
				}
			}
			if all == nil {
				all = append(all, func(s *state) string { return "signals cond: nobody sleeps" })
			}
			return all
		}},
		unlock(15, "mu"),
	}
	p := program{
		title: "Two consumers and one item",
		source: `
func take() item {
	mu.Lock()
	defer mu.Unlock()
	if len(items) == 0 {
		cond.Wait()
	}
	first := items[0]
	items = items[1:]; return first
}

func put(i item) {
	mu.Lock()
	items = append(items, i)
	cond.Signal()
	mu.Unlock()
}`,
		goal: "a panic: index out of range", names: []string{"main", "A", "B", "C"}, memory: []string{"items", "lock mu"},
		goroutines: [][]step{{wait(0, ended(1, len(takes)), ended(2, len(takes)), ended(3, len(puts)))}, takes, takes, puts},
		reached:    func(s *state, end string) bool { return strings.Contains(end, "panics") },
	}
	if impossible {
		p.goal, p.reached = "end with two items taken", func(s *state, end string) bool { return false }
	}
	return p.graph()
}
