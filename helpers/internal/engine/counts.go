package engine

import (
	"cmp"
	"container/heap"
	"math/big"
	"slices"
	"strings"
	"time"
)

// finish counts the interleavings, finds the states from which no end can be reached, and a
// shortest schedule to each outcome and race.
func (x *explorer) finish() {
	r := x.r
	r.States = len(x.g.nodes)
	r.TimeStands = x.p.asksTime && !x.o.Clock
	switch {
	case r.Complete:
		x.endless()
		x.count()
	case x.o.glance: // nobody asks
	case !x.fault || !x.p.check.quiet(): // a check is told the fault that was found
		x.sample()
	}
	way := x.witness()
	slices.SortStableFunc(r.Outcomes, func(a, b Outcome) int {
		d := cmp.Compare(a.Kind, b.Kind)
		if len(r.Outcomes) > Told && (a.Kind == Ends || b.Kind == Ends) {
			d = -d // what is wrong is not cut off
		}
		if d != 0 {
			return d
		}
		if a.Count != nil && b.Count != nil {
			if d := b.Count.Cmp(a.Count); d != 0 {
				return d
			}
		}
		return natural(a.Output+"\x00"+a.Message, b.Output+"\x00"+b.Message)
	})
	x.schedules(way)
}

// Told is how many outcomes are sure to have a schedule, besides the worst and those with the least
// and the greatest number. Of the others, those have none for which the time did not suffice.
const Told = 24

// schedules finds how to come to what was found.
func (x *explorer) schedules(way func(node int32) Schedule) {
	r := x.r
	find := func(o *Outcome) {
		if o != nil && o.node >= 0 && o.Schedule == nil {
			o.Schedule = way(o.node)
		}
	}
	find(Worst(r.Outcomes))
	if low, high, ok := extremes(r.Outcomes); ok {
		find(low.of)
		find(high.of)
	}
	for i := range r.Races {
		r.Races[i].Schedule = way(r.Races[i].node)
	}
	for i := range r.LeftBehind {
		r.LeftBehind[i].Schedule = way(r.LeftBehind[i].node)
	}
	for i := range r.Outcomes {
		if i >= Told && Spent()-x.begin > x.o.Time {
			break
		}
		find(&r.Outcomes[i])
	}
	r.way = way
}

// natural compares two texts as a reader would put them in order: 2 before 10.
func natural(a, b string) int {
	for a != "" && b != "" {
		m, n := leadingDigits(a), leadingDigits(b)
		if m == 0 || n == 0 {
			m, n = 1, 1
		} else if m != n {
			return cmp.Compare(m, n)
		}
		if d := cmp.Compare(a[:m], b[:n]); d != 0 {
			return d
		}
		a, b = a[m:], b[n:]
	}
	return cmp.Compare(len(a), len(b))
}

func leadingDigits(s string) int { return len(s) - len(strings.TrimLeft(s, "0123456789")) }

// sampledSteps is how many steps a run that is tried for its end may have.
const sampledSteps = 300_000 // some tenths of a second

// mostSampled is how many goroutines are tried so. With more, the time is gone.
const mostSampled = 3

// sample adds what a few whole runs end in, where a program is too large to see it all: each
// goroutine to its end, and each but one that has taken a single step, or two, and goes on only
// when the others have ended.
func (x *explorer) sample() {
	deadline := Spent() + time.Second/2
	deadline = max(deadline, x.until)
	most := sampledSteps
	if x.p.check.quiet() {
		most = unending
	}
	run, err := x.p.follow(nil, nil, most, deadline)
	if err != nil {
		return
	}
	x.sampled(run, nil)
	for i, name := range run.Names {
		if i == 0 || i > mostSampled || strings.HasPrefix(name, "timer") {
			continue
		}
		for steps := 1; steps <= 2 && Spent() < deadline; steps++ {
			schedule := Schedule{{Goroutine: name, Steps: steps}}
			for j, other := range run.Names {
				if j > 0 && j != i && run.steps[j] > 0 {
					schedule = append(schedule, Move{Goroutine: other, Steps: run.steps[j]})
				}
			}
			if run, err := x.p.follow(schedule, nil, most, deadline); err == nil {
				x.sampled(run, schedule)
			}
		}
	}
}

