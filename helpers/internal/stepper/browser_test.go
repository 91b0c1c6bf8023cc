package stepper_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"example.com/multithreading/helpers/internal/browser"
	"example.com/multithreading/helpers/internal/stepper"
	"example.com/multithreading/helpers/internal/stepper/sample"
)

// A page has steppers, and is opened from a file in a browser without a network.
type page struct {
	t   *testing.T
	ctx context.Context

	mu     sync.Mutex
	asked  []string // what was asked for, the page itself first
	errors []string // what scripts threw
}

// TestInBrowser opens one browser for all that is looked at in it.
func TestInBrowser(t *testing.T) {
	ctx, stop := context.WithTimeout(browser.Start(t, browser.NoNetwork), 4*time.Minute)
	defer stop()
	p := &page{ctx: ctx}
	err := chromedp.Listen(ctx, func(event any) {
		p.mu.Lock()
		defer p.mu.Unlock()
		switch e := event.(type) {
		case *network.EventRequestWillBeSent:
			if !strings.HasPrefix(e.Request.URL, "data:") {
				p.asked = append(p.asked, e.Request.URL)
			}
		case *runtime.EventExceptionThrown:
			p.errors = append(p.errors, e.ExceptionDetails.Text+" "+e.ExceptionDetails.Exception.Description)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := chromedp.Call(ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	for _, look := range []struct {
		name string
		test func(t *testing.T, p *page)
	}{
		{"mouse", testMouse},
		{"keyboard", testKeyboard},
		{"deadlock", testDeadlock},
		{"choices", testChoices},
		{"follow", testFollow},
		{"never", testNever},
		{"part of a large program", testPartOfALargeProgram},
		{"hostile", testHostile},
		{"spinning", testSpinning},
		{"agrees", testAgrees},
		{"page is accessible", testPageIsAccessible},
		{"phone and paper", testPhoneAndPaper},
		{"moves answer at once", testMovesAnswerAtOnce},
	} {
		t.Run(look.name, func(t *testing.T) { look.test(t, p) })
	}
}

// open opens a page with these steppers. At the test's end it must have asked for nothing else,
// and no script have failed.
func (p *page) open(t *testing.T, graphs ...stepper.Graph) *page {
	t.Helper()
	body := `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">` +
		`<meta name="viewport" content="width=device-width,initial-scale=1">` +
		`<title>Steppers</title><style>:root{color-scheme:light dark}</style></head><body><main><h1>Steppers</h1>`
	for _, g := range graphs {
		body += html(t, g)
	}
	file := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(file, []byte(body+"</main></body></html>"), 0o644); err != nil {
		t.Fatal(err)
	}
	p.mu.Lock()
	p.t, p.asked, p.errors = t, nil, nil
	p.mu.Unlock()
	p.do(chromedp.EmulateViewport(1280, 900))
	p.seenAs("screen", "light")
	p.do(chromedp.Navigate("file://" + file))
	t.Cleanup(func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if len(p.asked) != 1 || p.asked[0] != "file://"+file {
			t.Errorf("the page asked for %q, want itself and nothing else", p.asked)
		}
		if len(p.errors) > 0 {
			t.Errorf("scripts failed: %q", p.errors)
		}
	})
	return p
}

func (p *page) do(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	if err := chromedp.Do(p.ctx, actions...); err != nil {
		p.t.Fatal(err)
	}
}

// seenAs sets the medium, "screen" or "print", and the reader's colours, "light" or "dark".
func (p *page) seenAs(media, colours string) {
	p.t.Helper()
	if _, err := chromedp.Call(p.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Media: media, Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: colours}},
	}); err != nil {
		p.t.Fatal(err)
	}
}

// picture keeps a screenshot in the folder that STEPPER_PICTURES names, for whoever wants to look.
func (p *page) picture(name string) {
	p.t.Helper()
	dir := os.Getenv("STEPPER_PICTURES")
	if dir == "" {
		return
	}
	png, err := chromedp.Run(p.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644); err != nil {
		p.t.Fatal(err)
	}
}

// evaluate runs a script in the page and returns its value.
func evaluate[V any](p *page, script string) (v V) {
	p.t.Helper()
	v, err := chromedp.Run(p.ctx, chromedp.Evaluate[V](script))
	if err != nil {
		p.t.Fatalf("%v: %s", err, script)
	}
	return v
}

