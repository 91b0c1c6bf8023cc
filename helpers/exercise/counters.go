package exercise

import (
	"sync"
	"sync/atomic"
)

// CheckMutex checks a function that adds 1 to the counter and keeps others out with mu. Called by several goroutines at once, no update
// may be lost.
func CheckMutex(add func(counter *int, mu *sync.Mutex)) {
	adders := func(goroutines, times, from int) func() {
		return func() {
			counter := from
			var mu sync.Mutex
			together(goroutines, times, func() { add(&counter, &mu) })
			end := from + goroutines*times
			expect(counter == end, "the counter begins at %d and ends at %d, not at %d", from, counter, end)
			expect(mu.TryLock(), "all have ended, and mu is still locked")
		}
	}
	check("mutex",
		scenario{title: "One goroutine adds twice", run: adders(1, 2, 0)},
		scenario{title: "Two goroutines add once each", run: adders(2, 1, 0)},
		scenario{title: "Two goroutines add twice each", run: adders(2, 2, 5)},
		scenario{title: "Three goroutines add once each", run: adders(3, 1, 0)},
	)
}

// CheckAtomic checks a function that adds 1 to the counter without a lock of package sync. Called by several goroutines at once, no update
// may be lost.
func CheckAtomic(add func(counter *atomic.Int64)) {
	adders := func(goroutines, times, from int) func() {
		return func() {
			var counter atomic.Int64
			counter.Store(int64(from))
			together(goroutines, times, func() { add(&counter) })
			end := from + goroutines*times
			expect(counter.Load() == int64(end), "the counter begins at %d and ends at %d, not at %d", from, counter.Load(), end)
		}
	}
	check("atomic",
		scenario{title: "One goroutine adds twice", run: adders(1, 2, 0)},
		scenario{title: "Two goroutines add once each", run: adders(2, 1, 0)},
		scenario{title: "Two goroutines add twice each", run: adders(2, 2, 5)},
		scenario{title: "Three goroutines add once each", run: adders(3, 1, 0)},
		scenario{title: "Three goroutines add twice each", run: adders(3, 2, 0)},
	)
}

// together has goroutines call f, each so many times, and waits for them.
func together(goroutines, times int, f func()) {
	var wg sync.WaitGroup
	for range goroutines {
		wg.Go(func() {
			for range times {
				f()
			}
		})
	}
	wg.Wait()
}
