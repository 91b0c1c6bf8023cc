package exercise_test

import (
	"context"
	"slices"
	"sync"
	"time"

	"example.com/multithreading/helpers/exercise"
)

// Wrong solutions with a data race that may show no other way.
var racy = []solution{
	{"start-and-wait", "waits for a plain counter", func() {
		exercise.CheckStartAndWait(func(ts tasks) {
			ended := 0
			for _, task := range ts {
				go func() {
					task()
					ended++
				}()
			}
			for ended < len(ts) {
				time.Sleep(time.Millisecond)
			}
		})
	}, "a data race"},
	{"no-sharing", "one variable for all", func() {
		exercise.CheckNoSharing(func(ps parts) int {
			sum := 0
			var wg sync.WaitGroup
			for _, part := range ps {
				wg.Go(func() { sum += part() })
			}
			wg.Wait()
			return sum
		})
	}, "a data race"},
	{"no-sharing", "one slice for all", func() {
		exercise.CheckNoSharing(func(ps parts) int {
			var results []int
			var wg sync.WaitGroup
			for _, part := range ps {
				wg.Go(func() { results = append(results, part()) })
			}
			wg.Wait()
			sum := 0
			for _, r := range results {
				sum += r
			}
			return sum
		})
	}, "a data race"},
	{"pool", "the next task without a lock", func() {
		exercise.CheckPool(func(limit int, ts tasks) {
			next := 0
			var wg sync.WaitGroup
			for range limit {
				wg.Go(func() {
					for next < len(ts) {
						mine := next
						next++
						ts[mine]()
					}
				})
			}
			wg.Wait()
		})
	}, "a data race"},
	{"first-error", "the error without a lock", func() {
		exercise.CheckFirstError(func(ctx context.Context, fs failing) error {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			var first error
			var wg sync.WaitGroup
			for _, f := range fs {
				wg.Go(func() {
					if err := f(ctx); err != nil && first == nil {
						first = err
						cancel()
					}
				})
			}
			wg.Wait()
			return first
		})
	}, "a data race"},
	{"limiter", "no lock", func() {
		exercise.CheckLimiter(func(every interval) func() {
			var next time.Time
			return func() {
				now := time.Now()
				if next.Before(now) {
					next = now
				}
				mine := next
				next = next.Add(every)
				time.Sleep(mine.Sub(now))
			}
		})
	}, "a data race"},
	{"word-count", "one map for all", func() {
		exercise.CheckWordCount(func(ps pages) map[string]int {
			all := map[string]int{}
			var wg sync.WaitGroup
			for chunk := range slices.Chunk(ps, len(ps)/2+1) {
				wg.Go(func() {
					for _, page := range chunk {
						for word := range page.Words() {
							all[word]++
						}
					}
				})
			}
			wg.Wait()
			return all
		})
	}, "all[word]"},
	{"word-count", "merged without a lock", func() {
		exercise.CheckWordCount(func(ps pages) map[string]int {
			all := map[string]int{}
			var wg sync.WaitGroup
			for chunk := range slices.Chunk(ps, len(ps)/2+1) {
				wg.Go(func() {
					for word, n := range countPages(chunk) {
						all[word] += n
					}
				})
			}
			wg.Wait()
			return all
		})
	}, "all[word]"},
}
