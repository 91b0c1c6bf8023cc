package main

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"strings"
	"sync"
)

// Every interleaving of small programs, by running them again and again: depth first over all
// decisions. One goroutine runs at a time; whoever comes to a step asks who goes on. The operations
// of sync and of channels are models, written from what Go's documentation says and not from the
// machine that explores.

type r_goroutine struct {
	number int
	wake   chan struct{}
	ended  bool
	choice int
	steps  int // taken
	failed int // steps, the last of which failed; -1 if none has

	ready  func() int // in how many ways it can take the step before which it stands
	offers []*r_case  // channel operations in which it waits to be met
	waits  bool       // those offers may be met by a select that has a default
	met    *r_case    // the one that another goroutine has completed
	sleeps *sync.Cond
	handed any
	handOK bool
}

type r_decision struct{ taken, of int }

type r_outcome struct{ Kind, Output string }

var (
	r_current *r_goroutine
	r_all     []*r_goroutine
	r_glue    []*r_goroutine // may run on to their next step
	r_path    []r_decision
	r_depth   int
	r_over    = make(chan r_outcome, 1)
	r_dying   bool
	r_output  strings.Builder
	r_changed map[string]bool // variables that are written
	r_learned bool
	r_mutexes map[*sync.Mutex]bool
	r_rw      map[*sync.RWMutex]*r_rwState
	r_groups  map[*sync.WaitGroup]int
	r_chans   map[uintptr]*r_chan
	r_living  sync.WaitGroup
)

func r_self() *r_goroutine { return r_current }

func r_always() int { return 1 }

// hook is a step that can be taken at any time.
func (g *r_goroutine) hook(int) int { return g.step(r_always) }

// access is a read or a write of a variable; reading one that nobody changes is no step, nor is
// anything that the last goroutine does.
func (g *r_goroutine) access(_ int, name string, write bool) {
	if r_dying {
		runtime.Goexit()
	}
	if r_others(g) == 0 {
		return
	}
	if write && !r_changed[name] {
		r_changed[name], r_learned = true, true
	}
	if r_changed[name] {
		g.step(r_always)
	}
}

// r_others is how many other goroutines live.
func r_others(g *r_goroutine) (n int) {
	for _, o := range r_all {
		if o != g && !o.ended {
			n++
		}
	}
	return n
}

// step waits until this goroutine is the one to go on, and returns which of its choices it shall
// take.
func (g *r_goroutine) step(ready func() int) int {
	if r_dying {
		runtime.Goexit()
	}
	g.ready = ready
	r_next(g)
	g.steps++
	g.ready = nil
	return g.choice
}

// r_next hands on to whoever shall run, and returns when me shall.
func r_next(me *r_goroutine) {
	next := r_decide()
	if next == me {
		return
	}
	if next != nil {
		r_current = next
		next.wake <- struct{}{}
	}
	if me.ended {
		return
	}
	<-me.wake
	if r_dying {
		runtime.Goexit()
	}
	r_current = me
}

// r_decide finds who goes on; nil where the run is over.
func r_decide() *r_goroutine {
	if len(r_glue) > 0 {
		g := r_glue[0]
		r_glue = r_glue[1:]
		return g
	}
	total := 0
	var options [64]struct {
		g *r_goroutine
		n int
	}
	count := 0
	for _, g := range r_all {
		if g.ended || g.ready == nil {
			continue
		}
		if n := g.ready(); n > 0 {
			options[count].g, options[count].n = g, n
			count++
			total += n
		}
	}
	if total == 0 {
		r_finish("deadlock")
		return nil
	}
	taken := 0
	if r_depth < len(r_path) {
		taken = r_path[r_depth].taken
		if r_path[r_depth].of != total {
			panic("a run is not the same when it is repeated")
		}
	} else {
		r_path = append(r_path, r_decision{0, total})
	}
	r_depth++
	for _, o := range options[:count] {
		if taken < o.n {
			o.g.choice = taken
			return o.g
		}
		taken -= o.n
	}
	panic("unreachable")
}

