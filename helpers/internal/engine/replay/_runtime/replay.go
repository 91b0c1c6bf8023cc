package main

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// r_goroutine is a goroutine that the program has started, or main.
type r_goroutine struct {
	number int
	id     int // the Go runtime's own; 0: not begun
	wake   chan struct{}
	line   atomic.Int32 // of the hook before which it stands, or which it passed last

	// Written by the controller while the goroutine stands, and by the goroutine while it runs.
	credit int // hooks that it may pass
	choice int // of the last of them

	late    bool // it begins when a library's clock says so
	library bool // a library starts and ends it, so that it is still busy when the program's function has ended

	// The controller's alone, once it has been started.
	state r_state
}

type r_state int

const (
	r_unborn r_state = iota // a library may start it, some day
	r_new
	r_runs
	r_stands // before a hook
	r_starts // has started a goroutine, which runs to its first hook now
	r_inside // of an operation, and waits there
	r_ended
)

// r_move is a part of a schedule.
type r_move struct{ goroutine, hooks, choice int }

// r_arrival tells the controller that a goroutine stands before a hook, or has ended.
type r_arrival struct {
	g     *r_goroutine
	state r_state
}

func (a r_arrival) note() {
	a.g.state = a.state
	if a.state == r_starts {
		r_parents = append(r_parents, a.g)
	}
}

var (
	r_free     atomic.Bool // the schedule has been followed; all run
	r_freed    = make(chan struct{})
	r_arrivals = make(chan r_arrival, 1<<16)
	r_parents  []*r_goroutine // those in state r_starts, the last last; the controller's alone

	r_mutex sync.Mutex // guards what follows
	r_all   []*r_goroutine
	r_byID  = map[int]*r_goroutine{}
)

// r_self is the goroutine that calls it; nil for one that a library started.
func r_self() *r_goroutine {
	id := r_id()
	r_mutex.Lock()
	defer r_mutex.Unlock()
	return r_byID[id]
}

// hook stands until the schedule lets the goroutine pass, and tells which choice it says.
func (g *r_goroutine) hook(line int) (choice int) {
	if g == nil || r_free.Load() {
		return 0
	}
	g.line.Store(int32(line))
	if g.credit == 0 {
		r_arrivals <- r_arrival{g, r_stands}
		select {
		case <-g.wake:
		case <-r_freed:
			return 0
		}
	}
	if g.credit--; g.credit == 0 {
		return g.choice
	}
	return 0
}

// r_begin gives a goroutine its number.
func r_begin(state r_state, library bool) *r_goroutine {
	r_mutex.Lock()
	defer r_mutex.Unlock()
	g := &r_goroutine{number: len(r_all), wake: make(chan struct{}, 1), state: state, library: library}
	r_all = append(r_all, g)
	return g
}

// run is the whole life of a goroutine: it begins when the controller says so. A panic that nobody
// recovers, and the end of main, are a hook of their own.
func (g *r_goroutine) run(f func()) {
	if !r_free.Load() {
		if g.late {
			r_arrivals <- r_arrival{g, r_new}
		}
		select {
		case <-g.wake:
		case <-r_freed:
		}
	}
	id := r_id()
	r_mutex.Lock()
	g.id = id
	r_byID[id] = g
	r_mutex.Unlock()
	returned := false
	defer func() {
		if !returned {
			g.hook(int(g.line.Load()))
		}
		r_mutex.Lock()
		delete(r_byID, id)
		r_mutex.Unlock()
		// A crash, and the end of main, end the program: nobody may go on meanwhile.
		if returned && g.number > 0 && !g.library && !r_free.Load() {
			r_arrivals <- r_arrival{g, r_ended}
		}
	}()
	f()
	returned = true
}

// r_go starts a goroutine, which runs to its first hook before the one that starts it goes on.
func r_go(parent *r_goroutine, f func(*r_goroutine)) {
	g := r_begin(r_new, false)
	go g.run(func() { f(g) })
	if parent != nil && !r_free.Load() {
		r_arrivals <- r_arrival{parent, r_starts}
		select {
		case <-parent.wake:
		case <-r_freed:
		}
	}
}

// r_later makes f, which a library will start as a goroutine some day, one that is followed.
func r_later(_ *r_goroutine, f func()) func() {
	g := r_begin(r_unborn, true)
	g.late = true
	return func() { g.run(f) }
}

