package exercise

import (
	"fmt"
	"strings"
	"unicode"

	"example.com/multithreading/helpers/predict"
	"example.com/multithreading/helpers/scheduler"
)

// CheckLostUpdate checks a schedule for two goroutines, A and B, of which each adds 1 to a counter: it reads the counter in one step and
// writes it in a second. The schedule says who makes each step, such as "AABB"; spaces do not count. It is right when an update is lost.
func CheckLostUpdate(schedule string) {
	checkSchedule("lost-update", schedule, 1, 1)
}

// CheckSchedule is CheckLostUpdate for two goroutines that each add 1 three times, twelve steps in all. The schedule is right when the
// counter ends at 2, the least there is.
func CheckSchedule(schedule string) {
	checkSchedule("schedule", schedule, 3, 2)
}

// additions is the program of both: A and B each add 1, times times.
func additions(times int) (counter func() *scheduler.Int, body func(*scheduler.Run)) {
	var c *scheduler.Int
	return func() *scheduler.Int { return c }, func(r *scheduler.Run) {
		c = &scheduler.Int{Name: "counter"}
		for _, name := range []string{"A", "B"} {
			r.Go(name, func() {
				for range times {
					c.Store(c.Load() + 1)
				}
			})
		}
		r.Wait()
	}
}

func checkSchedule(name, letters string, times, want int) {
	check(name, letters, false, func(t *trial) {
		var schedule []int
		count := map[rune]int{}
		for _, letter := range letters {
			switch letter = unicode.ToUpper(letter); {
			case unicode.IsSpace(letter):
			case letter == 'A' || letter == 'B':
				schedule = append(schedule, int(letter-'A'))
				count[letter]++
			default:
				t.mishap("%q is nobody's letter: write A where goroutine A makes a step, and B where B does.", letter)
			}
		}
		for _, letter := range "AB" {
			if n := count[letter]; n != 2*times {
				t.mishap("%c makes %d steps, and its letter is there %s.", letter, 2*times, timesOf(n))
			}
		}
		counter, body := additions(times)
		result := scheduler.Replay(schedule, body)
		drawn := result.Columns()
		drawn.Title = "Your schedule"
		drawn.Outcome = fmt.Sprintf("counter=%d", counter().Value())
		v := Verdict{Right: counter().Value() == want, Schedule: &drawn}
		switch lost := 2*times - counter().Value(); {
		case v.Right && times == 1:
			v.Says = "one update is lost: two were added, and the counter ends at 1."
		case v.Right:
			v.Says = fmt.Sprintf("%d were added, and the counter ends at %d. Less is not possible.", 2*times, want)
		case lost == 0:
			v.Says = fmt.Sprintf("the counter ends at %d, so nothing is lost.", 2*times)
		default:
			v.Says = fmt.Sprintf("the counter ends at %d. Wanted is %d.", counter().Value(), want)
		}
		t.end(v)
	})
}

// adders is a program in which names call add, each times times.
func adders(names string, times int, add func(*scheduler.Int, *scheduler.Mutex)) func(*scheduler.Run) {
	return func(r *scheduler.Run) {
		counter, mu := &scheduler.Int{Name: "counter"}, &scheduler.Mutex{Name: "mu"}
		for _, name := range names {
			r.Go(string(name), func() {
				for range times {
					add(counter, mu)
				}
			})
		}
		r.Wait()
		want := len(names) * times
		r.Check(counter.Value() == want, "the counter ends at %d, not at %d", counter.Value(), want)
		r.Check(mu.TryLock(), "all have ended, and mu is still locked")
	}
}

// steps lists what the goroutines do that body starts, when nobody is interrupted: a step a line.
func steps(body func(*scheduler.Run)) string {
	var all strings.Builder
	for _, step := range scheduler.Replay(nil, body).Columns().Steps {
		if step.Thread >= 0 { // not the body's
			fmt.Fprintln(&all, step.Text)
		}
	}
	return all.String()
}

