package show

import (
	"bytes"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"example.com/multithreading/helpers/internal/browser"
)

// A figure in a page as its reader sees it: in the page's theme, and on a phone.
func TestFigureInABrowser(t *testing.T) {
	ctx := browser.Start(t, browser.NoNetwork)
	chart := BarChart("How it ended", []Bar{{Label: "lost", Value: 3}, {Label: "kept", Value: 1, Highlight: true}})
	table := Figure{Caption: "A table", Header: []string{"name", "n"},
		Rows: [][]string{{"one long word after another", "1,300"}}}
	file := filepath.Join(t.TempDir(), "page.html")
	// The theme is the page's own, as JupyterLab's is, and not the system's.
	page := `<!DOCTYPE html><meta name="viewport" content="width=device-width"><body style="margin: 0; background: Canvas">` +
		chart.HTML() + table.HTML()
	if err := os.WriteFile(file, []byte(page), 0o644); err != nil {
		t.Fatal(err)
	}
	do := func(actions ...chromedp.Action[chromedp.Void]) {
		t.Helper()
		if err := chromedp.Do(ctx, actions...); err != nil {
			t.Fatal(err)
		}
	}
	ask := func(script string) []float64 {
		t.Helper()
		values, err := chromedp.Run(ctx, chromedp.Evaluate[[]float64](script))
		if err != nil {
			t.Fatal(err)
		}
		return values
	}
	do(chromedp.EmulateViewport(1000, 600), chromedp.Navigate("file://"+file))
	for theme, bright := range map[string]bool{"light": true, "dark": false} {
		ask(`document.documentElement.style.colorScheme = '` + theme + `', []`)
		shot, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
		if err != nil {
			t.Fatal(err)
		}
		seen, err := png.Decode(bytes.NewReader(shot))
		if err != nil {
			t.Fatal(err)
		}
		for what, y := range map[string]int{"picture": 15, "page": 590} { // in the picture, beside what is drawn
			if r, _, _, _ := seen.At(700, y).RGBA(); (r > 0x8000) != bright {
				t.Errorf("a %s theme: the %s's ground is %x of ffff", theme, what, r)
			}
		}
	}
	do(chromedp.EmulateViewport(360, 600))
	phone := ask(`(img => [document.documentElement.scrollWidth, img.parentElement.scrollWidth - img.parentElement.clientWidth,
		13 * img.width / img.naturalWidth])(document.querySelector('img'))`)
	if phone[0] > 360 || phone[1] <= 0 || phone[2] < 10.9 {
		t.Errorf("on a phone the page is %v pixels wide, the picture scrolls by %v and its letters are %v high",
			phone[0], phone[1], phone[2])
	}
	cut := ask(`[...document.querySelectorAll('th, td')].map(cell => cell.scrollWidth - cell.clientWidth).filter(n => n > 0)`)
	if len(cut) > 0 {
		t.Errorf("words of the table are cut by %v pixels", cut)
	}
}