// sampled adds the outcome of a run, if it is a new one. That a run was given up says nothing, but for a
// scenario of a check that has not ended long after it should have.
func (x *explorer) sampled(run *Run, schedule Schedule) {
	o := run.Outcome
	if o.Kind == Endless && !(x.p.check.quiet() && run.Total > unending) {
		return
	}
	o.key = o.identity()
	if _, known := x.ends[o.key]; known {
		return
	}
	x.ends[o.key] = int32(len(x.r.Outcomes))
	o.Schedule, o.Steps, o.Switches, o.node = schedule, run.Total, len(run.turns)-1, -1
	x.r.Outcomes = append(x.r.Outcomes, o)
}

// out is the steps from a node.
func (g *graph) out(n int32) []edge {
	at := g.nodes[n]
	return g.edges[at.first : at.first+at.n]
}

// endless finds states from which no end can be reached, and adds the outcome.
func (x *explorer) endless() {
	g := &x.g
	back := make([][]int32, len(g.nodes))
	for n := range g.nodes {
		for _, e := range g.out(int32(n)) {
			back[e.to] = append(back[e.to], int32(n))
		}
	}
	reaches := make([]bool, len(g.nodes))
	var work []int32
	for n := range g.nodes {
		if g.nodes[n].end != 0 {
			reaches[n] = true
			work = append(work, int32(n))
		}
	}
	for len(work) > 0 {
		n := work[len(work)-1]
		work = work[:len(work)-1]
		for _, b := range back[n] {
			if !reaches[b] {
				reaches[b] = true
				work = append(work, b)
			}
		}
	}
	for n, ok := range reaches {
		if !ok {
			x.r.Outcomes = append(x.r.Outcomes,
				Outcome{Kind: Endless, Message: "no end can be reached any more", node: int32(n)})
			x.ending = reaches
			return
		}
	}
}

// count counts the ways through the graph: forward, each node once all before it are done. Where a
// cycle can be reached, the number has no bound.
func (x *explorer) count() {
	g, r := &x.g, x.r
	before := make([]int32, len(g.nodes))
	for _, e := range g.edges {
		before[e.to]++
	}
	ways := make([]*big.Int, len(g.nodes))
	ways[0] = big.NewInt(1)
	work := []int32{0}
	if before[0] > 0 {
		r.Loops = true
		return
	}
	for _, o := range r.Outcomes {
		if o.Kind == Endless && o.key != "" { // a goroutine loops for itself
			r.Loops = true
			return
		}
	}
	counts := make([]*big.Int, len(r.Outcomes))
	for i := range counts {
		counts[i] = new(big.Int)
	}
	done := 0
	total := new(big.Int)
	for len(work) > 0 {
		n := work[len(work)-1]
		work = work[:len(work)-1]
		done++
		if end := g.nodes[n].end; end != 0 {
			counts[end-1].Add(counts[end-1], ways[n])
			total.Add(total, ways[n])
		}
		for _, e := range g.out(n) {
			if ways[e.to] == nil {
				ways[e.to] = new(big.Int)
			}
			ways[e.to].Add(ways[e.to], ways[n])
			if before[e.to]--; before[e.to] == 0 {
				work = append(work, e.to)
			}
		}
		ways[n] = nil
	}
	if done < len(g.nodes) {
		r.Loops = true
		return
	}
	r.Interleavings = total
	for i := range r.Outcomes {
		r.Outcomes[i].Count = counts[i]
	}
}

// at is a node and who moved last, by its place; none at the start and after its end.
type at struct {
	node int32
	last uint16
}

// visit is a node in the queue of those that a way has been found to.
type visit struct {
	at
	cost uint64
}

// aSwitch is what a switch to another goroutine adds to the cost of a way; a step adds 1.
const aSwitch = 1 << 32

type visits []visit

