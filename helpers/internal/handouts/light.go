package handouts

import (
	"encoding/base64"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/tdewolff/minify/v2"
	"github.com/tdewolff/minify/v2/css"
	"github.com/tdewolff/minify/v2/html"
	"github.com/tdewolff/minify/v2/js"
)

// A page is to be small: it is loaded by phones, and mailed. So on the screen the course's pictures
// stand in it as they are and not in base64, with the colours that they share told once, and
// nothing is written that a browser does without.

var smaller = func() *minify.M {
	m := minify.New()
	m.Add("text/html", &html.Minifier{KeepDocumentTags: true, KeepDefaultAttrVals: true})
	m.AddFunc("text/css", css.Minify)
	m.AddFunc("application/javascript", js.Minify)
	return m
}()

// light makes a finished page smaller, and not different.
func light(page string) (string, error) { return smaller.String("text/html", inlinePictures(page)) }

var (
	drawn    = regexp.MustCompile(`<img ([^>]*?)src="` + regexp.QuoteMeta(svgBase64) + `([A-Za-z0-9+/=]+)"([^>]*?)/?>`)
	svgHead  = regexp.MustCompile(`^<svg xmlns="http://www\.w3\.org/2000/svg" ([^>]*>)`)
	svgStyle = regexp.MustCompile(`<style>svg\{([^{}]*)\}@media\(prefers-color-scheme:dark\)\{svg\{([^{}]*)\}\}text\{white-space:pre\}</style>`)
	svgNamed = regexp.MustCompile(` (role|aria-label)="[^"]*"`)
	quotes   = regexp.MustCompile(`="([\w.#()-]+)"([ >])`) // without need; a text has its own escaped
	svgID    = regexp.MustCompile(` id="|url\(#|href="#`)
)

// inlinePictures puts the pictures that the course has drawn into the page as elements of it, where
// they stood as data of an img.
func inlinePictures(page string) string {
	colours := [2]map[string]string{{}, {}} // light and dark
	n := 0
	page = drawn.ReplaceAllStringFunc(page, func(img string) string {
		parts := drawn.FindStringSubmatch(img)
		data, err := base64.StdEncoding.DecodeString(parts[2])
		svg := string(data)
		if err != nil || !svgHead.MatchString(svg) || strings.Contains(svg, "<script") {
			return img
		}
		if style := svgStyle.FindStringSubmatch(svg); style != nil {
			own := [2]map[string]string{declared(style[1]), declared(style[2])}
			for i := range own {
				for name, colour := range own[i] {
					if had, ok := colours[i][name]; ok && had != colour {
						return img // drawn by another version of the course
					}
				}
			}
			for i := range own {
				maps.Copy(colours[i], own[i])
			}
			svg = strings.Replace(svg, style[0], "", 1)
		}
		if strings.Contains(svg, "<style") {
			return img
		}
		n++
		head := svgHead.FindString(svg)
		svg = svgNamed.ReplaceAllString(head, "") + svg[len(head):] // the page's own name for it is kept
		svg = svgID.ReplaceAllStringFunc(svg, func(before string) string { return fmt.Sprintf("%sp%d-", before, n) })
		svg = quotes.ReplaceAllString(svg, "=$1$2")
		attributes := strings.Replace(parts[1]+parts[3], `alt="`, `role="img" aria-label="`, 1)
		return svgHead.ReplaceAllString(svg, "<svg "+strings.ReplaceAll(attributes, "$", "$$")+" $1")
	})
	if n == 0 {
		return page
	}
	style := "<style>svg text{white-space:pre}:root{" + declare(colours[0]) + "}@media screen and (prefers-color-scheme:dark){:root{" +
		declare(colours[1]) + "}}</style>"
	return strings.Replace(page, "</head>", style+"</head>", 1)
}

// declared are the variables that a rule of a picture's style sets.
func declared(rule string) map[string]string {
	variables := map[string]string{}
	for declaration := range strings.SplitSeq(rule, ";") {
		if name, value, ok := strings.Cut(declaration, ":"); ok {
			variables[name] = value
		}
	}
	return variables
}

func declare(variables map[string]string) string {
	var rule strings.Builder
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		rule.WriteString(name + ":" + variables[name] + ";")
	}
	return rule.String()
}
