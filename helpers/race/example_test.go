package race_test

import (
	"example.com/multithreading/helpers/counter"
	"example.com/multithreading/helpers/race"
)

func ExampleExperiment_Show() {
	race.Experiment{Counter: counter.New[counter.Mutex], Goroutines: 5, Increments: 1_000, Trials: 10, Cores: 1}.Show()
	// Output:
	// counter.Mutex on 1 core: 0 of 10 trials lost updates.
	// 5 goroutines of 1,000 increments each should end at 5,000; all ended at 5,000.
	// Where 10 trials of counter.Mutex ended (marked: nothing lost)
	// 0 to 499       | 0
	// 500 to 999     | 0
	// 1,000 to 1,499 | 0
	// 1,500 to 1,999 | 0
	// 2,000 to 2,499 | 0
	// 2,500 to 2,999 | 0
	// 3,000 to 3,499 | 0
	// 3,500 to 3,999 | 0
	// 4,000 to 4,499 | 0
	// 4,500 to 4,999 | 0
	// 5,000          |▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒ 10
}

func ExampleExperiment_Show_outOfRange() {
	race.Experiment{Counter: counter.New[counter.Mutex], Goroutines: 1 << 31, Increments: 1_000, Trials: 10}.Show()
	// Output:
	// The experiment did not run. Goroutines: 2147483648 is out of range, want 1 to 10000
}
