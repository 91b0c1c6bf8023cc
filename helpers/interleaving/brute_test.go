package interleaving

import (
	"container/heap"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"
)

// naive runs a program straight from its source, with maps and names, no merging,
// no forgetting and no compiling: slow, and written apart from machine, so that
// the two can check each other.
type naive struct {
	p        *Program
	shared   map[string]int
	regs     []map[string]int
	pc       []int
	holder   map[string]int // 1 + thread
	queue    map[string][]int
	sleeping []string // condition each thread sleeps on
	retake   []string // mutex each woken thread takes again
	offering []string // channel each thread offers a value on
	choosing string   // condition whose signal has yet to choose
	misuse   bool
}

func newNaive(p *Program) *naive {
	n := &naive{p: p, shared: maps.Clone(p.Shared), holder: map[string]int{}, queue: map[string][]int{},
		pc: make([]int, len(p.Threads)), sleeping: make([]string, len(p.Threads)), retake: make([]string, len(p.Threads)), offering: make([]string, len(p.Threads))}
	for t := range p.Threads {
		n.regs = append(n.regs, map[string]int{})
		n.local(t)
	}
	return n
}

func (n *naive) clone() *naive {
	c := *n
	c.shared, c.holder = maps.Clone(n.shared), maps.Clone(n.holder)
	c.queue = map[string][]int{}
	for k, v := range n.queue {
		c.queue[k] = slices.Clone(v)
	}
	c.regs = nil
	for _, r := range n.regs {
		c.regs = append(c.regs, maps.Clone(r))
	}
	c.pc, c.sleeping, c.retake, c.offering = slices.Clone(n.pc), slices.Clone(n.sleeping), slices.Clone(n.retake), slices.Clone(n.offering)
	return &c
}

func (n *naive) key() string {
	return fmt.Sprint(n.shared, n.regs, n.pc, n.holder, n.queue, n.sleeping, n.retake, n.offering, n.choosing, n.misuse)
}

func (n *naive) value(t int, o operand) int {
	if o.named {
		return n.regs[t][o.register]
	}
	return o.number
}

