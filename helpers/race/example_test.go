package race_test

import (
	"example.com/multithreading/helpers/counter"
	"example.com/multithreading/helpers/race"
)

func ExampleExperiment_Show() {
	race.Experiment{Counter: counter.New[counter.Mutex], Goroutines: 5, Increments: 1_000, Trials: 10, Cores: 1}.Show()
	// Output:
	// counter.Mutex on 1 core: 0 of 10 trials lost updates.
	// 5 goroutines of 1000 increments each should end at 5000; all ended at 5000.
	// Where 10 trials of counter.Mutex ended (marked: nothing lost)
	// 0 to 499     | 0
	// 500 to 999   | 0
	// 1000 to 1499 | 0
	// 1500 to 1999 | 0
	// 2000 to 2499 | 0
	// 2500 to 2999 | 0
	// 3000 to 3499 | 0
	// 3500 to 3999 | 0
	// 4000 to 4499 | 0
	// 4500 to 4999 | 0
	// 5000         |▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒ 10
}

func ExampleExperiment_Show_outOfRange() {
	race.Experiment{Counter: counter.New[counter.Mutex], Goroutines: 1 << 31, Increments: 1_000, Trials: 10}.Show()
	// Output:
	// The experiment did not run. Goroutines: 2147483648 is out of range, want 1 to 10000
}