// plainly ends the trial where one of the steps changes one of the numbers in a way that needs no lock.
func (t *trial) plainly(steps string, numbers ...string) {
	for _, number := range numbers {
		for _, atomic := range []string{"Add", "Swap", "CompareAndSwap"} {
			if strings.Contains(steps, number+"."+atomic+"(") {
				t.wrong("%s.%s is one step by itself, and needs no mutex. Here, use Load and Store, and a mutex.", number, atomic)
			}
		}
	}
}

// explored is what a right function of an exercise about interleavings is told.
func (t *trial) explored() {
	if t.more {
		t.praise("right in the first %d interleavings tried; there are more.", t.tried)
		return
	}
	t.praise("right in all %d interleavings.", t.tried)
}

// CheckMutex checks a function that adds 1 to the counter with Load and Store and keeps others out with mu. Called by several goroutines
// at once, no update may be lost.
func CheckMutex(add func(counter *scheduler.Int, mu *scheduler.Mutex)) {
	check("mutex", add, false, func(t *trial) {
		t.explore("One goroutine adds once", adders("A", 1, add))
		made := steps(adders("A", 1, add))
		t.plainly(made, "counter")
		t.explore("One goroutine adds twice", adders("A", 2, add))
		t.explore("Two goroutines add once each", adders("AB", 1, add))
		t.explore("Two goroutines add twice each", adders("AB", 2, add))
		t.explore("Three goroutines add once each", adders("ABC", 1, add))
		if !strings.Contains(made, "mu.Lock()") && !strings.Contains(made, "mu.TryLock()") {
			t.wrong("mu was not locked. %s", unseen)
		}
		t.explored()
	})
}

// unseen is what is said of a lock that a student makes of plain variables. Between two steps nobody is interrupted, so it passes all trials.
const unseen = "Variables of your own keep nobody out: the check interrupts only at the calls on its own objects, and real Go interrupts anywhere."

// CheckAtomic checks a function that adds 1 to the counter without any lock. Called by several goroutines at once, no update may be lost.
func CheckAtomic(add func(counter *scheduler.Int)) {
	check("atomic", add, false, func(t *trial) {
		add := func(counter *scheduler.Int, _ *scheduler.Mutex) { add(counter) }
		t.explore("One goroutine adds twice", adders("A", 2, add))
		t.explore("Two goroutines add once each", adders("AB", 1, add))
		t.explore("Two goroutines add twice each", adders("AB", 2, add))
		t.explore("Three goroutines add once each", adders("ABC", 1, add))
		t.explored()
	})
}

// CheckThenAct checks a function that sells one ticket, if there is one left, and returns whether it did. It may use mu, which it must give
// back. Called by several goroutines at once, no ticket may be sold twice.
func CheckThenAct(buy func(mu *scheduler.Mutex, tickets *scheduler.Int) bool) {
	buyers := func(names string, n int) func(*scheduler.Run) {
		return func(r *scheduler.Run) {
			mu, tickets := &scheduler.Mutex{Name: "mu"}, scheduler.NewInt("tickets", n)
			sold := 0
			for _, name := range names {
				r.Go(string(name), func() {
					if buy(mu, tickets) {
						sold++
					}
				})
			}
			r.Wait()
			want := min(len(names), n)
			r.Check(sold <= want, "%s for %s, and %d were sold", several(n, "ticket"), several(len(names), "buyer"), sold)
			r.Check(sold == want, "%s for %s, and only %d sold", several(n, "ticket"), several(len(names), "buyer"), sold)
			r.Check(tickets.Value() == n-sold, "%s, %d sold, and tickets=%d at the end", several(n, "ticket"), sold, tickets.Value())
			r.Check(mu.TryLock(), "all have ended, and mu is still locked")
		}
	}
	check("check-then-act", buy, false, func(t *trial) {
		t.explore("One buyer, two tickets", buyers("A", 2))
		t.explore("One buyer, no ticket", buyers("A", 0))
		t.explore("Two buyers, no ticket", buyers("AB", 0))
		t.explore("Two buyers, one ticket", buyers("AB", 1))
		t.explore("Two buyers, two tickets", buyers("AB", 2))
		t.explore("Three buyers, two tickets", buyers("ABC", 2))
		t.explored()
	})
}

