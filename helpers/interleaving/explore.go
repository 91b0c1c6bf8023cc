package interleaving

import (
	"fmt"
	"math/big"
	"slices"
	"sort"
)

// maxBytes bounds what one exploration keeps in memory, by its own reckoning. The
// process can need twice that, as Go's collector lets garbage grow as large as
// what is kept.
const maxBytes = 400 << 20

// Result is what Explore found. The counts of a program that is too large are nil,
// and everything else in it is true but may not be all: see Stopped.
type Result struct {
	// Interleavings is the number of maximal runs: schedules that end where no
	// thread can take a turn. nil: unbounded, or not known.
	Interleavings *big.Int
	// Unbounded is true where a cycle makes endless runs.
	Unbounded bool
	// States is the number of distinct states, where those that differ only in
	// which of several interchangeable threads is where count as one, and a
	// register that will not be read again does not count.
	States int
	// AllStates is their number without merging interchangeable threads.
	AllStates *big.Int
	// Outcomes are the final values that come out when all threads finish, least
	// first.
	Outcomes []*Outcome
	// Deadlocks is the number of interleavings that end with a thread that has not
	// finished; nil: unbounded, or not known.
	Deadlocks *big.Int
	// Deadlock is a shortest such run; nil if there is none.
	Deadlock *Witness
	// Broken is a shortest run to a state where Program.Always does not hold; nil
	// if it holds in every state.
	Broken *Witness
	// Endless is a shortest run to a state from which threads can move for ever
	// and no run ends, such as two that spin for each other; nil if there is none
	// (or the search stopped).
	Endless *Witness
	// Stopped says at which bound the search stopped; "" if it saw everything.
	Stopped string

	program Program
}

// Outcome is a final value, in how many interleavings it comes out, and a
// shortest way to it.
type Outcome struct {
	Value  int      // of the watched variable, or the only one; else 0
	Memory string   // what is watched, such as "counter=2"
	Count  *big.Int // nil: unbounded, or not known

	// Witness is a run with fewest switches and, of those, fewest steps: Switches
	// and Turns. With thousands of outcomes of long runs, only the first and the
	// last and some between have one, and it is nil for the others.
	Witness  *Witness
	Switches int
	Turns    int

	// Serial is true if a run of one thread after the other, each from its start
	// to its end, gives it too. Where the search stopped, false may mean that it
	// did not see that run.
	Serial bool

	values []int
	node   uint32 // where the witness ends in the search for it; nobody for the start
	found  bool
}

// Least is the first of Outcomes; an empty Outcome if there is none.
func (r *Result) Least() *Outcome {
	if len(r.Outcomes) == 0 {
		return &Outcome{}
	}
	return r.Outcomes[0]
}

// Greatest is the last of Outcomes; an empty Outcome if there is none.
func (r *Result) Greatest() *Outcome {
	if len(r.Outcomes) == 0 {
		return &Outcome{}
	}
	return r.Outcomes[len(r.Outcomes)-1]
}

// Wrong is the number of interleavings that end in a value which no run of one
// thread after the other gives; nil where it is not known or unbounded, or where
// threads wait for each other so that there is no such run.
func (r *Result) Wrong() *big.Int {
	wrong := new(big.Int)
	serial := false
	for _, o := range r.Outcomes {
		serial = serial || o.Serial
		if !o.Serial {
			if o.Count == nil {
				return nil
			}
			wrong.Add(wrong, o.Count)
		}
	}
	if r.Stopped != "" || !serial {
		return nil
	}
	return wrong
}

// edge is a turn from one state to another. Threads in equal blocks take equal
// turns, so one edge stands for mult of them.
type edge struct {
	to   uint32
	from uint8 // first of the threads that can take the turn
	mult uint8 // how many of them there are
	at   uint8 // where the thread that took it stands in the state after, as first
}

// graph is every state found and every turn between them.
type graph struct {
	m     *machine
	ids   map[string]uint32
	keys  []string
	begin []uint32 // where a state's edges begin; it has none if it was not looked at
	end   []uint32
	edges []edge
	flags []uint8
	bytes int
}

