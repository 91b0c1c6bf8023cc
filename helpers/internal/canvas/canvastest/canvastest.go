// Package canvastest holds pictures to what is true of all of them, and to those of yesterday.
package canvastest

import (
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"example.com/multithreading/helpers/internal/canvas"
)

var update = flag.Bool("update", false, "write the golden pictures anew")

// Hostile is a text that a picture must survive: markup, control characters, what turns the direction
// of writing, bytes that are no text, what XML cannot hold, letters from right to left, and more of
// it than there is room for.
const Hostile = "</svg><script>\"&'\x00\x1b[31m\xff\n\t\u202e\u2066\uFFFE\uFFFFאבגד العربية " +
	"a very long label, longer than any picture has room for, and then some more of it"

// Golden holds a picture to testdata/NAME.svg of the package under test. With -update it writes it.
func Golden(t *testing.T, name, svg string) {
	t.Helper()
	Check(t, svg)
	file := filepath.Join("testdata", name+".svg")
	got := strings.ReplaceAll(svg, "><", ">\n<") + "\n" // a line each: what has changed can be seen
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	lines := strings.Split(string(want), "\n")
	for i, line := range strings.Split(got, "\n") {
		if i >= len(lines) || line != lines[i] {
			t.Fatalf("line %d of %s is now\n%s\nLook at the picture; if it is as it should be: go test -run '%s' -update",
				i+1, file, line, t.Name())
		}
	}
	t.Fatalf("%s has lines that are drawn no more; if that is right: go test -run '%s' -update", file, t.Name())
}

// badNumber is a coordinate that no browser can draw.
var badNumber = regexp.MustCompile(`NaN|Inf|\de[+-]`)

// colour is what may stand as a colour: one that has a form for a light and one for a dark ground.
var colour = regexp.MustCompile(`^(none|var\(--c\d+\)|url\(#hatch\))$`)

// Check fails the test where a picture is not as all are: XML that asks for nothing, with letters of
// 11 pixels or more, all of them inside the card, and colours of the canvas. It returns the texts.
func Check(t *testing.T, svg string) (texts []string) {
	t.Helper()
	if svg == "" {
		return nil
	}
	var width float64
	var open xml.StartElement
	for d := xml.NewDecoder(strings.NewReader(svg)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return texts
		}
		if err != nil {
			t.Fatalf("not well-formed: %v\n%.2000s", err, svg)
		}
		switch token := token.(type) {
		case xml.StartElement:
			open = token.Copy()
			for _, a := range open.Attr {
				checkAttribute(t, a)
			}
			if open.Name.Local == "svg" {
				width = number(t, open, "width")
			}
		case xml.CharData:
			if s := string(token); open.Name.Local == "text" && strings.TrimSpace(s) != "" {
				texts = append(texts, s)
				checkText(t, open, s, width)
			}
		case xml.EndElement:
			open = xml.StartElement{}
		}
	}
}

func checkAttribute(t *testing.T, a xml.Attr) {
	t.Helper()
	switch name := a.Name.Local; {
	case name == "id" && a.Value != "hatch":
		t.Errorf("the picture has an id, %q", a.Value)
	case name == "href" && !strings.HasPrefix(a.Value, "data:image/png;"):
		t.Errorf("the picture asks for %q", a.Value)
	case (name == "fill" || name == "stroke") && !colour.MatchString(a.Value):
		t.Errorf("%s=%q has no form for a dark ground", name, a.Value)
	case name == "font-size":
		if size, err := strconv.ParseFloat(a.Value, 64); err != nil || size*canvas.Smallest < 10.99 {
			t.Errorf("letters of %s pixels, which may be shown smaller than 11", a.Value)
		}
	case name != "href" && name != "font-family" && badNumber.MatchString(a.Value):
		t.Errorf("%s=%q", name, a.Value)
	}
}

// checkText looks at a text in its element, on a card that is width pixels wide.
func checkText(t *testing.T, in xml.StartElement, s string, width float64) {
	t.Helper()
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Bidi_Control) }) {
		t.Errorf("%q changes how what is around it looks", s)
	}
	from := number(t, in, "x")
	switch attribute(in, "text-anchor") {
	case "middle":
		from -= canvas.Width(s) / 2
	case "end":
		from -= canvas.Width(s)
	}
	if strings.Contains(attribute(in, "x"), " ") {
		return // a place for each letter
	}
	if from < 0 || from+canvas.Width(s) > width {
		t.Errorf("%q stands from %.0f to %.0f on a card of %.0f", s, from, from+canvas.Width(s), width)
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func number(t *testing.T, e xml.StartElement, name string) float64 {
	t.Helper()
	first, _, _ := strings.Cut(attribute(e, name), " ")
	n, err := strconv.ParseFloat(first, 64)
	if err != nil {
		t.Errorf("<%s %s=%q>", e.Name.Local, name, first)
	}
	return n
}
