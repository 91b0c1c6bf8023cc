package load

import (
	"fmt"
	"slices"
	"strings"
	"sync"
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
		fmt.Fprintf(&out, "%-10s %5d %6.2fs %6.2fs %6.2fs %s\n", kind, len(list), percentile(list, 0.5), p95, percentile(list, 0.99), strings.Repeat("▇", min(60, int(p95*10+0.5))))
	}
	for _, err := range d.errors() {
		fmt.Fprintln(&out, "ERROR", err)
	}
	return out.String()
}