// local runs on to the next step that others see.
func (n *naive) local(t int) {
	code := n.p.Threads[t]
	for i := 0; n.pc[t] < len(code) && !code[n.pc[t]].op.visible(); i++ {
		if i > 5000 {
			n.misuse = true
			return
		}
		at := n.pc[t]
		in := code[at]
		n.pc[t]++
		jump := in.op == opJump
		switch in.op {
		case opLet:
			n.regs[t][in.register] = n.value(t, in.a)
		case opAdd:
			n.regs[t][in.register] += n.value(t, in.a)
		case opJumpIf:
			a, b := n.value(t, in.a), n.value(t, in.b)
			jump = map[string]bool{"==": a == b, "!=": a != b, "<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[in.second]
		}
		if jump && in.offset != 0 {
			n.pc[t] = at + in.offset
		} else if jump {
			n.pc[t] = slices.IndexFunc(code, func(l instruction) bool { return l.op == opLabel && l.object == in.object })
		}
	}
}

func (n *naive) done(t int) bool { return n.pc[t] == len(n.p.Threads[t]) }

func (n *naive) can(t int) bool {
	if n.done(t) {
		return false
	}
	if n.choosing != "" {
		return n.sleeping[t] == n.choosing
	}
	if n.sleeping[t] != "" || n.offering[t] != "" {
		return false
	}
	if n.retake[t] != "" {
		return n.holder[n.retake[t]] == 0
	}
	in := n.p.Threads[t][n.pc[t]]
	switch in.op {
	case opLock:
		return n.holder[in.object] == 0
	case opSend:
		return len(n.queue[in.object]) == 0 || len(n.queue[in.object]) < n.p.Channels[in.object]
	case opReceive:
		return len(n.queue[in.object]) > 0
	}
	return true
}

func (n *naive) turn(t int) {
	if n.choosing != "" {
		n.choosing = ""
		n.retake[t] = n.p.Threads[t][n.pc[t]].second
		n.sleeping[t] = ""
		return
	}
	if n.retake[t] != "" {
		n.holder[n.retake[t]] = t + 1
		n.retake[t] = ""
		n.pc[t]++
		n.local(t)
		return
	}
	in := n.p.Threads[t][n.pc[t]]
	switch in.op {
	case opLoad:
		n.regs[t][in.register] = n.shared[in.object]
	case opStore:
		n.shared[in.object] = n.value(t, in.a)
	case opTestAndSet:
		n.regs[t][in.register] = n.shared[in.object]
		n.shared[in.object] = 1
	case opFetchAndAdd:
		old, add := n.shared[in.object], n.value(t, in.a)
		n.shared[in.object] = old + add
		n.regs[t][in.register] = old
	case opCompareAndSwap:
		swapped := 0
		if n.shared[in.object] == n.value(t, in.a) {
			n.shared[in.object] = n.value(t, in.b)
			swapped = 1
		}
		n.regs[t][in.register] = swapped
	case opLock:
		n.holder[in.object] = t + 1
	case opUnlock:
		if n.holder[in.object] != t+1 {
			n.misuse = true
		}
		delete(n.holder, in.object)
	case opSend:
		n.queue[in.object] = append(n.queue[in.object], n.value(t, in.a))
		if n.p.Channels[in.object] == 0 {
			n.offering[t] = in.object
			return
		}
	case opReceive:
		n.regs[t][in.register] = n.queue[in.object][0]
		n.queue[in.object] = n.queue[in.object][1:]
		for o := range n.offering {
			if n.offering[o] == in.object {
				n.offering[o] = ""
				n.pc[o]++
				n.local(o)
			}
		}
	case opWait:
		if n.holder[in.second] != t+1 {
			n.misuse = true
		}
		delete(n.holder, in.second)
		n.sleeping[t] = in.object
		return
	case opSignal, opBroadcast:
		var who []int
		for o := range n.sleeping {
			if n.sleeping[o] == in.object {
				who = append(who, o)
			}
		}
		if in.op == opSignal && len(who) > 1 {
			n.choosing = in.object
			break
		}
		for _, o := range who {
			n.sleeping[o] = ""
			n.retake[o] = n.p.Threads[o][n.pc[o]].second
		}
	}
	n.pc[t]++
	n.local(t)
}

// ended is "" while some thread can move, else the final memory or "deadlock".
func (n *naive) ended() string {
	finished := true
	for t := range n.pc {
		if n.can(t) {
			return ""
		}
		finished = finished && n.done(t)
	}
	if !finished {
		return "deadlock"
	}
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(n.shared)) {
		parts = append(parts, fmt.Sprintf("%s=%d", name, n.shared[name]))
	}
	return strings.Join(parts, " ")
}

// broken says whether two threads are inside section "s".
func (n *naive) broken() bool {
	inside := 0
	for t, code := range n.p.Threads {
		depth := 0
		for _, in := range code[:min(n.pc[t], len(code))] {
			switch in.op {
			case opSection:
				depth++
			case opSectionEnd:
				depth--
			}
		}
		if depth > 0 {
			inside++
		}
	}
	return inside > 1
}

// answer is all that Explore says, found by brute force.
type answer struct {
	tooLarge  bool
	misuse    bool
	unbounded bool
	counts    map[string]*big.Int // nil entry: unbounded
	best      map[string][2]int   // fewest switches, then steps; also for "broken" and "endless"
	states    int
}

