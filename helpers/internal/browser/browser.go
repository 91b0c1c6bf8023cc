// Package browser starts the Chromium of this machine, for tests that look at a page as its reader does and for printing handouts.
package browser

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"

	"example.com/multithreading/helpers/internal/notebook"
)

// ErrMissing says that there is no Chromium on this machine.
var ErrMissing = errors.New("no Chromium: install it (Debian: apt install chromium)")

// NoNetwork is an option with which no name leads anywhere.
var NoNetwork = chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND")

// Start starts a browser of its own, with one empty tab, and returns the tab's context. The browser ends with the test. Where there is
// no Chromium, the test is left out.
func Start(t *testing.T, options ...chromedp.ExecAllocatorOption) context.Context {
	t.Helper()
	ctx, end, err := Open(context.Background(), options...)
	if errors.Is(err, ErrMissing) {
		notebook.LeftOut(t, err.Error())
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(end)
	return ctx
}

// Open starts a browser as Start does. It ends with the call of the returned function.
func Open(ctx context.Context, options ...chromedp.ExecAllocatorOption) (context.Context, context.CancelFunc, error) {
	program := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome", "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			program = path
			break
		}
	}
	if program == "" {
		return nil, nil, ErrMissing
	}
	options = append(append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(program)), options...)
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium's sandbox does not work for root.
	}
	ctx, endBrowser := chromedp.NewExecAllocator(ctx, options...)
	ctx, endTab := chromedp.NewContext(ctx)
	end := func() { endTab(); endBrowser() }
	if err := chromedp.Do(ctx); err != nil { // The first call starts the browser; a time limit on it would be the browser's own.
		end()
		return nil, nil, err
	}
	return ctx, end, nil
}
