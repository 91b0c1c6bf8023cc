//go:build linux

package load

import (
	"fmt"
	"html"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// A diary is what all students of one class noted, in order.
type diary struct {
	mutex sync.Mutex
	notes []note
}

// A note is one thing that a student did, and how long it took to be answered.
type note struct {
	kind    string
	at      time.Time // when it was asked
	seconds float64
	err     error
}

// time does something and notes it.
func (d *diary) time(kind string, do func() error) error {
	begin := time.Now()
	err := do()
	d.add(note{kind, begin, time.Since(begin).Seconds(), err})
	return err
}

func (d *diary) add(n note) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.notes = append(d.notes, n)
}

// seconds lists, in rising order, how long things of a kind took that went well and were asked at that time or later.
func (d *diary) seconds(kind string, since time.Time) []float64 {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	var list []float64
	for _, n := range d.notes {
		if n.kind == kind && n.err == nil && !n.at.Before(since) {
			list = append(list, n.seconds)
		}
	}
	slices.Sort(list)
	return list
}

// errors lists what went wrong, the kind first.
func (d *diary) errors() []string {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	var list []string
	for _, n := range d.notes {
		if n.err != nil {
			list = append(list, n.kind+": "+n.err.Error())
		}
	}
	return list
}

// percentile gives the least value that at least that part of a sorted list does not exceed; of an empty list, 0.
func percentile(sorted []float64, part float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(len(sorted)-1, int(part*float64(len(sorted))))]
}

// table shows a line for each kind, with a bar as long as p95: a character for a tenth of a second.
func (d *diary) table(title string) string {
	var kinds []string
	for _, n := range d.notes {
		if !slices.Contains(kinds, n.kind) {
			kinds = append(kinds, n.kind)
		}
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%s\n%-10s %5s %7s %7s %7s\n", title, "", "n", "p50", "p95", "p99")
	for _, kind := range kinds {
		list := d.seconds(kind, time.Time{})
		p95 := percentile(list, 0.95)
		fmt.Fprintf(&out, "%-10s %5d %6.2fs %6.2fs %6.2fs %s\n", kind, len(list), percentile(list, 0.5), p95,
			percentile(list, 0.99), strings.Repeat("▇", min(60, int(p95*10+0.5))))
	}
	for _, err := range d.errors() {
		fmt.Fprintln(&out, "ERROR", err)
	}
	return out.String()
}

// A session is one class at its work: how many students, what they noted, and the memory a head in MB.
type session struct {
	students int
	*diary
	head float64
}

// picture draws for each kind a bar a class: filled up to p50, its outline up to p95; with the same in words.
func picture(classes []session, kinds []string) string {
	const perSecond, label = 120.0, 120
	var shapes, words strings.Builder
	y, wide := 10, 0.0
	for _, kind := range kinds {
		for _, c := range classes {
			list := c.seconds(kind, time.Time{})
			if len(list) == 0 {
				continue
			}
			p50, p95 := percentile(list, 0.5), percentile(list, 0.95)
			wide = max(wide, p95*perSecond)
			fmt.Fprintf(&shapes,
				`<text x="0" y="%d">%s, %d</text><rect x="%d" y="%d" width="%.0f" height="10" fill="#345"/><rect x="%d" y="%d" width="%.0f" height="10" fill="none" stroke="#345"/><text x="%.0f" y="%d">%.2f s</text>`+"\n",
				y+10, kind, c.students, label, y+1, p50*perSecond, label, y+1, p95*perSecond, label+p95*perSecond+6, y+10, p95)
			fmt.Fprintf(&words, "%s with %d: %.2f s, %.2f s; ", kind, c.students, p50, p95)
			y += 16
		}
		y += 8
	}
	return fmt.Sprintf(
		`<svg xmlns="http://www.w3.org/2000/svg" role="img" width="%.0f" height="%d" font-family="sans-serif" font-size="12"><title>Time until the answer, half of all and 95 of 100. %s</title>`+"\n%s</svg>\n",
		label+wide+80, y+10, strings.TrimSuffix(words.String(), "; "), shapes.String())
}

// report keeps what was measured as class.html below .venv.
func report(t *testing.T, classes []session) {
	t.Helper()
	var out strings.Builder
	out.WriteString(
		"<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>A class on the hub</title>\n<h1>A class on the hub</h1>\n")
	fmt.Fprintf(&out,
		"<p>%d cores, %s. How long students waited for what they asked: the filled bar ends where half of all had their answer, the outline where 95 of 100 had. Behind each name, how many students there were.</p>\n",
		runtime.NumCPU(), time.Now().Format("2006-01-02"))
	out.WriteString(picture(classes, []string{"open", "first", "plain", "helper", "tab", "at once"}))
	for _, c := range classes {
		title := fmt.Sprintf("%d students", c.students)
		if c.students == 1 {
			title = "One student"
		}
		fmt.Fprintf(&out, "<h2>%s</h2>\n<p>Memory a head: %.0f MB.</p>\n<pre>%s</pre>\n", title, c.head, html.EscapeString(c.table(title)))
	}
	if err := os.WriteFile(filepath.Join(root, ".venv", "class.html"), []byte(out.String()), 0o644); err != nil {
		t.Error(err)
	}
}