// r_child makes f, which a library starts as a goroutine at once, one that is followed.
func r_child(_ *r_goroutine, f func() error) func() error {
	g := r_begin(r_new, true)
	return func() (err error) {
		g.run(func() { err = f() })
		return err
	}
}

// r_groupGo is WaitGroup.Go.
func r_groupGo(g *r_goroutine, line int, group *sync.WaitGroup, f func()) {
	g.hook(line)
	group.Add(1)
	r_go(g, func(*r_goroutine) {
		defer func() {
			if x := recover(); x != nil {
				panic(x) // main must not be let on
			}
			group.Done()
		}()
		f()
	})
}

// r_sleep takes no time while a schedule says who goes on.
func r_sleep(g *r_goroutine, line int, d time.Duration) {
	g.hook(line)
	if g == nil || r_free.Load() {
		time.Sleep(d)
	}
}

// Who waits for a condition, the first first, as sync.Cond does not let choose whom Signal wakes.
// To take the lock again is a second hook of Wait.
var (
	r_condMutex    sync.Mutex
	r_condSleepers = map[*sync.Cond][]r_sleeper{}
)

type r_sleeper struct {
	number int // of the goroutine
	woken  chan struct{}
}

func r_condWait(g *r_goroutine, line int, c *sync.Cond) {
	g.hook(line)
	s := r_sleeper{woken: make(chan struct{})}
	if g != nil {
		s.number = g.number
	}
	r_condMutex.Lock()
	r_condSleepers[c] = append(r_condSleepers[c], s)
	r_condMutex.Unlock()
	c.L.Unlock()
	<-s.woken
	g.hook(line)
	c.L.Lock()
}

func r_condSignal(g *r_goroutine, line int, c *sync.Cond) {
	choice := g.hook(line)
	r_condMutex.Lock()
	defer r_condMutex.Unlock()
	list := r_condSleepers[c]
	if len(list) == 0 {
		return
	}
	chosen := list[0]
	if choice > 0 {
		byNumber := slices.SortedFunc(slices.Values(list), func(a, b r_sleeper) int { return a.number - b.number })
		chosen = byNumber[min(choice, len(list))-1]
	}
	r_condSleepers[c] = slices.DeleteFunc(list, func(s r_sleeper) bool { return s == chosen })
	close(chosen.woken)
}

func r_condBroadcast(g *r_goroutine, line int, c *sync.Cond) {
	g.hook(line)
	r_condMutex.Lock()
	defer r_condMutex.Unlock()
	for _, s := range r_condSleepers[c] {
		close(s.woken)
	}
	delete(r_condSleepers, c)
}

// r_main runs the program: under the schedule in the file that REPLAY_SCHEDULE names, and freely
// after it.
func r_main(begin, main func()) {
	file := os.Getenv("REPLAY_SCHEDULE")
	os.Unsetenv("REPLAY_SCHEDULE")
	g := r_begin(r_new, false)
	if file == "" {
		r_free.Store(true)
		close(r_freed)
	} else {
		moves := r_read(file)
		go r_control(moves, file+".end")
	}
	g.run(func() {
		begin()
		main()
		g.hook(0)
	})
}

// r_read reads a schedule: goroutine, hooks and choice, a line each.
func r_read(file string) (moves []r_move) {
	text, err := os.ReadFile(file)
	if err != nil {
		panic(err)
	}
	for line := range strings.Lines(string(text)) {
		var m r_move
		if _, err := fmt.Sscan(line, &m.goroutine, &m.hooks, &m.choice); err != nil {
			panic(err)
		}
		moves = append(moves, m)
	}
	return moves
}

