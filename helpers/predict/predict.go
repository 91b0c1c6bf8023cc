// Package predict asks a student of any notebook, from 01-multi-threading to 07-exercises, for a guess before the answer is shown.
//
// The question is one cell and the answer is the next:
//
//	predict.Number("How many lines will be printed?", predict.Unanswered)
//
// Nothing is stored or sent, nothing is read from the keyboard, and nothing stops Run All.
package predict

import (
	"fmt"
	"math"
	"strconv"
)

// Unanswered stands in the cell until the student puts a number in its place.
const Unanswered float64 = -math.MaxFloat64 // a constant can hold no "not a number", and nobody guesses this

// Number prints the question and, until a guess stands in the place of [Unanswered], how to answer it. Then it prints the guess and
// where to look for the answer. A guess that is not a number or is infinite gets a sentence that says so. It never panics and always
// returns at once.
func Number(question string, guess float64) {
	fmt.Println("Your prediction:", question)
	switch {
	case guess == Unanswered:
		fmt.Println("Put your number in the place of predict.Unanswered and run this cell again. Then run the next cell.")
	case math.IsNaN(guess) || math.IsInf(guess, 0):
		fmt.Printf("%v is not a number one can compare with: write one like 42, 0.5 or 50_000.\n", guess)
	default:
		fmt.Printf("You predict %s. Run the next cell to see.\n", strconv.FormatFloat(guess, 'f', -1, 64))
	}
}