// A one is one stepper of a page.
type one struct {
	*page
	shadow string // script for its shadow
}

func (p *page) stepper(i int) one {
	return one{p, fmt.Sprintf(`document.querySelectorAll('[data-stepper]')[%d].shadowRoot`, i)}
}

// element is a script for an element of the stepper.
func (s one) element(selector string) string {
	return fmt.Sprintf(`%s.querySelector(%q)`, s.shadow, selector)
}

// style is a computed property of an element.
func (s one) style(selector, property string) string {
	s.t.Helper()
	return evaluate[string](s.page, fmt.Sprintf(`getComputedStyle(%s).%s`, s.element(selector), property))
}

func (s one) text(selector string) string {
	s.t.Helper()
	return evaluate[string](s.page, s.element(selector)+`?.textContent ?? 'there is no such element'`)
}

// click clicks with the mouse into the middle of elements.
func (s one) click(selectors ...string) {
	s.t.Helper()
	for _, selector := range selectors {
		middle := evaluate[[]float64](s.page, `(e => {
			e.scrollIntoView({block: 'center'});
			const r = e.getBoundingClientRect();
			return [r.x + r.width / 2, r.y + r.height / 2];
		})(`+s.element(selector)+`)`)
		s.do(chromedp.MouseClickXY(middle[0], middle[1]))
	}
}

func (s one) press(keys ...string) {
	s.t.Helper()
	for _, key := range keys {
		s.do(chromedp.KeyEvent(key))
	}
}

func (s one) focus(selector string) {
	s.t.Helper()
	evaluate[int](s.page, s.element(selector)+`.focus(), 0`)
}

// says holds the live region, and the whole page if it is not there, to contain texts.
func (s one) says(want ...string) {
	s.t.Helper()
	for _, w := range want {
		if got := s.text(".say"); !strings.Contains(got, w) {
			s.t.Errorf("says %q, want %q", got, w)
		}
	}
}

func (s one) schedule() string {
	s.t.Helper()
	return evaluate[string](s.page, s.shadow+`.querySelector('textarea').value`)
}

// follow writes a schedule into the box, in place of what is there, and follows it.
func (s one) follow(text string) {
	s.t.Helper()
	evaluate[int](s.page, s.shadow+`.querySelector('textarea').select(), 0`)
	s.focus("textarea")
	s.do(chromedp.KeyEvent(text), chromedp.KeyEvent(kb.Enter))
}

func goroutine(name string) string { return fmt.Sprintf(`[data-goroutine="%s"]`, name) }
func act(name string) string       { return fmt.Sprintf(`[data-act="%s"]`, name) }

func testMouse(t *testing.T, p *page) {
	p.open(t, sample.LostUpdate(2), sample.LostUpdate(2))
	s := p.stepper(0)
	s.says("You are the scheduler", "counter is 0.")
	p.picture("start")
	s.click(goroutine("main"))
	s.says("Main waits for the WaitGroup.")
	s.click(goroutine("A"), goroutine("B"), goroutine("B"), goroutine("A"))
	s.says("Step 4, a switch to A: writes counter (1).", "Overwrites 1: lost update.", "a switch to A")
	if got := s.text(".memory"); !strings.Contains(got, "counter1") || strings.Contains(got, "changed") {
		t.Errorf("memory shows %q after 1 was overwritten by 1", got)
	}
	s.click(goroutine("B"))
	s.click(goroutine("B"))
	s.says("counter is 2, changed, was 1.")
	if got := s.text(".memory"); !strings.Contains(got, "counter2 ✱ changed, was 1") {
		t.Errorf("memory shows %q", got)
	}
	p.picture("halfway")
	if got, want := s.schedule(), "A B:2 A B:2"; got != want {
		t.Errorf("the schedule is %q, want %q", got, want)
	}
	if got := s.text(".play > .caption"); got != "Steps so far: 6, switches: 3" {
		t.Errorf("the steps' table says %q", got)
	}
	s.click(act("undo"))
	s.says("Undone. 5 steps so far. counter is 1.")
	s.click(act("redo"))
	s.says("Step 6, B: writes counter (2).")
	s.click(act("reset"))
	s.says("Back at the start", "counter is 0.")
	s.click(act("undo"))
	s.says("There is nothing to undo.")
	s.click(act("redo"), act("redo"))
	if got := s.schedule(); got != "A B" {
		t.Errorf("after two steps brought back the schedule is %q", got)
	}
	s.click(act("all"))
	s.says("steps were taken for you", "✓ Goal reached", "prints Final counter value: 2.")
	if got := s.text(".goal"); !strings.Contains(got, "✓ Reached.") {
		t.Errorf("the goal's line says %q", got)
	}
	if got := s.text(".output"); !strings.Contains(got, "Final counter value: 2 ✱ printed now") {
		t.Errorf("the output shows %q", got)
	}
	p.picture("won")
	p.stepper(1).says("You are the scheduler")
	s.click(act("reset"), goroutine("A"), goroutine("A"), goroutine("A"), goroutine("A"), act("rest"))
	s.says("each goroutine for as long as it can move", "Final counter value: 4", "✗ Goal not reached; undo")
	p.picture("lost")
}

