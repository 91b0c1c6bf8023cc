package interleaving

import "testing"

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
	b.Run("reach", explored(5, 4))
}
