package interleaving

import (
	"math/big"
	"testing"
)

// BenchmarkExplore measures the explorer and its brute force on a program that the brute force can do, and how many states a second the
// explorer looks at in one that it has no use for.
func BenchmarkExplore(b *testing.B) {
	explored := func(n, k int) func(b *testing.B) {
		return func(b *testing.B) {
			states := 0
			for b.Loop() {
				p := Increments(n, k)
				p.MaxStates = 100_000
				r, err := p.Explore()
				if err != nil {
					b.Fatal(err)
				}
				states += r.States
			}
			b.ReportMetric(float64(states)/b.Elapsed().Seconds(), "states/s")
		}
	}
	b.Run("explorer", explored(3, 2))
	b.Run("brute", func(b *testing.B) {
		for b.Loop() {
			if a := brute(Increments(3, 2), 100_000); a.tooLarge {
				b.Fatal("too large")
			}
		}
	})
	// What every search of states must do at least: note each, and look up where each turn leads.
	b.Run("map", func(b *testing.B) {
		m, err := compile(Increments(3, 2))
		if err != nil {
			b.Fatal(err)
		}
		g := &graph{m: m, ids: map[string]uint32{}}
		if err := g.search(100_000, maxBytes, &Result{program: m.program, AllStates: new(big.Int)}); err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			ids, found := map[string]uint32{}, uint32(0)
			for id, key := range g.keys {
				ids[key] = uint32(id)
			}
			for _, e := range g.edges {
				found += ids[g.keys[e.to]]
			}
			if found == 0 {
				b.Fatal("nothing found")
			}
		}
	})
	b.Run("reach", explored(5, 4))
}
