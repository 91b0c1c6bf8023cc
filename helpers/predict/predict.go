// Package predict asks a student of any notebook for a guess before the answer is shown.
//
// The question is one cell, and the cell that shows the answer says what the guess was:
//
//	predict.Ask("seconds", "Two workers sleep for 3 s each, at once. How many seconds in all?")
//
//	predict.Answer{Name: "seconds", Value: took, Within: 0.2, Says: fmt.Sprintf("it took %.1f s", took),
//		Natural: 6, Because: "one reads a program as a list of steps."}.Show()
//
// A guess stays in the student's browser: nothing is sent, nothing reaches the notebook's file, and nothing stops Run All.
package predict

import (
	_ "embed"
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"

	"example.com/multithreading/helpers/show"
)

var (
	//go:embed ask.js
	askScript string
	//go:embed answer.js
	answerScript string
)

// Ask shows the question with a box for a number. The browser keeps the number under this name, which is the question's own in all
// notebooks, and finds it again when the notebook, or a page that was made of it, is opened later. Outside a notebook Ask prints the
// question.
func Ask(name, question string) {
	if !show.InNotebook() {
		fmt.Println("Your prediction:", question)
		return
	}
	show.HTML(box(name, question))
}

func box(name, question string) string {
	return fmt.Sprintf(`<div data-prediction="%s" style="margin: 0.5em 0"><label>%s <input type="text" inputmode="decimal" `+
		`size="10" autocomplete="off" data-lm-suppress-shortcuts="true"></label> <button type="button" `+
		`data-lm-suppress-shortcuts="true">Keep</button> <span role="status"></span></div><script>%s</script>`,
		html.EscapeString(name), html.EscapeString(question), askScript)
}

// An Answer is what came out, for the guess that [Ask] has asked for.
type Answer struct {
	Name    string  // of the question
	Value   float64 // what came out
	Within  float64 // how far from Value a guess may be and still be right, as a part of Value: 0 wants it exact
	Says    string  // Value in words, without an end: "it took 3.0 s"
	Natural float64 // the guess that most people make
	Because string  // why they do: a sentence
}

// Show says the guess beside what came out, and where they differ why the natural guess is natural, unless
// that one came out. Where there is no guess, or no
// script may run, it says what came out and asks.
func (a Answer) Show() {
	if show.InNotebook() {
		show.HTML(a.line())
	} else {
		fmt.Println(a.neutral())
	}
}

func (a Answer) natural() string { return strconv.FormatFloat(a.Natural, 'f', -1, 64) }

// because is why the natural guess is wrong, where it is: luck may have made it right, this time.
func (a Answer) because() string {
	if math.Abs(a.Natural-a.Value) <= a.Within*math.Abs(a.Value) {
		return ""
	}
	return a.Because
}

// neutral is what is said to whoever made no guess.
func (a Answer) neutral() string {
	says := a.Says
	if says != "" {
		says = strings.ToUpper(says[:1]) + says[1:]
	}
	if a.because() == "" {
		return says + ". Did you guess so?"
	}
	return fmt.Sprintf("%s. Did you say %s? That is natural: %s", says, a.natural(), a.Because)
}

func (a Answer) line() string {
	return fmt.Sprintf(`<p data-prediction="%s" data-value="%g" data-within="%g" data-says="%s" data-natural="%s" data-because="%s">%s</p>`+
		`<script>%s</script>`,
		html.EscapeString(a.Name), a.Value, a.Within, html.EscapeString(a.Says), a.natural(),
		html.EscapeString(a.because()), html.EscapeString(a.neutral()), answerScript)
}

// Unanswered stands in the cell until the student puts a number in its place.
const Unanswered float64 = -math.MaxFloat64 // a constant can hold no "not a number", and nobody guesses this

// Number prints the question and, until a guess stands in the place of [Unanswered], how to answer it. Then it prints the guess and
// where to look for the answer. A guess that is not a number or is infinite gets a sentence that says so. It never panics and always
// returns at once. It is for a guess that a check reads; for others there is [Ask].
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
