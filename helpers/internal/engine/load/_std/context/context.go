// Package context is a model of Go's own in which to cancel a context, and all that come from it,
// is one step.
package context

import (
	"internal/machine"
	"internal/values"
	"time"
)

type Context interface {
	Deadline() (deadline time.Time, ok bool)
	Done() <-chan struct{}
	Err() error
	Value(key any) any
}

type CancelFunc func()

type CancelCauseFunc func(cause error)

type textError struct{ text string }

func (e *textError) Error() string { return e.text }

var Canceled error = &textError{"context canceled"}

var DeadlineExceeded error = deadlineExceededError{}

type deadlineExceededError struct{}

func (deadlineExceededError) Error() string   { return "context deadline exceeded" }
func (deadlineExceededError) Timeout() bool   { return true }
func (deadlineExceededError) Temporary() bool { return true }

// root is a context that never ends.
type root struct{ name string }

var background, todo = &root{"context.Background"}, &root{"context.TODO"}

func Background() Context { return background }
func TODO() Context       { return todo }

func (*root) Deadline() (deadline time.Time, ok bool) { return }
func (*root) Done() <-chan struct{}                   { return nil }
func (*root) Err() error                              { return nil }
func (*root) Value(key any) any                       { return nil }
func (r *root) String() string                        { return r.name }

type valueCtx struct {
	Context
	key, value any
}

func WithValue(parent Context, key, val any) Context {
	switch {
	case parent == nil:
		panic("cannot create context from nil parent")
	case key == nil:
		panic("nil key")
	case !values.Comparable(key):
		panic("key is not comparable")
	}
	return &valueCtx{parent, key, val}
}

func (c *valueCtx) Value(key any) any {
	if c.key == key {
		return c.value
	}
	return c.Context.Value(key)
}

func (c *valueCtx) String() string { return name(c.Context) + ".WithValue(…)" }

func name(c Context) string {
	if s, ok := c.(interface{ String() string }); ok {
		return s.String()
	}
	return "context"
}

type withoutCancel struct{ parent Context }

func WithoutCancel(parent Context) Context {
	if parent == nil {
		panic("cannot create context from nil parent")
	}
	return withoutCancel{parent}
}

func (withoutCancel) Deadline() (deadline time.Time, ok bool) { return }
func (withoutCancel) Done() <-chan struct{}                   { return nil }
func (withoutCancel) Err() error                              { return nil }
func (c withoutCancel) String() string                        { return name(c.parent) + ".WithoutCancel" }

func (c withoutCancel) Value(key any) any {
	if key == &nearest {
		return nil
	}
	return c.parent.Value(key)
}

// nearest is the key under which a context of this package that can be cancelled gives itself.
var nearest int

// cancelCtx is what WithCancel, WithDeadline and AfterFunc make. What it holds is touched within
// steps only.
type cancelCtx struct {
	Context // the parent

	done     chan struct{}
	err      error
	cause    error
	from     *cancelCtx // whose children this is one of
	children []*cancelCtx
	then     func() // run by a goroutine of its own when it is cancelled
	deadline time.Time
	timer    int
}

func (c *cancelCtx) Done() <-chan struct{} { return c.done }

func (c *cancelCtx) Err() error {
	machine.Begin(c, "ctx.Err()")
	err := c.err
	machine.End()
	return err
}

func (c *cancelCtx) Value(key any) any {
	if key == &nearest {
		return c
	}
	return c.Context.Value(key)
}

func (c *cancelCtx) Deadline() (deadline time.Time, ok bool) {
	if !c.deadline.IsZero() {
		return c.deadline, true
	}
	return c.Context.Deadline()
}

func (c *cancelCtx) String() string {
	if !c.deadline.IsZero() {
		return name(c.Context) + ".WithDeadline(" + c.deadline.String() + ")"
	}
	return name(c.Context) + ".WithCancel"
}

// above is the context of this package that ends when the parent does, or nil.
func above(parent Context) *cancelCtx {
	c, _ := parent.Value(&nearest).(*cancelCtx)
	if c != nil && c.done == parent.Done() {
		return c
	}
	return nil
}

