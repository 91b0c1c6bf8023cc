package counter_test

import (
	"fmt"
	"io"
	"sync"
	"testing"

	"github.com/puzpuzpuz/xsync/v4"

	"example.com/multithreading/helpers/counter"
)

// Benchmark measures an increment of every counter: with one goroutine, where nobody contends, and with more than there are cores. "loop"
// is the bare loop, in which each goroutine increments a variable of its own: less cannot be done. "xsync" is the library's counter
// without the package's own Library around it. Run it without -race: two of the counters are data races.
func Benchmark(b *testing.B) {
	for _, goroutines := range []int{1, 4, 16, 64} {
		b.Run(fmt.Sprintf("loop/%d", goroutines), func(b *testing.B) {
			together(b, goroutines, func() func() {
				n := 0
				return func() { n++ }
			})
		})
		b.Run(fmt.Sprintf("xsync/%d", goroutines), func(b *testing.B) {
			c := xsync.NewCounter()
			together(b, goroutines, func() func() { return c.Inc })
		})
		for _, v := range counter.Variants() {
			b.Run(fmt.Sprintf("%s/%d", v.Name, goroutines), func(b *testing.B) {
				c := v.New()
				if closer, ok := c.(io.Closer); ok {
					defer closer.Close()
				}
				together(b, goroutines, func() func() { return c.Increment })
			})
		}
	}
}

// together lets goroutines increment b.N times in all, each with what increment makes for it.
func together(b *testing.B, goroutines int, increment func() func()) {
	var wg sync.WaitGroup
	for i := range goroutines {
		wg.Go(func() {
			add := increment()
			for range (b.N + i) / goroutines {
				add()
			}
		})
	}
	wg.Wait()
}
