package timing

import (
	"fmt"
	"os"
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
