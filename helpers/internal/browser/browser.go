// Package browser starts the Chromium of this machine for tests that look at a page as its reader does.
package browser

import (
	"context"
	"os"
	"os/exec"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"

	"example.com/multithreading/helpers/internal/notebook"
)

// Start starts a browser of its own, with one empty tab, and returns the tab's context. The browser ends with the test. Where there is
// no Chromium, the test is left out.
func Start(t *testing.T, options ...chromedp.ExecAllocatorOption) context.Context {
	t.Helper()
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			program = path
			break
		}
	}
	if program == "" {
		notebook.LeftOut(t, "no Chromium: install it (Debian: apt install chromium)")
	}
	options = append(append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(program)), options...)
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium's sandbox does not work for root.
	}
	ctx, end := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(end)
	ctx, end = chromedp.NewContext(ctx)
	t.Cleanup(end)
	if err := chromedp.Do(ctx); err != nil { // The first call starts the browser; a time limit on it would be the browser's own.
		t.Fatal(err)
	}
	return ctx
}
