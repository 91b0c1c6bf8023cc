package time

import "internal/machine"

func Sleep(d Duration) { machine.Sleep(int64(d)) }

// Timer: what its channel holds and whether it runs change in one step.
type Timer struct {
	C <-chan Time

	c  chan Time // the same; nil for AfterFunc
	f  func()    // for AfterFunc
	id int       // the machine's, 0 while it does not run
}

func NewTimer(d Duration) *Timer {
	c := make(chan Time, 1)
	t := &Timer{C: c, c: c}
	t.start(d)
	return t
}

func After(d Duration) <-chan Time { return NewTimer(d).C }

func AfterFunc(d Duration, f func()) *Timer {
	t := &Timer{f: f}
	t.start(d)
	return t
}

func (t *Timer) start(d Duration) {
	t.id = machine.NextTimer()
	machine.Timer(int64(d), func() {
		t.id = 0
		if t.f != nil {
			go t.f()
		} else {
			offer(t.c)
		}
	})
}

// offer puts the time in, if there is room.
func offer(c chan Time) {
	select {
	case c <- Now():
	default:
	}
}

// stop is Stop within a step: a time that has been sent and not received counts as not sent, as
// since Go 1.23.
func (t *Timer) stop() bool {
	active := t.id != 0 && machine.StopTimer(t.id)
	t.id = 0
	select {
	case <-t.c:
		active = true
	default:
	}
	return active
}

func (t *Timer) Stop() bool {
	if t.c == nil && t.f == nil {
		panic("time: Stop called on uninitialized Timer")
	}
	machine.Begin(t, "Timer.Stop")
	active := t.stop()
	machine.End()
	return active
}

func (t *Timer) Reset(d Duration) bool {
	if t.c == nil && t.f == nil {
		panic("time: Reset called on uninitialized Timer")
	}
	machine.Begin(t, "Timer.Reset")
	active := t.stop()
	t.start(d)
	machine.End()
	return active
}

// Ticker drops what nobody receives in time.
type Ticker struct {
	C <-chan Time

	c  chan Time
	id int
}

func NewTicker(d Duration) *Ticker {
	if d <= 0 {
		panic("non-positive interval for NewTicker")
	}
	c := make(chan Time, 1)
	t := &Ticker{C: c, c: c}
	t.start(d)
	return t
}

func Tick(d Duration) <-chan Time {
	if d <= 0 {
		return nil
	}
	return NewTicker(d).C
}

func (t *Ticker) start(d Duration) {
	var tick func()
	tick = func() {
		offer(t.c)
		machine.Again(int64(d), tick)
	}
	t.id = machine.NextTimer()
	machine.Timer(int64(d), tick)
}

func (t *Ticker) stop() {
	machine.StopTimer(t.id)
	t.id = 0
	select {
	case <-t.c:
	default:
	}
}

func (t *Ticker) Stop() {
	if t.c == nil {
		return
	}
	machine.Begin(t, "Ticker.Stop")
	t.stop()
	machine.End()
}

func (t *Ticker) Reset(d Duration) {
	if d <= 0 {
		panic("non-positive interval for Ticker.Reset")
	}
	if t.c == nil {
		panic("time: Reset called on uninitialized Ticker")
	}
	machine.Begin(t, "Ticker.Reset")
	t.stop()
	t.start(d)
	machine.End()
}