// brute enumerates every run, one by one, where there is no cycle; cycles are
// found in the graph of all states. It gives up beyond most states or runs.
func brute(p Program, most int) answer {
	a := answer{counts: map[string]*big.Int{}, best: map[string][2]int{}}
	ids := map[string]int{}
	var states []*naive
	var next [][]int // by thread; -1: cannot move
	add := func(n *naive) int {
		k := n.key()
		if id, ok := ids[k]; ok {
			return id
		}
		ids[k] = len(states)
		states = append(states, n)
		return ids[k]
	}
	add(newNaive(&p))
	for i := 0; i < len(states); i++ {
		if len(states) > most {
			a.tooLarge = true
			return a
		}
		row := make([]int, len(p.Threads))
		for t := range row {
			row[t] = -1
			if states[i].can(t) {
				c := states[i].clone()
				c.turn(t)
				row[t] = add(c)
			}
		}
		if states[i].misuse {
			a.misuse = true
		}
		next = append(next, row)
	}
	if a.misuse {
		return a
	}
	a.states = len(states)

	// reach by repeated search: small graphs, plain code.
	reach := func(from int) map[int]bool {
		seen := map[int]bool{}
		todo := []int{from}
		for len(todo) > 0 {
			i := todo[0]
			todo = todo[1:]
			for _, j := range next[i] {
				if j >= 0 && !seen[j] {
					seen[j] = true
					todo = append(todo, j)
				}
			}
		}
		return seen
	}
	behind := make([]bool, len(states)) // on a cycle or behind one
	endless := make([]bool, len(states))
	for i := range states {
		r := reach(i)
		if r[i] {
			a.unbounded = true
			for j := range r {
				behind[j] = true
			}
		}
		endless[i] = states[i].ended() == ""
		for j := range r {
			if states[j].ended() != "" {
				endless[i] = false
			}
		}
	}
	// Every run that does not touch a cycle, one at a time.
	runs := 0
	var walk func(i int)
	walk = func(i int) {
		if behind[i] || runs > most*20 {
			return
		}
		if end := states[i].ended(); end != "" {
			runs++
			if a.counts[end] == nil {
				a.counts[end] = new(big.Int)
			}
			a.counts[end].Add(a.counts[end], big.NewInt(1))
			return
		}
		for _, j := range next[i] {
			if j >= 0 {
				walk(j)
			}
		}
	}
	walk(0)
	if runs > most*20 {
		a.tooLarge = true
		return a
	}
	for i := range states {
		if end := states[i].ended(); end != "" && behind[i] {
			a.counts[end] = nil
		}
	}
	// Dijkstra over states and who moved last.
	type at struct{ state, last int }
	settled := map[at]bool{}
	h := &byCost{{state: 0, last: -1}}
	for h.Len() > 0 {
		v := heap.Pop(h).(cost)
		if settled[at{v.state, v.last}] {
			continue
		}
		settled[at{v.state, v.last}] = true
		note := func(what string) {
			if _, ok := a.best[what]; !ok {
				a.best[what] = [2]int{v.switches, v.steps}
			}
		}
		if end := states[v.state].ended(); end != "" {
			note(end)
		}
		if states[v.state].broken() {
			note("broken")
		}
		if endless[v.state] {
			note("endless")
		}
		for t, j := range next[v.state] {
			if j >= 0 {
				c := cost{j, t, v.switches, v.steps + 1}
				if v.last >= 0 && v.last != t {
					c.switches++
				}
				heap.Push(h, c)
			}
		}
	}
	return a
}

type cost struct{ state, last, switches, steps int }
type byCost []cost

func (h byCost) Len() int      { return len(h) }
func (h byCost) Swap(i, j int) { h[i], h[j] = h[j], h[i] }
func (h byCost) Less(i, j int) bool {
	if h[i].switches != h[j].switches {
		return h[i].switches < h[j].switches
	}
	return h[i].steps < h[j].steps
}
func (h *byCost) Push(x any) { *h = append(*h, x.(cost)) }
func (h *byCost) Pop() any {
	old := *h
	x := old[len(old)-1]
	*h = old[:len(old)-1]
	return x
}