// r_control lets the goroutines go as the schedule says, and tells in file end how far it came:
// "followed", or why not.
func r_control(moves []r_move, end string) {
	say := func(text string) { os.WriteFile(end, []byte(text), 0o666) }
	fault := ""
	r_settle()
	for i, m := range moves {
		r_mutex.Lock()
		var g *r_goroutine
		if m.goroutine < len(r_all) {
			g = r_all[m.goroutine]
		}
		r_mutex.Unlock()
		if g != nil {
			r_await(g)
		}
		switch {
		case g == nil, g.state == r_unborn:
			fault = "has not been started"
		case g.state == r_ended:
			fault = "has ended"
		case g.state == r_inside:
			fault = fmt.Sprintf("waits in what it does in line %d", g.line.Load())
		}
		if fault != "" {
			fault = fmt.Sprintf("move %d is for goroutine %d, which %s", i+1, m.goroutine, fault)
			break
		}
		if i == len(moves)-1 {
			say("followed") // the last one may be the end of the program
		}
		g.credit, g.choice, g.state = m.hooks, m.choice, r_runs
		g.wake <- struct{}{}
		r_settle()
		if g.credit > 0 {
			r_await(g)
		}
		if g.credit > 0 && g.state != r_stands {
			fault = "has ended"
			if g.state == r_inside {
				fault = fmt.Sprintf("waits in what it does in line %d or after", g.line.Load())
			}
			fault = fmt.Sprintf("in move %d goroutine %d %s, %d hooks before the move's end", i+1, m.goroutine, fault, g.credit)
			break
		}
	}
	if fault == "" {
		fault = "followed"
	}
	say(fault)
	r_free.Store(true)
	close(r_freed)
}

// r_await gives a goroutine time which a clock must start, or let go on.
func r_await(g *r_goroutine) {
	for end := time.Now().Add(2 * time.Second); (g.state == r_unborn || g.state == r_inside) && time.Now().Before(end); {
		select {
		case a := <-r_arrivals:
			a.note()
			r_settle()
		case <-time.After(time.Millisecond):
		}
	}
}

// r_settle returns when every goroutine stands before a hook, waits inside an operation, or has
// ended. New goroutines run to their first hook one by one.
func r_settle() {
	patience := 50 * time.Microsecond
	for {
		r_mutex.Lock()
		all := r_all
		r_mutex.Unlock()
		running, inside := 0, 0
		var next *r_goroutine
		for _, g := range all {
			switch {
			case g.state == r_runs:
				running++
			case g.state == r_inside:
				inside++
			case g.state == r_new && next == nil:
				next = g
			}
		}
		switch {
		case running > 0:
			arrived := false
			for tries := 0; tries < 50 && !arrived; tries++ { // mostly it takes but a moment
				select {
				case a := <-r_arrivals:
					a.note()
					arrived = true
				default:
					runtime.Gosched()
				}
			}
			if arrived {
				continue
			}
			select {
			case a := <-r_arrivals:
				a.note()
			case <-time.After(patience):
				patience = min(2*patience, 5*time.Millisecond)
				r_look(all)
			}
		case next != nil:
			next.state = r_runs
			next.wake <- struct{}{}
		case len(r_parents) > 0:
			g := r_parents[len(r_parents)-1]
			r_parents = r_parents[:len(r_parents)-1]
			g.state = r_runs
			g.wake <- struct{}{}
		case inside > 0:
			if !r_look(all) {
				return
			}
		default:
			return
		}
	}
}

// r_look asks the Go runtime which goroutines wait, and tells whether any is on its way.
func r_look(all []*r_goroutine) (busy bool) {
	buf := make([]byte, 1<<16)
	for {
		if n := runtime.Stack(buf, true); n < len(buf) {
			buf = buf[:n]
			break
		}
		buf = make([]byte, 2*len(buf))
	}
	waits, there := map[int]bool{}, map[int]bool{}
	for _, part := range bytes.Split(buf, []byte("\n\n")) {
		// goroutine 18 [chan receive, 2 minutes]:
		head, _, _ := strings.Cut(string(part), "\n")
		head, ok := strings.CutPrefix(head, "goroutine ")
		number, state, ok2 := strings.Cut(head, " [")
		if id, err := strconv.Atoi(number); ok && ok2 && err == nil {
			there[id] = true
			for _, s := range []string{"chan receive", "chan send", "select", "semacquire", "sync."} {
				waits[id] = waits[id] || strings.HasPrefix(state, s)
			}
		}
	}
	for len(r_arrivals) > 0 { // whoever was about to stand
		a := <-r_arrivals
		a.note()
		busy = true
	}
	for _, g := range all {
		if g.state != r_runs && g.state != r_inside {
			continue
		}
		r_mutex.Lock()
		id := g.id
		r_mutex.Unlock()
		if id != 0 && !there[id] {
			g.state = r_ended
		} else if id != 0 && waits[id] {
			g.state = r_inside
		} else {
			g.state = r_runs
			busy = true
		}
	}
	return busy
}