// attach makes c end when its parent does.
func (c *cancelCtx) attach(parent Context) {
	if parent == nil {
		panic("cannot create context from nil parent")
	}
	c.Context = parent
	c.done = make(chan struct{})
	ended := parent.Done()
	if ended == nil {
		return
	}
	if p := above(parent); p != nil {
		machine.Begin(p, "a context is derived")
		if p.err != nil {
			c.cancel(p.err, p.cause)
		} else {
			c.from = p
			p.children = append(p.children, c)
		}
		machine.End()
		return
	}
	// The parent is a type of the program's own.
	go func() {
		select {
		case <-ended:
			c.end(parent.Err(), Cause(parent), "the parent's end")
		case <-c.done:
		}
	}()
}

// end is cancel as a step.
func (c *cancelCtx) end(err, cause error, what string) {
	machine.Begin(c, what)
	c.cancel(err, cause)
	machine.End()
}

// cancel ends c and all that come from it, within a step.
func (c *cancelCtx) cancel(err, cause error) {
	if c.err != nil {
		return
	}
	if cause == nil {
		cause = err
	}
	c.err, c.cause = err, cause
	close(c.done)
	if c.timer != 0 {
		machine.StopTimer(c.timer)
		c.timer = 0
	}
	c.leave()
	children := c.children
	c.children = nil
	for _, child := range children {
		child.from = nil
		child.cancel(err, cause)
	}
	if c.then != nil {
		go c.then()
	}
}

// leave takes c from its parent's children.
func (c *cancelCtx) leave() {
	if c.from == nil {
		return
	}
	var rest []*cancelCtx
	for _, child := range c.from.children {
		if child != c {
			rest = append(rest, child)
		}
	}
	c.from.children = rest
	c.from = nil
}

func WithCancel(parent Context) (ctx Context, cancel CancelFunc) {
	c := &cancelCtx{}
	c.attach(parent)
	return c, func() { c.end(Canceled, nil, "cancel()") }
}

func WithCancelCause(parent Context) (ctx Context, cancel CancelCauseFunc) {
	c := &cancelCtx{}
	c.attach(parent)
	return c, func(cause error) { c.end(Canceled, cause, "cancel(…)") }
}

func WithDeadline(parent Context, d time.Time) (Context, CancelFunc) {
	return WithDeadlineCause(parent, d, nil)
}

func WithTimeout(parent Context, timeout time.Duration) (Context, CancelFunc) {
	return WithDeadline(parent, time.Now().Add(timeout))
}

func WithTimeoutCause(parent Context, timeout time.Duration, cause error) (Context, CancelFunc) {
	return WithDeadlineCause(parent, time.Now().Add(timeout), cause)
}

func WithDeadlineCause(parent Context, d time.Time, cause error) (Context, CancelFunc) {
	if parent == nil {
		panic("cannot create context from nil parent")
	}
	if earlier, ok := parent.Deadline(); ok && earlier.Before(d) {
		return WithCancel(parent)
	}
	c := &cancelCtx{deadline: d}
	c.attach(parent)
	left := time.Until(d)
	machine.Begin(c, "the deadline is set")
	switch {
	case c.err != nil:
	case left <= 0:
		c.cancel(DeadlineExceeded, cause)
	default:
		c.timer = machine.NextTimer()
		machine.Timer(int64(left), func() {
			c.timer = 0
			c.cancel(DeadlineExceeded, cause)
		})
	}
	machine.End()
	return c, func() { c.end(Canceled, nil, "cancel()") }
}

func Cause(c Context) error {
	if own, ok := c.Value(&nearest).(*cancelCtx); ok {
		machine.Begin(own, "context.Cause")
		cause := own.cause
		machine.End()
		if cause != nil {
			return cause
		}
	}
	return c.Err()
}

func AfterFunc(ctx Context, f func()) (stop func() bool) {
	c := &cancelCtx{then: f}
	c.attach(ctx)
	return func() bool {
		machine.Begin(c, "stop()")
		stopped := c.err == nil
		c.then = nil
		c.cancel(Canceled, nil)
		machine.End()
		return stopped
	}
}
