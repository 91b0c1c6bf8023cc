package handouts

import (
	"context"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"example.com/multithreading/helpers/internal/browser"
	"example.com/multithreading/helpers/internal/notebook"
)

// validate asks the Nu HTML checker.
func validate(t *testing.T, dir string) {
	if _, err := exec.LookPath("java"); err != nil {
		notebook.LeftOut(t, "no Java, which runs the HTML checker: install it (Debian: apt install default-jre-headless)")
	}
	jar := filepath.Join(browser.Checkers(t), "vnu-jar", "build", "dist", "vnu.jar")
	if output, err := exec.CommandContext(t.Context(), "java", "-jar", jar, "--errors-only", "--skip-non-html", dir).CombinedOutput(); err != nil || len(output) > 0 {
		t.Errorf("%v\n%s", err, output)
	}
}

// A tab is a page in a browser without a network, and what it has asked for.
type tab struct {
	t   *testing.T
	ctx context.Context

	mu    sync.Mutex
	asked []string
}

func openTab(t *testing.T) *tab {
	t.Helper()
	ctx := browser.Start(t, browser.NoNetwork)
	p := &tab{t: t, ctx: ctx}
	err := chromedp.Listen(ctx, func(event any) {
		if e, ok := event.(*network.EventRequestWillBeSent); ok && !strings.HasPrefix(e.Request.URL, "data:") {
			p.mu.Lock()
			p.asked = append(p.asked, e.Request.URL)
			p.mu.Unlock()
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *tab) do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, actions...); err != nil {
		p.t.Fatal(err)
	}
}

// ask evaluates an expression in the page, and waits for a promise.
func ask[T any](p *tab, script string) T {
	p.t.Helper()
	text, err := chromedp.Run(p.ctx, chromedp.Evaluate[string](`(async () => JSON.stringify(await (`+script+`)))()`, chromedp.EvalAwaitPromise))
	if err != nil {
		p.t.Fatalf("%v: %.300s", err, script)
	}
	var answer T
	if err := json.Unmarshal([]byte(text), &answer); err != nil {
		p.t.Fatalf("%v: %.300s", err, text)
	}
	return answer
}

// asksOnlyFor holds all that was asked for since the tab was opened, or asked emptied, to be one page.
func (p *tab) asksOnlyFor(address string) {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.asked) != 1 || p.asked[0] != address {
		p.t.Errorf("the page asked for %q, want itself and nothing else", p.asked)
	}
}

// seenAs sets the medium, "screen" or "print", and the reader's colours, "light" or "dark".
func (p *tab) seenAs(media, colours string) {
	p.t.Helper()
	if _, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Media: media, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: colours}},
	}); err != nil {
		p.t.Fatal(err)
	}
}

// browse opens pages as a reader does.
func browse(t *testing.T, dir string, names []string) {
	p := openTab(t)
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			begin := time.Now()
			p.t, p.asked = t, nil
			address := "file://" + filepath.Join(dir, name)
			p.do(chromedp.EmulateViewport(1280, 900))
			p.seenAs("screen", "light")
			p.do(chromedp.Navigate(address))
			if name == "teacher/90-sample.html" {
				t.Run("stepper", func(t *testing.T) { step(t, p) })
			}
			open := ask[int](p, `document.querySelectorAll('details.answer[open]').length`)
			p.seenAs("print", "dark")
			if colour := ask[string](p, `getComputedStyle(document.documentElement).backgroundColor`); colour != "rgb(254, 254, 254)" {
				t.Errorf("on paper the background is %s", colour)
			}
			p.do(chromedp.EmulateViewport(673, 1000)) // the width of A4 between the margins
			if cut := ask[[]string](p, `[...document.querySelectorAll('pre, table, img, svg, math')].filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth || e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 200))`); len(cut) > 0 {
				t.Errorf("cut off on paper: %q", cut)
			}
			if now := ask[int](p, `document.querySelectorAll('details.answer[open]').length`); now != open {
				t.Errorf("%d answers open on the screen, %d on paper", open, now)
			}
			p.seenAs("screen", "light")
			p.do(chromedp.EmulateViewport(360, 740)) // a narrow phone
			if wide := ask[int](p, `document.documentElement.scrollWidth`); wide > 360 {
				t.Errorf("on a phone the page is %d wide: %q", wide, ask[[]string](p, `[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > 360 && !e.closest('.wide, .turns')).slice(0, 3).map(e => e.outerHTML.slice(0, 200))`))
			}
			if high := ask[float64](p, `Math.max(0, ...[...document.querySelectorAll('main table')].map(e => e.getBoundingClientRect().height))`); high > 6000 {
				t.Errorf("on a phone a table is %.0f high", high)
			}
			p.do(chromedp.EmulateViewport(1280, 900))
			if stops := ask[[]string](p, `(async () => {
				await new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)));
				return [...document.querySelectorAll('.wide')].filter(e => e.checkVisibility() && (e.tabIndex >= 0) !== (e.scrollWidth > e.clientWidth)).map(e => e.outerHTML.slice(0, 100));
			})()`); len(stops) > 0 {
				t.Errorf("stops of Tab that do not scroll, or the other way round: %q", stops)
			}
			t.Run("axe", func(t *testing.T) { p.checkWithAxe(t) })
			p.asksOnlyFor(address)
			t.Logf("%v", time.Since(begin).Round(100*time.Millisecond))
		})
	}
}

// checkWithAxe opens all that is folded and asks axe, in light and dark.
func (p *tab) checkWithAxe(t *testing.T) {
	ask[int](p, `document.querySelectorAll('details').forEach(d => d.open = true), 0`)
	for _, colours := range []string{"light", "dark"} {
		p.seenAs("screen", colours)
		for _, violation := range browser.Axe(t, p.ctx) {
			t.Errorf("%s: %s", colours, violation)
		}
	}
}

// step works the stepper by keyboard alone, and looks at what stands there where no script runs.
func step(t *testing.T, p *tab) {
	const shadow = `document.querySelector('[data-stepper]').shadowRoot`
	ask[bool](p, shadow+`.querySelector('[data-goroutine="A"]').focus() || true`)
	p.do(chromedp.KeyEvent("a"))
	if said := ask[string](p, shadow+`.querySelector('.say').textContent`); !strings.Contains(said, "Step 1, A: reads counter") {
		t.Errorf("after A's key the stepper says %q", said)
	}
	address := ask[string](p, `location.href`)
	for _, off := range []bool{true, false} {
		if _, err := chromedp.Call(p.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: off}); err != nil {
			t.Fatal(err)
		}
		p.do(chromedp.Navigate(address))
		if off && ask[float64](p, `document.querySelector('[data-stepper] :is(img, svg)').getBoundingClientRect().height`) < 50 {
			t.Error("without scripts there is no picture")
		}
	}
	p.mu.Lock()
	p.asked = p.asked[:1]
	p.mu.Unlock()
}
