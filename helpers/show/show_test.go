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

// badNumber finds a coordinate or length that no browser can draw.
var badNumber = regexp.MustCompile(`(x|y|width|height|d)="[^"]*(NaN|Inf|e[+-])|(width|height)="-`)

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

const hostile = "<script>\"&'\x00\x1b\xff\n\uFFFE" + "a very long label, longer than any picture has room for"

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
			svg := barsSVG(bars)
			wellFormed(t, svg)
			if bad := badNumber.FindString(svg); bad != "" {
				t.Errorf("picture has %q", bad)
			}
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
	for i, line := range strings.Split(strings.TrimSuffix(barsText(bars), "\n"), "\n") {
		if got := strings.Count(line, "█"); got != want[i] {
			t.Errorf("value %v: %d blocks, want %d", bars[i].Value, got, want[i])
		}
	}
}

// Highlight must be seen without colour: as another block in the text, as hatching and bold in the picture, as a word in the table.
func TestHighlightIsMoreThanColour(t *testing.T) {
	plain, marked := []Bar{{Label: "a", Value: 1}}, []Bar{{Label: "a", Value: 1, Highlight: true}}
	if barsText(plain) == barsText(marked) {
		t.Error("the text is the same")
	}
	svg := barsSVG(marked)
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
			wellFormed(t, svg)
			if bad := badNumber.FindString(svg); bad != "" {
				t.Errorf("picture has %q", bad)
			}
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
			wellFormed(t, svg)
			if bad := badNumber.FindString(svg); bad != "" {
				t.Errorf("picture has %q", bad)
			}
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
	for v, want := range map[float64]string{0: "0", 50000: "50000", -3: "-3", 0.16: "0.16", 1.23456: "1.235", 123456.7: "123500",
		1e15: "1e+15", 1e-9: "1e-09", math.Inf(1): "+Inf"} {
		if got := number(v); got != want {
			t.Errorf("number(%v) = %q, want %q", v, got, want)
		}
	}
}

func TestFigureHTML(t *testing.T) {
	f := Figure{Caption: hostile, Alt: hostile, SVG: barsSVG([]Bar{{Label: hostile, Value: 1}}),
		Header: []string{hostile, "n"}, Rows: [][]string{{hostile, "1"}, {"short"}}}
	html := f.HTML()
	// An <img> has no end in HTML; with one the page is XML, and the decoder finds what is not escaped.
	wellFormed(t, "<div>"+regexp.MustCompile(`(<img [^>]*)>`).ReplaceAllString(html, "$1/>")+"</div>")
	if strings.Contains(html, "<script") || strings.Contains(html, "<svg") {
		t.Errorf("a script or a picture that an untrusted notebook does not show:\n%s", html)
	}
	data := regexp.MustCompile(`base64,([^"]+)"`).FindStringSubmatch(html)
	svg, err := base64.StdEncoding.DecodeString(data[1])
	if err != nil || string(svg) != f.SVG {
		t.Errorf("the picture does not come back: %v", err)
	}
	if n := strings.Count(html, `<th scope="col">`); n != 2 {
		t.Errorf("%d column headers, want 2", n)
	}
	if n := strings.Count(html, `<th scope="row">`); n != 2 {
		t.Errorf("%d row headers, want 2", n)
	}
	f.Alt = ""
	if !strings.Contains(f.HTML(), `<img alt="`+escape(f.Caption)+`"`) {
		t.Error("without Alt the caption does not stand in for it")
	}
	f.SVG = ""
	if f.HTML() != "" {
		t.Error("a figure without a picture gives HTML")
	}
}

// The W3C's AAA asks for a contrast of 7 to 1.
func TestContrast(t *testing.T) {
	luminance := func(colour string) float64 {
		sum := 0.0
		for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
			v := 0
			for _, digit := range colour[1+2*i : 3+2*i] {
				v = 16*v + strings.IndexRune("0123456789abcdef", digit)
			}
			if c := float64(v) / 255; c <= 0.03928 {
				sum += weight * c / 12.92
			} else {
				sum += weight * math.Pow((c+0.055)/1.055, 2.4)
			}
		}
		return sum
	}
	for _, colour := range append(colours, ink) {
		if contrast := 1.05 / (luminance(colour) + 0.05); contrast < 7 {
			t.Errorf("%s on white has a contrast of %.1f, want 7", colour, contrast)
		}
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
