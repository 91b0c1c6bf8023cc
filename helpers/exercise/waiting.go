package exercise

import (
	"fmt"
	"slices"
	"sync"
)

// A Buffer is a list with room for Cap values and what is needed to use it from several goroutines, for
// CheckBuffer. Only one goroutine at a time may use Len, Push and Pop. The conditions have the mutex Mu.
type Buffer struct {
	Mu                sync.Mutex
	NotFull, NotEmpty *sync.Cond
	Cap               int

	values []int // a new list with each change, so that a change is one step
}

func newBuffer(room int) *Buffer {
	b := &Buffer{Cap: room}
	b.NotFull, b.NotEmpty = &sync.Cond{L: &b.Mu}, &sync.Cond{L: &b.Mu}
	return b
}

// Len is how many values are in the buffer.
func (b *Buffer) Len() int { return len(b.values) }

// Push adds a value at the end. There must be room for it.
func (b *Buffer) Push(value int) {
	values := b.values
	expect(len(values) < b.Cap, "Push into a buffer that is full")
	b.values = append(slices.Clip(values), value)
}

// Pop takes the first value. There must be one.
func (b *Buffer) Pop() int {
	values := b.values
	expect(len(values) > 0, "Pop from a buffer that is empty")
	b.values = values[1:]
	return values[0]
}

// CheckBuffer checks put, which waits until there is room in the buffer and then adds the value, and
// take, which waits until there is a value and then returns the oldest. Both are called by several
// goroutines at once.
func CheckBuffer(put func(b *Buffer, value int), take func(b *Buffer) int) {
	// Each producer puts some values, 1, 2, 3 and so on by the order of producers; each consumer takes
	// some.
	work := func(room int, producers, consumers []int) func() {
		return func() {
			buffer := newBuffer(room)
			var all []int // that are put in
			var wg sync.WaitGroup
			for _, n := range producers {
				first := len(all) + 1
				for range n {
					all = append(all, len(all)+1)
				}
				wg.Go(func() {
					for i := range n {
						put(buffer, first+i)
					}
				})
			}
			taken := make([][]int, len(consumers))
			for i, n := range consumers {
				wg.Go(func() {
					var mine []int
					for range n {
						mine = append(mine, take(buffer))
					}
					note(fmt.Sprint("has taken ", mine), func() { taken[i] = mine })
				})
			}
			wg.Wait()
			got := slices.Concat(taken...)
			if len(producers) > 1 || len(consumers) > 1 {
				slices.Sort(got)
			}
			left := len(all) - len(got)
			if left == 0 {
				expect(slices.Equal(got, all), "%v was put in, and %v taken", all, taken)
			}
			expect(buffer.Len() == left, "all have ended, and there are %s in the buffer, not %d", several(buffer.Len(), "value"), left)
			expect(buffer.Mu.TryLock(), "all have ended, and Mu is still locked")
		}
	}
	// Nobody has to wait, so one goroutine is enough.
	alone := func() {
		buffer := newBuffer(2)
		for i := range 3 {
			put(buffer, i)
			put(buffer, -i)
			first, second := take(buffer), take(buffer)
			expect(first == i && second == -i, "first %d and then %d was put in, and first %d and then %d taken", i, -i, first, second)
		}
		expect(buffer.Mu.TryLock(), "it is at its end, and Mu is still locked")
	}
	check("buffer",
		scenario{title: "Room for 2, one goroutine puts two values and takes two, three times", run: alone},
		scenario{title: "Room for 1, one producer puts two values, one consumer", run: work(1, []int{2}, []int{2})},
		scenario{title: "Room for 2, one producer puts three values, one consumer", run: work(2, []int{3}, []int{3})},
		scenario{title: "Room for 1, two producers, one consumer", run: work(1, []int{1, 1}, []int{2})},
		scenario{title: "Room for 1, one producer, two consumers", run: work(1, []int{2}, []int{1, 1})},
		scenario{title: "Room for 2, one producer puts two values, two consumers", run: work(2, []int{2}, []int{1, 1})},
		scenario{title: "Room for 1, two producers, two consumers", run: work(1, []int{1, 1}, []int{1, 1})},
		scenario{title: "Room for 2, two producers with two values each, one consumer", run: work(2, []int{2, 2}, []int{4})},
		scenario{title: "Room for 1, two producers with two values each, two consumers", run: work(1, []int{2, 2}, []int{2, 2})},
		scenario{title: "Room for 2, two producers with two values each, two consumers", run: work(2, []int{2, 2}, []int{2, 2})},
	)
}
