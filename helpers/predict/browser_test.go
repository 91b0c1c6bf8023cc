package predict

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"example.com/multithreading/helpers/internal/browser"
)

// What a student may type, and what the answer then says. Each stands in the page of a notebook as in JupyterLab.
func TestWhatIsTyped(t *testing.T) {
	ctx := browser.Start(t, browser.NoNetwork)
	file := filepath.Join(t.TempDir(), "page.html")
	answer := Answer{Name: "n", Value: 1000, Says: "it ended at 1000", Natural: 50_000, Because: "none is lost."}
	lucky := answer
	lucky.Natural = 1000
	page := `<!DOCTYPE html><meta charset="utf-8"><body>` + box("n", "How many?") + answer.line() + lucky.line()
	if err := os.WriteFile(file, []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Do(ctx, chromedp.Navigate("file://"+file)); err != nil {
		t.Fatal(err)
	}
	const kept, told = "Kept in this browser. Now run the next cell.",
		"Write a number in digits, like 42, 0.5 or 50,000, and no word or sign behind it."
	knew, natural := "You said %; it ended at 1000. So you knew.", "You said %; it ended at 1000. % is natural: none is lost."
	another := "You said %; it ended at 1000. Many say 50000: none is lost."
	for _, test := range []struct{ typed, status, says string }{
		{"1000", kept, knew}, {"1,000", kept, knew}, {"1_000", kept, knew}, {" 1 000 ", kept, knew}, {"1'000", kept, knew},
		{"1e3", kept, knew}, {"+1000.0", kept, knew}, {"50,000", kept, natural}, {"50000", kept, natural},
		{"0.5", kept, another}, {"0,5", kept, another}, {"0,500", kept, another}, {".5", kept, another}, {"-1,000", kept, another},
		{"1,5,000", told, ""}, {"1,50,000", told, ""}, {"1.000.000", told, ""}, {"1,000_000", told, ""}, {"six", told, ""},
		{" 50%", told, ""}, {"3 s", told, ""}, {"1 2", told, ""}, {"1e999", told, ""}, {"-", told, ""}, {"", told, ""},
	} {
		typed, err := json.Marshal(test.typed)
		if err != nil {
			t.Fatal(err)
		}
		got, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](`(() => {
			localStorage.clear();
			document.dispatchEvent(new Event('multithreading prediction n'));
			document.querySelector('input').value = `+string(typed)+`;
			document.querySelector('button').click();
			return [document.querySelector('span'), ...document.querySelectorAll('p')].map(element => element.textContent);
		})()`))
		if err != nil {
			t.Fatal(err)
		}
		says := strings.ReplaceAll(test.says, "%", strings.TrimSpace(test.typed))
		if test.says == "" {
			says = answer.neutral()
		}
		if got[0] != test.status || got[1] != says {
			t.Errorf("%q:\n%q, want %q\n%q, want %q", test.typed, got[0], test.status, got[1], says)
		}
		// Where the natural guess came out, nobody is told why it did not.
		if strings.Contains(got[2], "natural") || strings.Contains(got[2], "Many") || !strings.Contains(got[2], "t ended at 1000.") {
			t.Errorf("%q: %q", test.typed, got[2])
		}
	}
}
