package timing

import (
	"fmt"
	"os"
	"runtime"
	"testing"
	"time"
)

func ExampleComparison_Show_outOfRange() {
	exit = func(status int) { fmt.Println("The program ends with exit status", status) }
	defer func() { exit = os.Exit }()
	Comparison{
		Baseline:   "wait",
		Rounds:     0,
		Candidates: []Candidate{{Name: "wait", Func: func() { time.Sleep(time.Millisecond) }}},
	}.Show()
	// Output:
	// The comparison did not run. Rounds: 0 is out of range, want 3 to 1000
	// The program ends with exit status 1
}

func ExampleComparison_ShowSpeeds_outOfRange() {
	exit = func(status int) { fmt.Println("The program ends with exit status", status) }
	defer func() { exit = os.Exit }()
	fmt.Println(Comparison{Baseline: "wait", Rounds: 3}.ShowSpeeds("GFLOP/s", 2))
	// Output:
	// The comparison did not run. Candidates: 0 is out of range, want 1 to 50
	// The program ends with exit status 1
	// []
}

func ExampleBest_outOfRange() {
	exit = func(status int) { fmt.Println("The program ends with exit status", status) }
	defer func() { exit = os.Exit }()
	Best(30, 0, func() {})
	// Output:
	// Nothing was timed: 30 tries of 0 calls are out of range, want 1 to 1000 each
	// The program ends with exit status 1
}

func TestBest(t *testing.T) {
	calls := 0
	took := Best(5, 4, func() {
		if calls++; calls > 4 && calls <= 8 {
			time.Sleep(time.Millisecond)
			return
		}
		time.Sleep(20 * time.Millisecond)
	})
	if calls != 20 || took < time.Millisecond || took >= 20*time.Millisecond {
		t.Errorf("%d calls, %v: want 20, and the time of the second try's", calls, took)
	}
}

func TestOnCores(t *testing.T) {
	before, inside := runtime.GOMAXPROCS(0), 0
	OnCores(1, func() { inside = runtime.GOMAXPROCS(0) })()
	if after := runtime.GOMAXPROCS(0); inside != 1 || after != before {
		t.Errorf("%d inside, %d after, %d before", inside, after, before)
	}
}
