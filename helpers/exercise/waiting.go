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
			expect(buffer.Len() == left,
				"all have ended, and there are %s in the buffer, not %d", several(buffer.Len(), "value"), left)
			settle()
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
			expect(first == i && second == -i,
				"first %d and then %d was put in, and first %d and then %d taken", i, -i, first, second)
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
		scenario{title: "Room for 2, two producers with two values each, one consumer",
			run: work(2, []int{2, 2}, []int{4})},
		scenario{title: "Room for 2, one producer puts three values, one consumer takes one",
			run: work(2, []int{3}, []int{1})},
		scenario{title: "Room for 3, two producers, two consumers", run: work(3, []int{1, 1}, []int{1, 1})},
		scenario{title: "Room for 2, a producer with two values and one with one, two such consumers",
			run: work(2, []int{2, 1}, []int{2, 1})},
		scenario{title: "Room for 4, one producer puts five values, one consumer takes one",
			run: work(4, []int{5}, []int{1})},
		scenario{title: "Room for 4, one producer puts one value, one consumer", run: work(4, []int{1}, []int{1})},
		scenario{title: "Room for 1, a producer with one value and one with four, one consumer",
			run: work(1, []int{1, 4}, []int{5})},
		scenario{title: "Room for 1, one producer, a consumer who takes one value and one who takes four",
			run: work(1, []int{5}, []int{1, 4})},
	)
}

// A RWLock is a lock for one writer or many readers, for CheckReadersWriters.
type RWLock interface {
	Lock()
	Unlock()
	RLock()
	RUnlock()
}

// CheckReadersWriters checks a lock that the student makes; newLock makes a new one. A writer is in
// alone, readers may be in together, and who comes first is served first: a reader who comes after a
// waiting writer waits for it, and a writer who comes after a waiting reader waits for that one.
// Somebody has come when he can get no further.
func CheckReadersWriters(newLock func() RWLock) {
	made := lockMaker(func() RWLock {
		lock := newLock()
		expect(lock != nil, "there is no lock: nil was returned")
		return lock
	})
	alone := func() {
		lock := made()
		for range 2 {
			lock.RLock()
			lock.RUnlock() //lint:ignore SA2001 only whether it gets in is asked
			lock.Lock()
			lock.Unlock() //lint:ignore SA2001 only whether it gets in is asked
		}
	}
	// A lock may have a goroutine that keeps it.
	comes := func(title string, run func()) scenario { return scenario{title: title, stays: true, run: run} }
	check("readers-writers",
		comes("One goroutine reads, and writes, twice", alone),
		comes("A reader is in, and another reader comes", made.stay("rr")),
		comes("Two locks, and a writer for each", func() { apart(made(), made(), "is in as a writer") }),
		comes("Two writers", made.visitors("ww", 1)),
		comes("A reader and a writer", made.visitors("rw", 1)),
		comes("Two readers and a writer", made.visitors("rrw", 1)),
		comes("A reader and two writers", made.visitors("rww", 1)),
		comes("A reader and a writer, twice each", made.visitors("rw", 2)),
		comes("Two readers and two writers", made.visitors("rrww", 1)),
		comes("A reader is in, a writer comes and waits, then another reader comes", made.stay("rwr")),
		comes("A writer is in, a reader comes and waits, then another writer comes", made.stay("wrw")),
		comes("A writer is in, and two readers come and wait", made.stay("wrr")),
		comes("A reader is in, and three more come", made.stay("rrrr")),
		comes("A writer is in, and three readers come and wait", made.stay("wrrr")),
		comes("A writer is in; a reader, a writer and another reader come one after the other", made.stay("wrwr")),
		comes("A reader is in; a writer and two readers come one after the other", made.stay("rwrr")),
		comes("A writer is in; two readers and a writer come one after the other, and none stays", made.queue("wrrw")),
		comes("A writer is in; a reader, a writer and another reader come one after the other, and none stays",
			made.queue("wrwr")),
		comes("A writer is in; a writer and a reader come one after the other, and none stays", made.queue("wwr")),
	)
}

// A lockMaker makes the locks of the scenarios. Its methods make the scenarios, in which each letter of
// who is a goroutine, a reader or a writer.
type lockMaker func() RWLock

