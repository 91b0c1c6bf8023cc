package canvas

import (
	"math"
	"strconv"
	"strings"
	"testing"
)

// luminance is what WCAG 2.2 calls relative luminance.
func luminance(t *testing.T, hex string) (sum float64) {
	t.Helper()
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

// The W3C's AAA asks of text for a contrast of 7 to 1. Lines and bars have it too.
func TestContrastIsAAAInBothThemes(t *testing.T) {
	for theme, name := range []string{"light", "dark"} {
		hold := func(fore, ground Colour) {
			on, under := colours[fore][theme], colours[ground][theme]
			a, b := luminance(t, on), luminance(t, under)
			if ratio := (max(a, b) + 0.05) / (min(a, b) + 0.05); ratio < 7 {
				t.Errorf("%s: %s on %s has a contrast of %.2f", name, on, under, ratio)
			}
		}
		for _, ground := range []Colour{Paper, Lane} {
			for _, fore := range []Colour{Ink, Soft, Warn} {
				hold(fore, ground)
			}
		}
		for ground := Fill; ground < last; ground++ {
			hold(Ink, ground)
		}
		for fore := Mark; fore < Fill; fore++ {
			hold(fore, Paper)
		}
	}
	// No white slab on a dark page, and no black one on a light page.
	light, dark := luminance(t, colours[Paper][0]), luminance(t, colours[Paper][1])
	if light < 0.9 || dark > 0.02 {
		t.Errorf("the card's luminance is %.2f in the light and %.2f in the dark", light, dark)
	}
}

// What is drawn has both forms of each of its colours, and no other's.
func TestPictureHasBothForms(t *testing.T) {
	var c Canvas
	c.Text(20, 20, Warning, "x")
	svg := c.SVG(100, 50)
	light, dark, found := strings.Cut(svg, "@media(prefers-color-scheme:dark)")
	if !found || !strings.Contains(light, colours[Warn][0]) || !strings.Contains(dark, colours[Warn][1]) ||
		strings.Contains(svg, colours[Lane][0]) {
		t.Error(svg)
	}
}

func TestSmallestLetters(t *testing.T) {
	if size := FontSize * Smallest; size < 10.999 {
		t.Errorf("letters of %v pixels", size)
	}
}

func TestCutAndEscape(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "a\n b\tc": "a b c", "exactly10c": "exactly10c", "éééééééééééé": "ééééééééé…",
	} {
		if got := Cut(in, 10); got != want {
			t.Errorf("Cut(%q) is %q, want %q", in, got, want)
		}
	}
	if got := Escape("<a b='&\">\x00\u202eא\uffff\xff"); got != "&lt;a b=&#39;&amp;&quot;&gt;\ufffd\ufffdא\ufffd\ufffd" {
		t.Errorf("%q", got)
	}
}

func TestPixels(t *testing.T) {
	for in, want := range map[float64]string{0: "0", -0.01: "0", 3: "3", 2.26: "2.3", -1.5: "-1.5"} {
		if got := Pixels(in); got != want {
			t.Errorf("%v is %q, want %q", in, got, want)
		}
	}
}
