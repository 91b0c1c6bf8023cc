package main

import (
	"context"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"example.com/multithreading/helpers/internal/notebook"
)

// again starts the program that the kernel built last, below what holds a cell in bounds, and builds nothing: that would take most of the time.
// A shell line's status is not the cell's, so it says so.
const (
	again     = `!"$GONB_TMP_DIR/$(basename "$GONB_TMP_DIR")" || echo "` + withError + `"`
	withError = "[ended with an error]"
	forget    = `!rm -f "$GONB_TMP_DIR/$(basename "$GONB_TMP_DIR")"` // what an earlier cell became: this one may not build
)

// ranges runs cells of a notebook again and again on the real kernel, each in a kernel of its own that builds it once, and prints what they
// printed with the ranges of the figures: the instructor's notes are made of it. Without the names of cells it runs all. It uses the cores
// that the system gives it: on Linux, `taskset -c 0` in front makes it one.
func ranges(ctx context.Context) error {
	flags := flag.NewFlagSet("ranges", flag.ExitOnError)
	runs := flags.Int("runs", 20, "how often")
	if err := flags.Parse(os.Args[2:]); err != nil {
		return err
	}
	if flags.NArg() == 0 {
		return fmt.Errorf("ranges: name a notebook, and the cells if not all are meant")
	}
	nb, err := notebook.Read(flags.Arg(0))
	if err != nil {
		return err
	}
	cells := nb.Code()
	if flags.NArg() > 1 {
		cells = nil
		for _, name := range flags.Args()[1:] {
			cell, err := nb.Find(name)
			if err != nil {
				return fmt.Errorf("ranges: %s: %w", flags.Arg(0), err)
			}
			cells = append(cells, cell)
		}
	}
	for _, cell := range cells {
		if err := rangeOf(ctx, nb, cell, *runs); err != nil {
			return err
		}
	}
	return nil
}

// rangeOf prints what several runs of one cell printed.
func rangeOf(ctx context.Context, nb *notebook.Notebook, cell notebook.Cell, runs int) error {
	dir, err := os.MkdirTemp("", "course-ranges-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	cells, err := nb.Needed(cell)
	if err != nil {
		return err
	}
	needed := len(cells)
	if cell.IsGo() { // the run that builds it does not count: it alone shows pictures, which are not text
		cells = append(cells, cell, cell)
		needed += 2
	}
	cells = append(cells, slices.Repeat([]notebook.Cell{cell}, runs)...)
	repeated := nb.With(cells...)
	if cell.IsGo() {
		repeated.Code()[needed-2].SetSource(forget)
		for _, c := range repeated.Code()[needed:] {
			c.SetSource(again)
		}
	}
	file := filepath.Join(dir, "cell.ipynb")
	if err := repeated.Write(file); err != nil {
		return err
	}
	begin := time.Now()
	if err := notebook.Execute(ctx, 300, file); err != nil {
		return err
	}
	took := time.Since(begin)
	done, err := notebook.Read(file)
	if err != nil {
		return err
	}
	var texts []string
	failed := 0
	for _, c := range done.Code()[needed:] {
		// A program that is started by a shell line writes to a terminal.
		text, wrong := strings.CutSuffix(strings.TrimSpace(strings.ReplaceAll(c.Printed(), "\r", "")), withError)
		texts = append(texts, text)
		if wrong || c.Error() != "" {
			failed++
		}
	}
	fmt.Printf("%s: %d runs in %v, %d ended with an error\n", cell.ID(), runs, took.Round(time.Second), failed)
	for _, line := range summary(texts) {
		fmt.Println("  " + line)
	}
	return nil
}

const gap = "\x00" // stands for a figure; no text has it

var (
	address = regexp.MustCompile(`0x[0-9a-f]+`) // not a figure: between two there is nothing
	figure  = regexp.MustCompile(`\d+(?:\.\d+)?`)
)

// summary lists the lines of the texts, with equal ones as one line. Lines of two texts are equal that differ only in their figures, and in
// bars and spaces; of several such in one text the first is equal to the first in another, and so on. A figure is given as it was, or as
// least…greatest (median); a line that not every text has says in how many it stands.
func summary(texts []string) []string {
	type kind struct {
		in      int // how many texts have it
		figures [][]string
	}
	type place struct {
		name string // the line without its figures
		nth  int    // of its text's lines of this name
	}
	var order []place
	kinds := map[place]*kind{}
	for _, text := range texts {
		seen := map[string]int{}
		for line := range strings.Lines(text) {
			line = strings.Join(strings.Fields(strings.Map(func(r rune) rune {
				if r == '█' || r == '▒' {
					return -1
				}
				return r
			}, line)), " ")
			line = address.ReplaceAllString(line, "0x…")
			name := figure.ReplaceAllString(line, gap)
			if line == "" {
				continue
			}
			seen[name]++
			nth := place{name, seen[name]}
			k := kinds[nth]
			if k == nil {
				k = &kind{}
				kinds[nth], order = k, append(order, nth)
			}
			k.in++
			k.figures = append(k.figures, figure.FindAllString(line, -1))
		}
	}
	var lines []string
	for _, nth := range order {
		k, at := kinds[nth], 0
		line := regexp.MustCompile(gap).ReplaceAllStringFunc(nth.name, func(string) string {
			var values []string
			for _, figures := range k.figures {
				values = append(values, figures[at])
			}
			at++
			return extent(values)
		})
		if k.in < len(texts) {
			line += fmt.Sprintf("   [in %d of %d]", k.in, len(texts))
		}
		lines = append(lines, line)
	}
	return lines
}

// extent says between what values lie.
func extent(values []string) string {
	number := func(s string) float64 {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return math.NaN()
		}
		return f
	}
	sorted := slices.SortedFunc(slices.Values(values), func(a, b string) int {
		switch x, y := number(a), number(b); {
		case x < y:
			return -1
		case x > y:
			return 1
		}
		return 0
	})
	if first, last := sorted[0], sorted[len(sorted)-1]; first != last {
		return fmt.Sprintf("%s…%s (%s)", first, last, sorted[len(sorted)/2])
	}
	return sorted[0]
}
