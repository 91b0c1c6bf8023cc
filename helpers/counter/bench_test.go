package counter_test

import (
	"io"
	"sync"
	"testing"

	"example.com/multithreading/helpers/counter"
)

// Benchmark measures an increment of every counter with one goroutine, where nobody contends, and with five. "plain" is the baseline:
// a local variable that one goroutine increments. Run it without -race: two of the counters are data races.
func Benchmark(b *testing.B) {
	b.Run("plain", func(b *testing.B) {
		n := 0
		increment := func() { n++ }
		for b.Loop() {
			increment()
		}
	})
	for _, v := range counter.Variants() {
		for name, goroutines := range map[string]int{"1": 1, "5": 5} {
			b.Run(v.Name+"/goroutines="+name, func(b *testing.B) {
				c := v.New()
				if closer, ok := c.(io.Closer); ok {
					defer closer.Close()
				}
				var wg sync.WaitGroup
				for range goroutines {
					wg.Go(func() {
						for range b.N/goroutines + 1 {
							c.Increment()
						}
					})
				}
				wg.Wait()
			})
		}
	}
}