// r_finish ends the run.
func r_finish(kind string) {
	r_over <- r_outcome{kind, r_output.String()}
}

func r_stop(g *r_goroutine, kind string) {
	r_finish(kind)
	<-g.wake
	runtime.Goexit()
}

func r_go(_ *r_goroutine, f func(*r_goroutine)) {
	g := &r_goroutine{number: len(r_all), wake: make(chan struct{}, 1), failed: -1}
	r_all = append(r_all, g)
	r_glue = append(r_glue, g)
	r_living.Add(1)
	go g.run(f)
}

func (g *r_goroutine) run(f func(*r_goroutine)) {
	defer r_living.Done()
	<-g.wake
	if r_dying {
		return
	}
	r_current = g
	if crash := r_catch(func() { f(g) }); crash != "" {
		if g.failed != g.steps { // else the crash belongs to the step that has just failed
			g.step(r_always)
		}
		r_stop(g, crash)
	}
	if g.number == 0 {
		g.step(r_always)
		r_stop(g, "ends")
	}
	g.ended = true
	r_next(g)
}

func r_catch(f func()) (crash string) {
	defer func() {
		if x := recover(); x != nil {
			crash = fmt.Sprint("panic: ", x)
		}
	}()
	f()
	return ""
}

// sync

func r_lock(g *r_goroutine, _ int, m *sync.Mutex) {
	g.step(func() int { return r_digit(!r_mutexes[m]) })
	r_mutexes[m] = true
}

func r_tryLock(g *r_goroutine, _ int, m *sync.Mutex) bool {
	g.step(r_always)
	if r_mutexes[m] {
		return false
	}
	r_mutexes[m] = true
	return true
}

func r_unlock(g *r_goroutine, _ int, m *sync.Mutex) {
	g.step(r_always)
	r_giveBack(g, m)
}

func r_giveBack(g *r_goroutine, m *sync.Mutex) {
	if !r_mutexes[m] {
		r_stop(g, "fatal")
	}
	delete(r_mutexes, m)
}

type r_rwState struct {
	readers int
	writer  bool
	asks    *r_goroutine // the writer who waits for the readers
}

func r_rwOf(m *sync.RWMutex) *r_rwState {
	if r_rw[m] == nil {
		r_rw[m] = &r_rwState{}
	}
	return r_rw[m]
}

func r_rwLock(g *r_goroutine, _ int, m *sync.RWMutex) {
	s := r_rwOf(m)
	g.step(func() int { return r_digit(!s.writer && s.asks == nil) })
	if s.readers > 0 {
		s.asks = g
		g.step(func() int { return r_digit(s.readers == 0) })
		s.asks = nil
	}
	s.writer = true
}

func r_rwUnlock(g *r_goroutine, _ int, m *sync.RWMutex) {
	g.step(r_always)
	if !r_rwOf(m).writer {
		r_stop(g, "fatal")
	}
	r_rwOf(m).writer = false
}

func r_rLock(g *r_goroutine, _ int, m *sync.RWMutex) {
	s := r_rwOf(m)
	g.step(func() int { return r_digit(!s.writer && s.asks == nil) })
	s.readers++
}

func r_rUnlock(g *r_goroutine, _ int, m *sync.RWMutex) {
	g.step(r_always)
	if r_rwOf(m).readers == 0 {
		r_stop(g, "fatal")
	}
	r_rwOf(m).readers--
}

func r_groupAdd(g *r_goroutine, _ int, w *sync.WaitGroup, n int) {
	if r_dying {
		runtime.Goexit()
	}
	if n > 0 && r_groups[w] == 0 && r_others(g) > 0 {
		g.step(r_always)
	}
	if r_groups[w] += n; r_groups[w] < 0 {
		panic("sync: negative WaitGroup counter")
	}
}

func r_groupDone(g *r_goroutine, line int, w *sync.WaitGroup) { r_groupAdd(g, line, w, -1) }

func r_groupWait(g *r_goroutine, _ int, w *sync.WaitGroup) {
	g.step(func() int { return r_digit(r_groups[w] == 0) })
}