func several(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// An Account is somebody's account, for CheckDeadlock. No two have the same ID.
type Account struct {
	ID    int
	Mu    scheduler.Mutex
	Money scheduler.Int
}

// CheckDeadlock checks a function that moves amount from one account to another, which may be the same one. Whatever payments are made
// at once, all must come to an end, and no money may be lost. The money is read with Load and written with Store: only the mutexes keep it right.
func CheckDeadlock(pay func(from, to *Account, amount int)) {
	// Each payment is two letters: who pays, who receives.
	payments := func(stage string, all ...string) (string, func(*scheduler.Run)) {
		return stage, func(r *scheduler.Run) {
			accounts := map[byte]*Account{}
			want := map[byte]int{}
			for i, name := range []string{"anna", "ben", "cleo"} {
				accounts[name[0]] = &Account{ID: i + 1, Mu: scheduler.Mutex{Name: name + ".Mu"}, Money: *scheduler.NewInt(name+".Money", 50)}
				want[name[0]] = 50
			}
			for i, p := range all {
				want[p[0]] -= 10
				want[p[1]] += 10
				r.Go(fmt.Sprintf("payment %d", i+1), func() { pay(accounts[p[0]], accounts[p[1]], 10) })
			}
			r.Wait()
			for _, name := range []string{"anna", "ben", "cleo"} {
				if !strings.ContainsAny(strings.Join(all, ""), name[:1]) {
					continue
				}
				a := accounts[name[0]]
				r.Check(a.Money.Value() == want[name[0]], "%s has %d, not %d", name, a.Money.Value(), want[name[0]])
				r.Check(a.Mu.TryLock(), "all have ended, and %s.Mu is still locked", name)
			}
		}
	}
	check("deadlock", pay, false, func(t *trial) {
		stage, payment := payments("Anna pays Ben", "ab")
		t.explore(stage, payment)
		t.plainly(steps(payment), "anna.Money", "ben.Money")
		t.explore(payments("Ben pays Anna", "ba"))
		t.explore(payments("Anna pays Ben, Ben pays Anna", "ab", "ba"))
		t.explore(payments("Anna pays Anna", "aa"))
		t.explore(payments("Anna pays Ben, twice", "ab", "ab"))
		t.explore(payments("Anna pays Ben, Anna pays Cleo", "ab", "ac"))
		t.explore(payments("Anna pays Ben, Ben pays Cleo, Cleo pays Anna", "ab", "bc", "ca"))
		t.explored()
	})
}

// CheckPhilosophers checks how philosopher id, counted from 0, dines: with forks[id] at one hand and the next one, forks[(id+1)%len(forks)],
// at the other. The function takes both forks, calls eat once and puts them back. All must get to eat, no two neighbours at once; two who
// share no fork must be able to.
func CheckPhilosophers(dine func(id int, forks []*scheduler.Mutex, eat func())) {
	table := func(n int) ([]*scheduler.Mutex, func(r *scheduler.Run)) {
		forks := make([]*scheduler.Mutex, n)
		for i := range forks {
			forks[i] = &scheduler.Mutex{Name: fmt.Sprint("fork", i)}
		}
		return forks, func(r *scheduler.Run) {
			for i, fork := range forks {
				r.Check(fork.TryLock(), "all have eaten, and fork%d was not put back", i)
			}
		}
	}
	// Some of n philosophers are there.
	dinner := func(n int, ids ...int) func(*scheduler.Run) {
		return func(r *scheduler.Run) {
			forks, tidy := table(n)
			eating, meals := make([]bool, n), make([]int, n)
			for _, id := range ids {
				r.Go(fmt.Sprint("P", id), func() {
					dine(id, forks, func() {
						scheduler.Step("begins to eat")
						for _, neighbour := range []int{(id + 1) % n, (id + n - 1) % n} {
							r.Check(!eating[neighbour], "P%d begins to eat while P%d eats: they share a fork", id, neighbour)
						}
						eating[id] = true
						meals[id]++
						scheduler.Step("stops eating")
						eating[id] = false
					})
				})
			}
			r.Wait()
			for _, id := range ids {
				r.Check(meals[id] == 1, "P%d has eaten %s, and wants to eat once", id, several(meals[id], "time"))
			}
			tidy(r)
		}
	}
	check("philosophers", dine, false, func(t *trial) {
		for id := range 3 {
			t.explore(fmt.Sprintf("Philosopher %d of 3 is alone", id), dinner(3, id))
		}
		t.explore("Neighbours 0 and 1 of 3", dinner(3, 0, 1))
		t.explore("Neighbours 1 and 2 of 3", dinner(3, 1, 2))
		t.explore("Neighbours 2 and 0 of 3", dinner(3, 2, 0))
		t.explore("All of 3", dinner(3, 0, 1, 2))
		// No preemption is needed: P0 goes on until it waits for P2 with both its forks in its hands, and then P2 must get to eat.
		t.exploreWith(0, "Philosophers 0 and 2 of 4, who share no fork, eat until both eat", func(r *scheduler.Run) {
			forks, tidy := table(4)
			both := &scheduler.WaitGroup{Name: "both eat"}
			both.Add(2)
			for _, id := range []int{0, 2} {
				r.Go(fmt.Sprint("P", id), func() {
					dine(id, forks, func() {
						both.Done()
						both.Wait()
					})
				})
			}
			r.Wait()
			tidy(r)
		})
		t.explored()
	})
}

func timesOf(n int) string {
	switch n {
	case 0:
		return "not at all"
	case 1:
		return "once"
	}
	return fmt.Sprint(n, " times")
}

// A Buffer is a list with room for Cap values and what is needed to use it from several goroutines, for CheckBuffer. Only one goroutine at
// a time may use Len, Push and Pop. The conditions have the mutex Mu.
type Buffer struct {
	Mu                scheduler.Mutex
	NotFull, NotEmpty scheduler.Cond
	Cap               int

	run    *scheduler.Run
	values []int
	inside string // what is being done with the list
}

func newBuffer(r *scheduler.Run, room int) *Buffer {
	b := &Buffer{Mu: scheduler.Mutex{Name: "Mu"}, Cap: room, run: r}
	b.NotFull = scheduler.Cond{Name: "NotFull", L: &b.Mu}
	b.NotEmpty = scheduler.Cond{Name: "NotEmpty", L: &b.Mu}
	return b
}

func (b *Buffer) alone(what string) {
	b.run.Check(b.inside == "", "two use the list at once: one began %s while another was at %s", what, b.inside)
}

// Len is how many values are in the buffer.
func (b *Buffer) Len() int {
	scheduler.Step("Len()")
	b.alone("Len")
	return len(b.values)
}

// Push adds a value at the end. There must be room for it.
func (b *Buffer) Push(value int) {
	scheduler.Step(fmt.Sprintf("Push(%d) begins", value))
	b.alone("Push")
	b.run.Check(len(b.values) < b.Cap, "Push into a buffer that is full")
	b.inside = "Push"
	scheduler.Step("Push ends")
	b.values = append(b.values, value)
	b.inside = ""
}

// Pop takes the first value. There must be one.
func (b *Buffer) Pop() int {
	scheduler.Step("Pop() begins")
	b.alone("Pop")
	b.run.Check(len(b.values) > 0, "Pop from a buffer that is empty")
	b.inside = "Pop"
	scheduler.Step("Pop ends")
	value := b.values[0]
	b.values = b.values[1:]
	b.inside = ""
	return value
}

// CheckBuffer checks put, which waits until there is room in the buffer and then adds the value, and take, which waits until there is a
// value and then returns it. Both are called by several goroutines at once.
func CheckBuffer(put func(b *Buffer, value int), take func(b *Buffer) int) {
	// Each producer puts some values, 1, 2, 3 and so on by the order of producers; each consumer takes some.
	work := func(room int, producers, consumers []int) func(*scheduler.Run) {
		return func(r *scheduler.Run) {
			b := newBuffer(r, room)
			value, sum := 0, 0
			var taken [][]int
			for i, n := range producers {
				first := value + 1
				value += n
				r.Go(fmt.Sprint("producer ", i+1), func() {
					for k := range n {
						put(b, first+k)
					}
				})
			}
			for i, n := range consumers {
				taken = append(taken, nil)
				r.Go(fmt.Sprint("consumer ", i+1), func() {
					for range n {
						v := take(b)
						taken[i] = append(taken[i], v)
						sum += v
					}
				})
			}
			r.Wait()
			if len(producers) == 1 && len(consumers) == 1 {
				for k, v := range taken[0] {
					r.Check(v == k+1, "%v was taken in this order, and 1, 2, 3 … was put in", taken[0])
				}
			}
			r.Check(sum == value*(value+1)/2, "the values 1 to %d were put in, and %v was taken", value, taken)
			r.Check(len(b.values) == 0, "all have ended, and %v is still in the buffer", b.values)
			r.Check(b.Mu.TryLock(), "all have ended, and Mu is still locked")
		}
	}
	check("buffer", put, false, func(t *trial) {
		if take == nil {
			t.mishap("there is no function to check: nil was given.")
		}
		t.explore("Room for 2, two values, one producer, one consumer", work(2, []int{2}, []int{2}))
		t.explore("Room for 1, two values, one producer, one consumer", work(1, []int{2}, []int{2}))
		t.explore("Room for 1, two producers, one consumer", work(1, []int{1, 1}, []int{2}))
		t.explore("Room for 1, one producer, two consumers", work(1, []int{2}, []int{1, 1}))
		t.explore("Room for 1, two producers, two consumers", work(1, []int{1, 1}, []int{1, 1}))
		t.explore("Room for 1, two producers with two values each, two consumers", work(1, []int{2, 2}, []int{2, 2}))
		t.explored()
	})
}

// A RWLock is a lock for one writer or many readers, for CheckReadersWriters.
type RWLock interface {
	Lock()
	Unlock()
	RLock()
	RUnlock()
}

// CheckReadersWriters checks a lock that the student makes of a scheduler.Mutex and a scheduler.Cond; newLock makes a new one. A writer is
// in alone, readers may be in together, and nobody starves: a reader who comes after a waiting writer waits for it, and a writer who
// comes after a waiting reader waits for that one.
func CheckReadersWriters(newLock func() RWLock) {
	made := func(r *scheduler.Run) RWLock {
		lock := newLock()
		r.Check(lock != nil, "there is no lock: nil was returned")
		return lock
	}
	// Each letter of who is a goroutine: a reader or a writer.
	visitors := func(who string) func(*scheduler.Run) {
		return func(r *scheduler.Run) {
			lock := made(r)
			readers, writers := 0, 0
			for i, kind := range who {
				if kind == 'r' {
					r.Go(fmt.Sprint("reader ", i+1), func() {
						lock.RLock()
						r.Check(writers == 0, "a reader is in together with a writer")
						readers++
						scheduler.Step("reads")
						readers--
						lock.RUnlock()
					})
					continue
				}
				r.Go(fmt.Sprint("writer ", i+1), func() {
					lock.Lock()
					r.Check(writers == 0, "two writers are in together")
					r.Check(readers == 0, "a writer is in together with a reader")
					writers++
					scheduler.Step("writes")
					writers--
					lock.Unlock()
				})
			}
			r.Wait()
		}
	}
	// The first is in. Then the others come, one after another, and wait. They must be let in in that order.
	queue := func(first string, others ...string) func(*scheduler.Run) {
		return func(r *scheduler.Run) {
			lock := made(r)
			enter := map[string]func(){"reader": lock.RLock, "writer": lock.Lock}
			leave := map[string]func(){"reader": lock.RUnlock, "writer": lock.Unlock}
			var came []int
			enter[first]()
			for i, kind := range others {
				r.Go(fmt.Sprintf("%s %d", kind, i+2), func() {
					enter[kind]()
					came = append(came, i)
					if next := len(came) - 1; i != next {
						r.Check(false, "a %s waits, and a %s who came later was let in before", others[next], kind)
					}
					pause()
					leave[kind]()
				})
				pause() // until it waits
			}
			leave[first]()
			r.Wait()
		}
	}
	check("readers-writers", newLock, false, func(t *trial) {
		t.explore("One reader", visitors("r"))
		t.explore("One writer", visitors("w"))
		t.exploreWith(0, "One goroutine reads and writes, twice", func(r *scheduler.Run) {
			lock := made(r)
			for range 2 {
				lock.RLock()
				lock.RUnlock() //lint:ignore SA2001 only whether they get in is asked
				lock.Lock()
				lock.Unlock() //lint:ignore SA2001 only whether they get in is asked
			}
		})
		t.exploreWith(1, "Two readers who read until both are in", func(r *scheduler.Run) {
			lock := made(r)
			both := &scheduler.WaitGroup{Name: "both are in"}
			both.Add(2)
			for i := range 2 {
				r.Go(fmt.Sprint("reader ", i+1), func() {
					lock.RLock()
					both.Done()
					both.Wait()
					lock.RUnlock()
				})
			}
			r.Wait()
		})
		t.explore("Two writers", visitors("ww"))
		t.explore("A reader and a writer", visitors("rw"))
		t.explore("Two readers and a writer", visitors("rrw"))
		t.explore("A reader and two writers", visitors("rww"))
		t.exploreWith(0, "A reader is in, a writer waits, another reader comes", queue("reader", "writer", "reader"))
		t.exploreWith(0, "A writer is in, a reader waits, another writer comes", queue("writer", "reader", "writer"))
		t.exploreWith(0, "A writer is in, a reader, a writer and a reader wait", queue("writer", "reader", "writer", "reader"))
		if !strings.Contains(steps(visitors("w")), "Lock()") {
			t.wrong("no mutex was locked. %s", unseen)
		}
		t.explored()
	})
}

// pause lets the others go on until they wait.
func pause() {
	for range 4 { // without preemptions, whoever may go on goes on at the first
		scheduler.Yield()
	}
}

// CheckPrediction checks a guess and the reason for it. The program: A and B each add 1 twice to a counter that starts at 0. They lock a
// mutex, read, unlock; then lock it again, write what they read plus 1, unlock. The guess is the least value at which the counter can end.
// The reason must be words; whether it is a good one is for the reader to judge, with what is printed.
func CheckPrediction(least float64, reason string) {
	check("prediction", reason, false, func(t *trial) {
		if least == predict.Unanswered {
			t.mishap("put your number in the place of predict.Unanswered, and your reason between the quotation marks.")
		}
		words := len(strings.Fields(reason))
		if words < 8 {
			t.mishap("you predict %v, and the reason has %s. Write at least eight, in a sentence: why can it get so low, and why not lower?", least, several(words, "word"))
		}
		// Which final values are possible is found out, not known.
		program := func(stop int) scheduler.Result {
			return t.interleavings(scheduler.Unlimited, func(r *scheduler.Run) {
				counter, mu := &scheduler.Int{Name: "counter"}, &scheduler.Mutex{Name: "mu"}
				for _, name := range []string{"A", "B"} {
					r.Go(name, func() {
						for range 2 {
							mu.Lock()
							seen := counter.Load()
							mu.Unlock()
							mu.Lock()
							counter.Store(seen + 1)
							mu.Unlock()
						}
					})
				}
				r.Wait()
				r.Check(counter.Value() > stop, "counter=%d", counter.Value())
			})
		}
		lowest := 1
		shortest := program(lowest)
		for !shortest.Failed() && lowest < 4 {
			lowest++
			shortest = program(lowest)
		}
		drawn := shortest.Columns()
		drawn.Title = fmt.Sprintf("One way to end at %d", lowest)
		v := Verdict{Right: least == float64(lowest), Schedule: &drawn}
		switch {
		case v.Right:
			v.Says = fmt.Sprintf("%d it is. Compare your reason with the columns: who has read an old value, and when is it written?", lowest)
		case least == 4:
			v.Says = "you predict 4. That is natural: every read and every write is under the lock. But the lock is given back between them, and there the other one comes in. So there is no data race, and updates are lost all the same."
		case least == 3:
			v.Says = "you predict 3. That is natural: one unlucky moment loses one update. But there can be more than one such moment."
		case least == 1:
			v.Says = "you predict 1. That is natural: an old 0 was read, and 1 is written last. But whoever writes last has written once before, so what it read for its last write was no longer 0."
		default:
			v.Says = fmt.Sprintf("you predict %v. It can only be a whole number from 1 to 4: four times 1 is added, and the first write already leaves a 1.", least)
		}
		t.end(v)
	})
}
