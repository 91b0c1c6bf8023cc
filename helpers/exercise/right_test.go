package exercise_test

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"example.com/multithreading/helpers/exercise"
	"example.com/multithreading/helpers/scheduler"
)

// Right solutions: that of the teacher's notebook, and others that a student may find.
var right = []solution{
	{exercise: "start-and-wait", name: "WaitGroup.Go", check: func() {
		exercise.CheckStartAndWait(func(tasks []func()) {
			var wg sync.WaitGroup
			for _, task := range tasks {
				wg.Go(task)
			}
			wg.Wait()
		})
	}},
	{exercise: "start-and-wait", name: "Add and Done", check: func() {
		exercise.CheckStartAndWait(func(tasks []func()) {
			var wg sync.WaitGroup
			wg.Add(len(tasks))
			for _, task := range tasks {
				go func() {
					defer wg.Done()
					task()
				}()
			}
			wg.Wait()
		})
	}},
	{exercise: "start-and-wait", name: "channel", check: func() {
		exercise.CheckStartAndWait(func(tasks []func()) {
			done := make(chan bool)
			for _, task := range tasks {
				go func() {
					task()
					done <- true
				}()
			}
			for range tasks {
				<-done
			}
		})
	}},
	{exercise: "lost-update", name: "ABAB", check: func() { exercise.CheckLostUpdate("ABAB") }},
	{exercise: "lost-update", name: "b aab", check: func() { exercise.CheckLostUpdate("b aab") }},
	{exercise: "schedule", name: "A first", check: func() { exercise.CheckSchedule("A BBBB A B AAAA B") }},
	{exercise: "schedule", name: "B first", check: func() { exercise.CheckSchedule("BAAAABABBBBA") }},
	{exercise: "mutex", name: "lock", check: func() {
		exercise.CheckMutex(func(counter *scheduler.Int, mu *scheduler.Mutex) {
			mu.Lock()
			counter.Store(counter.Load() + 1)
			mu.Unlock()
		})
	}},
	{exercise: "mutex", name: "defer", check: func() {
		exercise.CheckMutex(func(counter *scheduler.Int, mu *scheduler.Mutex) {
			mu.Lock()
			defer mu.Unlock()
			counter.Store(counter.Load() + 1)
		})
	}},
	{exercise: "atomic", name: "Add", check: func() {
		exercise.CheckAtomic(func(counter *scheduler.Int) { counter.Add(1) })
	}},
	{exercise: "atomic", name: "CompareAndSwap", check: func() {
		exercise.CheckAtomic(func(counter *scheduler.Int) {
			for {
				if seen := counter.Load(); counter.CompareAndSwap(seen, seen+1) {
					return
				}
			}
		})
	}},
	{exercise: "no-sharing", name: "channel", check: func() {
		exercise.CheckNoSharing(func(parts []func() int) int {
			results := make(chan int)
			for _, part := range parts {
				go func() { results <- part() }()
			}
			sum := 0
			for range parts {
				sum += <-results
			}
			return sum
		})
	}},
	{exercise: "no-sharing", name: "a place each", check: func() {
		exercise.CheckNoSharing(func(parts []func() int) int {
			results := make([]int, len(parts))
			var wg sync.WaitGroup
			for i, part := range parts {
				wg.Go(func() { results[i] = part() })
			}
			wg.Wait()
			sum := 0
			for _, r := range results {
				sum += r
			}
			return sum
		})
	}},
	{exercise: "no-sharing", name: "closed", check: func() {
		exercise.CheckNoSharing(func(parts []func() int) int {
			results := make(chan int, len(parts))
			var wg sync.WaitGroup
			for _, part := range parts {
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
	}},
	{exercise: "check-then-act", name: "takes one and gives it back", check: func() {
		exercise.CheckThenAct(func(_ *scheduler.Mutex, tickets *scheduler.Int) bool {
			if tickets.Add(-1) >= 0 {
				return true
			}
			tickets.Add(1)
			return false
		})
	}},
	{exercise: "check-then-act", name: "defer", check: func() {
		exercise.CheckThenAct(func(mu *scheduler.Mutex, tickets *scheduler.Int) bool {
			mu.Lock()
			defer mu.Unlock()
			if tickets.Load() == 0 {
				return false
			}
			tickets.Add(-1)
			return true
		})
	}},
	{exercise: "check-then-act", name: "CompareAndSwap", check: func() {
		exercise.CheckThenAct(func(_ *scheduler.Mutex, tickets *scheduler.Int) bool {
			for {
				n := tickets.Load()
				if n == 0 {
					return false
				}
				if tickets.CompareAndSwap(n, n-1) {
					return true
				}
			}
		})
	}},
	{exercise: "pool", name: "workers", check: func() {
		exercise.CheckPool(func(limit int, tasks []func()) {
			queue := make(chan func())
			var wg sync.WaitGroup
			for range limit {
				wg.Go(func() {
					for task := range queue {
						task()
					}
				})
			}
			for _, task := range tasks {
				queue <- task
			}
			close(queue)
			wg.Wait()
		})
	}},
	{exercise: "pool", name: "semaphore", check: func() {
		exercise.CheckPool(func(limit int, tasks []func()) {
			slots := make(chan bool, limit)
			var wg sync.WaitGroup
			for _, task := range tasks {
				slots <- true
				wg.Go(func() {
					task()
					<-slots
				})
			}
			wg.Wait()
		})
	}},
	{exercise: "pool", name: "semaphore inside", check: func() {
		exercise.CheckPool(func(limit int, tasks []func()) {
			slots := make(chan bool, limit)
			var wg sync.WaitGroup
			for _, task := range tasks {
				wg.Go(func() {
					slots <- true
					defer func() { <-slots }()
					task()
				})
			}
			wg.Wait()
		})
	}},
	{exercise: "pool", name: "errgroup", check: func() {
		exercise.CheckPool(func(limit int, tasks []func()) {
			var group errgroup.Group
			group.SetLimit(limit)
			for _, task := range tasks {
				group.Go(func() error {
					task()
					return nil
				})
			}
			group.Wait()
		})
	}},
	{exercise: "pool", name: "next under a mutex", check: func() {
		exercise.CheckPool(func(limit int, tasks []func()) {
			var mu sync.Mutex
			next := 0
			var wg sync.WaitGroup
			for range limit {
				wg.Go(func() {
					for {
						mu.Lock()
						mine := next
						next++
						mu.Unlock()
						if mine >= len(tasks) {
							return
						}
						tasks[mine]()
					}
				})
			}
			wg.Wait()
		})
	}},
	{exercise: "first-error", name: "errgroup", check: func() {
		exercise.CheckFirstError(func(ctx context.Context, tasks []func(context.Context) error) error {
			group, ctx := errgroup.WithContext(ctx)
			for _, task := range tasks {
				group.Go(func() error { return task(ctx) })
			}
			return group.Wait()
		})
	}},
	{exercise: "first-error", name: "once", check: func() {
		exercise.CheckFirstError(func(ctx context.Context, tasks []func(context.Context) error) error {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			var once sync.Once
			var first error
			var wg sync.WaitGroup
			for _, task := range tasks {
				wg.Go(func() {
					if err := task(ctx); err != nil {
						once.Do(func() {
							first = err
							cancel()
						})
					}
				})
			}
			wg.Wait()
			return first
		})
	}},
	{exercise: "first-error", name: "channel", check: func() {
		exercise.CheckFirstError(func(ctx context.Context, tasks []func(context.Context) error) error {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			errs := make(chan error)
			for _, task := range tasks {
				go func() { errs <- task(ctx) }()
			}
			var first error
			for range tasks {
				if err := <-errs; err != nil && first == nil {
					first = err
					cancel()
				}
			}
			return first
		})
	}},
	{exercise: "deadlock", name: "by ID", check: func() {
		exercise.CheckDeadlock(func(from, to *exercise.Account, amount int) {
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
			second.Mu.Unlock()
			first.Mu.Unlock()
		})
	}},
	{exercise: "deadlock", name: "one lock at a time", check: func() {
		exercise.CheckDeadlock(func(from, to *exercise.Account, amount int) {
			from.Mu.Lock()
			from.Money.Store(from.Money.Load() - amount)
			from.Mu.Unlock()
			to.Mu.Lock()
			to.Money.Store(to.Money.Load() + amount)
			to.Mu.Unlock()
		})
	}},
	{exercise: "deadlock", name: "try and give back", check: func() {
		exercise.CheckDeadlock(func(from, to *exercise.Account, amount int) {
			if from == to {
				return
			}
			for {
				from.Mu.Lock()
				if to.Mu.TryLock() {
					break
				}
				from.Mu.Unlock()
				scheduler.Yield()
			}
			from.Money.Store(from.Money.Load() - amount)
			to.Money.Store(to.Money.Load() + amount)
			to.Mu.Unlock()
			from.Mu.Unlock()
		})
	}},
	{exercise: "philosophers", name: "smaller first", check: func() {
		exercise.CheckPhilosophers(func(id int, forks []*scheduler.Mutex, eat func()) {
			first, second := id, (id+1)%len(forks)
			if second < first {
				first, second = second, first
			}
			forks[first].Lock()
			forks[second].Lock()
			eat()
			forks[second].Unlock()
			forks[first].Unlock()
		})
	}},
	{exercise: "philosophers", name: "odd and even", check: func() {
		exercise.CheckPhilosophers(func(id int, forks []*scheduler.Mutex, eat func()) {
			left, right := forks[id], forks[(id+1)%len(forks)]
			if id%2 == 1 {
				left, right = right, left
			}
			left.Lock()
			right.Lock()
			eat()
			left.Unlock()
			right.Unlock()
		})
	}},
	{exercise: "buffer", name: "two conditions", check: func() {
		exercise.CheckBuffer(put, func(b *exercise.Buffer) int {
			b.Mu.Lock()
			defer b.Mu.Unlock()
			for b.Len() == 0 {
				b.NotEmpty.Wait()
			}
			value := b.Pop()
			b.NotFull.Signal()
			return value
		})
	}},
	{exercise: "buffer", name: "one condition and Broadcast", check: func() {
		exercise.CheckBuffer(func(b *exercise.Buffer, value int) {
			b.Mu.Lock()
			for b.Len() == b.Cap {
				b.NotEmpty.Wait()
			}
			b.Push(value)
			b.NotEmpty.Broadcast()
			b.Mu.Unlock()
		}, func(b *exercise.Buffer) int {
			b.Mu.Lock()
			for b.Len() == 0 {
				b.NotEmpty.Wait()
			}
			value := b.Pop()
			b.NotEmpty.Broadcast()
			b.Mu.Unlock()
			return value
		})
	}},
	{exercise: "readers-writers", name: "numbers", check: func() {
		exercise.CheckReadersWriters(func() exercise.RWLock { return newNumbers() })
	}},
	{exercise: "limiter", name: "next", check: func() { exercise.CheckLimiter(limiter) }},
	{exercise: "limiter", name: "sleeps under the mutex", check: func() {
		exercise.CheckLimiter(func(every time.Duration) func() {
			var mu sync.Mutex
			var next time.Time
			return func() {
				mu.Lock()
				defer mu.Unlock()
				time.Sleep(time.Until(next))
				next = time.Now().Add(every)
			}
		})
	}},
	{exercise: "word-count", name: "a map each", check: func() {
		exercise.CheckWordCount(func(pages []exercise.Page) map[string]int {
			results := make(chan map[string]int)
			workers := 0
			for chunk := range slices.Chunk(pages, len(pages)/runtime.NumCPU()+1) {
				workers++
				go func() {
					counts := map[string]int{}
					for _, page := range chunk {
						for word := range page.Words() {
							counts[word]++
						}
					}
					results <- counts
				}()
			}
			all := map[string]int{}
			for range workers {
				for word, n := range <-results {
					all[word] += n
				}
			}
			return all
		})
	}},
	{exercise: "word-count", name: "merged under a mutex", check: func() {
		exercise.CheckWordCount(func(pages []exercise.Page) map[string]int {
			var mu sync.Mutex
			var wg sync.WaitGroup
			all := map[string]int{}
			for chunk := range slices.Chunk(pages, len(pages)/8+1) {
				wg.Go(func() {
					counts := map[string]int{}
					for _, page := range chunk {
						for word := range page.Words() {
							counts[word]++
						}
					}
					mu.Lock()
					defer mu.Unlock()
					for word, n := range counts {
						all[word] += n
					}
				})
			}
			wg.Wait()
			return all
		})
	}},
	{exercise: "prediction", name: "two", check: func() {
		exercise.CheckPrediction(2, "A reads 0 and waits while B adds once, then B reads what A wrote.")
	}},
}

func put(b *exercise.Buffer, value int) {
	b.Mu.Lock()
	defer b.Mu.Unlock()
	for b.Len() == b.Cap {
		b.NotFull.Wait()
	}
	b.Push(value)
	b.NotEmpty.Signal()
}

// numbers is a fair lock: who comes takes a number.
type numbers struct {
	mu      scheduler.Mutex
	changed *scheduler.Cond
	next    int // the number to give out
	now     int // the number that is served
	readers int
	writing bool
}

func newNumbers() *numbers {
	l := &numbers{}
	l.changed = scheduler.NewCond(&l.mu)
	return l
}

func (l *numbers) RLock() {
	l.mu.Lock()
	mine := l.next
	l.next++
	for mine != l.now || l.writing {
		l.changed.Wait()
	}
	l.readers++
	l.now++
	l.changed.Broadcast()
	l.mu.Unlock()
}

func (l *numbers) RUnlock() {
	l.mu.Lock()
	l.readers--
	l.changed.Broadcast()
	l.mu.Unlock()
}

func (l *numbers) Lock() {
	l.mu.Lock()
	mine := l.next
	l.next++
	for mine != l.now || l.writing || l.readers > 0 {
		l.changed.Wait()
	}
	l.writing = true
	l.now++
	l.mu.Unlock()
}

func (l *numbers) Unlock() {
	l.mu.Lock()
	l.writing = false
	l.changed.Broadcast()
	l.mu.Unlock()
}

func limiter(every time.Duration) func() {
	var mu sync.Mutex
	var next time.Time
	return func() {
		mu.Lock()
		now := time.Now()
		if next.Before(now) {
			next = now
		}
		mine := next
		next = next.Add(every)
		mu.Unlock()
		time.Sleep(mine.Sub(now))
	}
}
