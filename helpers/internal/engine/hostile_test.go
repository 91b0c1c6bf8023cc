package engine

import (
	"flag"
	"fmt"
	goscanner "go/scanner"
	"go/token"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"example.com/multithreading/helpers/internal/engine/goroot"
)

var (
	mutants = flag.Int("mutants", 100, "how many changed programs TestChangedPrograms tries")
	seed    = flag.Uint64("seed", 1, "by which it changes them; with others it tries other programs")
)

// TestChangedPrograms changes programs of the corpus at random, word by word and line by line.
// Whatever comes out, the engine answers or refuses: it neither panics nor hangs.
func TestChangedPrograms(t *testing.T) {
	files, err := filepath.Glob("testdata/*/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no programs", err)
	}
	var words []string
	var texts []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(text))
		words = append(words, split(string(text))...)
	}
	loaded := 0
	for i := range *mutants {
		r := rand.New(rand.NewPCG(*seed, uint64(i)))
		source := change(r, texts[r.IntN(len(texts))], words)
		if failure := tried(source, &loaded); failure != "" {
			t.Errorf("seed %d, %d: %s\n%s", *seed, i, failure, source)
		}
	}
	if t.Logf("%d of %d were programs", loaded, *mutants); loaded == 0 {
		t.Error("no change made another program, so the machine was not tried")
	}
}

// tried is what went wrong, or empty.
func tried(source string, loaded *int) (failure string) {
	defer func() {
		if r := recover(); r != nil {
			failure = fmt.Sprint(r, "\n", string(debug.Stack()))
		}
	}()
	// Whoever waits for an answer wants to know to what.
	defer time.AfterFunc(30*time.Second, func() { fmt.Printf("30 s have passed with\n%s\n", source) }).Stop()
	p, err := Load(goroot.MustFS(), map[string]string{"main.go": source}, nil)
	if err != nil {
		if strings.Contains(err.Error(), "cannot read this program") {
			return err.Error()
		}
		return ""
	}
	*loaded++
	_, _ = p.Explore(Options{States: 300, Time: 500 * time.Millisecond})
	return ""
}

// split is a program's text in words and what lies between them; joined it is the text again.
func split(text string) []string {
	var s goscanner.Scanner
	fset := token.NewFileSet()
	s.Init(fset.AddFile("", fset.Base(), len(text)), []byte(text), nil, goscanner.ScanComments)
	var parts []string
	at := 0
	for {
		pos, tok, lit := s.Scan()
		if tok == token.EOF {
			return append(parts, text[at:])
		}
		start := fset.Position(pos).Offset
		if tok == token.SEMICOLON && lit == "\n" {
			continue
		}
		if lit == "" {
			lit = tok.String()
		}
		end := min(start+len(lit), len(text))
		if start < at || start >= end {
			continue
		}
		parts = append(parts, text[at:start], text[start:end])
		at = end
	}
}

// change makes one to three changes: a word is replaced by another one of its kind, from here or
// elsewhere; a line is left out, doubled or moved.
func change(r *rand.Rand, text string, words []string) string {
	for range 1 + r.IntN(3) {
		if r.IntN(2) == 0 {
			parts := split(text)
			at := r.IntN(len(parts))
			from := parts
			if r.IntN(3) == 0 {
				from = words
			}
			for range 30 {
				if other := from[r.IntN(len(from))]; kind(other) == kind(parts[at]) {
					parts[at] = other
					break
				}
			}
			text = strings.Join(parts, "")
			continue
		}
		lines := strings.Split(text, "\n")
		at, to := r.IntN(len(lines)), r.IntN(len(lines))
		switch line := lines[at]; r.IntN(3) {
		case 0:
			lines = append(lines[:at:at], lines[at+1:]...)
		case 1:
			lines = append(lines[:at+1:at+1], append([]string{line}, lines[at+1:]...)...)
		default:
			lines[at], lines[to] = lines[to], lines[at]
		}
		text = strings.Join(lines, "\n")
	}
	return text
}

// kind is what sort of word it is.
func kind(word string) int {
	word = strings.TrimSpace(word)
	switch {
	case word == "":
		return 0
	case token.IsIdentifier(word):
		return 1
	case token.IsKeyword(word):
		return 2
	case word[0] >= '0' && word[0] <= '9':
		return 3
	case word[0] == '"' || word[0] == '`' || word[0] == '\'':
		return 4
	case strings.ContainsAny(word, "(){}[];,"):
		return 5
	}
	return 6
}