// programFrom makes a small program of any bytes: 2 to 4 threads, some of them
// alike, of all kinds of steps.
func programFrom(data []byte) Program {
	at := 0
	pick := func(n int) int {
		if at >= len(data) {
			return 0
		}
		at++
		return int(data[at-1]) % n
	}
	p := Program{
		Shared:   map[string]int{"x": 0, "y": pick(2)},
		Channels: map[string]int{"c": pick(3), "d": pick(2)},
	}
	reg := func() string { return []string{"r", "q"}[pick(2)] }
	shared := func() string { return []string{"x", "x", "y"}[pick(3)] }
	channel := func() string { return []string{"c", "d"}[pick(2)] }
	mutex := func() string { return []string{"m", "n"}[pick(2)] }
	step := func() Code {
		switch pick(24) {
		case 0, 1:
			return Load(reg(), shared())
		case 2, 3:
			return Store(shared(), reg())
		case 4:
			return Store(shared(), pick(3))
		case 5:
			return TestAndSet(reg(), shared())
		case 6:
			return FetchAndAdd(reg(), shared(), 1+pick(2))
		case 7:
			return CompareAndSwap(reg(), shared(), pick(2), reg())
		case 8:
			return Send(channel(), reg())
		case 9:
			return Receive(reg(), channel())
		case 10:
			return AddTo(reg(), 1)
		case 11:
			return Let(reg(), pick(3))
		case 12:
			return JumpIf(reg(), comparisons[pick(6)], pick(2), []string{"start", "end"}[pick(2)])
		case 13, 14:
			m := mutex()
			return Thread(Lock(m), Load("r", "x"), AddTo("r", 1), Store("x", "r"), Unlock(m))
		case 15:
			return Thread(Lock("m"), Wait("k", "m"), Unlock("m"))
		case 16:
			return Signal("k")
		case 17:
			return Broadcast("k")
		case 18:
			return Lock(mutex())
		case 19:
			return Unlock(mutex())
		case 20:
			return Section("s", Thread(Load(reg(), shared()), Store(shared(), reg())))
		case 21:
			return Repeat(1, Label("spin"), TestAndSet("q", "y"), JumpIf("q", "==", 1, "spin"), Section("s", Yield()), Store("y", 0))
		case 22:
			return Jump([]string{"start", "end"}[pick(2)])
		}
		return Yield()
	}
	threads := 2 + pick(3)
	for len(p.Threads) < threads {
		// Every register is written somewhere, so that any may be read.
		code := Thread(Let("r", 0), Let("q", pick(2)), Label("start"))
		for range 1 + pick(4) {
			code = append(code, step()...)
		}
		code = append(code, Label("end")...)
		for range 1 + pick(3) { // some alike
			if len(p.Threads) < threads {
				p.Threads = append(p.Threads, code)
			}
		}
	}
	return p
}

// agree compares Explore with brute force and says how p was judged.
func agree(t *testing.T, p Program, most int) string {
	t.Helper()
	want := brute(p, most)
	if want.tooLarge {
		return "too large"
	}
	if slices.ContainsFunc(p.Threads, func(c Code) bool {
		return slices.ContainsFunc(c, func(in instruction) bool { return in.op == opSection })
	}) {
		p.Always = AtMostOne("s")
	}
	got, err := p.Explore()
	show := func() string { return fmt.Sprintf("%+v", p) }
	if want.misuse != (err != nil) {
		t.Fatalf("misuse %v, error %v\n%s", want.misuse, err, show())
	}
	if err != nil {
		return "misuse"
	}
	if got.Stopped != "" {
		t.Fatalf("stopped: %s\n%s", got.Stopped, show())
	}
	if got.Unbounded != want.unbounded || (got.Interleavings == nil) != want.unbounded {
		t.Fatalf("unbounded %v, interleavings %v; want %v\n%s", got.Unbounded, got.Interleavings, want.unbounded, show())
	}
	counts := map[string]*big.Int{}
	total := new(big.Int)
	for _, o := range got.Outcomes {
		counts[o.Memory] = o.Count
		checkWitness(t, p, want, o.Memory, o.Witness)
		if o.Switches != o.Witness.Switches || o.Turns != len(o.Witness.Threads) {
			t.Fatalf("%s: %d switches and %d turns, but the witness is %+v", o.Memory, o.Switches, o.Turns, o.Witness)
		}
		if o.Witness.Memory["x"] != o.values[0] {
			t.Fatalf("witness for %s ends with x=%d", o.Memory, o.Witness.Memory["x"])
		}
	}
	if got.Deadlock != nil {
		counts["deadlock"] = got.Deadlocks
	} else if got.Deadlocks == nil || got.Deadlocks.Sign() != 0 {
		t.Fatalf("%v deadlocks and no witness\n%s", got.Deadlocks, show())
	}
	if len(counts) != len(want.counts) {
		t.Fatalf("outcomes %v, want %v\n%s", counts, want.counts, show())
	}
	for memory, n := range want.counts {
		g, ok := counts[memory]
		if !ok || (g == nil) != (n == nil) || g != nil && g.Cmp(n) != 0 {
			t.Fatalf("%s in %v interleavings, want %v\n%s", memory, g, n, show())
		}
		if n != nil {
			total.Add(total, n)
		}
	}
	if !want.unbounded && total.Cmp(got.Interleavings) != 0 {
		t.Fatalf("%v interleavings, want %v\n%s", got.Interleavings, total, show())
	}
	if got.AllStates.Cmp(big.NewInt(int64(want.states))) > 0 { // brute force forgets no register
		t.Fatalf("%v states, more than all %d\n%s", got.AllStates, want.states, show())
	}
	checkWitness(t, p, want, "deadlock", got.Deadlock)
	checkWitness(t, p, want, "endless", got.Endless)
	if p.Always != nil {
		checkWitness(t, p, want, "broken", got.Broken)
	}
	if want.unbounded {
		return "unbounded"
	}
	return "counted"
}

