package show

import (
	"encoding/base64"
	"encoding/xml"
	"io"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode"

	"example.com/multithreading/helpers/internal/canvas"
	"example.com/multithreading/helpers/internal/canvas/canvastest"
)

// wellFormed fails the test unless doc is XML with balanced elements.
func wellFormed(t *testing.T, doc string) {
	t.Helper()
	for d := xml.NewDecoder(strings.NewReader(doc)); ; {
		if _, err := d.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Fatalf("not well-formed: %v\n%s", err, doc)
		}
	}
}

// printed returns what f prints to standard output.
func printed(t *testing.T, f func()) string {
	t.Helper()
	file, err := os.CreateTemp(t.TempDir(), "stdout")
	if err != nil {
		t.Fatal(err)
	}
	stdout := os.Stdout
	defer func() { os.Stdout = stdout; file.Close() }()
	os.Stdout = file
	f()
	text, err := os.ReadFile(file.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

const hostile = canvastest.Hostile

func TestBarsSurviveAnything(t *testing.T) {
	for name, bars := range map[string][]Bar{
		"none":       nil,
		"all zero":   {{Label: "a"}, {Label: "b"}},
		"negative":   {{Label: "a", Value: -1}, {Label: "b", Value: math.Inf(-1)}},
		"not finite": {{Label: "a", Value: math.NaN()}, {Label: "b", Value: math.Inf(1)}, {Label: "c", Value: 1}},
		"extremes":   {{Label: "a", Value: math.MaxFloat64}, {Label: "b", Value: math.SmallestNonzeroFloat64}},
		"hostile":    {{Label: hostile, Value: 1, Text: hostile, Highlight: true}},
		"no label":   {{Value: 3}},
	} {
		t.Run(name, func(t *testing.T) {
			canvastest.Check(t, barsSVG(bars, greatest([][]Bar{bars})))
			text := printed(t, func() { Bars("caption", bars) })
			if lines := strings.Count(text, "\n"); lines != 1+max(1, len(bars)) {
				t.Errorf("%d lines for %d bars:\n%s", lines, len(bars), text)
			}
		})
	}
}

// What is printed above a table fits a screen, and no word of it is lost.
func TestLongCaptionsAreBroken(t *testing.T) {
	sentence := strings.Repeat("word ", 11) + "end. " // 60 characters
	for name, test := range map[string]struct {
		caption string
		lines   []string // how they end
	}{
		"short":            {"a caption", []string{"a caption"}},
		"just fits":        {strings.Repeat("é", 100), []string{"é"}},
		"sentences":        {sentence + sentence + "No deadlock.", []string{" end.", "No deadlock."}},
		"a full line":      {strings.Repeat("a", 99) + ". b", []string{"a.", "b"}},
		"a long sentence":  {strings.Repeat("word ", 15) + "comma, " + strings.Repeat("word ", 15) + "end.", []string{"comma,", "end."}},
		"words":            {strings.Repeat("word ", 25) + "end", []string{"word", "end"}},
		"one endless word": {strings.Repeat("é", 300), []string{"é"}},
	} {
		got := strings.Split(broken(test.caption), "\n")
		if strings.Join(got, " ") != test.caption {
			t.Errorf("%s: it became %q", name, got)
		}
		if len(got) != len(test.lines) {
			t.Errorf("%s: %d lines, want %d: %q", name, len(got), len(test.lines), got)
			continue
		}
		for i, line := range got {
			if !strings.HasSuffix(line, test.lines[i]) || name != "one endless word" && len([]rune(line)) > 100 {
				t.Errorf("%s: line %d is %q, want it to end with %q", name, i+1, line, test.lines[i])
			}
		}
	}
}

func TestBarLengths(t *testing.T) {
	bars := []Bar{{Value: 80}, {Value: 40}, {Value: 0.001}, {Value: 0}, {Value: -40}, {Value: math.NaN()}, {Value: math.Inf(1)}}
	want := []int{40, 20, 1, 0, 0, 0, 0}
	for i, line := range strings.Split(strings.TrimSuffix(barsText(bars, 80), "\n"), "\n") {
		if got := strings.Count(line, "█"); got != want[i] {
			t.Errorf("value %v: %d blocks, want %d", bars[i].Value, got, want[i])
		}
	}
}

// Highlight must be seen without colour: as another block in the text, as hatching and bold in the picture, as a word in the table.
func TestHighlightIsMoreThanColour(t *testing.T) {
	plain, marked := []Bar{{Label: "a", Value: 1}}, []Bar{{Label: "a", Value: 1, Highlight: true}}
	if barsText(plain, 1) == barsText(marked, 1) {
		t.Error("the text is the same")
	}
	svg := barsSVG(marked, 1)
	if !strings.Contains(svg, `fill="url(#hatch)"`) || !strings.Contains(svg, `font-weight="bold"`) {
		t.Errorf("neither hatched nor bold:\n%s", svg)
	}
}

func TestLinesSurviveAnything(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for name, test := range map[string]struct {
		chart   Chart
		picture bool
	}{
		"none":           {Chart{}, false},
		"no series":      {Chart{X: []float64{1, 2}}, false},
		"no x":           {Chart{Series: []Series{{"a", []float64{1}}}}, false},
		"not finite":     {Chart{X: []float64{1, 2, 3}, Series: []Series{{"a", []float64{nan, inf, -inf}}}}, false},
		"x not finite":   {Chart{X: []float64{nan, inf, 1}, Series: []Series{{"a", []float64{1, 2, 3}}}}, true},
		"zero on log":    {Chart{X: []float64{1, 2}, LogY: true, Series: []Series{{"a", []float64{0, -1}}}}, false},
		"one point":      {Chart{X: []float64{7}, Series: []Series{{"a", []float64{7}}}}, true},
		"one point, log": {Chart{X: []float64{7}, LogX: true, LogY: true, Series: []Series{{"a", []float64{7}}}}, true},
		"flat at zero":   {Chart{X: []float64{1, 2}, Series: []Series{{"a", []float64{0, 0}}}}, true},
		"negative":       {Chart{X: []float64{-2, 2}, Series: []Series{{"a", []float64{-5, 5}}}}, true},
		"lengths differ": {Chart{X: []float64{1, 2, 3}, Series: []Series{{"a", []float64{1}}, {"b", []float64{1, 2, 3, 4}}}}, true},
		"extremes": {Chart{X: []float64{1, math.MaxFloat64}, Series: []Series{{"a", []float64{math.SmallestNonzeroFloat64, 1}},
			{"b", []float64{1e299, -1e299}}}}, true},
		"wide log":    {Chart{X: []float64{1, 2}, LogY: true, Series: []Series{{"a", []float64{1e-299, 1e299}}}}, true},
		"tiny":        {Chart{X: []float64{1, 2}, Series: []Series{{"a", []float64{1e-310, -1e-310}}}}, true},
		"many series": {Chart{X: []float64{1, 2}, Series: make([]Series, 20)}, false},
		"hostile":     {Chart{Caption: hostile, XLabel: hostile, YLabel: hostile, X: []float64{1, 2}, Series: []Series{{hostile, []float64{1, 2}}}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			svg := test.chart.svg()
			if (svg != "") != test.picture {
				t.Fatalf("picture drawn: %t, want %t", svg != "", test.picture)
			}
			canvastest.Check(t, svg)
			printed(t, func() { Lines(test.chart) })
		})
	}
}

func TestDotsSurviveAnything(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for name, test := range map[string]struct {
		labels  []string
		scales  []Series
		picture bool
	}{
		"none":         {nil, nil, false},
		"no scales":    {[]string{"a"}, nil, false},
		"no labels":    {nil, []Series{{"a", []float64{1}}}, false},
		"not drawable": {[]string{"a", "b", "c", "d"}, []Series{{"a", []float64{nan, inf, 0, -1}}}, false},
		"one":          {[]string{"a"}, []Series{{"a", []float64{7}}}, true},
		"lengths":      {[]string{"a", "b"}, []Series{{"a", []float64{1}}, {"b", []float64{1, 2, 3}}, {"c", nil}}, true},
		"extremes":     {[]string{"a", "b"}, []Series{{"a", []float64{1e-299, 1e299}}}, true},
		"hostile":      {[]string{hostile}, []Series{{hostile, []float64{1}}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			svg := dotsSVG(test.labels, test.scales)
			if (svg != "") != test.picture {
				t.Fatalf("picture drawn: %t, want %t", svg != "", test.picture)
			}
			canvastest.Check(t, svg)
			printed(t, func() { Dots("caption", test.labels, test.scales) })
		})
	}
}

// On a logarithmic scale the same factor is the same way.
func TestDotsStandAtTheirFactors(t *testing.T) {
	svg := dotsSVG([]string{"a", "b", "c", "d"}, []Series{{"µs", []float64{0.2, 2, 20, 2000}}})
	var at []float64
	for _, match := range regexp.MustCompile(`<circle cx="([\d.]+)"`).FindAllStringSubmatch(svg, -1) {
		x, err := strconv.ParseFloat(match[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		at = append(at, x)
	}
	if len(at) != 4 {
		t.Fatalf("%d dots", len(at))
	}
	one := at[1] - at[0]
	if one < 20 || math.Abs(at[2]-at[1]-one) > 0.2 || math.Abs(at[3]-at[2]-2*one) > 0.3 {
		t.Errorf("the dots stand at %v: not the same way for the same factor", at)
	}
}

func TestAxisHoldsItsValues(t *testing.T) {
	for _, log := range []bool{false, true} {
		for _, values := range [][]float64{{1, 64}, {3}, {0.16, 139}, {9.99, 10.01}, {1e-9, 1e9}, {99, 100, 101}, {1, 2, 4, 8, 16, 32, 64}} {
			for name, a := range map[string]axis{"round": newAxis(values, log, 0, 500), "at values": newAxis(values, log, 0, 500).ticksAtValues(values)} {
				for _, v := range values {
					if p := a.at(v); p < -0.001 || p > 500.001 {
						t.Errorf("%s, log %t, values %v: %v stands at pixel %v of 500", name, log, values, v, p)
					}
				}
				if n := len(a.ticks); n < 2 || n > 12 {
					t.Errorf("%s, log %t, values %v: %d ticks %v", name, log, values, n, a.ticks)
				}
			}
		}
	}
}

func TestNumber(t *testing.T) {
	for v, want := range map[float64]string{0: "0", 50000: "50,000", -3: "-3", 0.16: "0.16", 1.23456: "1.23", 123456.7: "123,000", 0.4123: "0.41",
		1298.4: "1,300", 548.9: "549", -1234567: "-1,234,567", -999: "-999", 0.125: "0.125", 12.5: "12.5", 0.00123456: "0.0012", 999.99: "1,000",
		1e15: "1e+15", 1e-9: "1e-09", math.Inf(1): "+Inf"} {
		if got := Number(v); got != want {
			t.Errorf("Number(%v) = %q, want %q", v, got, want)
		}
	}
}

func TestCount(t *testing.T) {
	for n, want := range map[int]string{0: "0 switches", 1: "1 switch", 50_005: "50,005 switches"} {
		if got := Count(n, "switch"); got != want {
			t.Errorf("Count(%d) = %q, want %q", n, got, want)
		}
	}
	if got := Count(2, "turn"); got != "2 turns" {
		t.Errorf("%q, want 2 turns", got)
	}
}

func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{0: "0 ns", 999: "999 ns", 1500: "1.5 µs", 99_960: "100 µs", 12_345_678: "12.3 ms", 61 * time.Second: "61 s"} {
		if got := Duration(d); got != want {
			t.Errorf("%d: %q, want %q", d, got, want)
		}
	}
}

func TestPictures(t *testing.T) {
	bars := []Bar{{Label: "0 to 24,999", Value: 20}, {Label: "25,000 to 49,999", Value: 8, Text: "8 trials"},
		{Label: "50,000", Value: 2, Highlight: true}}
	canvastest.Golden(t, "bars", barsSVG(bars, 20))
	canvastest.Golden(t, "lines", Chart{
		XLabel: "goroutines", YLabel: "ns for one increment", X: []float64{1, 2, 4, 8}, LogX: true,
		Series: []Series{{"mutex", []float64{2, 31, 34}}, {"atomic", []float64{1.8, 7.8, math.NaN(), 7.9}}}}.svg())
	canvastest.Golden(t, "dots", dotsSVG([]string{"goroutine", "thread", "process"},
		[]Series{{"µs to make", []float64{0.3, 12.5, 1554}}, {"KB alive", []float64{2.7, 15.3, 1455}}}))
}

// Charts that will be compared are drawn to one scale, in the picture and in the text.
func TestChartsToBeComparedShareAScale(t *testing.T) {
	few, many := []Bar{{Label: "a", Value: 10}}, []Bar{{Label: "a", Value: 40}}
	text := printed(t, func() { Bars("few", few, many) })
	if got := strings.Count(text, "█"); got != 10 {
		t.Errorf("%d blocks, want 10:\n%s", got, text)
	}
	if barsSVG(few, 10) == barsSVG(few, 40) {
		t.Error("the picture does not ask for the scale")
	}
}

func TestFigureHTML(t *testing.T) {
	if text := (Figure{Caption: hostile, Header: []string{hostile}, Rows: [][]string{{hostile}}}).String(); strings.Count(text, "\n") != 4 ||
		strings.ContainsFunc(strings.ReplaceAll(text, "\n", ""), func(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Bidi_Control) }) {
		t.Errorf("a terminal would do more than write it: %q", text)
	}
	f := Figure{Caption: hostile, Alt: hostile, SVG: barsSVG([]Bar{{Label: hostile, Value: 1}}, 1),
		Header: []string{hostile, "n"}, Rows: [][]string{{hostile, "1"}, {"short"}}}
	html := f.HTML()
	wellFormed(t, "<div>"+html+"</div>")
	if !strings.Contains(html, `style="max-width: 100%; min-width: 643px; height: auto"`) {
		t.Errorf("a picture of 760 pixels may become so small that nobody can read it:\n%s", html)
	}
	if strings.Contains(html, "<script") || strings.Contains(html, "<svg") {
		t.Errorf("a script or a picture that an untrusted notebook does not show:\n%s", html)
	}
	data := regexp.MustCompile(`base64,([^"]+)"`).FindStringSubmatch(html)
	svg, err := base64.StdEncoding.DecodeString(data[1])
	if err != nil || string(svg) != f.SVG {
		t.Errorf("the picture does not come back: %v", err)
	}
	if n := strings.Count(html, `<th scope="col"`); n != 2 {
		t.Errorf("%d column headers, want 2", n)
	}
	if n := strings.Count(html, `<th scope="row"`); n != 2 {
		t.Errorf("%d row headers, want 2", n)
	}
	f.Alt = ""
	if !strings.Contains(f.HTML(), `<img alt="`+canvas.Escape(f.Caption)+`"`) {
		t.Error("without Alt the caption does not stand in for it")
	}
	f.SVG = ""
	html = f.HTML()
	wellFormed(t, html)
	if !strings.HasPrefix(html, "<figure ") || strings.Contains(html, "<details") || strings.Count(html, "<tr>") != 3 ||
		!strings.Contains(html, `<td style="text-align:right">1</td>`) {
		t.Errorf("a figure without a picture is no table:\n%s", html)
	}
}

func TestProgress(t *testing.T) {
	for after, want := range map[time.Duration]string{
		1 * time.Second: "",
		3 * time.Second: "… trial 7, 2s so far\n",
		9 * time.Second: "… trial 7, 2s so far\n… trial 7, 4s so far\n… trial 7, 8s so far\n",
	} {
		got := printed(t, func() {
			synctest.Test(t, func(t *testing.T) {
				stop := Progress(func() string { return "trial 7" })
				time.Sleep(after)
				stop()
			})
		})
		if got != want {
			t.Errorf("after %v: %q, want %q", after, got, want)
		}
	}
}
