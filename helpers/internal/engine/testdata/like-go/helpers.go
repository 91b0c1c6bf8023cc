package main

import (
	"fmt"
	"math"
	"strings"

	"example.com/multithreading/helpers/predict"
	"example.com/multithreading/helpers/show"
)

func main() {
	predict.Number("How many?", predict.Unanswered)
	predict.Number("How many?", 42.5)
	predict.Number("How many?", math.Inf(1))
	predict.Ask("how many", "How many?")
	predict.Answer{Name: "how many", Value: 3, Says: "it took 3.0 s", Natural: 6.5, Because: "one adds."}.Show()
	predict.Answer{Name: "how many", Value: 100, Within: 0.2, Says: "it took 100 s", Natural: 90, Because: "one adds."}.Show()
	predict.Answer{}.Show()
	show.Table("A table", []string{"name", "n"}, [][]string{{"a", "1"}, {"bb\nb", "+22", "more"}, {"c", ""}})
	show.Table("Nothing", nil, nil)
	show.Table(strings.Repeat("A long caption, with a comma and more. ", 6), nil, [][]string{{"x", "-1"}, {"12", "y"}})
	show.Table(strings.Repeat("word ", 50), nil, [][]string{{"é", "−1"}})
	show.Bars("Bars", []show.Bar{{Label: "one", Value: 1}, {Label: "two", Value: 2.345678, Highlight: true}, {Label: "big\tone", Value: 1e5, Text: "many"},
		{Label: "none"}, {Label: "less", Value: -1}, {Label: "inf", Value: math.Inf(1)}, {Label: "nan", Value: math.NaN()}, {Label: "small", Value: 1e-9}})
	show.Bars("No bars", nil)
	show.Lines(show.Chart{Caption: "Lines", XLabel: "x", X: []float64{1, 2.5, 1e20}, Series: []show.Series{{Name: "s", Y: []float64{0.00012345, 3}}, {Name: "t", Y: []float64{1, 2, 3}}}})
	show.Dots("Dots", []string{"a", "b"}, []show.Series{{Name: "s", Y: []float64{1}}, {Name: "t", Y: []float64{0.5, 123456}}})
	show.Figure{Caption: "Figure", Header: []string{"h"}, Rows: [][]string{{"r"}}}.Show()
	show.HTML("<b>nothing</b>")
	show.Both("<b>nothing</b>", "text\n")
	stop := show.Progress(func() string { return "never" })
	stop()
	fmt.Println(show.InNotebook())
}
