package exercise

import (
	"fmt"
	"sync"
)

// An Account is somebody's account, for CheckDeadlock. No two have the same ID. Whoever looks at Money
// or changes it holds Mu.
type Account struct {
	ID    int
	Mu    sync.Mutex
	Money int
}

// CheckDeadlock checks a function that moves amount from one account to another, which may be the same
// one. Whatever payments are made at once, all must come to an end, and no money may be lost.
func CheckDeadlock(pay func(from, to *Account, amount int)) {
	type payment struct{ from, to, amount int }
	const anna, ben, cleo = 0, 1, 2
	// Each of the goroutines makes some payments. The accounts' IDs are given in order of name.
	pays := func(ids [3]int, goroutines ...[]payment) func() {
		return func() {
			anna, ben, cleo := &Account{ID: ids[0], Money: 70}, &Account{ID: ids[1], Money: 50}, &Account{ID: ids[2], Money: 90}
			names, accounts := [...]string{"Anna", "Ben", "Cleo"}, [...]*Account{anna, ben, cleo}
			var want [3]int
			for i, a := range accounts {
				want[i] = a.Money
			}
			var wg sync.WaitGroup
			for _, payments := range goroutines {
				for _, p := range payments {
					want[p.from] -= p.amount
					want[p.to] += p.amount
				}
				wg.Go(func() {
					for _, p := range payments {
						pay(accounts[p.from], accounts[p.to], p.amount)
					}
				})
			}
			wg.Wait()
			for i, a := range accounts {
				expect(a.Money == want[i], "%s has %d at the end, not %d", names[i], a.Money, want[i])
			}
			settle()
			for i, a := range accounts {
				expect(a.Mu.TryLock(), "all have ended, and %s's account is still locked", names[i])
			}
		}
	}
	up, down, mixed := [3]int{1, 2, 3}, [3]int{1202, 2, 5}, [3]int{7, 9, 4}
	check("deadlock",
		scenario{title: "Anna pays Ben 10",
			run: pays(up, []payment{{anna, ben, 10}})},
		scenario{title: "Anna pays Ben 20, then Ben pays Anna 30",
			run: pays(down, []payment{{anna, ben, 20}, {ben, anna, 30}})},
		scenario{title: "Anna pays Ben 10 while Ben pays Anna 30",
			run: pays(up, []payment{{anna, ben, 10}}, []payment{{ben, anna, 30}})},
		scenario{title: "Anna pays Ben 10 while Ben pays Anna 10, and his ID is the smaller one",
			run: pays(down, []payment{{anna, ben, 10}}, []payment{{ben, anna, 10}})},
		scenario{title: "Anna pays herself 20",
			run: pays(up, []payment{{anna, anna, 20}})},
		scenario{title: "Anna pays Ben 10 twice at once",
			run: pays(down, []payment{{anna, ben, 10}}, []payment{{anna, ben, 10}})},
		scenario{title: "Anna pays Ben 10 while she pays Cleo 20",
			run: pays(mixed, []payment{{anna, ben, 10}}, []payment{{anna, cleo, 20}})},
		scenario{title: "Anna pays Ben 10 while she pays herself 20",
			run: pays(up, []payment{{anna, ben, 10}}, []payment{{anna, anna, 20}})},
		scenario{title: "Anna pays Ben 10, Ben pays Cleo 20, Cleo pays Anna 30, all at once",
			run: pays(mixed, []payment{{anna, ben, 10}}, []payment{{ben, cleo, 20}}, []payment{{cleo, anna, 30}})},
		scenario{title: "Anna pays Ben 10 while Ben pays Anna 1, five times",
			run: pays(up, []payment{{anna, ben, 10}},
				[]payment{{ben, anna, 1}, {ben, anna, 1}, {ben, anna, 1}, {ben, anna, 1}, {ben, anna, 1}})},
	)
}

