// Package errgroup waits for goroutines and keeps the first error.
package errgroup

import (
	"context"
	"fmt"
	"sync"
)

type Group struct {
	cancel  func(error)
	running sync.WaitGroup
	places  chan struct{} // nil without a limit
	once    sync.Once
	err     error
}

func WithContext(ctx context.Context) (*Group, context.Context) {
	ctx, cancel := context.WithCancelCause(ctx)
	return &Group{cancel: cancel}, ctx
}

func (g *Group) Wait() error {
	g.running.Wait()
	if g.cancel != nil {
		g.cancel(g.err)
	}
	return g.err
}

func (g *Group) Go(f func() error) {
	if g.places != nil {
		g.places <- struct{}{}
	}
	g.start(f)
}

func (g *Group) TryGo(f func() error) bool {
	if g.places != nil {
		select {
		case g.places <- struct{}{}:
		default:
			return false
		}
	}
	g.start(f)
	return true
}

func (g *Group) start(f func() error) {
	g.running.Add(1)
	go func() {
		defer g.leave()
		if err := f(); err != nil {
			g.once.Do(func() {
				g.err = err
				if g.cancel != nil {
					g.cancel(err)
				}
			})
		}
	}()
}

func (g *Group) leave() {
	if g.places != nil {
		<-g.places
	}
	g.running.Done()
}

func (g *Group) SetLimit(n int) {
	if n < 0 {
		g.places = nil
		return
	}
	if active := len(g.places); active != 0 {
		panic(fmt.Errorf("errgroup: modify limit while %v goroutines in the group are still active", active))
	}
	g.places = make(chan struct{}, n)
}
