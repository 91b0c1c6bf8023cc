package predict_test

import (
	"math"

	"example.com/multithreading/helpers/predict"
)

func ExampleAsk() {
	predict.Ask("seconds", "Two workers sleep for 3 s each, at once. How many seconds in all?")
	// Output:
	// Your prediction: Two workers sleep for 3 s each, at once. How many seconds in all?
}

func ExampleAnswer() {
	predict.Answer{
		Name: "seconds", Value: 3.01, Within: 0.2, Says: "it took 3.0 s",
		Natural: 6, Because: "one reads a program as a list of steps.",
	}.Show()
	// Output:
	// It took 3.0 s. Did you say 6? That is natural: one reads a program as a list of steps.
}

// Where the natural guess came out, nothing is to be explained.
func ExampleAnswer_natural() {
	predict.Answer{
		Name: "bare", Value: 0, Says: "0 of 200 runs lost",
		Natural: 0, Because: "a single run often ends at 50,000.",
	}.Show()
	// Output:
	// 0 of 200 runs lost. Did you guess so?
}

func ExampleNumber() {
	predict.Number("How many lines will be printed?", 7)
	// Output:
	// Your prediction: How many lines will be printed?
	// You predict 7. Run the next cell to see.
}

func ExampleNumber_unanswered() {
	predict.Number("How many lines will be printed?", predict.Unanswered)
	// Output:
	// Your prediction: How many lines will be printed?
	// Put your number in the place of predict.Unanswered and run this cell again. Then run the next cell.
}

func ExampleNumber_large() {
	predict.Number("How large can the count become?", 50_000_000)
	predict.Number("How large can the count become?", -0.5)
	// Output:
	// Your prediction: How large can the count become?
	// You predict 50000000. Run the next cell to see.
	// Your prediction: How large can the count become?
	// You predict -0.5. Run the next cell to see.
}

func ExampleNumber_notANumber() {
	for _, guess := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		predict.Number("How many?", guess)
	}
	// Output:
	// Your prediction: How many?
	// NaN is not a number one can compare with: write one like 42, 0.5 or 50_000.
	// Your prediction: How many?
	// +Inf is not a number one can compare with: write one like 42, 0.5 or 50_000.
	// Your prediction: How many?
	// -Inf is not a number one can compare with: write one like 42, 0.5 or 50_000.
}