const (
	isFinal   = 1 << iota // no thread can move, all have finished
	isStuck               // no thread can move, not all have finished
	isBroken              // Always does not hold
	isEndless             // no run from here ends
)

// Explore looks at every state that p can get into, each once, and answers
// exactly. Interchangeable threads are merged; a run that meets a state again
// goes on as it did the first time, so loops end. It stops at MaxStates states or
// at about 400 MB, whichever is first, and then says so in Result.Stopped; the
// process stays below 1 GB. Half a million states take some 2 s.
//
// The error names a step that cannot be meant: an unknown name, a number out of
// range, the unlock of a mutex that another thread holds.
func (p Program) Explore() (*Result, error) {
	m, err := compile(p)
	if err != nil {
		return nil, err
	}
	limit := p.MaxStates
	if limit == 0 {
		limit = defaultLimit * 8 / max(8, len(p.Threads))
	}
	return m.explore(limit, maxBytes)
}

func (m *machine) explore(maxStates, maxBytes int) (*Result, error) {
	r := &Result{program: m.program, AllStates: new(big.Int)}
	g := &graph{m: m, ids: map[string]uint32{}}
	if err := g.search(maxStates, maxBytes, r); err != nil {
		return nil, err
	}
	r.States = len(g.keys)

	// Final states that show the same values are one outcome.
	s := make([]int, m.width)
	outcomes := map[string]*Outcome{}
	outcomeOf := map[uint32]*Outcome{}
	for id, f := range g.flags {
		if f&isFinal == 0 {
			continue
		}
		decode(s, g.keys[id])
		memory := m.watched(s)
		o := outcomes[memory]
		if o == nil {
			o = &Outcome{Memory: memory}
			for _, v := range m.watch {
				o.values = append(o.values, s[v])
			}
			if len(m.watch) == 1 {
				o.Value = o.values[0]
			}
			outcomes[memory] = o
		}
		outcomeOf[uint32(id)] = o
	}
	if r.Stopped == "" {
		g.count(r, outcomeOf)
	} else {
		r.Interleavings = m.straight()
	}
	for _, o := range outcomes {
		r.Outcomes = append(r.Outcomes, o)
	}
	sort.Slice(r.Outcomes, func(i, j int) bool {
		return slices.Compare(r.Outcomes[i].values, r.Outcomes[j].values) < 0
	})
	if err := g.witnesses(r, outcomeOf); err != nil {
		return nil, err
	}
	return r, nil
}

