package timeline_test

import (
	"fmt"
	"runtime"
	"sync"

	"example.com/multithreading/helpers/timeline"
)

func ExampleRecord() {
	old := runtime.GOMAXPROCS(1) // one core: they take turns
	defer runtime.GOMAXPROCS(old)
	t := timeline.Record(func() {
		var wg sync.WaitGroup
		for _, name := range []string{"A", "B"} {
			wg.Go(func() {
				timeline.Name(name)
				for range 1000 {
					runtime.Gosched()
				}
			})
		}
		wg.Wait()
	})
	for _, g := range t.Goroutines[:3] {
		fmt.Println(g.Name, "had more than 1000 turns:", g.Turns > 1000)
	}
	fmt.Println("running at the same moment, at most:", t.AtOnce)
	// Output:
	// main had more than 1000 turns: false
	// A had more than 1000 turns: true
	// B had more than 1000 turns: true
	// running at the same moment, at most: 1
}