func testKeyboard(t *testing.T, p *page) {
	p.open(t, sample.LostUpdate(2), sample.LostUpdate(2))
	// From the first stepper's last control, only with keys: Tab goes into the second.
	p.stepper(0).focus(act("follow"))
	s := p.stepper(1)
	p.do(chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.Tab))
	if !evaluate[bool](p, s.shadow+`.activeElement?.matches('[data-goroutine="main"]') ?? false`) {
		t.Fatalf("Tab leads to %s", evaluate[string](p, s.shadow+`.activeElement?.outerHTML ?? 'outside'`))
	}
	if outline := s.style(":focus", "outline"); !strings.Contains(outline, "3px") {
		t.Errorf("the focus shows as %q", outline)
	}
	s.press("a")
	s.says("Step 1, A: reads counter (0).")
	s.press(kb.Backspace)
	s.says("Undone. 0 steps so far.")
	s.press("r")
	s.says("Step 1, A")
	s.press("u", "1", "2", "B", "0")
	s.says("Main waits for the WaitGroup.")
	if got := s.schedule(); got != "A B:2" {
		t.Errorf("the schedule is %q", got)
	}
	s.press("s")
	s.says("Back at the start")
	s.press("n")
	s.says("Step 1, A: reads counter (0).")
	s.press("x")
	s.says("Goal reached, with 3 switches, par 3: no way has fewer. Your schedule: A:3 B:4 A main:2")
	if evaluate[bool](p, s.shadow+`.activeElement === null`) {
		t.Error("the focus was lost")
	}
	s.press("s")
	s.press(kb.Tab, " ") // A's button
	s.says("Step 1, A")
	s.press(kb.Tab, kb.Enter) // B's
	s.says("Step 2, a switch to B")
	// A click beside the controls keeps the keys in the stepper.
	s.click(".say")
	s.press("u", "u")
	s.says("0 steps so far")
	p.stepper(0).says("You are the scheduler")
	// Escape leads to what stands around it and takes the keys, as a cell of JupyterLab does, and nowhere if there is nothing.
	s.focus(act("undo"))
	s.press(kb.Escape)
	if evaluate[bool](p, s.shadow+`.activeElement === null`) {
		t.Error("Escape takes the focus to nowhere")
	}
	evaluate[int](p, `document.querySelector('main').tabIndex = -1, 0`)
	for _, from := range []string{act("undo"), "textarea"} {
		s.focus(from)
		s.press(kb.Escape)
		if !evaluate[bool](p, `document.activeElement.matches('main')`) {
			t.Errorf("Escape does not lead out from %s", from)
		}
	}
}

func testDeadlock(t *testing.T, p *page) {
	s := p.open(t, sample.TwoLocks()).stepper(0)
	s.click(goroutine("A"), goroutine("B"))
	s.says("End: deadlock: main waits for the WaitGroup; A waits for ben, held by B; B waits for anna, held by A.",
		"✓ Goal reached, with 1 switch")
	if label := s.text(goroutine("A")); label != "Awaits for ben, held by Bline 4" {
		t.Errorf("a waiting goroutine's button says %q", label)
	}
	if off := evaluate[string](s.page, s.element(goroutine("A"))+`.getAttribute('aria-disabled')`); off != "true" {
		t.Errorf("a waiting goroutine's button has aria-disabled=%q", off)
	}
	s.picture("deadlock")
	s.click(act("rest"))
	s.says("Nobody can move")
	s.click(act("undo"), goroutine("A"))
	s.click(act("one"))
	s.says("From here the goal cannot be reached any more; undo 1 step, or more, and try another way.")
}

