package lessons

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.com/multithreading/helpers/internal/notebook"
)

var (
	term     = regexp.MustCompile(`(?m)^## (.+)$`)
	intoList = regexp.MustCompile(`\[([^\]]+)\]\(glossary\.md#([^)]+)\)`)
	anyLink  = regexp.MustCompile(`\[[^\]]*\]\([^)]*\)`)
)

// Each term says what it is in Go and in Python, and some notebook leads to it.
func TestGlossary(t *testing.T) {
	text := markdown(t, filepath.Join(notebook.Root(), "notebooks", "glossary.md"))
	linked := map[string]bool{}
	for _, path := range notebook.Paths() {
		for _, match := range intoList.FindAllStringSubmatch(markdown(t, path), -1) {
			linked[match[2]] = true
		}
	}
	var terms []string
	for _, match := range term.FindAllStringSubmatchIndex(text, -1) {
		name, below := text[match[2]:match[3]], text[match[1]:]
		terms = append(terms, strings.ToLower(name))
		entry, _, _ := strings.Cut(below, "\n## ")
		if !regexp.MustCompile(`(?s)^\n\n[^\n].*\n\nGo: .+ · Python: .+`).MatchString(entry) {
			t.Errorf("%s: want a sentence, and then Go's and Python's words in a line of their own:%s", name, entry)
		}
		if !linked[strings.ReplaceAll(name, " ", "-")] {
			t.Errorf("no notebook leads to %q", name)
		}
	}
	if !slices.IsSorted(terms) {
		t.Errorf("not in the order of the alphabet: %q", terms)
	}
	if len(terms) == 0 {
		t.Error("no terms")
	}
}

// A notebook leads to the glossary once for each term, where it first uses the words of the link. The title and the frame, which only
// asks, come before that; headings and code are no links.
func TestTermsAreLinkedAtTheirFirstUse(t *testing.T) {
	each(t, func(t *testing.T, path string, nb *notebook.Notebook) {
		var before string // the prose up to the link
		seen := map[string]bool{}
		frame := slices.IndexFunc(nb.Cells(), func(c notebook.Cell) bool { return c.ID() == "frame" })
		for _, cell := range nb.Cells()[frame+1:] {
			if cell.Kind() != "markdown" {
				continue
			}
			source := plain(cell.Source())
			for _, at := range intoList.FindAllStringSubmatchIndex(source, -1) {
				words, anchor := source[at[2]:at[3]], source[at[4]:at[5]]
				if seen[anchor] {
					t.Errorf("cell %s: a second link to %s", cell.ID(), anchor)
				}
				seen[anchor] = true
				// In bold, the cell says what the word means here; before, it stood for what it means every day.
				if bold := strings.HasSuffix(source[:at[0]], "**"); !bold && uses(before+anyLink.ReplaceAllString(source[:at[0]], " "), words) {
					t.Errorf("cell %s: %q is linked here, and stands further up without a link", cell.ID(), words)
				}
			}
			before += anyLink.ReplaceAllString(source, " ") + "\n"
		}
		if len(seen) == 0 {
			t.Error("no link to the glossary")
		}
	})
}

// plain is a text cell's text without its code blocks, headings, summaries and addresses.
func plain(source string) string {
	source = withoutCode(source)
	return regexp.MustCompile(`(?m)^#+ .*$|<summary>.*?</summary>|https?://[^\s)]+`).ReplaceAllString(source, "")
}

// uses tells whether a text has these words, as words of their own.
func uses(text, words string) bool {
	pattern := strings.Join(strings.Fields(regexp.QuoteMeta(strings.Trim(words, "*"))), `\s+`)
	return regexp.MustCompile(`(?i)(?:^|[^\w.\-/` + "`" + `])` + pattern + `(?:[^\w\-(` + "`" + `]|$)`).MatchString(text)
}
