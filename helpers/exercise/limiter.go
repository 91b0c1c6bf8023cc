package exercise

import (
	"slices"
	"sync"
	"time"
)

// CheckLimiter checks a rate limiter. newLimiter returns a function that many goroutines call before
// they do something; of these calls, one returns at once, and after that one every interval. Who looks
// now and then whether it may go is late; a tenth of an interval is not too late. A time in which
// nobody called is not saved up. Each limiter has a time of its own. It may have goroutines of its own,
// which stay.
func CheckLimiter(newLimiter func(every time.Duration) (wait func())) {
	const usual = 20 * time.Millisecond
	// Somebody calls now and then at the times, in hundredths of an interval; callers who come at the same
	// time are goroutines of their own.
	calls := func(every time.Duration, hundredths ...int) func() {
		return func() {
			l := newCallers(newLimiter(every), every)
			for _, h := range hundredths {
				l.arrived = append(l.arrived, every*time.Duration(h)/100)
			}
			for _, at := range l.arrived {
				l.all.Go(func() {
					time.Sleep(at)
					l.wait()
					l.note()
				})
			}
			l.judge()
		}
	}
	limit := func(title string, run func()) scenario {
		return scenario{title: title, clock: true, stays: true, run: run}
	}
	check("limiter",
		limit("Two calls at once, one every 20 ms", calls(usual, 0, 0)),
		limit("One goroutine that calls three times, one every 20 ms", func() {
			inTurn(newLimiter(usual), usual, 0, 0, 0)
		}),
		limit("One goroutine that calls now and then, one every 40 ms", func() {
			const every = 40 * time.Millisecond
			inTurn(newLimiter(every), every, 0, 50, 0, 150, 0, 125, 25, 250, 0)
		}),
		limit("One goroutine that calls 21 times, one every 20 ms", func() {
			inTurn(newLimiter(usual), usual, make([]int, 21)...)
		}),
		limit("Three calls at once, one every 20 ms", calls(usual, 0, 0, 0)),
		limit("Four calls at once, one every 20 ms", calls(usual, 0, 0, 0, 0)),
		limit("Two calls at once in the middle of an interval, one every 7 ms", calls(7*time.Millisecond, 0, 50, 50)),
		limit("Three calls at once in the middle of an interval, one every 40 ms",
			calls(40*time.Millisecond, 0, 75, 75, 75)),
		limit("Two calls at once one and a half intervals after the first, one every 60 ms",
			calls(60*time.Millisecond, 0, 150, 150)),
		limit("Three calls that come a little after each other, one every 40 ms",
			calls(40*time.Millisecond, 25, 50, 150)),
		limit("Two calls, and two more four intervals later, one every 20 ms", calls(usual, 0, 0, 400, 400)),
		limit("Two goroutines that call twice each, one every 20 ms", func() {
			l := newCallers(newLimiter(usual), usual)
			l.arrived = make([]time.Duration, 4)
			for range 2 {
				l.all.Go(func() {
					for range 2 {
						l.wait()
						l.note()
					}
				})
			}
			l.judge()
		}),
		limit("A pause of an hour, one every 2 s", func() {
			inTurn(newLimiter(2*time.Second), 2*time.Second, 0, 180_000, 0)
		}),
		limit("Two limiters, one every 60 ms and one every 20 ms", func() {
			slow, fast := newLimiter(60*time.Millisecond), newLimiter(usual)
			begin := time.Now()
			for i, want := range []time.Duration{0, 0, 20, 60} {
				[]func(){slow, fast, fast, slow}[i]()
				onTime(i+1, time.Since(begin), want*time.Millisecond, usual)
			}
		}),
	)
}

// inTurn calls from one goroutine, each time after a pause in hundredths of an interval.
func inTurn(wait func(), every time.Duration, hundredths ...int) {
	expect(wait != nil, "newLimiter returns nil")
	begin := time.Now()
	var next time.Duration
	for i, h := range hundredths {
		time.Sleep(every * time.Duration(h) / 100)
		next = max(next, time.Since(begin))
		wait()
		onTime(i+1, time.Since(begin), next, every)
		next += every
	}
}

// onTime holds the time at which a call returned to the one at which it may.
func onTime(call int, at, may, every time.Duration) {
	expect(at >= may, "call %d returns after %v. That is too early: not before %v", call, at, may)
	expect(at <= may+every/10, "call %d returns after %v. That is too late: after %v it is free to go", call, at, may)
}

// callers is several goroutines that call.
type callers struct {
	wait     func()
	every    time.Duration
	begin    time.Time
	all      sync.WaitGroup
	arrived  []time.Duration
	returned []time.Duration
}

func newCallers(wait func(), every time.Duration) *callers {
	expect(wait != nil, "newLimiter returns nil")
	return &callers{wait: wait, every: every, begin: time.Now()}
}

// note writes down that a call has returned.
func (c *callers) note() {
	at := time.Since(c.begin)
	note("a call returns after "+at.String(), func() { c.returned = append(c.returned, at) })
}

// judge waits until all calls have returned, and holds the times at which they did, whoever made them,
// to those at which they may.
func (c *callers) judge() {
	c.all.Wait()
	slices.Sort(c.returned)
	var next time.Duration
	for i, at := range c.arrived {
		next = max(next, at)
		onTime(i+1, c.returned[i], next, c.every)
		next += c.every
	}
}