func testChoices(t *testing.T, p *page) {
	s := p.open(t, sample.Condition(false)).stepper(0)
	s.press(kb.Tab) // somewhere, so that the page has the keyboard
	s.follow("A:2 B:2 C:2")
	s.says("The schedule was followed. Step 6, C: puts an item (1).")
	if label := s.text(goroutine("C")); label != "Csignals cond: …, chooseline 14" {
		t.Errorf("a goroutine with choices says %q", label)
	}
	s.picture("choices")
	s.focus(goroutine("A"))
	s.press("c", "c")
	s.says("C has 2 choices")
	s.press(kb.Enter)
	s.says("Step 7, C: signals cond: B wakes.")
	if got := s.schedule(); got != "A:2 B:2 C:2 C/2" {
		t.Errorf("the schedule is %q", got)
	}
	if evaluate[bool](s.page, s.shadow+`.activeElement === null`) {
		t.Error("the focus was lost with the choice's button")
	}
	s.press("u")
	s.click(`[data-goroutine="C"] ~ .choices button:nth-child(1)`)
	s.says("A wakes.")
	s.press("x")
	s.says("From here the goal cannot be reached any more")
	s.press("u", "u", "u", "u", "u", "x")
	s.says("End: A panics", "✓ Goal reached")
}

func testFollow(t *testing.T, p *page) {
	s := p.open(t, sample.LostUpdate(2), sample.Condition(true)).stepper(0)
	s.click(goroutine("A"), goroutine("B"))
	for text, want := range map[string]string{
		"A B:x":          "“B:x” is not understood: write a goroutine and how many steps it takes, as in B:3.",
		"A Q":            "There is no goroutine Q; there are main, A, B.",
		"A/2:3":          "“A/2:3” is not understood",
		"A:0":            "“A:0” has a 0; steps and choices are counted from 1.",
		"A:5":            "Step 5 of the schedule cannot be taken: A has ended. Nothing was changed.",
		"A main":         "Step 2 of the schedule cannot be taken: main waits for the WaitGroup. Nothing was changed.",
		"A/3":            "Step 1 of the schedule cannot be taken: A has no choice 3 there. Nothing was changed.",
		"A:4 B:4 main:3": "Step 11 of the schedule cannot be taken: the run has ended, main has ended. Nothing was changed.",
		" ":              "Write a schedule first, as in main A B.",
		"<b>":            "“<b>” is not understood",
	} {
		s.follow(text)
		if got := s.text("#wrong"); !strings.HasPrefix(got, want) {
			t.Errorf("%q: says %q, want %q", text, got, want)
		}
		if got := s.schedule(); got != text {
			t.Errorf("%q: the box has %q", text, got)
		}
		if got := s.text(".play > .caption"); got != "Steps so far: 2, switches: 1" {
			t.Errorf("%q: %q", text, got)
		}
	}
	s.picture("wrong")
	s.follow("a:3, b:0_4 A main:2")
	s.says("✓ Goal reached, with 3 switches")
	if got := s.schedule(); got != "A:3 B:4 A main:2" {
		t.Errorf("the schedule is %q", got)
	}
	if got := s.text("#wrong"); got != "" {
		t.Errorf("still says %q", got)
	}
	// Keys in the box are text.
	s.focus("textarea")
	s.press(" ", "u", "a", "d", "d")
	if got := s.schedule(); got != "A:3 B:4 A main:2 uadd" {
		t.Errorf("the box has %q", got)
	}
	no := s.stepper(1)
	no.click(act("all"))
	no.says("No schedule reaches it: all 62 states of the program were looked at.")
}

