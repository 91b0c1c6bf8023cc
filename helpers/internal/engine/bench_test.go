package engine

import "testing"

// BenchmarkExplore measures exploring against going through every interleaving, in a program for which that can be done, and how many
// states a second are looked at in one for which it cannot.
func BenchmarkExplore(b *testing.B) {
	explored := func(n, k int) func(b *testing.B) {
		return func(b *testing.B) {
			p := load1(b, counterSource(n, k))
			states := 0
			for b.Loop() {
				r, err := p.Explore(Options{States: 100_000})
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
		p := load1(b, counterSource(3, 2))
		if _, err := p.Explore(Options{}); err != nil { // what counts as a step is known then
			b.Fatal(err)
		}
		for b.Loop() {
			s, err := p.first()
			if err != nil {
				b.Fatal(err)
			}
			if n := interleavings(s); n != 34_650 {
				b.Fatalf("%d interleavings", n)
			}
		}
	})
	b.Run("reach", explored(5, 4))
}

// interleavings goes through all that a state can become.
func interleavings(s *state) int {
	n := 0
	for _, g := range s.gs {
		for choice := range s.choices(g.id) {
			n += interleavings(s.step(g.id, choice))
		}
	}
	return max(n, 1)
}