// checkWitness checks that a witness exists if it should, is as short as brute
// force says, and that brute force, following it, gets there.
func checkWitness(t *testing.T, p Program, want answer, what string, w *Witness) {
	t.Helper()
	best, ok := want.best[what]
	if ok != (w != nil) {
		t.Fatalf("witness for %s: %v, brute force has one: %v\n%+v", what, w, ok, p)
	}
	if w == nil {
		return
	}
	if got := [2]int{w.Switches, len(w.Threads)}; got != best {
		t.Fatalf("witness for %s has switches and steps %v, want %v: %v\n%+v", what, got, best, w.Threads, p)
	}
	n := newNaive(&p)
	for _, turn := range w.Threads {
		if !n.can(turn) {
			t.Fatalf("witness for %s: thread %d cannot move\n%+v", what, turn, p)
		}
		n.turn(turn)
	}
	switch what {
	case "broken":
		if !n.broken() {
			t.Fatalf("witness for broken is not\n%+v", p)
		}
	case "endless":
		if n.ended() != "" {
			t.Fatalf("witness for endless ended\n%+v", p)
		}
	default:
		if n.ended() != what {
			t.Fatalf("witness for %s ends at %s\n%+v", what, n.ended(), p)
		}
	}
}

func TestExplorerAgreesWithBruteForce(t *testing.T) {
	judged := map[string]int{}
	seed := uint64(1)
	random := func() byte { // splitmix64, so that the programs are the same everywhere
		seed += 0x9e3779b97f4a7c15
		z := seed
		z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		return byte(z ^ z>>31)
	}
	programs := 1200
	if raceDetector { // ten times as slow, and no less deterministic
		programs = 200
	}
	for range programs {
		data := make([]byte, 60)
		for i := range data {
			data[i] = random()
		}
		judged[agree(t, programFrom(data), 500)]++
	}
	t.Log(judged)
	for what, atLeast := range map[string]int{"counted": programs / 2, "unbounded": programs / 12, "misuse": programs / 12} {
		if judged[what] < atLeast {
			t.Errorf("%d programs were %s, want at least %d: %v", judged[what], what, atLeast, judged)
		}
	}
}

func FuzzExplorer(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("two threads and a lock"))
	for i := range byte(24) { // each kind of step at the head of alike threads
		f.Add([]byte{0, 1, 0, 1, 0, 3, i, 0, 0, 0, 16, 1, 13, 0, 1, 1, 2})
		f.Add([]byte{1, 2, 1, 2, 1, 2, 9, i, 1, 0, 8, i, 3, 2, 1, 1, 1, 1})
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		agree(t, programFrom(data), 300)
	})
}
