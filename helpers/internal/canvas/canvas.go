// Package canvas is the pen of all pictures of the course: of the charts of package show, of the
// schedules in columns, of package timeline, spans and picture, and of what the stepper shows
// where no script runs. A card, one font, one size of letters, and colours that each have a light
// and a dark form: a picture follows the theme of the page or the notebook around it.
//
// A picture is an SVG document that stands in an <img>: it asks for nothing, and its names cannot
// clash with those of another. The letters are 13 pixels high and all of one width, so that what
// stands where is known without measuring. Whoever shows a picture may make it smaller, down to
// [Smallest]. Any text may be written: see [Escape].
package canvas

import (
	"fmt"
	"math"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Sizes in pixels.
const (
	FontSize = 13
	Glyph    = FontSize*0.6 + 0.1 // a letter's width
	Margin   = 14                 // between the card's edge and what is drawn
)

// Smallest is the part of its size that a picture may be shown at: its letters are 11 pixels high then.
const Smallest = 11. / FontSize

// A Colour has a form for a light ground and one for a dark ground.
type Colour int

// The colours by what they are for. Text in Ink may stand on Paper, Lane and the fills, text in Soft
// and Warn on Paper and Lane: all these pairs have a contrast of 7 to 1 in both forms.
const (
	None  Colour     = iota // nothing is drawn
	Ink                     // text, axes
	Soft                    // text that is not looked at first
	Warn                    // text on what went wrong, and its frame
	Paper                   // the card
	Lane                    // a column of the card
	Grid                    // lines to count by, the card's edge
	Mark                    // the first of six that lines and bars differ by
	Fill  = Mark + 6        // the first of nine that text may stand on
	last  = Fill + 9
)

// colours are the two forms.
var colours = [last][2]string{
	None: {"none", "none"},
	Ink:  {"#1a1a1a", "#f2f2f2"}, Soft: {"#444444", "#c9c9c9"}, Warn: {"#8a0a0a", "#ffb3a8"},
	Paper: {"#ffffff", "#141619"}, Lane: {"#f1f3f5", "#22262b"}, Grid: {"#bbbbbb", "#565b61"},
	Mark: {"#1f4e9a", "#9cc4ff"}, {"#8a2b00", "#ffb38a"}, {"#0b5d3b", "#7fdcae"},
	{"#6b2383", "#dcb0f5"}, {"#4a4a4a", "#cfcfcf"}, {"#7a1f4f", "#ffb0d0"},
	Fill: {"#d5d5d5", "#474747"}, {"#8ecae6", "#0f4a63"}, {"#f4b860", "#653f00"},
	{"#b5e48c", "#2b4f14"}, {"#dcb5ff", "#512f78"},
	{"#ffb3a7", "#75281e"}, {"#f6e58d", "#524800"}, {"#8fe3d0", "#0f4d43"}, {"#c8c2a8", "#4a4630"},
}

// Marks returns the nth colour of a line or a bar; after six they repeat.
func Marks(n int) Colour { return Mark + Colour(n%6) }

// A Style says how text is written: any of these, added.
type Style int

// Text begins at its place unless it stands around it or ends there, and is in Ink unless it is Soft or Warn.
const (
	Middle Style = 1 << iota
	End
	Bold
	Faint   // in Soft
	Warning // in Warn
)

// A Canvas collects what is drawn. The zero value is an empty one.
type Canvas struct {
	strings.Builder
	used [last]bool
}

// Paint is a colour as the value of an attribute.
func (c *Canvas) Paint(colour Colour) string {
	if colour == None {
		return "none"
	}
	c.used[colour] = true
	return fmt.Sprintf("var(--c%d)", colour)
}

// Text writes s in one line; y is the foot of its letters.
func (c *Canvas) Text(x, y float64, how Style, s string) {
	if s == "" {
		return
	}
	attributes := ""
	if how&Middle != 0 {
		attributes += ` text-anchor="middle"`
	} else if how&End != 0 {
		attributes += ` text-anchor="end"`
	}
	if how&Bold != 0 {
		attributes += ` font-weight="bold"`
	}
	if how&Faint != 0 {
		attributes += fmt.Sprintf(` fill="%s"`, c.Paint(Soft))
	} else if how&Warning != 0 {
		attributes += fmt.Sprintf(` fill="%s"`, c.Paint(Warn))
	}
	fmt.Fprintf(c, `<text x="%s" y="%s"%s>%s</text>`, Pixels(x), Pixels(y), attributes, Escape(s))
}

// Path draws along d. extra are more attributes, such as a stroke's width.
func (c *Canvas) Path(d string, fill, stroke Colour, extra string) {
	if extra != "" {
		extra = " " + extra
	}
	fmt.Fprintf(c, `<path d="%s" fill="%s" stroke="%s"%s/>`, d, c.Paint(fill), c.Paint(stroke), extra)
}

// Rect draws a rectangle.
func (c *Canvas) Rect(x, y, width, height float64, fill, stroke Colour) {
	c.Path(Box(x, y, width, height), fill, stroke, "")
}

// Box is the path of a rectangle.
func Box(x, y, width, height float64) string {
	return fmt.Sprintf("M%s %sh%sv%sh-%sz", Pixels(x), Pixels(y), Pixels(width), Pixels(height), Pixels(width))
}

// Pixels writes a coordinate with at most one decimal.
func Pixels(f float64) string {
	if f = math.Round(10*f) / 10; f == math.Trunc(f) {
		return fmt.Sprintf("%.0f", f+0) // +0: no "-0"
	}
	return fmt.Sprintf("%.1f", f)
}

// SVG is the whole picture, on its card.
func (c *Canvas) SVG(width, height float64) string {
	width, height = math.Ceil(width), math.Ceil(height)
	card := fmt.Sprintf(`<rect x=".5" y=".5" width="%.0f" height="%.0f" rx="6" fill="%s" stroke="%s"/>`,
		width-1, height-1, c.Paint(Paper), c.Paint(Grid))
	text := c.Paint(Ink)
	var light, dark strings.Builder
	for i, used := range c.used {
		if used {
			fmt.Fprintf(&light, "--c%d:%s;", i, colours[i][0])
			fmt.Fprintf(&dark, "--c%d:%s;", i, colours[i][1])
		}
	}
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %.0[1]f %.0[2]f" `+
		`width="%.0[1]f" height="%.0[2]f" `+
		`font-family="ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="%d" fill="%s">`+
		`<style>svg{%s}@media(prefers-color-scheme:dark){svg{%s}}text{white-space:pre}</style>%s%s</svg>`,
		width, height, FontSize, text, light.String(), dark.String(), card, c.String())
}

// Width is how many pixels s takes.
func Width(s string) float64 { return float64(utf8.RuneCountInString(s)) * Glyph }

// Cut returns s in one line and at most n characters; what is left out is marked with "…".
func Cut(s string, n int) string {
	s = strings.Join(strings.Fields(s), " ")
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}

// Visible replaces what cannot be seen but changes how a text looks: control characters, and those
// that turn the direction of writing, even that of the text around them. They become U+FFFD, as
// does what XML has no form for.
func Visible(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r), r == '\uFFFE', r == '\uFFFF':
			return utf8.RuneError
		}
		return r
	}, s)
}

var markup = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;")

// Escape returns s as text of HTML and of SVG, made [Visible].
func Escape(s string) string {
	return markup.Replace(Visible(s))
}