// search finds the states. It goes deep first, so that a search that stops has
// at least seen some runs to their end.
func (g *graph) search(maxStates, maxBytes int, r *Result) error {
	m := g.m
	s, err := m.start()
	if err != nil {
		return err
	}
	m.normalise(s)
	key := encode(nil, s)
	g.add(key)
	stack := []uint32{0}
	after := make([]int, m.width)
	factorials := []*big.Int{big.NewInt(1)}
	for i := 1; i <= len(m.threads); i++ {
		factorials = append(factorials, new(big.Int).Mul(factorials[i-1], big.NewInt(int64(i))))
	}
	for len(stack) > 0 {
		id := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		decode(s, g.keys[id])
		g.begin[id] = uint32(len(g.edges))
		moves := false
		// How many states this one stands for: the ways to hand its blocks out.
		orbit := new(big.Int).Set(factorials[0])
		for _, members := range m.classes {
			if len(members) > 1 {
				orbit.Mul(orbit, factorials[len(members)])
			}
			for i := 0; i < len(members); {
				t := members[i]
				n := 1
				for i+n < len(members) && slices.Equal(m.block(s, t), m.block(s, members[i+n])) {
					n++
				}
				i += n
				if n > 1 {
					orbit.Quo(orbit, factorials[n])
				}
				if !m.enabled(s, t) {
					continue
				}
				moves = true
				copy(after, s)
				if err := m.step(after, t); err != nil {
					return err
				}
				at := m.place(after, t)
				key = encode(key, after)
				to, known := g.ids[string(key)]
				if !known {
					if len(g.keys) >= maxStates || g.bytes >= maxBytes {
						if r.Stopped == "" {
							r.Stopped = fmt.Sprintf("stopped at the bound of %s states", group(fmt.Sprint(maxStates)))
							if g.bytes >= maxBytes {
								r.Stopped = fmt.Sprintf("stopped at the bound of %d MB, after %s states", maxBytes>>20, group(fmt.Sprint(len(g.keys))))
							}
						}
						continue
					}
					to = g.add(key)
					stack = append(stack, to)
				}
				g.edges = append(g.edges, edge{to, uint8(t), uint8(n), uint8(at)})
				g.bytes += 12
			}
		}
		g.end[id] = uint32(len(g.edges))
		if r.Stopped == "" {
			r.AllStates.Add(r.AllStates, orbit)
		}
		if !moves {
			g.flags[id] |= isStuck
			if m.finished(s) {
				g.flags[id] ^= isStuck | isFinal
			}
		}
		if m.program.Always != nil {
			if !m.program.Always(State{m, s}) {
				g.flags[id] |= isBroken
			}
			if m.misused != nil {
				return m.misused
			}
		}
	}
	if r.Stopped != "" {
		r.AllStates = nil
	}
	return nil
}

func (g *graph) add(key []byte) uint32 {
	id := uint32(len(g.keys))
	k := string(key)
	g.ids[k] = id
	g.keys = append(g.keys, k)
	g.begin = append(g.begin, 0)
	g.end = append(g.end, 0)
	g.flags = append(g.flags, 0)
	// A string and its header twice, the map's slack, what count and witnesses
	// add for a state and for each thread in it.
	g.bytes += len(key) + 120 + 24*len(g.m.threads)
	return id
}

// place normalises a state after thread t moved and says where t then stands.
func (m *machine) place(s []int, t int) int {
	if len(m.classes[m.threads[t].class]) == 1 {
		m.normalise(s)
		return t
	}
	var room [16]int
	own := append(room[:0], m.block(s, t)...)
	m.normalise(s)
	for _, other := range m.classes[m.threads[t].class] {
		if slices.Equal(m.block(s, other), own) {
			return other
		}
	}
	panic("interleaving: a thread got lost")
}

// count counts the runs to each state, in the order of time: a state is counted
// once all turns into it are. What is left then lies on a cycle or behind one,
// and endlessly many runs lead there.
//
// Merging keeps this exact. All states that one merged state stands for have the
// same runs ahead of them, up to the threads' names, and the start stands for
// itself alone. So the number of runs into the merged state, times the number of
// threads that can take a turn of this kind, is the number of runs that go on by it.
func (g *graph) count(r *Result, outcomeOf map[uint32]*Outcome) {
	n := len(g.keys)
	missing := make([]uint32, n)
	for _, e := range g.edges {
		missing[e.to]++
	}
	runs := make([]*big.Int, n)
	runs[0] = big.NewInt(1)
	total, deadlocks := new(big.Int), new(big.Int)
	for _, o := range outcomeOf {
		o.Count = new(big.Int)
	}
	var queue []uint32
	if missing[0] == 0 {
		queue = append(queue, 0)
	}
	var spare []*big.Int
	product, factor := new(big.Int), new(big.Int)
	counted := 0
	for len(queue) > 0 {
		id := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		counted++
		own := runs[id]
		for _, e := range g.edges[g.begin[id]:g.end[id]] {
			if runs[e.to] == nil {
				if k := len(spare); k > 0 {
					runs[e.to], spare = spare[k-1].SetUint64(0), spare[:k-1]
				} else {
					runs[e.to] = new(big.Int)
				}
			}
			if e.mult == 1 {
				runs[e.to].Add(runs[e.to], own)
			} else {
				runs[e.to].Add(runs[e.to], product.Mul(own, factor.SetUint64(uint64(e.mult))))
			}
			if missing[e.to]--; missing[e.to] == 0 {
				queue = append(queue, e.to)
			}
		}
		switch {
		case g.flags[id]&isFinal != 0:
			total.Add(total, own)
			outcomeOf[id].Count.Add(outcomeOf[id].Count, own)
		case g.flags[id]&isStuck != 0:
			total.Add(total, own)
			deadlocks.Add(deadlocks, own)
		}
		runs[id] = nil
		spare = append(spare, own)
	}
	r.Deadlocks = deadlocks
	if counted == n {
		r.Interleavings = total
		return
	}
	r.Unbounded = true
	for id, left := range missing {
		if left == 0 {
			continue
		}
		if o := outcomeOf[uint32(id)]; o != nil { // one state left over is enough
			o.Count = nil
		}
		if g.flags[id]&isStuck != 0 {
			r.Deadlocks = nil
		}
	}
	g.endless()
}

