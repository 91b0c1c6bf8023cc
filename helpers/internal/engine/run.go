package engine

import (
	"math/rand/v2"
	"slices"
	"time"
)

// Free is a run in which no schedule says who moves. Time passes in it when nobody can move, so a
// sleep takes no time of the reader's.
type Free struct {
	Seed uint64 // the same seed gives the same run

	// Anywhere lets any goroutine take each step. Without it they move as Go's scheduler has them
	// move on one core: one goes on until it waits, calls runtime.Gosched or has ended, or is
	// interrupted, which seldom happens in a short program.
	Anywhere bool

	Print func(text string) // is called with what the program prints, as it goes; may be nil
	Again func()            // is called before all begins anew, as it seldom has to; what was printed is void; may be nil

	Memory uint64 // bytes that the process may hold, at most; 0: 700 MB
}

// turn is how many steps a goroutine takes at most before it is interrupted. Go lets one run for 10
// ms, in which there is room for some hundred thousand accesses to memory that others use as well.
const turn = 200_000

// glanceTime is how long is looked before a run, so that it is known what counts as a step. What is
// met later begins the run anew.
const glanceTime = 100 * time.Millisecond

// Run runs the program once, to its end. It does not return from a program that goes on for ever.
func (p *Program) Run(f Free) (*Run, error) {
	if f.Print == nil {
		f.Print = func(string) {}
	}
	if _, err := p.Explore(Options{glance: true, States: glanceStates, Time: glanceTime, Clock: true, Memory: f.Memory}); err != nil {
		return nil, err
	}
	defer func() { p.limits = limits{} }()
	p.limits = limits{memory: f.Memory}
	for {
		p.learned = false
		run, err := p.run(f)
		if err != nil || !p.learned {
			return run, err
		}
		if f.Again != nil {
			f.Again()
		}
	}
}

func (p *Program) run(f Free) (run *Run, err error) {
	s, err := p.first()
	if err != nil {
		return nil, err
	}
	run = &Run{}
	c := &core{s: s, random: rand.New(rand.NewPCG(f.Seed, 0)), anywhere: f.Anywhere, next: -1}
	told := 0
	err = p.catch(func() {
		for s.ended == nil && s.refused == nil && !p.learned {
			id := c.choose()
			if id < 0 {
				s.ended = &ending{kind: Deadlock, message: s.deadlock()}
				break
			}
			choice := 0
			if n := s.choices(id); n > 1 {
				choice = c.random.IntN(n)
			}
			s.take(id, choice)
			run.Total++
			if len(s.output) > told {
				f.Print(s.output[told:])
				told = len(s.output)
			}
		}
	})
	switch {
	case err != nil || p.learned:
		return nil, err
	case s.refused != nil:
		return nil, s.refused
	}
	run.end(s)
	return run, nil
}

// core says who moves, as one core does.
type core struct {
	s        *state
	random   *rand.Rand
	anywhere bool

	mover int   // who moved last
	left  int   // steps until it is interrupted
	known int   // goroutines, those that have ended too
	next  int   // who comes next, before the queue: who was started last; -1: nobody
	queue []int // who then comes, in order
}

// choose is who takes the next step; -1 where nobody can.
func (c *core) choose() int {
	s := c.s
	if c.anywhere {
		var can []int
		for _, g := range s.gs {
			if s.choices(g.id) > 0 {
				can = append(can, g.id)
			}
		}
		if len(can) == 0 {
			return -1
		}
		return can[c.random.IntN(len(can))]
	}
	c.known = max(c.known, 1) // main
	for ; c.known < len(s.gs); c.known++ {
		if c.next >= 0 {
			c.queue = append(c.queue, c.next)
		}
		c.next = c.known
	}
	if c.left > 0 && s.choices(c.mover) > 0 && !c.yields() {
		c.left--
		return c.mover
	}
	for _, g := range s.gs {
		if g.id != c.mover && g.id != c.next && !slices.Contains(c.queue, g.id) && s.choices(g.id) > 0 {
			c.queue = append(c.queue, g.id)
		}
	}
	if s.choices(c.mover) > 0 {
		c.queue = append(c.queue, c.mover)
	}
	if c.next >= 0 {
		c.queue, c.next = slices.Insert(c.queue, 0, c.next), -1
	}
	for len(c.queue) > 0 {
		id := c.queue[0]
		c.queue = c.queue[1:]
		if s.choices(id) > 0 {
			c.mover, c.left = id, c.random.IntN(turn)
			return id
		}
	}
	return -1
}

// yields tells whether who moved last gives way to the others: it stands before a call of
// runtime.Gosched.
func (c *core) yields() bool {
	t := c.s.look(c.mover)
	if t.in == nil {
		return false
	}
	op, ok := t.in.op.(*nativeOp)
	return ok && op.name == machinePath+".Yield"
}
