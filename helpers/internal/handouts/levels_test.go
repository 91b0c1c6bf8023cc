package handouts

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"example.com/multithreading/helpers/internal/notebook"
)

// A level is one of a page's levels, as its reader has it before the eyes.
type level struct {
	*tab
	i int
}

// in is an expression about its host and the shadow in it.
func (l level) in(script string) string {
	return fmt.Sprintf(`((host) => {
		const shadow = host.shadowRoot;
		return %s;
	})(document.querySelectorAll('[data-stepper]')[%d])`, script, l.i)
}

func (l level) says() string {
	return ask[string](l.tab, l.in(`shadow.querySelector('.say').textContent`))
}

// press presses a key until the page answers with what is true then: a page that is busy may lose one.
func (l level) press(key, answer string) {
	l.t.Helper()
	for range 6 {
		l.do(chromedp.KeyEvent(key))
		if ask[bool](l.tab, l.in(`(async () => {
			const begin = performance.now();
			while (!(`+answer+`)) {
				if (performance.now() - begin > 5000) return false;
				await new Promise((r) => setTimeout(r, 1));
			}
			return true;
		})()`)) {
			return
		}
	}
	l.t.Fatalf("level %d does not answer the key %q: %s", l.i+1, key, l.says())
}

// taken is true when so many steps are.
func taken(steps int) string {
	return fmt.Sprintf(`shadow.querySelector('.play > .caption').textContent.startsWith('Steps so far: %d,')`, steps)
}

// turns is the folded way to the goal: who moves, step by step; nil where there is none.
func (l level) turns() (all []string) {
	way := ask[string](l.tab, l.in(`host.querySelector('details code')?.textContent ?? ''`))
	for turn := range strings.FieldsSeq(way) {
		name, count, counted := strings.Cut(turn, ":")
		n := 1
		if counted {
			fmt.Sscan(count, &n)
		}
		all = append(all, slices.Repeat([]string{name}, n)...)
	}
	return all
}

// lastWay wins the last level.
const lastWay = "A C:20000 D:20000 E:20000 B:19998 A B A:19998 B"