// endless flags the states from which no run ends, going backward from the ends.
func (g *graph) endless() {
	n := len(g.keys)
	first := make([]uint32, n+1)
	for _, e := range g.edges {
		first[e.to+1]++
	}
	for i := range n {
		first[i+1] += first[i]
	}
	into := make([]uint32, len(g.edges))
	fill := slices.Clone(first[:n])
	for id := range n {
		for _, e := range g.edges[g.begin[id]:g.end[id]] {
			into[fill[e.to]] = uint32(id)
			fill[e.to]++
		}
	}
	var queue []uint32
	for id := range g.flags {
		if g.flags[id]&(isFinal|isStuck) == 0 {
			g.flags[id] |= isEndless
		} else {
			queue = append(queue, uint32(id))
		}
	}
	for len(queue) > 0 {
		id := queue[len(queue)-1]
		queue = queue[:len(queue)-1]
		for _, from := range into[first[id]:first[id+1]] {
			if g.flags[from]&isEndless != 0 {
				g.flags[from] &^= isEndless
				queue = append(queue, from)
			}
		}
	}
}

// straight is the number of interleavings of threads that neither wait nor jump,
// which needs no search: in how many ways their turns can be put in a row. nil for
// other programs.
func (m *machine) straight() *big.Int {
	const most = 200_000 // turns; beyond, the number alone would take seconds
	total, product := 0, big.NewInt(1)
	for _, th := range m.threads {
		turns := 0
		for _, in := range th.code {
			switch in.op {
			case opLock, opUnlock, opSend, opReceive, opWait, opSignal, opBroadcast, opJump, opJumpIf:
				return nil
			}
			if in.op.visible() {
				turns++
			}
		}
		if total += turns; total > most {
			return nil
		}
		product.Mul(product, new(big.Int).MulRange(1, int64(turns)))
	}
	return product.Quo(new(big.Int).MulRange(1, int64(total)), product)
}

// visit is a way to a node of the witness search: a state and the thread that
// took the last turn.
type visit struct {
	node, before uint32
	edge         uint32 // its highest bit: a switch
	steps        uint32
}

const (
	switched = 1 << 31
	nobody   = ^uint32(0)
)

