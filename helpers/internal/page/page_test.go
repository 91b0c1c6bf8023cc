package page

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"

	"example.com/multithreading/helpers/internal/engine/goroot"
	"example.com/multithreading/helpers/internal/engine/load"
	"example.com/multithreading/helpers/internal/page/cell"
)

// TestSources holds what goes into a page to Go's own sources: every package that a program may import is
// there, and of what is not there the same is said.
func TestSources(t *testing.T) {
	archive, err := sources(goroot.MustFS())
	if err != nil {
		t.Fatal(err)
	}
	packed, err := compress(archive)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d KB, %d KB packed", len(archive)>>10, len(packed)>>10)
	src, err := txtar.FS(txtar.Parse(archive))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range load.Known() {
		program := "package main\nimport _ \"" + name + "\"\nfunc main() {}\n"
		if _, err := load.Load(src, map[string]string{"main.go": program}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, program := range []string{
		`func main() { os.ReadFile("x") }`,
		`func main() { time.LoadLocation("x"); var t time.Time; t.GobEncode() }`,
		`func main() { strings.Nothing() }`,
		`func main() { fmt.Println(slices.Sorted(maps.Keys(map[int]int{2: 1, 1: 2}))); heap.Init(nil) }`,
		`func main() { tabwriter.NewWriter(os.Stdout, 0, 0, 1, ' ', 0).Write([]byte("a\tb\n")); bufio.NewWriter(nil) }`,
	} {
		var here, there []cell.Part
		cell.Do(src, cell.Order{Do: "run", Source: program}, func(p cell.Part) { here = append(here, p) })
		cell.Do(goroot.MustFS(), cell.Order{Do: "run", Source: program}, func(p cell.Part) { there = append(there, p) })
		if len(here) != len(there) || len(here) == 0 {
			t.Fatalf("%s: %q in a page and %q with Go's sources", program, here, there)
		}
		for i := range here {
			if here[i] != there[i] {
				t.Errorf("%s: %q in a page and %q with Go's sources", program, here[i], there[i])
			}
		}
	}
}

// TestElsewhere holds a cell that cannot run in a page to one line that says why.
func TestElsewhere(t *testing.T) {
	for source, want := range map[string]string{
		"import \"example.com/multithreading/helpers/counter\"\nfunc main() { counter.Bare(1, 1) }": "line 1: it calls the course's package counter, " +
			"which runs on the real processor.",
		"import \"net\"\nfunc main() { net.Dial(``, ``); x }": "line 1: explore does not know package net: what comes over a network is not known " +
			"beforehand.",
	} {
		_, err := cell.Look(goroot.MustFS(), source)
		if err == nil || oneLine(err) != want {
			t.Errorf("%q: it says %v, want %q", source, err, want)
		}
	}
}

// TestSlim joins the data of a small module: 1, 2 at 100 and 3 at 104.
func TestSlim(t *testing.T) {
	module := "\x00asm\x01\x00\x00\x00" +
		"\x05\x03\x01\x00\x02" +
		"\x0b\x10\x02\x00\x41\xe4\x00\x0b\x02\x01\x02\x00\x41\xe8\x00\x0b\x01\x03"
	want := "\x00asm\x01\x00\x00\x00" +
		"\x05\x06\x01\x01\x02\x80\x80\x01" +
		"\x0b\x0c\x01\x00\x41\xe4\x00\x0b\x05\x01\x02\x00\x00\x03"
	got, err := slim([]byte(module))
	if err != nil || string(got) != want {
		t.Errorf("%q, %v; want %q", got, err, want)
	}
	for n := range module {
		if n > 8 && n != 13 {
			if got, err := slim([]byte(module[:n])); err == nil {
				t.Errorf("of %d bytes it makes %q, and no error", n, got)
			}
		}
	}
	if !bytes.Equal(signed(127), []byte{0xff, 0}) || !bytes.Equal(signed(63), []byte{63}) {
		t.Errorf("127 as i32.const takes it: %x", signed(127))
	}
	if strings.Contains(shipped("// no\n  a\n\nb"), "no") {
		t.Error("comments are shipped")
	}
}
