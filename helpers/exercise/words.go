package exercise

import (
	"iter"
	"slices"
	"strings"
	"time"
)

// A Page is a page of a book, for [CheckWordCount].
type Page struct {
	text string
	cost time.Duration // that it takes to read
}

// Words are the words on the page, in order.
func (p Page) Words() iter.Seq[string] {
	return func(yield func(string) bool) {
		time.Sleep(p.cost)
		for _, word := range strings.Fields(p.text) {
			if !yield(word) {
				return
			}
		}
	}
}

// CheckWordCount checks a function that counts how often each word stands on the pages. It must be
// faster than one goroutine, as two that share the work are, and leave no goroutine behind.
func CheckWordCount(countWords func(pages []Page) map[string]int) {
	counts := func(texts ...string) func() {
		return func() {
			var pages []Page
			for _, text := range texts {
				pages = append(pages, Page{text, time.Second})
			}
			sameCounts(countWords(pages), texts)
			settle()
		}
	}
	// No two sums of pages take the same time, so that little happens at the same time.
	fast := func(n int) func() {
		return func() {
			var pages []Page
			var texts []string
			var one time.Duration // what one goroutine takes
			for i := range n {
				text := strings.Repeat("the ", 1+i%2) + []string{"cat", "dog", "cow"}[i%3]
				cost := time.Second + time.Millisecond<<i
				pages, texts, one = append(pages, Page{text, cost}), append(texts, text), one+cost
			}
			begin := time.Now()
			got := countWords(pages)
			took := time.Since(begin)
			sameCounts(got, texts)
			expect(n < 6 || took <= one*3/4, "the counts are right, and it takes %v. One goroutine takes %v; "+
				"two that share the work take about half", took.Round(time.Second/10), one.Round(time.Second/10))
			settle()
		}
	}
	check("word-count",
		scenario{title: "Two pages", run: counts("to be or", "not to be")},
		scenario{title: "Three pages", run: counts("a b", "b", "a a")},
		scenario{title: "Four pages of one word", run: counts("a", "a", "b", "a")},
		scenario{title: "One page", run: counts("to be or not to be")},
		scenario{title: "Two pages, and then two others", run: inOrder(counts("a", "b a"), counts("c a", "b"))},
		scenario{title: "No page", run: counts()},
		scenario{title: "Pages without a word, with blanks, and with a capital",
			run: counts("", " one  two\n", "\tTwo, two ")},
		scenario{title: "40 pages of one word", large: true, run: counts(slices.Repeat([]string{"a", "b"}, 20)...)},
		scenario{title: "Four pages", clock: true, run: fast(4)},
		scenario{title: "Five pages", clock: true, run: fast(5)},
		scenario{title: "Seven pages that take 1 s each", clock: true, run: fast(7)},
		scenario{title: "Eight pages that take 1 s each", clock: true, run: fast(8)},
		scenario{title: "Nine pages that take 1 s each", clock: true, run: fast(9)},
		scenario{title: "Eleven pages that take 1 s each", clock: true, run: fast(11)},
	)
}

// sameCounts holds counts to those of the texts.
func sameCounts(got map[string]int, texts []string) {
	want := map[string]int{}
	var words []string
	for _, text := range texts {
		for _, word := range strings.Fields(text) {
			if want[word] == 0 {
				words = append(words, word)
			}
			want[word]++
		}
	}
	for _, word := range words {
		expect(got[word] == want[word], "the word %q is there %s, and the count says %d",
			word, inWords(want[word]), got[word])
	}
	if len(got) == len(words) {
		return
	}
	for word := range got {
		expect(want[word] > 0, "it counts %q, which is not there", word)
	}
}