// CheckPhilosophers checks how philosopher id, counted from 0, dines: with forks[id] at one hand and
// the next one, forks[(id+1)%len(forks)], at the other. The function takes both forks, calls eat once
// and puts them back. All must get to eat, no two neighbours at once; two who share no fork must be
// able to.
func CheckPhilosophers(dine func(id int, forks []*sync.Mutex, eat func())) {
	table := func(n int) []*sync.Mutex {
		forks, all := make([]sync.Mutex, n), make([]*sync.Mutex, n)
		for i := range forks {
			all[i] = &forks[i]
		}
		return all
	}
	tidy := func(forks []*sync.Mutex) {
		for i, fork := range forks {
			expect(fork.TryLock(), "all have eaten, and fork %d was not put back", i)
		}
	}
	// Some of n philosophers are there, each a number of times.
	dinner := func(n, times int, ids ...int) func() {
		return func() {
			forks := table(n)
			eating, meals := make([]bool, n), make([]int, n)
			begin := func(id int) {
				for _, neighbour := range []int{(id + 1) % n, (id + n - 1) % n} {
					expect(neighbour == id || !eating[neighbour],
						"philosopher %d begins to eat while %d eats: they share a fork", id, neighbour)
				}
				eating[id] = true
				meals[id]++
			}
			var wg sync.WaitGroup
			for _, id := range ids {
				wg.Go(func() {
					for range times {
						dine(id, forks, func() {
							note("begins to eat", func() { begin(id) })
							note("stops eating", func() { eating[id] = false })
						})
					}
				})
			}
			wg.Wait()
			for _, id := range ids {
				expect(meals[id] == times, "philosopher %d has eaten %s, not %s", id, inWords(meals[id]), inWords(times))
			}
			tidy(forks)
		}
	}
	// Two of n who share no fork eat until both eat.
	together := func(n, one, other int) func() {
		return func() {
			forks := table(n)
			eat, eating := make(chan bool), make([]bool, n)
			var wg sync.WaitGroup
			for _, id := range []int{one, other} {
				wg.Go(func() {
					dine(id, forks, func() {
						note("begins to eat", func() { eating[id] = true })
						<-eat
					})
				})
			}
			settle()
			for _, ids := range [][2]int{{one, other}, {other, one}} {
				expect(eating[ids[0]] || !eating[ids[1]],
					"philosopher %d eats, and %d cannot begin, though they share no fork", ids[1], ids[0])
			}
			close(eat)
			wg.Wait()
			tidy(forks)
		}
	}
	check("philosophers",
		scenario{title: "Philosopher 0 of 3 is alone", run: dinner(3, 1, 0)},
		scenario{title: "Philosopher 1 of 3 is alone", run: dinner(3, 1, 1)},
		scenario{title: "Philosopher 2 of 3 is alone, and eats twice", run: dinner(3, 2, 2)},
		scenario{title: "Neighbours 0 and 1 of 3", run: dinner(3, 1, 0, 1)},
		scenario{title: "Neighbours 1 and 2 of 3", run: dinner(3, 1, 1, 2)},
		scenario{title: "Neighbours 2 and 0 of 3", run: dinner(3, 1, 2, 0)},
		scenario{title: "All of 3", run: dinner(3, 1, 0, 1, 2)},
		scenario{title: "Philosophers 0 and 2 of 4 eat until both eat", run: together(4, 0, 2)},
		scenario{title: "Philosophers 1 and 3 of 4 eat until both eat", run: together(4, 1, 3)},
		scenario{title: "Philosophers 1 and 4 of 5 eat until both eat", run: together(5, 1, 4)},
		scenario{title: "Both of 2, who share two forks", run: dinner(2, 1, 0, 1)},
		scenario{title: "All of 4", run: dinner(4, 1, 0, 1, 2, 3)},
		scenario{title: "Neighbours 2 and 3 of 4, and 0, who sits beside 3", run: dinner(4, 1, 2, 3, 0)},
	)
}

// apart is a scenario in which somebody is in one lock, and another goroutine gets into the other one. what
// tells that it has.
func apart(one, other sync.Locker, what string) {
	one.Lock()
	in := false
	var wg sync.WaitGroup
	wg.Go(func() {
		other.Lock()
		note(what, func() { in = true })
		other.Unlock()
	})
	settle()
	expect(in, "somebody is in the one, and nobody can get into the other: each call makes a lock of its own")
	one.Unlock()
	wg.Wait()
}

// inWords is how often something was done: not at all, once, 2 times.
func inWords(times int) string {
	switch times {
	case 0:
		return "not at all"
	case 1:
		return "once"
	}
	return fmt.Sprint(times, " times")
}

// CheckLock checks a lock that the student makes of package sync/atomic alone; newLock makes a new one.
// Between Lock and Unlock one goroutine is in at a time, and all get in.
func CheckLock(newLock func() sync.Locker) {
	made := func() sync.Locker {
		lock := newLock()
		expect(lock != nil, "there is no lock: nil was returned")
		return lock
	}
	// A goroutine for each of times, which comes so often.
	visits := func(times ...int) func() {
		return func() {
			lock := made()
			inside := -1 // which goroutine is; -1: none
			var wg sync.WaitGroup
			for _, n := range times {
				wg.Go(func() {
					for range n {
						lock.Lock()
						note("is in", func() {
							expect(inside < 0, "%s comes in while %s is in", letter(self()), letter(inside))
							inside = self()
						})
						note("goes", func() { inside = -1 })
						lock.Unlock()
					}
				})
			}
			wg.Wait()
		}
	}
	check("lock",
		scenario{title: "One goroutine comes three times", run: visits(3)},
		scenario{title: "Two goroutines come once each", run: visits(1, 1)},
		scenario{title: "Two locks, and a goroutine for each", run: func() { apart(made(), made(), "is in") }},
		scenario{title: "Two goroutines come twice each", run: visits(2, 2)},
		scenario{title: "Three goroutines come once each", run: visits(1, 1, 1)},
		scenario{title: "One goroutine comes once, another five times", run: visits(1, 5)},
		scenario{title: "Three goroutines come twice each", run: visits(2, 2, 2)},
	)
}
