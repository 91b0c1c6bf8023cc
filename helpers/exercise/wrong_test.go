//lint:file-ignore SA2001,SA4010,SA4017,SA5002,SA5007 all of it is wrong on purpose

package exercise_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"example.com/multithreading/helpers/exercise"
	"example.com/multithreading/helpers/predict"
	"example.com/multithreading/helpers/scheduler"
)

type (
	tasks    = []func()
	parts    = []func() int
	failing  = []func(context.Context) error
	counter  = *scheduler.Int
	mutex    = *scheduler.Mutex
	account  = *exercise.Account
	pages    = []exercise.Page
	interval = time.Duration
)

// copied is a copy of what p points to. Written down plainly, a copied mutex would be found by go vet.
func copied[T any](p *T) T { return *p }

// Wrong solutions that students write, with what they must be told.
var wrong = []solution{
	{"start-and-wait", "does not wait", func() {
		exercise.CheckStartAndWait(func(ts tasks) {
			for _, task := range ts {
				go task()
			}
		})
	}, "0 of the 1 tasks had ended"},
	{"start-and-wait", "sleeps instead", func() {
		exercise.CheckStartAndWait(func(ts tasks) {
			for _, task := range ts {
				go task()
			}
			time.Sleep(10 * time.Second)
		})
	}, "it took 10s"},
	{"start-and-wait", "starts none", func() {
		exercise.CheckStartAndWait(func(ts tasks) {
			for _, task := range ts {
				task()
			}
		})
	}, "it took 6s"},
	{"start-and-wait", "waits in the loop", func() {
		exercise.CheckStartAndWait(func(ts tasks) {
			for _, task := range ts {
				var wg sync.WaitGroup
				wg.Go(task)
				wg.Wait()
			}
		})
	}, "it took 6s"},
	{"start-and-wait", "Add inside the goroutine", func() {
		exercise.CheckStartAndWait(func(ts tasks) {
			var wg sync.WaitGroup
			for _, task := range ts {
				go func() {
					add := wg.Add // so that go vet does not see it
					add(1)
					defer wg.Done()
					task()
				}()
			}
			wg.Wait()
		})
	}, "had ended"},
	{"start-and-wait", "forgets Done", func() {
		exercise.CheckStartAndWait(func(ts tasks) {
			var wg sync.WaitGroup
			for _, task := range ts {
				wg.Add(1)
				go task()
			}
			wg.Wait()
		})
	}, "waits for a WaitGroup at  wg.Wait()"},
	{"start-and-wait", "Add once", func() {
		exercise.CheckStartAndWait(func(ts tasks) {
			var wg sync.WaitGroup
			wg.Add(1)
			for _, task := range ts {
				go func() {
					defer wg.Done()
					task()
				}()
			}
			wg.Wait()
		})
	}, "With 3 tasks"},
	{"start-and-wait", "waits for the first one", func() {
		exercise.CheckStartAndWait(func(ts tasks) {
			done := make(chan bool, len(ts))
			for _, task := range ts {
				go func() {
					task()
					done <- true
				}()
			}
			<-done
		})
	}, "1 of the 3 tasks had ended"},
	{"start-and-wait", "one channel too few received", func() {
		exercise.CheckStartAndWait(func(ts tasks) {
			done := make(chan bool)
			for _, task := range ts {
				go func() {
					task()
					done <- true
				}()
			}
			for range len(ts) - 1 {
				<-done
			}
		})
	}, "With 1 task of 1 s"},
	{"start-and-wait", "WaitGroup copied", func() {
		exercise.CheckStartAndWait(func(ts tasks) {
			var wg sync.WaitGroup
			wg.Add(len(ts))
			for _, task := range ts {
				mine := copied(&wg)
				go func() {
					task()
					mine.Done()
				}()
			}
			wg.Wait()
		})
	}, "a deadlock: one goroutine waits for a WaitGroup"},

	{"lost-update", "one after the other", func() { exercise.CheckLostUpdate("AABB") }, "nothing is lost"},
	{"lost-update", "the other first", func() { exercise.CheckLostUpdate("BBAA") }, "nothing is lost"},
	{"lost-update", "too short", func() { exercise.CheckLostUpdate("AB") }, "A makes 2 steps, and its letter is there once"},
	{"lost-update", "too long", func() { exercise.CheckLostUpdate("ABABA") }, "A makes 2 steps"},
	{"lost-update", "numbers", func() { exercise.CheckLostUpdate("0101") }, "nobody's letter"},
	{"lost-update", "nothing", func() { exercise.CheckLostUpdate("") }, "A makes 2 steps"},

	{"schedule", "one after the other", func() { exercise.CheckSchedule("AAAAAABBBBBB") }, "the counter ends at 6"},
	{"schedule", "in turn", func() { exercise.CheckSchedule("ABABABABABAB") }, "the counter ends at 3"},
	{"schedule", "reads too early", func() { exercise.CheckSchedule("A BBBBBB AAAAA") }, "the counter ends at 3"},
	{"schedule", "writes too early", func() { exercise.CheckSchedule("A BBBB A BB AAAA") }, "the counter ends at"},
	{"schedule", "too short", func() { exercise.CheckSchedule("ABBBBABAAAA") }, "B makes 6 steps"},
	{"schedule", "a third goroutine", func() { exercise.CheckSchedule("ABCABCABCABC") }, "nobody's letter"},

	{"mutex", "no lock", func() {
		exercise.CheckMutex(func(c counter, _ mutex) { c.Store(c.Load() + 1) })
	}, "the counter ends at 1, not at 2"},
	{"mutex", "only the read", func() {
		exercise.CheckMutex(func(c counter, mu mutex) {
			mu.Lock()
			seen := c.Load()
			mu.Unlock()
			c.Store(seen + 1)
		})
	}, "the counter ends at 1, not at 2"},
	{"mutex", "only the write", func() {
		exercise.CheckMutex(func(c counter, mu mutex) {
			seen := c.Load()
			mu.Lock()
			c.Store(seen + 1)
			mu.Unlock()
		})
	}, "the counter ends at 1, not at 2"},
	{"mutex", "twice", func() {
		exercise.CheckMutex(func(c counter, mu mutex) {
			mu.Lock()
			seen := c.Load()
			mu.Unlock()
			mu.Lock()
			c.Store(seen + 1)
			mu.Unlock()
		})
	}, "the counter ends at 1, not at 2"},
	{"mutex", "forgets Unlock", func() {
		exercise.CheckMutex(func(c counter, mu mutex) {
			mu.Lock()
			c.Store(c.Load() + 1)
		})
	}, "mu is still locked"},
	{"mutex", "locks twice", func() {
		exercise.CheckMutex(func(c counter, mu mutex) {
			mu.Lock()
			mu.Lock()
			c.Store(c.Load() + 1)
			mu.Unlock()
		})
	}, "deadlock: A waits to lock mu, held by A"},
	{"mutex", "unlocks first", func() {
		exercise.CheckMutex(func(c counter, mu mutex) {
			mu.Unlock()
			c.Store(c.Load() + 1)
			mu.Lock()
		})
	}, "was not locked"},
	{"mutex", "unlocks twice", func() {
		exercise.CheckMutex(func(c counter, mu mutex) {
			mu.Lock()
			defer mu.Unlock()
			c.Store(c.Load() + 1)
			mu.Unlock()
		})
	}, "was not locked"},
	{"mutex", "a mutex of its own", func() {
		exercise.CheckMutex(func(c counter, _ mutex) {
			var mu scheduler.Mutex
			mu.Lock()
			c.Store(c.Load() + 1)
			mu.Unlock()
		})
	}, "the counter ends at 1, not at 2"},
	{"mutex", "copied", func() {
		exercise.CheckMutex(func(c counter, mu mutex) {
			mine := copied(mu)
			mine.Lock()
			c.Store(c.Load() + 1)
			mine.Unlock()
		})
	}, "the counter ends at 1, not at 2"},
	{"mutex", "TryLock and go on", func() {
		exercise.CheckMutex(func(c counter, mu mutex) {
			locked := mu.TryLock()
			c.Store(c.Load() + 1)
			if locked {
				mu.Unlock()
			}
		})
	}, "the counter ends at 1, not at 2"},
	{"mutex", "TryLock or nothing", func() {
		exercise.CheckMutex(func(c counter, mu mutex) {
			if mu.TryLock() {
				c.Store(c.Load() + 1)
				mu.Unlock()
			}
		})
	}, "the counter ends at 1, not at 2"},
	{"mutex", "atomic", func() {
		exercise.CheckMutex(func(c counter, _ mutex) { c.Add(1) })
	}, "counter.Add is one step by itself"},
	{"mutex", "a flag of its own", func() {
		busy := false
		exercise.CheckMutex(func(c counter, _ mutex) {
			for busy {
				scheduler.Yield()
			}
			busy = true
			c.Store(c.Load() + 1)
			busy = false
		})
	}, "mu was not locked"},
	{"mutex", "looks without a step", func() {
		exercise.CheckMutex(func(c counter, mu mutex) {
			mu.Lock()
			defer mu.Unlock()
			c.Store(c.Value() + 1)
		})
	}, "A used counter.Value, which is no step"},
	{"mutex", "nil", func() { exercise.CheckMutex(nil) }, "nil was given"},

	{"atomic", "Load and Store", func() {
		exercise.CheckAtomic(func(c counter) { c.Store(c.Load() + 1) })
	}, "the counter ends at 1, not at 2"},
	{"atomic", "Swap", func() {
		exercise.CheckAtomic(func(c counter) { c.Swap(c.Load() + 1) })
	}, "the counter ends at 1, not at 2"},
	{"atomic", "CompareAndSwap once", func() {
		exercise.CheckAtomic(func(c counter) {
			seen := c.Load()
			c.CompareAndSwap(seen, seen+1)
		})
	}, "the counter ends at 1, not at 2"},
	{"atomic", "does not read again", func() {
		exercise.CheckAtomic(func(c counter) {
			seen := c.Load()
			for !c.CompareAndSwap(seen, seen+1) {
				scheduler.Yield()
			}
		})
	}, "no end after 400 steps"},
	{"atomic", "Add and Store", func() {
		exercise.CheckAtomic(func(c counter) { c.Store(c.Add(1)) })
	}, "the counter ends at 1, not at 2"},
	{"atomic", "adds when it fails, and again", func() {
		exercise.CheckAtomic(func(c counter) {
			for {
				seen := c.Load()
				if c.CompareAndSwap(seen, seen+1) {
					return
				}
				c.Add(1)
			}
		})
	}, "the counter ends at 3, not at 2"},
	{"atomic", "a mutex of its own", func() {
		exercise.CheckAtomic(func(c counter) {
			var mu scheduler.Mutex
			mu.Lock()
			c.Store(c.Load() + 1)
			mu.Unlock()
		})
	}, "the counter ends at 1, not at 2"},

	{"no-sharing", "waits before it receives", func() {
		exercise.CheckNoSharing(func(ps parts) int {
			results := make(chan int)
			var wg sync.WaitGroup
			for _, part := range ps {
				wg.Go(func() { results <- part() })
			}
			wg.Wait()
			close(results)
			sum := 0
			for r := range results {
				sum += r
			}
			return sum
		})
	}, "nobody can go on, a deadlock"},
	{"no-sharing", "nobody closes", func() {
		exercise.CheckNoSharing(func(ps parts) int {
			results := make(chan int)
			for _, part := range ps {
				go func() { results <- part() }()
			}
			sum := 0
			for r := range results {
				sum += r
			}
			return sum
		})
	}, "waits to receive from a channel at  for r := range results {"},
	{"no-sharing", "closes too early", func() {
		exercise.CheckNoSharing(func(ps parts) int {
			results := make(chan int, len(ps))
			for _, part := range ps {
				go func() { results <- part() }()
			}
			close(results)
			sum := 0
			for r := range results {
				sum += r
			}
			return sum
		})
	}, "the sum is 0, not 10"},
	{"no-sharing", "each closes", func() {
		exercise.CheckNoSharing(func(ps parts) int {
			results := make(chan int, len(ps))
			for _, part := range ps {
				go func() {
					results <- part()
					close(results)
				}()
			}
			sum := 0
			for range ps {
				sum += <-results
			}
			return sum
		})
	}, "With 3 parts"},
	{"no-sharing", "one after another", func() {
		exercise.CheckNoSharing(func(ps parts) int {
			results := make(chan int)
			sum := 0
			for _, part := range ps {
				go func() { results <- part() }()
				sum += <-results
			}
			return sum
		})
	}, "it took 6s"},
	{"no-sharing", "receives one too few", func() {
		exercise.CheckNoSharing(func(ps parts) int {
			results := make(chan int)
			for _, part := range ps {
				go func() { results <- part() }()
			}
			sum := 0
			for range len(ps) - 1 {
				sum += <-results
			}
			return sum
		})
	}, "the sum is 0, not 10"},
	{"no-sharing", "receives one too many", func() {
		exercise.CheckNoSharing(func(ps parts) int {
			results := make(chan int)
			for _, part := range ps {
				go func() { results <- part() }()
			}
			sum := <-results
			for range ps {
				sum += <-results
			}
			return sum
		})
	}, "a deadlock"},
	{"no-sharing", "a nil channel", func() {
		exercise.CheckNoSharing(func(ps parts) int {
			var results chan int
			for _, part := range ps {
				go func() { results <- part() }()
			}
			sum := 0
			for range ps {
				sum += <-results
			}
			return sum
		})
	}, "a channel that is nil"},
	{"no-sharing", "does the part twice", func() {
		exercise.CheckNoSharing(func(ps parts) int {
			results := make(chan int, len(ps))
			for _, part := range ps {
				go func() {
					part()
					results <- part()
				}()
			}
			sum := 0
			for range ps {
				sum += <-results
			}
			return sum
		})
	}, "it took 2s"},

	{"check-then-act", "no lock", func() {
		exercise.CheckThenAct(func(_ mutex, tickets counter) bool {
			if n := tickets.Load(); n > 0 {
				tickets.Store(n - 1)
				return true
			}
			return false
		})
	}, "2 were sold"},
	{"check-then-act", "gives the lock back between", func() {
		exercise.CheckThenAct(func(mu mutex, tickets counter) bool {
			mu.Lock()
			left := tickets.Load() > 0
			mu.Unlock()
			if left {
				mu.Lock()
				tickets.Add(-1)
				mu.Unlock()
			}
			return left
		})
	}, "2 were sold"},
	{"check-then-act", "locks the act only", func() {
		exercise.CheckThenAct(func(mu mutex, tickets counter) bool {
			if tickets.Load() == 0 {
				return false
			}
			mu.Lock()
			defer mu.Unlock()
			tickets.Add(-1)
			return true
		})
	}, "2 were sold"},
	{"check-then-act", "returns with the lock", func() {
		exercise.CheckThenAct(func(mu mutex, tickets counter) bool {
			mu.Lock()
			if tickets.Load() == 0 {
				return false
			}
			tickets.Add(-1)
			mu.Unlock()
			return true
		})
	}, "mu is still locked"},
	{"check-then-act", "atomic, and too late", func() {
		exercise.CheckThenAct(func(_ mutex, tickets counter) bool {
			if tickets.Load() == 0 {
				return false
			}
			return tickets.Add(-1) >= 0
		})
	}, "tickets=-1"},
	{"check-then-act", "takes one, looks, and gives it back", func() {
		exercise.CheckThenAct(func(_ mutex, tickets counter) bool {
			tickets.Add(-1)
			if tickets.Load() >= 0 {
				return true
			}
			tickets.Add(1)
			return false
		})
	}, "1 ticket for 2 buyers, and only 0 sold"},
	{"check-then-act", "sells without end", func() {
		exercise.CheckThenAct(func(mu mutex, tickets counter) bool {
			mu.Lock()
			defer mu.Unlock()
			tickets.Add(-1)
			return true
		})
	}, "One buyer, no ticket"},
	{"check-then-act", "gives up", func() {
		exercise.CheckThenAct(func(_ mutex, tickets counter) bool {
			n := tickets.Load()
			return n > 0 && tickets.CompareAndSwap(n, n-1)
		})
	}, "only 1 sold"},
	{"check-then-act", "turns buyers away who find it locked", func() {
		exercise.CheckThenAct(func(mu mutex, tickets counter) bool {
			if !mu.TryLock() {
				return false
			}
			defer mu.Unlock()
			if tickets.Load() == 0 {
				return false
			}
			tickets.Add(-1)
			return true
		})
	}, "only 1 sold"},

	{"pool", "no bound", func() {
		exercise.CheckPool(func(_ int, ts tasks) {
			var wg sync.WaitGroup
			for _, task := range ts {
				wg.Go(task)
			}
			wg.Wait()
		})
	}, "tasks were running at once"},
	{"pool", "one too many", func() {
		exercise.CheckPool(func(limit int, ts tasks) {
			queue := make(chan func())
			var wg sync.WaitGroup
			for range limit + 1 {
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
	}, "2 tasks were running at once"},
	{"pool", "one after another", func() {
		exercise.CheckPool(func(_ int, ts tasks) {
			for _, task := range ts {
				task()
			}
		})
	}, "only 1 task was running, and 4 tasks were waiting"},
	{"pool", "in batches", func() {
		exercise.CheckPool(func(limit int, ts tasks) {
			for batch := range slices.Chunk(ts, limit) {
				var wg sync.WaitGroup
				for _, task := range batch {
					wg.Go(task)
				}
				wg.Wait()
			}
		})
	}, "only 1 task was running"},
	{"pool", "tasks dealt out beforehand", func() {
		exercise.CheckPool(func(limit int, ts tasks) {
			var wg sync.WaitGroup
			for worker := range limit {
				wg.Go(func() {
					for i := worker; i < len(ts); i += limit {
						ts[i]()
					}
				})
			}
			wg.Wait()
		})
	}, "only 1 task was running"},
	{"pool", "nobody closes", func() {
		exercise.CheckPool(func(limit int, ts tasks) {
			queue := make(chan func())
			var done sync.WaitGroup
			for range limit {
				go func() {
					for task := range queue {
						task()
						done.Done()
					}
				}()
			}
			for _, task := range ts {
				done.Add(1)
				queue <- task
			}
			done.Wait()
		})
	}, "left goroutines behind that can never end: one goroutine waits to receive from a channel at  for task := range queue {"},
	{"pool", "waits and never closes", func() {
		exercise.CheckPool(func(limit int, ts tasks) {
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
			wg.Wait()
		})
	}, "a deadlock"},
	{"pool", "does not wait", func() {
		exercise.CheckPool(func(limit int, ts tasks) {
			queue := make(chan func())
			for range limit {
				go func() {
					for task := range queue {
						task()
					}
				}()
			}
			for _, task := range ts {
				queue <- task
			}
			close(queue)
		})
	}, "0 of the 1 tasks had ended"},
	{"pool", "gives the slot back too early", func() {
		exercise.CheckPool(func(limit int, ts tasks) {
			slots := make(chan bool, limit)
			var wg sync.WaitGroup
			for _, task := range ts {
				slots <- true
				wg.Go(func() {
					<-slots
					task()
				})
			}
			wg.Wait()
		})
	}, "tasks were running at once"},
	{"pool", "loses the last ones", func() {
		exercise.CheckPool(func(limit int, ts tasks) {
			var wg sync.WaitGroup
			size := len(ts) / limit
			for worker := range limit {
				wg.Go(func() {
					for _, task := range ts[worker*size : (worker+1)*size] {
						task()
					}
				})
			}
			wg.Wait()
		})
	}, "With a limit of 2"},
	{"pool", "only as many workers as are needed by a wrong sum", func() {
		exercise.CheckPool(func(limit int, ts tasks) {
			var wg sync.WaitGroup
			for worker := range limit {
				wg.Go(func() { ts[worker]() })
			}
			wg.Wait()
		})
	}, "With a limit of 1"},

	{"first-error", "does not cancel", func() {
		exercise.CheckFirstError(func(ctx context.Context, fs failing) error {
			errs := make(chan error)
			for _, f := range fs {
				go func() { errs <- f(ctx) }()
			}
			var first error
			for range fs {
				if err := <-errs; err != nil && first == nil {
					first = err
				}
			}
			return first
		})
	}, "it took 1h0m0s, not 1s"},
	{"first-error", "does not wait for the others", func() {
		exercise.CheckFirstError(func(ctx context.Context, fs failing) error {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			errs := make(chan error, len(fs))
			for _, f := range fs {
				go func() { errs <- f(ctx) }()
			}
			for range fs {
				if err := <-errs; err != nil {
					return err
				}
			}
			return nil
		})
	}, "still running"},
	{"first-error", "leaves senders behind", func() {
		exercise.CheckFirstError(func(ctx context.Context, fs failing) error {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			errs := make(chan error)
			for _, f := range fs {
				go func() { errs <- f(ctx) }()
			}
			for range fs {
				if err := <-errs; err != nil {
					cancel()
					time.Sleep(10 * time.Second)
					return err
				}
			}
			return nil
		})
	}, "it took 11s, not 1s"},
	{"first-error", "the last error", func() {
		exercise.CheckFirstError(func(ctx context.Context, fs failing) error {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			errs := make(chan error)
			for _, f := range fs {
				go func() { errs <- f(ctx) }()
			}
			var last error
			for range fs {
				if err := <-errs; err != nil {
					last = err
					cancel()
				}
			}
			return last
		})
	}, `not the first error, which is "no connection"`},
	{"first-error", "the first in the list", func() {
		exercise.CheckFirstError(func(ctx context.Context, fs failing) error {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			errs := make([]error, len(fs))
			var wg sync.WaitGroup
			for i, f := range fs {
				wg.Go(func() {
					if errs[i] = f(ctx); errs[i] != nil {
						cancel()
					}
				})
			}
			wg.Wait()
			for _, err := range errs {
				if err != nil {
					return err
				}
			}
			return nil
		})
	}, "context canceled"},
	{"first-error", "the context's error", func() {
		exercise.CheckFirstError(func(ctx context.Context, fs failing) error {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			var wg sync.WaitGroup
			for _, f := range fs {
				wg.Go(func() {
					if f(ctx) != nil {
						cancel()
					}
				})
			}
			wg.Wait()
			return ctx.Err()
		})
	}, `it returned "context canceled"`},
	{"first-error", "a context of its own", func() {
		exercise.CheckFirstError(func(_ context.Context, fs failing) error {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			errs := make(chan error)
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
			return first
		})
	}, "ctx is cancelled after 1 s"},
	{"first-error", "one after another", func() {
		exercise.CheckFirstError(func(ctx context.Context, fs failing) error {
			for _, f := range fs {
				if err := f(ctx); err != nil {
					return err
				}
			}
			return nil
		})
	}, "it took 6s, not 3s"},
	{"first-error", "all errors joined, none first", func() {
		exercise.CheckFirstError(func(ctx context.Context, fs failing) error {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			var wg sync.WaitGroup
			for _, f := range fs {
				wg.Go(func() {
					if f(ctx) != nil {
						cancel()
					}
				})
			}
			wg.Wait()
			return errors.New("something failed")
		})
	}, `it returned the error "something failed", not nil`},

	{"deadlock", "the payer's lock first", func() {
		exercise.CheckDeadlock(func(from, to account, amount int) {
			from.Mu.Lock()
			to.Mu.Lock()
			from.Money.Store(from.Money.Load() - amount)
			to.Money.Store(to.Money.Load() + amount)
			to.Mu.Unlock()
			from.Mu.Unlock()
		})
	}, "deadlock"},
	{"deadlock", "the receiver's lock first", func() {
		exercise.CheckDeadlock(func(from, to account, amount int) {
			if from == to {
				return
			}
			to.Mu.Lock()
			from.Mu.Lock()
			from.Money.Store(from.Money.Load() - amount)
			to.Money.Store(to.Money.Load() + amount)
			from.Mu.Unlock()
			to.Mu.Unlock()
		})
	}, "deadlock"},
	{"deadlock", "by ID, and not to oneself", func() {
		exercise.CheckDeadlock(func(from, to account, amount int) {
			first, second := from, to
			if second.ID < first.ID {
				first, second = second, first
			}
			first.Mu.Lock()
			second.Mu.Lock()
			from.Money.Store(from.Money.Load() - amount)
			to.Money.Store(to.Money.Load() + amount)
			second.Mu.Unlock()
			first.Mu.Unlock()
		})
	}, "Anna pays Anna: deadlock"},
	{"deadlock", "no lock", func() {
		exercise.CheckDeadlock(func(from, to account, amount int) {
			from.Money.Store(from.Money.Load() - amount)
			to.Money.Store(to.Money.Load() + amount)
		})
	}, "anna has 40, not 50"},
	{"deadlock", "no lock, and one step each", func() {
		exercise.CheckDeadlock(func(from, to account, amount int) {
			from.Money.Add(-amount)
			to.Money.Add(amount)
		})
	}, "anna.Money.Add is one step by itself"},
	{"deadlock", "the payer's lock only", func() {
		exercise.CheckDeadlock(func(from, to account, amount int) {
			from.Mu.Lock()
			defer from.Mu.Unlock()
			from.Money.Store(from.Money.Load() - amount)
			to.Money.Store(to.Money.Load() + amount)
		})
	}, "not"},
	{"deadlock", "by money, which changes", func() {
		exercise.CheckDeadlock(func(from, to account, amount int) {
			if from == to {
				return
			}
			first, second := from, to
			if second.Money.Load() < first.Money.Load() {
				first, second = second, first
			}
			first.Mu.Lock()
			second.Mu.Lock()
			from.Money.Store(from.Money.Load() - amount)
			to.Money.Store(to.Money.Load() + amount)
			second.Mu.Unlock()
			first.Mu.Unlock()
		})
	}, "deadlock"},
	{"deadlock", "gives up", func() {
		exercise.CheckDeadlock(func(from, to account, amount int) {
			if from == to {
				return
			}
			from.Mu.Lock()
			defer from.Mu.Unlock()
			if !to.Mu.TryLock() {
				return
			}
			defer to.Mu.Unlock()
			from.Money.Store(from.Money.Load() - amount)
			to.Money.Store(to.Money.Load() + amount)
		})
	}, "not"},
	{"deadlock", "tries without giving back", func() {
		exercise.CheckDeadlock(func(from, to account, amount int) {
			if from == to {
				return
			}
			from.Mu.Lock()
			for !to.Mu.TryLock() {
				scheduler.Yield()
			}
			from.Money.Store(from.Money.Load() - amount)
			to.Money.Store(to.Money.Load() + amount)
			to.Mu.Unlock()
			from.Mu.Unlock()
		})
	}, "no end after 400 steps"},
	{"deadlock", "forgets one", func() {
		exercise.CheckDeadlock(func(from, to account, amount int) {
			if from == to {
				return
			}
			first, second := from, to
			if second.ID < first.ID {
				first, second = second, first
			}
			first.Mu.Lock()
			second.Mu.Lock()
			from.Money.Store(from.Money.Load() - amount)
			to.Money.Store(to.Money.Load() + amount)
			first.Mu.Unlock()
		})
	}, "is still locked"},

	{"philosophers", "all left first", func() {
		exercise.CheckPhilosophers(func(id int, forks []mutex, eat func()) {
			left, right := forks[id], forks[(id+1)%len(forks)]
			left.Lock()
			right.Lock()
			eat()
			right.Unlock()
			left.Unlock()
		})
	}, "All of 3: deadlock"},
	{"philosophers", "all right first", func() {
		exercise.CheckPhilosophers(func(id int, forks []mutex, eat func()) {
			left, right := forks[id], forks[(id+1)%len(forks)]
			right.Lock()
			left.Lock()
			eat()
			left.Unlock()
			right.Unlock()
		})
	}, "All of 3: deadlock"},
	{"philosophers", "one fork", func() {
		exercise.CheckPhilosophers(func(id int, forks []mutex, eat func()) {
			forks[id].Lock()
			eat()
			forks[id].Unlock()
		})
	}, "they share a fork"},
	{"philosophers", "no fork", func() {
		exercise.CheckPhilosophers(func(_ int, _ []mutex, eat func()) { eat() })
	}, "they share a fork"},
	{"philosophers", "one eats at a time", func() {
		exercise.CheckPhilosophers(func(_ int, forks []mutex, eat func()) {
			for _, fork := range forks {
				fork.Lock()
			}
			eat()
			for _, fork := range forks {
				fork.Unlock()
			}
		})
	}, "who share no fork, eat until both eat: deadlock"},
	{"philosophers", "keeps a fork", func() {
		exercise.CheckPhilosophers(func(id int, forks []mutex, eat func()) {
			first, second := id, (id+1)%len(forks)
			if second < first {
				first, second = second, first
			}
			forks[first].Lock()
			forks[second].Lock()
			eat()
			forks[first].Unlock()
		})
	}, "was not put back"},
	{"philosophers", "puts back before eating", func() {
		exercise.CheckPhilosophers(func(id int, forks []mutex, eat func()) {
			first, second := min(id, (id+1)%len(forks)), max(id, (id+1)%len(forks))
			forks[first].Lock()
			forks[second].Lock()
			forks[second].Unlock()
			forks[first].Unlock()
			eat()
		})
	}, "they share a fork"},
	{"philosophers", "goes hungry", func() {
		exercise.CheckPhilosophers(func(id int, forks []mutex, eat func()) {
			left, right := forks[id], forks[(id+1)%len(forks)]
			left.Lock()
			if right.TryLock() {
				eat()
				right.Unlock()
			}
			left.Unlock()
		})
	}, "has eaten 0 times"},
	{"philosophers", "the last one does not exist", func() {
		exercise.CheckPhilosophers(func(id int, forks []mutex, eat func()) {
			left, right := forks[id], forks[(id+1)%len(forks)]
			if id == len(forks) {
				left, right = right, left
			}
			left.Lock()
			right.Lock()
			eat()
			right.Unlock()
			left.Unlock()
		})
	}, "All of 3: deadlock"},
	{"philosophers", "no next fork for the last one", func() {
		exercise.CheckPhilosophers(func(id int, forks []mutex, eat func()) {
			forks[id].Lock()
			forks[id+1].Lock()
			eat()
			forks[id+1].Unlock()
			forks[id].Unlock()
		})
	}, "index out of range"},

	{"buffer", "if instead of for", func() {
		exercise.CheckBuffer(put, func(b *exercise.Buffer) int {
			b.Mu.Lock()
			defer b.Mu.Unlock()
			if b.Len() == 0 {
				b.NotEmpty.Wait()
			}
			value := b.Pop()
			b.NotFull.Signal()
			return value
		})
	}, "Pop from a buffer that is empty"},
	{"buffer", "tells nobody", func() {
		exercise.CheckBuffer(put, func(b *exercise.Buffer) int {
			b.Mu.Lock()
			defer b.Mu.Unlock()
			for b.Len() == 0 {
				b.NotEmpty.Wait()
			}
			return b.Pop()
		})
	}, "deadlock"},
	{"buffer", "tells the wrong ones", func() {
		exercise.CheckBuffer(put, func(b *exercise.Buffer) int {
			b.Mu.Lock()
			defer b.Mu.Unlock()
			for b.Len() == 0 {
				b.NotEmpty.Wait()
			}
			value := b.Pop()
			b.NotEmpty.Signal()
			return value
		})
	}, "deadlock"},
	{"buffer", "one condition and Signal", func() {
		exercise.CheckBuffer(func(b *exercise.Buffer, value int) {
			b.Mu.Lock()
			defer b.Mu.Unlock()
			for b.Len() == b.Cap {
				b.NotEmpty.Wait()
			}
			b.Push(value)
			b.NotEmpty.Signal()
		}, func(b *exercise.Buffer) int {
			b.Mu.Lock()
			defer b.Mu.Unlock()
			for b.Len() == 0 {
				b.NotEmpty.Wait()
			}
			value := b.Pop()
			b.NotEmpty.Signal()
			return value
		})
	}, "deadlock"},
	{"buffer", "waits without the lock", func() {
		exercise.CheckBuffer(put, func(b *exercise.Buffer) int {
			for b.Len() == 0 {
				b.NotEmpty.Wait()
			}
			b.Mu.Lock()
			defer b.Mu.Unlock()
			value := b.Pop()
			b.NotFull.Signal()
			return value
		})
	}, ""},
	{"buffer", "no lock", func() {
		exercise.CheckBuffer(func(b *exercise.Buffer, value int) { b.Push(value) }, func(b *exercise.Buffer) int { return b.Pop() })
	}, ""},
	{"buffer", "waits with the lock in its hand", func() {
		exercise.CheckBuffer(put, func(b *exercise.Buffer) int {
			b.Mu.Lock()
			defer b.Mu.Unlock()
			for b.Len() == 0 {
				scheduler.Yield()
			}
			value := b.Pop()
			b.NotFull.Signal()
			return value
		})
	}, "no end"},
	{"buffer", "keeps the lock", func() {
		exercise.CheckBuffer(put, func(b *exercise.Buffer) int {
			b.Mu.Lock()
			for b.Len() == 0 {
				b.NotEmpty.Wait()
			}
			value := b.Pop()
			b.NotFull.Signal()
			return value
		})
	}, "deadlock"},
	{"buffer", "gives the lock back between look and Pop", func() {
		exercise.CheckBuffer(put, func(b *exercise.Buffer) int {
			b.Mu.Lock()
			for b.Len() == 0 {
				b.NotEmpty.Wait()
			}
			b.Mu.Unlock()
			b.Mu.Lock()
			defer b.Mu.Unlock()
			value := b.Pop()
			b.NotFull.Signal()
			return value
		})
	}, "Pop from a buffer that is empty"},
	{"buffer", "room for one more", func() {
		exercise.CheckBuffer(func(b *exercise.Buffer, value int) {
			b.Mu.Lock()
			defer b.Mu.Unlock()
			for b.Len() > b.Cap {
				b.NotFull.Wait()
			}
			b.Push(value)
			b.NotEmpty.Signal()
		}, func(b *exercise.Buffer) int {
			b.Mu.Lock()
			defer b.Mu.Unlock()
			for b.Len() == 0 {
				b.NotEmpty.Wait()
			}
			value := b.Pop()
			b.NotFull.Signal()
			return value
		})
	}, "Push into a buffer that is full"},
	{"buffer", "take is nil", func() { exercise.CheckBuffer(put, nil) }, "nil was given"},

	{"readers-writers", "a mutex for all", func() {
		exercise.CheckReadersWriters(func() exercise.RWLock { return &justMutex{} })
	}, "Two readers who read until both are in: deadlock"},
	{"readers-writers", "readers first", func() {
		exercise.CheckReadersWriters(func() exercise.RWLock { return newPreferring(false, false) })
	}, "a writer waits, and a reader who came later was let in before"},
	{"readers-writers", "writers first", func() {
		exercise.CheckReadersWriters(func() exercise.RWLock { return newPreferring(true, false) })
	}, "a reader waits, and a writer who came later was let in before"},
	{"readers-writers", "if instead of for", func() {
		exercise.CheckReadersWriters(func() exercise.RWLock { return newPreferring(true, true) })
	}, ""},
	{"readers-writers", "no lock", func() {
		exercise.CheckReadersWriters(func() exercise.RWLock { return nothing{} })
	}, "two writers are in together"},
	{"readers-writers", "numbers without a mutex", func() {
		exercise.CheckReadersWriters(func() exercise.RWLock { return &unlocked{} })
	}, "no mutex was locked"},
	{"readers-writers", "Signal instead of Broadcast", func() {
		exercise.CheckReadersWriters(func() exercise.RWLock { return &signalling{numbers: newNumbers()} })
	}, "deadlock"},
	{"readers-writers", "the reader tells nobody", func() {
		exercise.CheckReadersWriters(func() exercise.RWLock { return &silent{numbers: newNumbers()} })
	}, "deadlock"},
	{"readers-writers", "left over from the run before", func() {
		lock := newNumbers()
		exercise.CheckReadersWriters(func() exercise.RWLock { return lock })
	}, "left over from an earlier run"},
	{"readers-writers", "no new lock", func() {
		exercise.CheckReadersWriters(func() exercise.RWLock { return nil })
	}, "there is no lock: nil was returned"},

	{"limiter", "each sleeps by itself", func() {
		exercise.CheckLimiter(func(every interval) func() {
			return func() { time.Sleep(every) }
		})
	}, "call 1 returned after 100ms, too late"},
	{"limiter", "no limit", func() {
		exercise.CheckLimiter(func(interval) func() { return func() {} })
	}, "call 2 returned after 0s, too early"},
	{"limiter", "the first waits", func() {
		exercise.CheckLimiter(func(every interval) func() {
			ticks := time.Tick(every)
			return func() { <-ticks }
		})
	}, "call 1 returned after 100ms, too late"},
	{"limiter", "a ticker that saves one up", func() {
		exercise.CheckLimiter(func(every interval) func() {
			var first sync.Once
			var ticks <-chan time.Time
			return func() {
				began := false
				first.Do(func() {
					ticks = time.Tick(every)
					began = true
				})
				if !began {
					<-ticks
				}
			}
		})
	}, "too early"},
	{"limiter", "saves up the pause", func() {
		exercise.CheckLimiter(func(every interval) func() {
			var mu sync.Mutex
			next := time.Now()
			return func() {
				mu.Lock()
				mine := next
				next = next.Add(every)
				mu.Unlock()
				time.Sleep(time.Until(mine))
			}
		})
	}, "after a pause of 1s, call 2 returned after 0s, too early"},
	{"limiter", "the sleep afterwards", func() {
		exercise.CheckLimiter(func(every interval) func() {
			var mu sync.Mutex
			var last time.Time
			return func() {
				mu.Lock()
				early := time.Since(last) < every
				last = time.Now()
				mu.Unlock()
				if early {
					time.Sleep(every)
				}
			}
		})
	}, "too early"},
	{"limiter", "leaves a goroutine behind", func() {
		exercise.CheckLimiter(func(every interval) func() {
			may := make(chan bool)
			go func() {
				for {
					may <- true
					time.Sleep(every)
				}
			}()
			return func() { <-may }
		})
	}, "left goroutines behind"},
	{"limiter", "one for all limiters", func() {
		var mu sync.Mutex
		var next time.Time
		exercise.CheckLimiter(func(every interval) func() {
			return func() {
				mu.Lock()
				defer mu.Unlock()
				time.Sleep(time.Until(next))
				next = time.Now().Add(every)
			}
		})
	}, "each has its own time"},
	{"limiter", "returns nil", func() {
		exercise.CheckLimiter(func(interval) func() { return nil })
	}, "a pointer was used that points to nothing"},

	{"word-count", "serially", func() {
		exercise.CheckWordCount(countPages)
	}, "it took 40s"},
	{"word-count", "in one other goroutine", func() {
		exercise.CheckWordCount(func(ps pages) map[string]int {
			result := make(chan map[string]int)
			go func() { result <- countPages(ps) }()
			return <-result
		})
	}, "it took 40s"},
	{"word-count", "waits for each", func() {
		exercise.CheckWordCount(func(ps pages) map[string]int {
			all := map[string]int{}
			result := make(chan map[string]int)
			for _, page := range ps {
				go func() { result <- countPages(pages{page}) }()
				for word, n := range <-result {
					all[word] += n
				}
			}
			return all
		})
	}, "it took 40s"},
	{"word-count", "loses the last chunk", func() {
		exercise.CheckWordCount(func(ps pages) map[string]int {
			size := len(ps) / 4
			return merged(ps[:size], ps[size:2*size], ps[2*size:3*size], ps[3*size:4*size])
		})
	}, "and the count says"},
	{"word-count", "the borders twice", func() {
		exercise.CheckWordCount(func(ps pages) map[string]int {
			half := len(ps) / 2
			return merged(ps[:min(half+1, len(ps))], ps[half:])
		})
	}, "and the count says"},
	{"word-count", "sets instead of adds", func() {
		exercise.CheckWordCount(func(ps pages) map[string]int {
			all := map[string]int{}
			for _, half := range []pages{ps[:len(ps)/2], ps[len(ps)/2:]} {
				maps.Copy(all, countPages(half))
			}
			return all
		})
	}, "and the count says 1"},
	{"word-count", "holds a lock while it counts", func() {
		exercise.CheckWordCount(func(ps pages) map[string]int {
			var mu sync.Mutex
			var wg sync.WaitGroup
			all := map[string]int{}
			for _, page := range ps {
				wg.Go(func() {
					mu.Lock()
					defer mu.Unlock()
					for word := range page.Words() {
						all[word]++
					}
				})
			}
			wg.Wait()
			return all
		})
	}, "one goroutine holds a lock while it works"},
	{"word-count", "does not wait", func() {
		exercise.CheckWordCount(func(ps pages) map[string]int {
			results := make(chan map[string]int, 2)
			go func() { results <- countPages(ps[:len(ps)/2]) }()
			go func() { results <- countPages(ps[len(ps)/2:]) }()
			return <-results
		})
	}, "and the count says"},
	{"word-count", "nobody closes", func() {
		exercise.CheckWordCount(func(ps pages) map[string]int {
			all := map[string]int{}
			queue, results := make(chan exercise.Page), make(chan map[string]int)
			for range 4 {
				go func() {
					for page := range queue {
						results <- countPages(pages{page})
					}
				}()
			}
			go func() {
				for _, page := range ps {
					queue <- page
				}
			}()
			for range ps {
				for word, n := range <-results {
					all[word] += n
				}
			}
			return all
		})
	}, "left goroutines behind: 20 goroutines wait to receive from a channel at  for page := range queue {"},
	{"word-count", "a nil map", func() {
		exercise.CheckWordCount(func(ps pages) map[string]int {
			var all map[string]int
			for _, page := range ps {
				for word := range page.Words() {
					all[word]++
				}
			}
			return all
		})
	}, "a map was written to that was never made"},

	{"prediction", "four", func() {
		exercise.CheckPrediction(4, "All reads and writes are under the lock, so nothing can be lost.")
	}, "That is natural: every read and every write is under the lock"},
	{"prediction", "three", func() {
		exercise.CheckPrediction(3, "At most one of the updates can be lost, because then they are in step.")
	}, "That is natural"},
	{"prediction", "one", func() {
		exercise.CheckPrediction(1, "A reads 0 at the very beginning and writes 1 at the very end.")
	}, "its last write"},
	{"prediction", "zero", func() {
		exercise.CheckPrediction(0, "Everything can be lost if the moments are as bad as they can be.")
	}, "the first write already leaves a 1"},
	{"prediction", "no number", func() { exercise.CheckPrediction(predict.Unanswered, "") }, "put your number"},
	{"prediction", "a broken number", func() {
		exercise.CheckPrediction(2.5, "It must be somewhere between two and three, I think.")
	}, "you predict 2.5"},
	{"prediction", "no reason", func() { exercise.CheckPrediction(2, "") }, "the reason has 0 words"},
	{"prediction", "a short reason", func() { exercise.CheckPrediction(2, "because of the switch") }, "the reason has 4 words"},
}

// What a function may do to its process, whatever the exercise, and what must be said of it.
var hostile = []solution{
	{"mutex", "loops for ever", func() {
		exercise.CheckMutex(func(counter, mutex) {
			for {
			}
		})
	}, "it loops for ever"},
	{"mutex", "loops with steps", func() {
		exercise.CheckMutex(func(c counter, _ mutex) {
			for {
				c.Load()
			}
		})
	}, "no end after 400 steps"},
	{"mutex", "panics", func() {
		exercise.CheckMutex(func(counter, mutex) { panic("on purpose") })
	}, "panic in A: on purpose"},
	{"mutex", "panics in a goroutine that nobody knows", func() {
		exercise.CheckMutex(func(c counter, _ mutex) {
			go func() { panic("on purpose") }()
			time.Sleep(100 * time.Millisecond)
		})
	}, "panic: on purpose"},
	{"mutex", "an unknown goroutine uses the counter", func() {
		exercise.CheckMutex(func(c counter, _ mutex) {
			done := make(chan bool)
			go func() {
				defer close(done)
				c.Store(1)
			}()
			<-done
		})
	}, "start goroutines with"},
	{"mutex", "ends the program", func() {
		exercise.CheckMutex(func(counter, mutex) { exit(0) })
	}, "it ended the whole program, with exit status 0"},
	{"mutex", "waits for a channel", func() {
		exercise.CheckMutex(func(counter, mutex) { <-make(chan bool) })
	}, "waits for something the scheduler does not know"},
	{"start-and-wait", "loops for ever", func() {
		exercise.CheckStartAndWait(func(tasks) {
			for {
			}
		})
	}, "an endless loop"},
	{"start-and-wait", "waits in a loop", func() {
		exercise.CheckStartAndWait(func(ts tasks) {
			var ended atomic.Int64
			for _, task := range ts {
				go func() {
					task()
					ended.Add(1)
				}()
			}
			for ended.Load() < int64(len(ts)) {
			}
		})
	}, "an endless loop"},
	{"start-and-wait", "a million goroutines", func() {
		exercise.CheckStartAndWait(func(tasks) {
			for range 1_000_000 {
				go func() { select {} }()
			}
		})
	}, "goroutines and was stopped"},
	{"start-and-wait", "all memory", func() {
		exercise.CheckStartAndWait(func(tasks) {
			var all [][]byte
			for {
				all = append(all, slices.Repeat([]byte{1}, 1<<20))
			}
		})
	}, "memory"},
	{"start-and-wait", "calls itself without end", func() {
		exercise.CheckStartAndWait(func(tasks) { deeper(1) })
	}, "a function calls itself without end"},
	{"start-and-wait", "two mutexes", func() {
		exercise.CheckStartAndWait(func(tasks) {
			var mu sync.Mutex
			mu.Lock()
			mu.Lock()
		})
	}, "a deadlock: one goroutine waits for a mutex at  mu.Lock()"},
	{"start-and-wait", "ends the program in a goroutine", func() {
		exercise.CheckStartAndWait(func(ts tasks) {
			go exit(3)
			time.Sleep(time.Second)
		})
	}, "with exit status 3"},
	{"start-and-wait", "prints without end", func() {
		exercise.CheckStartAndWait(func(tasks) {
			for {
				println("again")
			}
		})
	}, "does not end"},
	{"start-and-wait", "unlocks an unlocked mutex", func() {
		exercise.CheckStartAndWait(func(tasks) {
			var mu sync.Mutex
			mu.Unlock()
		})
	}, "a mutex was unlocked that was not locked"},
	{"pool", "starts a program that stays", func() {
		exercise.CheckPool(func(int, []func()) { startSleep() })
	}, "had ended"},
	{"pool", "forges a verdict", func() {
		exercise.CheckPool(func(int, []func()) { forge() })
	}, "it ended the whole program"},
	{"pool", "checks another exercise", func() {
		exercise.CheckLostUpdate("ABAB")
	}, `checks "lost-update", not "pool"`},
}

func countPages(ps pages) map[string]int {
	counts := map[string]int{}
	for _, page := range ps {
		for word := range page.Words() {
			counts[word]++
		}
	}
	return counts
}

// merged counts each chunk in a goroutine of its own.
func merged(chunks ...pages) map[string]int {
	results := make(chan map[string]int)
	for _, chunk := range chunks {
		go func() { results <- countPages(chunk) }()
	}
	all := map[string]int{}
	for range chunks {
		for word, n := range <-results {
			all[word] += n
		}
	}
	return all
}

func deeper(n int) int { return deeper(n+1) + 1 }

// justMutex lets in one at a time.
type justMutex struct{ scheduler.Mutex }

func (m *justMutex) RLock()   { m.Lock() }
func (m *justMutex) RUnlock() { m.Unlock() }

type nothing struct{}

func (nothing) Lock()    {}
func (nothing) Unlock()  {}
func (nothing) RLock()   {}
func (nothing) RUnlock() {}

// unlocked is served by numbers, which nothing guards.
type unlocked struct {
	next, now, readers int
	writing            bool
}

func (l *unlocked) RLock() {
	mine := l.next
	l.next++
	for mine != l.now || l.writing {
		scheduler.Yield()
	}
	l.readers++
	l.now++
}

func (l *unlocked) RUnlock() { l.readers-- }

func (l *unlocked) Lock() {
	mine := l.next
	l.next++
	for mine != l.now || l.writing || l.readers > 0 {
		scheduler.Yield()
	}
	l.writing = true
	l.now++
}

func (l *unlocked) Unlock() { l.writing = false }

// preferring is a lock that prefers readers, or writers; once has it look only once after it was woken.
type preferring struct {
	mu             scheduler.Mutex
	changed        *scheduler.Cond
	readers        int
	writing        bool
	waiting        int
	writers, once_ bool
}

func newPreferring(writers, once bool) *preferring {
	l := &preferring{writers: writers, once_: once}
	l.changed = scheduler.NewCond(&l.mu)
	return l
}

func (l *preferring) until(may func() bool) {
	if l.once_ {
		if !may() {
			l.changed.Wait()
		}
		return
	}
	for !may() {
		l.changed.Wait()
	}
}

func (l *preferring) RLock() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.until(func() bool { return !l.writing && (!l.writers || l.waiting == 0) })
	l.readers++
}

func (l *preferring) RUnlock() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.readers--
	l.changed.Broadcast()
}

func (l *preferring) Lock() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.waiting++
	l.until(func() bool { return !l.writing && l.readers == 0 })
	l.waiting--
	l.writing = true
}

func (l *preferring) Unlock() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.writing = false
	l.changed.Broadcast()
}

// signalling wakes one where all must be woken.
type signalling struct{ *numbers }

func (l *signalling) Unlock() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.writing = false
	l.changed.Signal()
}

func (l *signalling) RUnlock() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.readers--
	l.changed.Signal()
}

// silent wakes nobody when a reader leaves.
type silent struct{ *numbers }

func (l *silent) RUnlock() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.readers--
}
