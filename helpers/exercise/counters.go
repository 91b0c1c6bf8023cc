package exercise

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
)

// CheckMutex checks a function that adds 1 to the counter and keeps others out with mu. Called by several goroutines at once, no update
// may be lost.
func CheckMutex(add func(counter *int, mu *sync.Mutex)) {
	adders := func(title string, from int, times ...int) scenario {
		return scenario{title: title, run: func() {
			counter := from
			var mu sync.Mutex
			each(func() { add(&counter, &mu) }, times...)
			end := from + sum(times)
			expect(counter == end, "the counter begins at %d and ends at %d, not at %d", from, counter, end)
			settle() // a goroutine of the student's may still be about to unlock it
			expect(mu.TryLock(), "all have ended, and mu is still locked")
		}}
	}
	check("mutex",
		adders("One goroutine adds twice", 0, 2),
		adders("Two goroutines add once each", 0, 1, 1),
		adders("Two goroutines add twice each", 5, 2, 2),
		adders("Three goroutines add once each", 0, 1, 1, 1),
		adders("One goroutine adds once, another 31 times", 1000, 1, 31),
	)
}

// CheckAtomic checks a function that adds 1 to the counter without a lock of package sync. Called by several goroutines at once, no update
// may be lost.
func CheckAtomic(add func(counter *atomic.Int64)) {
	adders := func(title string, from int, times ...int) scenario {
		return scenario{title: title, run: func() {
			var counter atomic.Int64
			counter.Store(int64(from))
			each(func() { add(&counter) }, times...)
			end := int64(from + sum(times))
			expect(counter.Load() == end, "the counter begins at %d and ends at %d, not at %d", from, counter.Load(), end)
		}}
	}
	check("atomic",
		adders("One goroutine adds twice", 0, 2),
		adders("Two goroutines add once each", 0, 1, 1),
		adders("Two goroutines add twice each", 5, 2, 2),
		adders("Three goroutines add once each", 0, 1, 1, 1),
		adders("One goroutine adds once, another 31 times", 1000, 1, 31), // for one that tries again, but not for ever
	)
}

// CheckThenAct checks a function that sells one ticket if one is left, and says whether it did. Called
// by several goroutines at once, no ticket may be sold twice, and nobody may be sent away while there
// are tickets.
func CheckThenAct(buy func(mu *sync.Mutex, tickets *int) bool) {
	buyers := func(left int, times ...int) func() {
		return func() {
			attempts := sum(times)
			tickets, sold := left, 0
			var mu sync.Mutex
			each(func() {
				if buy(&mu, &tickets) {
					note("has a ticket", func() { sold++ })
				}
			}, times...)
			asked := several(attempts, "attempt")
			if len(times) == attempts {
				asked = several(attempts, "buyer")
			}
			want := min(attempts, left)
			expect(sold <= want, "%s for %s, and %d were sold", several(left, "ticket"), asked, sold)
			expect(sold > 0 || want == 0, "%s for %s, and none was sold", several(left, "ticket"), asked)
			expect(sold == want, "%s for %s, and only %d sold", several(left, "ticket"), asked, sold)
			expect(tickets == left-sold,
				"%s, %d sold, and tickets is %d at the end, not %d", several(left, "ticket"), sold, tickets, left-sold)
			settle()
			expect(mu.TryLock(), "all have ended, and mu is still locked")
		}
	}
	check("check-then-act",
		scenario{title: "One buyer, two tickets", run: buyers(2, 1)},
		scenario{title: "One buyer who tries four times, three tickets", run: buyers(3, 4)},
		scenario{title: "Two buyers, no ticket", run: buyers(0, 1, 1)},
		scenario{title: "Two buyers, one ticket", run: buyers(1, 1, 1)},
		scenario{title: "Two buyers, five tickets", run: buyers(5, 1, 1)},
		scenario{title: "Three buyers, two tickets", run: buyers(2, 1, 1, 1)},
		scenario{title: "Three buyers, four tickets", run: buyers(4, 1, 1, 1)},
		scenario{title: "Two buyers who try twice each, three tickets", run: buyers(3, 2, 2)},
		scenario{title: "A buyer who tries once and one who tries 31 times, 34 tickets", run: buyers(34, 1, 31)},
	)
}

// several is a number of things in words: 1 ticket, 2 tickets.
func several(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// together has some goroutines call f n times each, and waits for them.
func together(goroutines, n int, f func()) { each(f, slices.Repeat([]int{n}, goroutines)...) }

// each has a goroutine for each of times, which calls f that often, and waits for them.
func each(f func(), times ...int) {
	var wg sync.WaitGroup
	for _, n := range times {
		wg.Go(func() {
			for range n {
				f()
			}
		})
	}
	wg.Wait()
}

func sum(all []int) int {
	n := 0
	for _, one := range all {
		n += one
	}
	return n
}