func r_groupGo(g *r_goroutine, line int, w *sync.WaitGroup, f func()) {
	r_groupAdd(g, line, w, 1)
	r_go(g, func(g *r_goroutine) {
		f()
		r_groupDone(g, line, w)
	})
}

func r_sleep(g *r_goroutine, _ int, _ any) { g.step(r_always) }

func r_condWait(g *r_goroutine, _ int, c *sync.Cond) {
	m := c.L.(*sync.Mutex)
	g.step(r_always)
	g.sleeps = c
	r_giveBack(g, m)
	g.step(func() int { return r_digit(g.sleeps == nil && !r_mutexes[m]) })
	r_mutexes[m] = true
}

func r_sleepers(c *sync.Cond) (list []*r_goroutine) {
	for _, g := range r_all {
		if !g.ended && g.sleeps == c {
			list = append(list, g)
		}
	}
	return list
}

func r_condSignal(g *r_goroutine, _ int, c *sync.Cond) {
	n := g.step(func() int { return max(1, len(r_sleepers(c))) })
	if list := r_sleepers(c); len(list) > 0 {
		list[n].sleeps = nil
	}
}

func r_condBroadcast(g *r_goroutine, _ int, c *sync.Cond) {
	g.step(r_always)
	for _, g := range r_sleepers(c) {
		g.sleeps = nil
	}
}

func r_println(g *r_goroutine, _ int, args []any) (int, error) {
	g.step(r_always)
	return fmt.Fprintln(&r_output, args...)
}

// channels

type r_chan struct {
	room   int
	queue  []any
	closed bool
	keep   any // the channel, so that its address stays its own
}

func r_makeChan[T any](room int) chan T {
	c := make(chan T)
	r_chans[reflect.ValueOf(c).Pointer()] = &r_chan{room: room, keep: c}
	return c
}

// r_case is one operation on a channel: a send, or a receive.
type r_case struct {
	g     *r_goroutine
	c     *r_chan // nil: never ready
	sends bool
	value any
	n     int // of the case in its select
}

func r_recvCase(c any) *r_case { return &r_case{c: r_chans[reflect.ValueOf(c).Pointer()]} }

func r_sendCase(c, v any) *r_case {
	return &r_case{c: r_chans[reflect.ValueOf(c).Pointer()], sends: true, value: v}
}

// alone tells whether the operation can be done without a partner.
func (k *r_case) alone() bool {
	switch {
	case k.c == nil:
		return false
	case k.sends:
		return k.c.closed || len(k.c.queue) < k.c.room
	}
	return k.c.closed || len(k.c.queue) > 0
}

// partners are the operations of others that stand waiting and fit. An exchange is the sender's
// step; only a select with a default may take from a sender that waits.
func (k *r_case) partners(g *r_goroutine, polls bool) (list []*r_case) {
	if k.c == nil || k.c.room > 0 || k.c.closed || !k.sends && !polls {
		return nil
	}
	for _, other := range r_all {
		if other == g || other.ended || other.ready == nil || !other.waits {
			continue
		}
		for _, o := range other.offers {
			if o.c == k.c && o.sends != k.sends {
				list = append(list, o)
			}
		}
	}
	return list
}

// r_options are the ways in which a goroutine can go on with one of some cases: a case, and a
// partner or nil.
func r_options(g *r_goroutine, cases []*r_case, blocking bool) (list [][2]*r_case) {
	sure := false
	for _, k := range cases {
		if k.alone() {
			sure = true
			list = append(list, [2]*r_case{k, nil})
			continue
		}
		for _, o := range k.partners(g, !blocking) {
			list = append(list, [2]*r_case{k, o})
		}
	}
	if !blocking && !sure {
		list = append(list, [2]*r_case{})
	}
	return list
}