func (v visits) Len() int           { return len(v) }
func (v visits) Less(i, j int) bool { return v[i].cost < v[j].cost }
func (v visits) Swap(i, j int)      { v[i], v[j] = v[j], v[i] }
func (v *visits) Push(x any)        { *v = append(*v, x.(visit)) }
func (v *visits) Pop() any {
	old := *v
	x := old[len(old)-1]
	*v = old[:len(old)-1]
	return x
}

// came is by which edge, and at what cost, a way that is shortest as far as is known comes to a
// node; edge -1 at the start.
type came struct {
	from at
	edge int32
	cost uint64
}

// witness finds a way with fewest switches, and of those one with fewest steps, to each outcome
// and race. What it returns makes a schedule of the way to a node, which takes as long as to
// follow it.
func (x *explorer) witness() func(node int32) Schedule {
	g, r := &x.g, x.r
	wanted := map[int32]bool{} // nodes
	for _, race := range r.Races {
		wanted[race.node] = true
	}
	for _, l := range r.LeftBehind {
		wanted[l.node] = true
	}
	how := map[at]came{{0, none}: {edge: -1}}
	queue := visits{{at{0, none}, 0}}
	found := map[int32]at{}
	for queue.Len() > 0 {
		v := heap.Pop(&queue).(visit)
		if how[v.at].cost < v.cost {
			continue
		}
		nearest := x.nearest(v.node)
		if _, known := found[v.node]; !known && (nearest || wanted[v.node]) {
			found[v.node] = v.at
		}
		first := g.nodes[v.node].first
		for i, e := range g.out(v.node) {
			cost := v.cost + 1
			if v.last != e.from && v.node != 0 {
				cost += aSwitch
			}
			to := at{e.to, e.then}
			if c, known := how[to]; known && c.cost <= cost {
				continue
			}
			how[to] = came{v.at, first + int32(i), cost}
			heap.Push(&queue, visit{to, cost})
		}
	}
	for i := range r.Outcomes {
		if to, ok := found[r.Outcomes[i].node]; ok {
			cost := how[to].cost
			r.Outcomes[i].Steps, r.Outcomes[i].Switches = int(cost%aSwitch), int(cost/aSwitch)
		}
	}
	return func(node int32) Schedule {
		to, ok := found[node]
		if !ok {
			return nil
		}
		var edges []edge
		for at := to; how[at].edge >= 0; at = how[at].from {
			edges = append(edges, g.edges[how[at].edge])
		}
		slices.Reverse(edges)
		return x.p.concrete(edges)
	}
}

// nearest tells whether a node is the nearest that shows its outcome, as nodes come in the order of
// their ways. It is then the outcome's node, whichever was seen first.
func (x *explorer) nearest(node int32) bool {
	r := x.r
	is := false
	show := func(o *Outcome) {
		if !o.met {
			o.met, o.node, is = true, node, true
		}
	}
	if end := x.g.nodes[node].end; end != 0 {
		show(&r.Outcomes[end-1])
	}
	if x.ending != nil && !x.ending[node] {
		for i := range r.Outcomes {
			if o := &r.Outcomes[i]; o.Kind == Endless && o.key == "" {
				show(o)
			}
		}
	}
	return is
}

// concrete turns steps by place into a schedule of goroutines, by taking them. What Follow does by
// itself after the last of them is left out.
func (p *Program) concrete(edges []edge) Schedule {
	s, err := p.first()
	if err != nil {
		return nil
	}
	e := newEncoder(p)
	type taken struct {
		name   string
		choice int
		self   bool // it would have come without being said
	}
	var all []taken
	last := 0
	for _, edge := range edges {
		if s.refused != nil {
			return nil
		}
		_, order := e.encode(s)
		id := order[edge.from]
		all = append(all, taken{s.gs[id].name, int(edge.choice), id == s.goesOn(last) && edge.choice == 0})
		s.take(id, int(edge.choice))
		last = id
	}
	for n := len(all); n > 0 && all[n-1].self; n-- {
		all = all[:n-1]
	}
	var schedule Schedule
	for _, t := range all {
		schedule = schedule.add(Move{Goroutine: t.name, Steps: 1, Choice: t.choice})
	}
	return schedule
}