// TestLevelsFromAFile plays notebook 08 as a page alone, without Jupyter, Go and network: each level is
// won by keys, with par, and what was won is listed, and is there again the next time.
func TestLevelsFromAFile(t *testing.T) {
	order := course(t)
	order.Engine, order.Teacher = engineOnce, nil
	order.Notebooks = slices.DeleteFunc(order.Notebooks, func(path string) bool {
		return !strings.Contains(path, "08-you-are")
	})
	nb, err := notebook.Read(order.Notebooks[0])
	if err != nil {
		t.Fatal(err)
	}
	dir := order.write(t)
	p := openTab(t)
	ctx, cancel := context.WithTimeout(p.ctx, 5*time.Minute)
	defer cancel()
	p.ctx = ctx
	address := "file://" + filepath.Join(dir, "08-you-are-the-scheduler.html")
	p.do(chromedp.EmulateViewport(1366, 768))
	p.do(chromedp.Navigate(address))
	broken := 0
	var took []float64 // by the moves, in milliseconds
	n := ask[int](p, `document.querySelectorAll('[data-stepper]').length`)
	for i := range n {
		l := level{p, i}
		turns := l.turns()
		ask[int](p, l.in(`(shadow.querySelector('[data-act="reset"]').focus(), 0)`))
		l.press("v", `/^[✓✗] (Right|It can)/.test(shadow.querySelector('.say').textContent)`)
		if turns == nil {
			if said := l.says(); !strings.HasPrefix(said, "✓ Right. No schedule reaches it: all") {
				t.Errorf("level %d, which cannot be broken, says %q", i+1, said)
			}
			continue
		}
		broken++
		for i, name := range turns {
			const choices = `shadow.activeElement.matches('[data-move]')`
			l.press(strings.ToLower(name[:1]), choices+` || `+taken(i+1)) // m, a, b
			if ask[bool](p, l.in(choices)) {
				l.press(kb.Enter, taken(i+1)) // the first of several choices
			}
		}
		if said := l.says(); !strings.Contains(said, "✓ Goal reached") || !strings.Contains(said, "no way has fewer") {
			t.Fatalf("level %d is not won by %q: %s", i+1, turns, said)
		}
		// Once more, by the code of what was done, as a friend may type it.
		code := ask[string](p, l.in(`(() => {
			const box = shadow.querySelector('textarea'), code = box.value;
			shadow.querySelector('[data-act="reset"]').click();
			box.focus();
			box.value = code.toLowerCase();
			return code;
		})()`))
		l.press(kb.Enter, taken(len(turns)))
		if said := l.says(); !strings.Contains(said, "✓ Goal reached") || !strings.HasSuffix(said, "Your schedule: "+code) {
			t.Errorf("level %d is not won by following %q: %s", i+1, code, said)
		}
		// Once more, with a clock.
		ask[int](p, l.in(`(shadow.querySelector('[data-act="reset"]').click(), 0)`))
		times := ask[[]float64](p, l.in(fmt.Sprintf(`%q.split(' ').map((name) => {
			const begin = performance.now();
			shadow.querySelector('[data-goroutine="' + name + '"]').click();
			document.body.offsetHeight; // asks for the layout
			return performance.now() - begin;
		})`, strings.Join(turns, " "))))
		took = append(took, times...)
	}
	slices.Sort(took)
	at := func(percent int) float64 { return took[(len(took)-1)*percent/100] }
	t.Logf("%d moves: half took up to %.1f ms, 95 %% up to %.1f ms, the longest %.1f ms", len(took), at(50), at(95), at(100))
	if at(75) > 50 { // the machine may be busy
		t.Errorf("a quarter of the moves took more than 50 ms: %.1f", at(75))
	}
	if broken < 20 || n-broken != 2 {
		t.Errorf("%d levels were won and %d cannot be, of %d", broken, n-broken, n)
	}

	t.Run("the last one", func(t *testing.T) {
		l := lively{p, "exactly-two"}
		last := slices.IndexFunc(nb.Code(), func(c notebook.Cell) bool { return c.ID() == l.cell })
		source := nb.Code()[last].Source()
		l.writes(strings.Replace(source, "A B:20000 C:20000 D:20000 E:20000", lastWay, 1))
		want := "✓ Goal reached, with 9 switches, par 9: no way has fewer."
		if said := l.presses("Follow"); !strings.Contains(said, want) {
			t.Errorf("it says %q", said)
		}
	})
	t.Run("the list", func(t *testing.T) {
		list := func() string {
			return ask[string](p, `document.querySelector('[data-levels]').shadowRoot.querySelector('.play').innerText`)
		}
		want := fmt.Sprintf("You have won %d levels.", n+1)
		said := list()
		for _, row := range []string{want, "1. The visitor who was not counted\t3\t3\tA B:2 A main:3",
			"8. No lock in sight\t\tcannot be broken", "24. Two of fifty thousand\t9\t9\t" + lastWay} {
			if !strings.Contains(said, row) {
				t.Errorf("the list lacks %q:\n%s", row, said)
			}
		}
		printed := ask[string](p, `(() => {
			const sheet = document.implementation.createHTMLDocument();
			window.open = () => ({document: sheet, print() { this.document.title += '; printed'; }});
			document.querySelector('[data-levels]').shadowRoot.querySelector('[data-act="print"]').click();
			return sheet.title + ' ' + sheet.body.textContent;
		})()`)
		if !strings.Contains(printed, "; printed") || !strings.Contains(printed, "24. Two of fifty thousand") {
			t.Errorf("printed is %q", printed)
		}
		t.Run("axe", func(t *testing.T) { p.checkWithAxe(t) })
		p.do(chromedp.Navigate(address))
		if said := list(); !strings.Contains(said, want) {
			t.Errorf("opened again it says %q", said)
		}
		said = ask[string](p, level{p, 0}.in(`shadow.querySelector('.goal').textContent`))
		if !strings.Contains(said, "Your best: 3 switches, par 3.") {
			t.Errorf("opened again the first level says %q", said)
		}
		const forget = `(document.querySelector('[data-levels]').shadowRoot.querySelector('[data-act="forget"]').click(), 0)`
		ask[int](p, forget)
		if said := list(); !strings.Contains(said, want) || !strings.Contains(said, "Press again") {
			t.Errorf("before it forgets all it asks %q", said)
		}
		ask[int](p, forget)
		if said := list(); !strings.HasPrefix(said, "You have won no level yet.") {
			t.Errorf("after all was forgotten it says %q", said)
		}
	})
	t.Run("by touch, on a phone", func(t *testing.T) {
		p.do(chromedp.EmulateViewport(360, 740, chromedp.EmulateTouch))
		l := level{p, 0}
		tap := func(selector string) {
			t.Helper()
			at := ask[[]float64](p, l.in(fmt.Sprintf(`((e) => {
				e.scrollIntoView({block: 'center'});
				const r = e.getBoundingClientRect();
				return [r.x + r.width / 2, r.y + r.height / 2];
			})(shadow.querySelector(%q))`, selector)))
			for _, touch := range []input.DispatchTouchEventParams{
				{Type: "touchStart", TouchPoints: []*input.TouchPoint{{X: at[0], Y: at[1]}}},
				{Type: "touchEnd", TouchPoints: []*input.TouchPoint{}},
			} {
				if _, err := chromedp.Call(p.ctx, input.DispatchTouchEvent, touch); err != nil {
					t.Fatal(err)
				}
			}
		}
		tap(`[data-goroutine="A"]`)
		tap(`[data-act="undo"]`)
		if said := l.says(); !strings.HasPrefix(said, "Undone. 0 steps so far.") {
			t.Errorf("after a step and undo it says %q", said)
		}
		for _, l.i = range []int{0, 8, 14, 22} { // the last but one with choices
			for _, name := range l.turns() {
				tap(`[data-goroutine="` + name + `"]`)
				if ask[bool](p, l.in(`shadow.activeElement?.matches('[data-move]')`)) {
					tap(`[data-move]`)
				}
			}
			if said := l.says(); !strings.Contains(said, "✓ Goal reached") || !strings.Contains(said, "no way has fewer") {
				t.Errorf("by touch level %d is not won: %s", l.i+1, said)
			}
		}
		if wide := ask[int](p, `document.documentElement.scrollWidth`); wide > 360 {
			t.Errorf("the page is %d wide", wide)
		}
	})
	if asked := strings.Join(p.asked, "\n"); strings.Contains(asked, "http") {
		t.Errorf("the page asked for %s", asked)
	}
}
