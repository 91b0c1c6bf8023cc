// Package semaphore is a semaphore with weights; who waits is served in order.
package semaphore

import (
	"context"
	"internal/machine"
)

type Weighted struct {
	size, held int64
	waiting    []*waiter
}

type waiter struct {
	n     int64
	ready chan struct{}
}

func NewWeighted(n int64) *Weighted { return &Weighted{size: n} }

func (s *Weighted) TryAcquire(n int64) bool {
	machine.Begin(s, "TryAcquire")
	ok := s.take(n)
	machine.End()
	return ok
}

// take is a try to acquire, within a step.
func (s *Weighted) take(n int64) bool {
	if s.size-s.held < n || len(s.waiting) > 0 {
		return false
	}
	s.held += n
	return true
}

func (s *Weighted) Acquire(ctx context.Context, n int64) error {
	done := ctx.Done()
	if over(done) {
		return ctx.Err()
	}
	machine.Begin(s, "Acquire")
	if s.take(n) {
		machine.End()
		return nil
	}
	if n > s.size { // never
		machine.End()
		<-done
		return ctx.Err()
	}
	w := &waiter{n, make(chan struct{})}
	s.waiting = append(s.waiting, w)
	machine.End()
	select {
	case <-w.ready:
		if over(done) {
			s.Release(n)
			return ctx.Err()
		}
		return nil
	case <-done:
	}
	machine.Begin(s, "Acquire gives up")
	if over(w.ready) {
		s.held -= n // it came at the same time
	} else {
		s.drop(w)
	}
	s.serve()
	machine.End()
	return ctx.Err()
}

// over tells whether a channel is closed.
func over(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

func (s *Weighted) drop(w *waiter) {
	var rest []*waiter
	for _, other := range s.waiting {
		if other != w {
			rest = append(rest, other)
		}
	}
	s.waiting = rest
}

// serve gives to those who wait, in order, as far as it goes.
func (s *Weighted) serve() {
	for len(s.waiting) > 0 && s.size-s.held >= s.waiting[0].n {
		w := s.waiting[0]
		s.waiting = s.waiting[1:]
		s.held += w.n
		close(w.ready)
	}
}

func (s *Weighted) Release(n int64) {
	machine.Begin(s, "Release")
	s.held -= n
	if s.held < 0 {
		machine.End()
		panic("semaphore: released more than held")
	}
	s.serve()
	machine.End()
}