// Who says that it cannot be broken is answered by what is known of all states.
func testNever(t *testing.T, p *page) {
	cut := sample.Condition(true)
	cut.Nodes[3].Moves = nil
	p.open(t, sample.Condition(true), sample.LostUpdate(2), cut)
	for i, want := range []string{
		"✓ Right. No schedule reaches it: all 62 states of the program were looked at.",
		"✗ It can: 3 switches are enough. Try again.",
		"No schedule is known that reaches it; not all states of the program were looked at.",
	} {
		s := p.stepper(i)
		s.click(act("never"))
		if got := s.text(".say"); got != want {
			t.Errorf("says %q, want %q", got, want)
		}
		s.click(goroutine("A"))
		s.press("v")
		s.says(want)
		s.press("u")
		s.says("Undone. 0 steps so far.")
	}
}

// Of a large program the page holds a part, says so, and a schedule reaches the goal in it.
func testPartOfALargeProgram(t *testing.T, p *page) {
	s := p.open(t, sample.LostUpdate(8)).stepper(0)
	if got := s.text(".play"); !strings.Contains(got, "The program has more states than a page has room for.") {
		t.Error("does not say that it is a part")
	}
	s.click(act("all"))
	s.says("✓ Goal reached")
	s.click(act("reset"), act("rest"))
	s.says("✗ Goal not reached", "Final counter value: 16")
	s.click(act("reset"))
	s.focus(goroutine("A"))
	random := rand.New(rand.NewPCG(1, 2))
	for try := 0; !strings.Contains(s.text(".say"), "not on this page"); try++ {
		if try == 200 {
			t.Fatal("never comes to where the page ends, or does not say so: ", s.text(".say"))
		}
		s.press([]string{"a", "b"}[random.IntN(2)])
		if strings.Contains(s.text(".say"), "has ended") {
			s.press("s")
		}
	}
	s.says("This step is not taken: it leads to a state that is not on this page, which holds")
	s.picture("part")
}

// What a hostile program is called stays text, and every state of every sample can be shown.
func testHostile(t *testing.T, p *page) {
	s := p.open(t, hostile()).stepper(0)
	s.click(goroutine("main"))
	const made = `.querySelectorAll('script, b, i, img').length + document.querySelectorAll('main b, main i').length`
	if n := evaluate[int](s.page, s.shadow+made); n != 0 {
		t.Errorf("%d elements were made from texts", n)
	}
	if text := s.text(".play"); strings.ContainsAny(text, "\x00\u202e") {
		t.Errorf("characters that cannot be seen came through: %q", text)
	}
	s.picture("hostile")
}

// A goroutine that spins goes round for ever; whoever lets it run is told.
func testSpinning(t *testing.T, p *page) {
	at := func(line int) []stepper.Goroutine {
		return []stepper.Goroutine{{Line: 1, Next: "looks at flag"}, {Line: line, Next: "sets flag"}}
	}
	spin := func(to int) stepper.Move { return stepper.Move{Goroutine: 0, To: to, Text: "looks at flag"} }
	s := p.open(t, stepper.Graph{
		Title: "A flag", Goal: "come to an end",
		Source: []string{"for !flag {}", "flag = true"}, First: 1, Names: []string{"main", "A"},
		Nodes: []stepper.Node{
			{Goroutines: at(2), Moves: []stepper.Move{spin(0), {Goroutine: 1, To: 1, Text: "sets flag"}}},
			{Goroutines: at(0), Moves: []stepper.Move{spin(2)}},
			{Goroutines: at(0), End: "main has ended", Goal: true},
		},
	}).stepper(0)
	s.click(act("rest"))
	s.says("It would go on: the states come again")
	s.follow("main:30 A main")
	s.says("Goal reached, with 2 switches, par 1: it can be done with fewer.")
	s.follow("main:99999 main A main")
	if got := s.text("#wrong"); !strings.HasPrefix(got, "Step 100001 of the schedule cannot be taken: a schedule here has") {
		t.Errorf("says %q", got)
	}
	s.follow("main:99990 A main")
	s.says("Goal reached")
	if rows := evaluate[int](s.page, s.shadow+`.querySelectorAll('.steps tbody tr').length`); rows != 100 {
		t.Errorf("of 99992 steps %d are shown", rows)
	}
}

