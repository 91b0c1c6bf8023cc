package show_test

import (
	"fmt"

	"example.com/multithreading/helpers/show"
)

func ExampleTable() {
	show.Table("Time for one increment", []string{"counter", "ns", "right"}, [][]string{
		{"mutex", "34", "yes"},
		{"atomic", "7.8", "yes"},
	})
	// Output:
	// Time for one increment
	// counter   ns  right
	// mutex     34  yes
	// atomic   7.8  yes
}

func ExampleBars() {
	show.Bars("How 30 trials ended (hatched: nothing lost)", []show.Bar{
		{Label: "0 to 24999", Value: 20},
		{Label: "25000 to 49999", Value: 8, Text: "8 trials"},
		{Label: "50000", Value: 2, Highlight: true},
	})
	// Output:
	// How 30 trials ended (hatched: nothing lost)
	// 0 to 24999     |████████████████████████████████████████ 20
	// 25000 to 49999 |████████████████ 8 trials
	// 50000          |▒▒▒▒ 2
}

func ExampleLines() {
	show.Lines(show.Chart{
		Caption: "More goroutines, more waiting",
		XLabel:  "goroutines",
		YLabel:  "ns for one increment",
		X:       []float64{1, 2, 4},
		Series: []show.Series{
			{Name: "mutex", Y: []float64{2, 31, 34}},
			{Name: "atomic", Y: []float64{1.8, 7.8, 7.9}},
		},
		LogX: true,
	})
	// Output:
	// More goroutines, more waiting
	// goroutines  mutex  atomic
	//          1      2     1.8
	//          2     31     7.8
	//          4     34     7.9
}

func ExampleFigure() {
	show.Figure{
		Caption: "A mutex is a baton: one goroutine holds it at a time",
		Alt:     "A square with the word mutex.",
		SVG:     `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 40" width="90"><rect width="90" height="40" fill="#fff"/><text x="20" y="25">mutex</text></svg>`,
		Header:  []string{"goroutine", "holds the mutex"},
		Rows:    [][]string{{"A", "yes"}, {"B", "no, it waits"}},
	}.Show()
	// Output:
	// A mutex is a baton: one goroutine holds it at a time
	// goroutine  holds the mutex
	// A          yes
	// B          no, it waits
}

// What a notebook shows of a figure without a picture is a table, in which no word is broken.
func ExampleFigure_HTML() {
	fmt.Print(show.Figure{
		Caption: "Who holds <the lock>",
		Header:  []string{"goroutine", "ms"},
		Rows:    [][]string{{"A", "1,300"}, {"B", ""}},
	}.HTML())
	// Output:
	// <figure style="margin: 0.5em 0"><figcaption>Who holds &lt;the lock&gt;</figcaption><table>
	// <thead><tr><th scope="col" style="text-align:left">goroutine</th><th scope="col" style="text-align:right">ms</th></tr></thead>
	// <tbody>
	// <tr><th scope="row" style="text-align:left">A</th><td style="text-align:right">1,300</td></tr>
	// <tr><th scope="row" style="text-align:left">B</th><td></td></tr>
	// </tbody>
	// </table>
	// </figure>
}

func ExampleDots() {
	show.Dots("What one costs", []string{"goroutine", "thread", "process"}, []show.Series{
		{Name: "µs to make", Y: []float64{0.3, 12.5, 1554}},
		{Name: "KB alive", Y: []float64{2.7, 15.3, 1455}},
	})
	// Output:
	// What one costs
	//            µs to make  KB alive
	// goroutine         0.3       2.7
	// thread           12.5      15.3
	// process         1,554     1,455
}
