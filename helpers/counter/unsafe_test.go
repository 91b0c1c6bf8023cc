//go:build !race

// What is tested here is a data race, which the race detector would rightly report.

package counter_test

import (
	"sync"
	"testing"

	"example.com/multithreading/helpers/counter"
)

// The notebooks say that Yielding loses updates in 30 of 30 trials.
func TestYieldingLosesUpdates(t *testing.T) {
	const goroutines, increments, trials = 5, 10_000, 30
	for trial := range trials {
		var c counter.Yielding
		var wg sync.WaitGroup
		for range goroutines {
			wg.Go(func() {
				for range increments {
					c.Increment()
				}
			})
		}
		wg.Wait()
		// The least that can be left is 2: see lesson 01.
		if got := c.Value(); got < 2 || got >= goroutines*increments {
			t.Errorf("trial %d: Value = %d, want at least 2 and less than %d", trial, got, goroutines*increments)
		}
	}
}