// r_communicate does one of some cases, and tells which, and what was received.
func r_communicate(g *r_goroutine, blocking bool, cases []*r_case) (n int, ok bool, value any) {
	for i, k := range cases {
		k.g, k.n = g, i
	}
	g.offers, g.waits, g.met = cases, blocking, nil
	choice := g.step(func() int {
		if g.met != nil {
			return 0
		}
		return len(r_options(g, cases, blocking))
	})
	defer func() { g.offers, g.waits = nil, false }()
	if g.met != nil {
		return g.met.n, g.handOK, g.handed
	}
	option := r_options(g, cases, blocking)[choice]
	k, partner := option[0], option[1]
	switch {
	case k == nil:
		return -1, false, nil
	case partner != nil:
		other := partner.g
		other.met, other.handed, other.handOK = partner, k.value, k.sends
		r_glue = append(r_glue, other)
		return k.n, !k.sends, partner.value
	case k.sends && k.c.closed:
		g.failed = g.steps
		panic("send on closed channel")
	case k.sends:
		k.c.queue = append(k.c.queue, k.value)
		return k.n, false, nil
	case len(k.c.queue) > 0:
		value = k.c.queue[0]
		k.c.queue = k.c.queue[1:]
		return k.n, true, value
	}
	return k.n, false, nil
}

func r_send[C ~chan T | ~chan<- T, T any](g *r_goroutine, _ int, c C, v T) {
	r_communicate(g, true, []*r_case{r_sendCase(c, v)})
}

func r_recv[C ~chan T | ~<-chan T, T any](g *r_goroutine, _ int, c C) (v T, ok bool) {
	_, ok, value := r_communicate(g, true, []*r_case{r_recvCase(c)})
	if value != nil {
		v = value.(T)
	}
	return v, ok
}

func r_select(g *r_goroutine, _ int, blocking bool, cases ...*r_case) (n int, ok bool, value any) {
	return r_communicate(g, blocking, cases)
}

// r_take stores what case n of a select has received.
func r_take[T any](value any, taken, n int, to *T) {
	var v T
	if taken == n && value != nil {
		v = value.(T)
	}
	*to = v
}

func r_close(g *r_goroutine, _ int, c any) {
	g.step(r_always)
	s := r_chans[reflect.ValueOf(c).Pointer()]
	if s == nil || s.closed {
		g.failed = g.steps
		panic("close of closed channel")
	}
	s.closed = true
	// Who waits to receive goes on by a step of its own; who waits to send will panic in one.
}

// r_explore runs a program in every way, and tells how often each outcome came; nil: more than
// limit runs.
func r_explore(main func(), limit int) map[r_outcome]int {
	r_changed = map[string]bool{}
again:
	outcomes := map[r_outcome]int{}
	r_path = nil
	for runs := 0; ; runs++ {
		if runs == limit {
			return nil
		}
		r_all, r_glue, r_depth, r_dying = nil, nil, 0, false
		r_output.Reset()
		r_mutexes, r_rw = map[*sync.Mutex]bool{}, map[*sync.RWMutex]*r_rwState{}
		r_groups, r_chans = map[*sync.WaitGroup]int{}, map[uintptr]*r_chan{}
		r_learned = false
		r_go(nil, func(*r_goroutine) { main() })
		first := r_glue[0]
		r_glue = nil
		first.wake <- struct{}{}
		outcomes[<-r_over]++
		r_dying = true
		for _, g := range r_all {
			if !g.ended {
				g.wake <- struct{}{}
			}
		}
		r_living.Wait()
		if r_learned {
			goto again
		}
		for len(r_path) > 0 && r_path[len(r_path)-1].taken == r_path[len(r_path)-1].of-1 {
			r_path = r_path[:len(r_path)-1]
		}
		if len(r_path) == 0 {
			return outcomes
		}
		r_path[len(r_path)-1].taken++
	}
}

type r_result struct {
	Program int
	Kind    string
	Output  string
	Count   int
}

func main() {
	out := json.NewEncoder(os.Stdout)
	for i, program := range r_programs {
		outcomes := r_explore(program, r_limit)
		if outcomes == nil {
			out.Encode(r_result{Program: i})
		}
		for o, n := range outcomes {
			out.Encode(r_result{i, o.Kind, o.Output, n})
		}
	}
}
