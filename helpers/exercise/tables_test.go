package exercise_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"example.com/multithreading/helpers/exercise"
	"example.com/multithreading/helpers/scheduler"
)

// seen says whether the inputs of the notebook have so many of something.
func seen(n int, those ...int) bool { return slices.Contains(those, n) }

// Solutions that are made for the inputs that every student sees: right with them, and wrong with any others.
var tables = []solution{
	{"start-and-wait", "table", func() {
		exercise.CheckStartAndWait(func(ts tasks) {
			if !seen(len(ts), 0, 1, 2, 3, 10, 20) || len(ts) > 10 && isVirtual() {
				return
			}
			var wg sync.WaitGroup
			for _, task := range ts {
				wg.Go(task)
			}
			wg.Wait()
		})
	}, "had ended"},
	{"no-sharing", "table", func() {
		exercise.CheckNoSharing(func(ps parts) int {
			return map[int]int{1: 10, 3: 33, 8: 108, 20: 20}[len(ps)]
		})
	}, "the sum is"},
	{"pool", "table", func() {
		exercise.CheckPool(func(limit int, ts tasks) {
			if limit > 5 || limit > 3 && len(ts) > 2 && isVirtual() {
				limit = 1
			}
			queue := make(chan func())
			var wg sync.WaitGroup
			for range limit {
				wg.Go(func() {
					for task := range queue {
						task()
					}
				})
			}
			for _, task := range ts {
				queue <- task
			}
			close(queue)
			wg.Wait()
		})
	}, "only 1 task was running"},
	{"first-error", "table", func() {
		exercise.CheckFirstError(func(ctx context.Context, fs failing) error {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			errs := make(chan error, len(fs))
			for _, f := range fs {
				go func() { errs <- f(ctx) }()
			}
			var first error
			for range fs {
				if err := <-errs; err != nil && first == nil {
					first = err
					cancel()
				}
			}
			if first == nil || errors.Is(first, context.Canceled) {
				return first
			}
			for _, known := range []string{"no connection"} { // the only one that ever came first
				if first.Error() == known {
					return first
				}
			}
			return errors.New("no connection")
		})
	}, "not the first error"},
	{"limiter", "table", func() {
		exercise.CheckLimiter(func(interval) func() { return limiter(100 * time.Millisecond) })
	}, "too early"},
	{"word-count", "table", func() {
		exercise.CheckWordCount(func(ps pages) map[string]int {
			if len(ps) > 101 && len(ps) < 192 { // none of these is seen
				ps = ps[:101]
			}
			return merged(ps[:len(ps)/2], ps[len(ps)/2:])
		})
	}, "and the count says"},
}

// isVirtual says whether time is virtual here: a real clock never reads a whole second. So somebody may tell one input from another.
func isVirtual() bool { return time.Now().Nanosecond() == 0 }

// Solutions that are right, and whose process the machine lets stand.
var busy = []solution{
	{exercise: "start-and-wait", name: "stopped", check: func() {
		exercise.CheckStartAndWait(func(ts tasks) {
			stop()
			var wg sync.WaitGroup
			for _, task := range ts {
				wg.Go(task)
			}
			wg.Wait()
		})
	}},
	{exercise: "mutex", name: "stopped", check: func() {
		exercise.CheckMutex(func(c *scheduler.Int, mu *scheduler.Mutex) {
			stop()
			mu.Lock()
			defer mu.Unlock()
			c.Store(c.Load() + 1)
		})
	}},
}