// The page's ways and the package's are the same, over walks of the samples.
func testAgrees(t *testing.T, p *page) {
	graphs := []stepper.Graph{sample.LostUpdate(2), sample.TwoLocks(), sample.CheckThenAct(), sample.Condition(false)}
	p.open(t, graphs...)
	for i, g := range graphs {
		s := p.stepper(i)
		s.click(act("all"))
		text := g.Text()
		if !strings.Contains(text, "One schedule that reaches it: "+s.schedule()+"\n") {
			t.Errorf("the page takes %q; the text says %s", s.schedule(), text)
		}
	}
}

func testPageIsAccessible(t *testing.T, p *page) {
	p.open(t, sample.LostUpdate(2), sample.TwoLocks(), sample.CheckThenAct(), sample.Condition(false))
	for i, keys := range []string{"abba", "ab", "aba", ""} {
		p.stepper(i).focus(goroutine("A"))
		for _, key := range keys {
			p.stepper(i).press(string(key))
		}
	}
	p.stepper(3).follow("A:2 B:2 C:2")
	for _, colours := range []string{"light", "dark"} {
		p.seenAs("screen", colours)
		for _, violation := range browser.Axe(t, p.ctx) {
			t.Errorf("%s: %s", colours, violation)
		}
		p.picture("all-" + colours)
	}
	if colour := p.stepper(0).style(".play", "backgroundColor"); colour != "rgb(22, 24, 27)" {
		t.Errorf("in the dark the background is %s", colour)
	}
	t.Run("JupyterLab's theme wins", func(t *testing.T) {
		const theme = `document.body.dataset.jpThemeLight = '%v', 0`
		evaluate[int](p, fmt.Sprintf(theme, true))
		if colour := p.stepper(0).style(".play", "backgroundColor"); colour != "rgb(255, 255, 255)" {
			t.Errorf("in a light JupyterLab on a dark system the background is %s", colour)
		}
		evaluate[int](p, fmt.Sprintf(theme, false))
		p.seenAs("screen", "light")
		if colour := p.stepper(0).style(".play", "backgroundColor"); colour != "rgb(22, 24, 27)" {
			t.Errorf("in a dark JupyterLab on a light system the background is %s", colour)
		}
	})
}

func testPhoneAndPaper(t *testing.T, p *page) {
	p.open(t, sample.LostUpdate(2), sample.Condition(false))
	p.do(chromedp.EmulateViewport(360, 740, chromedp.EmulateTouch))
	s := p.stepper(0)
	s.click(goroutine("A"), goroutine("B"), goroutine("B"))
	if wide := evaluate[int](p, `document.documentElement.scrollWidth`); wide > 360 {
		t.Errorf("on a phone the page is %d wide", wide)
	}
	if small := evaluate[[]string](p, `Array.from(`+s.shadow+`.querySelectorAll('button'))
		.filter(b => b.offsetHeight < 44).map(b => b.textContent)`); len(small) > 0 {
		t.Errorf("too small for a finger: %q", small)
	}
	// Where the buttons are pressed, what they do is seen: source and buttons on one screen.
	far := evaluate[float64](p, fmt.Sprintf(`%s.getBoundingClientRect().bottom - %s.getBoundingClientRect().top`,
		s.element(goroutine("B")), s.element(".source")))
	if far > 740 {
		t.Errorf("from the source to the last goroutine's button it is %v pixels", far)
	}
	p.picture("phone")
	p.seenAs("print", "dark")
	pictured := evaluate[int](p, `document.querySelector('[data-stepper] img').offsetHeight`) > 50
	if s.style(".play", "display") != "none" || !pictured {
		t.Error("on paper stands not the picture alone")
	}
	p.picture("paper")
}

func testMovesAnswerAtOnce(t *testing.T, p *page) {
	s := p.open(t, sample.LostUpdate(8)).stepper(0)
	times := evaluate[[]float64](s.page, `Array.from({length: 16}, () => {
		const begin = performance.now();
		`+s.element(goroutine("A"))+`.click();
		document.body.offsetHeight; // asks for the layout
		return performance.now() - begin;
	})`)
	text, _ := json.Marshal(times)
	t.Logf("ms: %s", text)
	slow := 0
	for _, ms := range times {
		if ms > 50 {
			slow++
		}
	}
	if slow > len(times)/2 { // the machine may be busy
		t.Errorf("%d of %d moves took more than 50 ms", slow, len(times))
	}
}