// visitors come n times each.
func (made lockMaker) visitors(who string, n int) func() {
	return func() {
		lock := made()
		var in inside
		var wg sync.WaitGroup
		for _, kind := range who {
			wg.Go(func() {
				for range n {
					enter(lock, kind)
					note("is in as a "+names[kind], func() { in.comes(kind) })
					note("goes", func() { in.goes(kind) })
					leave(lock, kind)
				}
			})
		}
		wg.Wait()
	}
}

// stay has the first of who in, on main's goroutine. The others come, each when the one before can get
// no further. All stay in until nobody gets any further, so all must be in who may be in together; then
// these go, and it is the next ones' turn.
func (made lockMaker) stay(who string) func() {
	return func() {
		lock := made()
		kinds := []rune(who)
		turns := turnsOf(kinds)
		goes := make([]chan bool, turns[len(turns)-1]+1)
		for i := range goes {
			goes[i] = make(chan bool)
		}
		been := make([]bool, len(kinds)) // who is in, or has been
		enter(lock, kinds[0])
		been[0] = true
		var wg sync.WaitGroup
		for i, kind := range kinds[1:] {
			wg.Go(func() {
				enter(lock, kind)
				note("is in as a "+names[kind], func() { been[i+1] = true })
				<-goes[turns[i+1]]
				leave(lock, kind)
			})
			settle()
			letInRightly(kinds[:i+2], turns, been, 0)
		}
		leave(lock, kinds[0])
		for i := range goes {
			close(goes[i])
			settle()
			letInRightly(kinds, turns, been, i+1)
		}
		wg.Wait()
	}
}

// turnsOf is whose turn it is together, of who come in this order: 0 is the first's.
func turnsOf(kinds []rune) []int {
	turns := make([]int, len(kinds))
	for i := range kinds[1:] {
		turns[i+1] = turns[i]
		if kinds[i] == 'w' || kinds[i+1] == 'w' {
			turns[i+1]++
		}
	}
	return turns
}

// letInRightly looks at who has come, and of whom have been in: up to this turn all, and no others.
func letInRightly(come []rune, turns []int, been []bool, turn int) {
	for i := range come {
		for j := range i {
			expect(been[j] || !been[i] || turns[j] == turns[i],
				"a %s waits, and a %s who came later is let in first", names[come[j]], names[come[i]])
		}
		if been[i] && turns[i] > turn {
			expect(false, "a %s is let in while a %s is in", names[come[i]], names[come[slices.Index(turns, turn)]])
		}
	}
	for i := range come {
		for j := range come {
			expect(turns[i] != turn || turns[j] != turn || been[i] == been[j],
				"two readers have come, nobody is in their way, and only one of them is let in")
		}
		expect(turns[i] > turn || been[i], "all who came before have gone, and a %s still waits", names[come[i]])
	}
}

// queue has the first of who in, and the others come as in stay. Then all go in and out as they can.
func (made lockMaker) queue(who string) func() {
	return func() {
		lock := made()
		first, kinds := rune(who[0]), []rune(who[1:])
		been := make([]bool, len(kinds))
		var in inside
		enter(lock, first)
		var wg sync.WaitGroup
		for i, kind := range kinds {
			wg.Go(func() {
				enter(lock, kind)
				note("is in as a "+names[kind], func() {
					in.comes(kind)
					been[i] = true
					for j := range i {
						expect(been[j] || kinds[j] == 'r' && !slices.Contains(kinds[j:i+1], 'w'),
							"a %s waits, and a %s who came later is let in first", names[kinds[j]], names[kind])
					}
				})
				note("goes", func() { in.goes(kind) })
				leave(lock, kind)
			})
			settle()
		}
		leave(lock, first)
		wg.Wait()
	}
}

func enter(lock RWLock, kind rune) {
	if kind == 'r' {
		lock.RLock()
	} else {
		lock.Lock()
	}
}

func leave(lock RWLock, kind rune) {
	if kind == 'r' {
		lock.RUnlock()
	} else {
		lock.Unlock()
	}
}

var names = map[rune]string{'r': "reader", 'w': "writer"}

// inside is who is in a RWLock.
type inside struct{ readers, writers int }

// comes notes who has come in, and ends the scenario where he must not be.
func (in *inside) comes(kind rune) {
	if kind == 'r' {
		expect(in.writers == 0, "a reader is in together with a writer")
		in.readers++
		return
	}
	expect(in.writers == 0, "two writers are in together")
	expect(in.readers == 0, "a writer is in together with a reader")
	in.writers++
}

func (in *inside) goes(kind rune) {
	if kind == 'r' {
		in.readers--
	} else {
		in.writers--
	}
}