// witnesses finds the shortest runs: fewest switches, then fewest steps. Its
// nodes are pairs of a state and who moved last. All visits with k switches are
// settled before those with k+1, and among them those with fewer steps first;
// both queues get visits in the order of their steps, so the smaller of the two
// heads is the next.
func (g *graph) witnesses(r *Result, outcomeOf map[uint32]*Outcome) error {
	threads := uint32(len(g.m.threads))
	before := make([]uint32, len(g.keys)*int(threads)) // 0: not reached; nobody; or 1 + node
	edges := make([]uint32, len(before))
	queued := make([]uint32, len(before)) // the round in which a node was put into next
	path := func(node uint32) (path []uint32) {
		for node != nobody {
			path = append(path, edges[node])
			if node = before[node]; node != nobody {
				node--
			}
		}
		slices.Reverse(path)
		return path
	}
	var failed error
	found := func(state, node uint32, switches, steps int) {
		flags := g.flags[state]
		if o := outcomeOf[state]; flags&isFinal != 0 && !o.found {
			o.found, o.node, o.Switches, o.Turns = true, node, switches, steps
		}
		for _, f := range []struct {
			flag    uint8
			witness **Witness
		}{{isStuck, &r.Deadlock}, {isBroken, &r.Broken}, {isEndless, &r.Endless}} {
			if flags&f.flag != 0 && *f.witness == nil && failed == nil {
				*f.witness, failed = g.concrete(path(node))
			}
		}
	}
	found(0, nobody, 0, 0)

	var now, stay, next []visit // this number of switches: from the round before, and found in it
	for i := g.begin[0]; i < g.end[0]; i++ {
		e := g.edges[i]
		now = append(now, visit{e.to*threads + uint32(e.at), nobody, i, 1})
	}
	for round := uint32(1); len(now) > 0 && failed == nil; round++ {
		for len(now)+len(stay) > 0 {
			var v visit
			if len(stay) == 0 || len(now) > 0 && now[0].steps <= stay[0].steps {
				v, now = now[0], now[1:]
			} else {
				v, stay = stay[0], stay[1:]
			}
			if before[v.node] != 0 {
				continue
			}
			before[v.node], edges[v.node] = v.before, v.edge
			if v.before != nobody {
				before[v.node]++
			}
			state, last := v.node/threads, v.node%threads
			if g.flags[state] != 0 {
				found(state, v.node, int(round-1), int(v.steps))
			}
			for i := g.begin[state]; i < g.end[state]; i++ {
				e := g.edges[i]
				to := visit{e.to*threads + uint32(e.at), v.node, i, v.steps + 1}
				if before[to.node] != 0 {
					continue
				}
				if uint32(e.from) == last {
					stay = append(stay, to)
				}
				if (uint32(e.from) != last || e.mult > 1) && queued[to.node] != round {
					queued[to.node] = round
					to.edge |= switched
					next = append(next, to)
				}
			}
		}
		now, stay, next = next, stay[:0], nil
	}
	if failed != nil {
		return failed
	}

	// The first and the last outcome get their witness in any case, the others as
	// long as it does not take too much time and memory.
	movers := 0
	s := make([]int, g.m.width)
	decode(s, g.keys[0])
	for t := range g.m.threads {
		if g.m.next(s, t) != nil {
			movers++
		}
	}
	left := 200_000_000
	for i, o := range r.Outcomes {
		o.Serial = o.Switches <= max(movers-1, 0)
		left -= o.Turns * g.m.width
		if left > 0 || i == 0 || i == len(r.Outcomes)-1 {
			if o.Witness, failed = g.concrete(path(o.node)); failed != nil {
				return failed
			}
		}
	}
	return nil
}

// concrete turns a path of edges between merged states into the turns of real
// threads, by taking them: where several threads stand alike, the one that moved
// last goes on unless the path asks for a switch, and then the first other one.
func (g *graph) concrete(path []uint32) (*Witness, error) {
	m := g.m
	s, err := m.start()
	if err != nil {
		return nil, err
	}
	merged := make([]int, m.width)
	w := &Witness{m: m, Threads: make([]int, 0, len(path))}
	last, at := -1, uint32(0)
	for _, step := range path {
		e := g.edges[step&^switched]
		decode(merged, g.keys[at])
		at = e.to
		want := m.block(merged, int(e.from))
		mover := -1
		for _, t := range m.classes[m.threads[e.from].class] {
			if slices.Equal(m.block(s, t), want) && (last < 0 || (t != last) == (step&switched != 0)) {
				mover = t
				break
			}
		}
		if mover < 0 {
			panic("interleaving: a merged run has no real one")
		}
		if err := m.step(s, mover); err != nil {
			return nil, err
		}
		w.take(mover)
		last = mover
	}
	w.end(s)
	return w, nil
}
