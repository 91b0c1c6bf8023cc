// Package predict prints what helpers/predict prints.
package predict

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

func Ask(name, question string) { fmt.Println("Your prediction:", question) }

type Answer struct {
	Name    string
	Value   float64
	Within  float64
	Says    string
	Natural float64
	Because string
}

func (a Answer) Show() {
	says := a.Says
	if says != "" {
		says = strings.ToUpper(says[:1]) + says[1:]
	}
	if math.Abs(a.Natural-a.Value) <= a.Within*math.Abs(a.Value) || a.Because == "" {
		fmt.Println(says + ". Did you guess so?")
		return
	}
	fmt.Println(says + ". Did you say " + strconv.FormatFloat(a.Natural, 'f', -1, 64) + "? That is natural: " + a.Because)
}

const Unanswered float64 = -math.MaxFloat64

func Number(question string, guess float64) {
	text := "You predict " + strconv.FormatFloat(guess, 'f', -1, 64) + ". Run the next cell to see."
	switch {
	case guess == Unanswered:
		text = "Put your number in the place of predict.Unanswered and run this cell again. Then run the next cell."
	case math.IsNaN(guess) || math.IsInf(guess, 0):
		text = fmt.Sprint(guess) + " is not a number one can compare with: write one like 42, 0.5 or 50_000."
	}
	fmt.Println("Your prediction:", question)
	fmt.Println(text)
}
