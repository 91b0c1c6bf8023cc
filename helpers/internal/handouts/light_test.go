package handouts

import (
	"encoding/base64"
	"strings"
	"testing"
)

// TestLight holds a page to what a picture needs where it stands among others: ids of its own, and
// the colours that they share.
func TestLight(t *testing.T) {
	picture := func(colour string) string {
		svg := `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" role="img" aria-label="other"><style>svg{--c1:` + colour +
			`;}@media(prefers-color-scheme:dark){svg{--c1:#eee;}}text{white-space:pre}</style>` +
			`<pattern id="hatch"></pattern><rect x="1" fill="url(#hatch)"/><text y="2">a  "="</text></svg>`
		return `<img alt="$1 &amp; more" src="` + svgBase64 + base64.StdEncoding.EncodeToString([]byte(svg)) + `" style="height: auto"/>`
	}
	page := `<!DOCTYPE html><html lang="en"><head><title>t</title></head><body><p>` + picture("#111") + picture("#111") + picture("#222") +
		`</p><pre>a  b` + "\n" + `</pre><script>const name = "a  b"; // no</script></body></html>`
	got, err := light(page)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`role="img" aria-label="$1 &amp; more"`, `id=p1-hatch`, `url(#p1-hatch)`, `id=p2-hatch`, `url(#p2-hatch)`, `a  "="`, `:root{--c1:#111}`,
		`@media screen and (prefers-color-scheme:dark){:root{--c1:#eee}}`, "a  b\n</pre>", `"a  b"`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
	if n := strings.Count(got, "<svg"); n != 2 || strings.Count(got, svgBase64) != 1 || strings.Contains(got, "other") {
		t.Errorf("the third has other colours, and is to stay as it was:\n%s", got)
	}
}
