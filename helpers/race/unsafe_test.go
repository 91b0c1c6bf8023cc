//go:build !race

// What is tested here is a data race, which the race detector would rightly report.

package race

import (
	"testing"

	"example.com/multithreading/helpers/counter"
)

func TestYieldingLosesUpdatesOnOneCoreAndOnAll(t *testing.T) {
	for _, cores := range []int{1, 0} {
		r, err := Experiment{Counter: counter.New[counter.Yielding], Goroutines: 5, Increments: 10_000, Trials: 30, Cores: cores}.Run()
		if err != nil {
			t.Fatal(err)
		}
		if r.Lost != 30 || r.Least < 2 || r.Greatest >= 50_000 {
			t.Errorf("Cores %d: %d of 30 trials lost updates, least %d, greatest %d", cores, r.Lost, r.Least, r.Greatest)
		}
	}
}
