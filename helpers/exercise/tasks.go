package exercise

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// CheckStartAndWait checks a function that starts each task in a goroutine of its own and returns
// when all tasks have ended. It leaves no goroutine behind.
func CheckStartAndWait(startAll func(tasks []func())) {
	starts := func(n int, together bool) func() {
		return func() {
			g := newGroup("task", n)
			var tasks []func()
			for i := range n {
				tasks = append(tasks, func() { g.ownGoroutine(i, together) })
			}
			startAll(tasks)
			g.returned()
			settle()
			g.onceEach()
		}
	}
	allAlike := func(n int) func() {
		return func() {
			g := newGroup("task", n)
			startAll(slices.Repeat([]func(){func() { g.ownGoroutine(alike, false) }}, n))
			g.returned()
			settle()
			g.onceEach()
		}
	}
	check("start-and-wait",
		scenario{title: "Two tasks", run: starts(2, false)},
		scenario{title: "Two tasks that wait for each other", run: starts(2, true)},
		scenario{title: "Three tasks that wait for each other", run: starts(3, true)},
		scenario{title: "Three tasks", run: starts(3, false)},
		scenario{title: "One task", run: starts(1, false)},
		scenario{title: "Two tasks, and then two others", run: inOrder(starts(2, false), starts(2, false))},
		scenario{title: "No task", run: starts(0, false)},
		scenario{title: "Five tasks that all do the same", run: allAlike(5)},
		scenario{title: "40 tasks that all do the same", large: true, run: allAlike(40)},
	)
}

// CheckNoSharing checks a function that runs each part in a goroutine of its own and returns the sum
// of what the parts return. It leaves no goroutine behind.
//
// No variable of the student's may be written by two goroutines, with a lock or without, be it plain
// or atomic: the parts' goroutines hand over what they have, and one adds. The caller's goroutine
// does not count, so it may be the one that adds, and that has set a variable to 0 before. The
// elements of a slice are a variable each; its length is another, so to append to one slice is to
// share it; a map is one variable. What goes through a channel is handed over. A flag, or a counter of
// those who are done, keeps order and holds no result: it may be shared.
func CheckNoSharing(total func(parts []func() int) int) {
	// What is written at other times does not count, so sharing is asked for where total is called alone.
	adds := func(alone, together bool, results ...int) func() {
		return func() {
			g := newGroup("part", len(results))
			var parts []func() int
			want := 0
			for i, result := range results {
				want += result
				parts = append(parts, func() int {
					g.ownGoroutine(i, together)
					return result
				})
			}
			sum := total(parts)
			expect(sum == want, "the sum is %d, not %d", sum, want)
			if !alone {
				settle()
				return
			}
			shared := sharing()
			expect(shared == "",
				"several goroutines write %s. With a lock or an atomic that can be right, but they share it: "+
					"let each hand over its result, and add in one place", shared)
			settle()
			g.onceEach()
		}
	}
	allAlike := func(n int) func() {
		return func() {
			g := newGroup("part", n)
			part := func() int {
				g.ownGoroutine(alike, false)
				return 2
			}
			sum := total(slices.Repeat([]func() int{part}, n))
			expect(sum == 2*n, "the sum is %d, not %d", sum, 2*n)
			settle()
			g.onceEach()
		}
	}
	check("no-sharing",
		scenario{title: "Two parts", run: adds(true, false, 1000, 1100)},
		scenario{title: "Two parts that wait for each other", run: adds(true, true, 2000, 3300)},
		scenario{title: "Three parts that wait for each other", run: adds(true, true, 1000, 20000, 300000)},
		scenario{title: "Three parts", run: adds(true, false, 4500, 0, -3000)},
		scenario{title: "One part", run: adds(true, false, 8000)},
		scenario{title: "Two parts, and then two others",
			run: inOrder(adds(false, false, 1000, 1100), adds(false, false, 2000, 2200))},
		scenario{title: "No part", run: adds(true, false)},
		scenario{title: "Five parts that all return 2", run: allAlike(5)},
		scenario{title: "40 parts that all return 2", large: true, run: allAlike(40)},
	)
}

// CheckPool checks a function that runs all tasks, at most limit at the same time, as many as may be,
// and returns when all have ended. It leaves no goroutine behind.
func CheckPool(runPool func(limit int, tasks []func())) {
	// Of n tasks, those that begin first, but for some, go on when all the others have ended. So do all
	// of them if there is room for all.
	pool := func(limit, n, first, long int) func() {
		return func() {
			g := newGroup("task", n)
			var tasks []func()
			for i := range n {
				tasks = append(tasks, func() { g.inPool(i, limit, first, long) })
			}
			runPool(limit, tasks)
			g.returned()
			settle()
			g.onceEach()
		}
	}
	allAlike := func(limit, n, first, long int) func() {
		return func() {
			g := newGroup("task", n)
			runPool(limit, slices.Repeat([]func(){func() { g.inPool(alike, limit, first, long) }}, n))
			g.returned()
			settle()
			g.onceEach()
		}
	}
	check("pool",
		scenario{title: "Three tasks, and a limit of 2", run: pool(2, 3, 0, 0)},
		scenario{title: "Three tasks, and a limit of 1", run: pool(1, 3, 0, 0)},
		scenario{title: "Two tasks that wait for each other, and a limit of 3", run: pool(3, 2, 0, 2)},
		scenario{title: "Four tasks, and a limit of 2", run: pool(2, 4, 0, 0)},
		scenario{title: "A limit of 2, and four tasks, of which the first to begin takes as long as the others",
			run: pool(2, 4, 0, 1)},
		scenario{title: "A limit of 2, and four tasks, of which the second to begin takes as long as the others",
			run: pool(2, 4, 1, 1)},
		scenario{title: "A limit of 3, and five tasks, of which two take as long as the others", run: pool(3, 5, 0, 2)},
		scenario{title: "A limit of 2, and two tasks, and then a limit of 1, and two others",
			run: inOrder(pool(2, 2, 0, 2), pool(1, 2, 0, 0))},
		scenario{title: "No task, and a limit of 2", run: pool(2, 0, 0, 0)},
		scenario{title: "A limit of 4, and six tasks, of which three take as long as the others",
			run: allAlike(4, 6, 0, 3)},
		scenario{title: "A limit of 2, and six tasks, of which the fourth to begin takes as long as the others",
			run: allAlike(2, 6, 3, 1)},
		scenario{title: "A limit of 6, and seven tasks, of which five take as long as the others", large: true,
			run: allAlike(6, 7, 0, 5)},
		scenario{title: "A limit of 3, and 40 tasks", large: true, run: allAlike(3, 40, 0, 0)},
	)
}

// CheckFirstError checks a function that starts all tasks at once, cancels their context as soon as
// one fails, waits until all have ended, and returns the first error itself; nil if there was none.
// When ctx is cancelled, so are the tasks. It leaves no goroutine behind.
func CheckFirstError(runAll func(ctx context.Context, tasks []func(context.Context) error) error) {
	// Of n tasks, number bad fails when all run. The others end when their context is cancelled, and
	// say so, or with errors of their own.
	fails := func(n, bad int, own bool) func() {
		return func() {
			g := newGroup("task", n)
			first := errors.New("no connection")
			var tasks []func(context.Context) error
			for i := range n {
				tasks = append(tasks, func(ctx context.Context) error {
					note("begins "+g.name(i), func() { g.begins(i) })
					if i == bad {
						g.whenAllRun(i, "fails")
						return first
					}
					g.whenCancelled(i, ctx, g.name(bad)+" has failed")
					if own {
						return errors.New("disk full")
					}
					return ctx.Err()
				})
			}
			err := runAll(context.Background(), tasks)
			g.returned()
			g.isError(err, first)
			settle()
		}
	}
	// Of n tasks, those that end at once return these errors.
	returns := func(errs ...error) func() {
		return func() {
			g := newGroup("task", len(errs))
			var tasks []func(context.Context) error
			for i, err := range errs {
				tasks = append(tasks, func(context.Context) error {
					note("begins "+g.name(i), func() { g.begins(i) })
					g.whenAllRun(i, "ends")
					return err
				})
			}
			err := runAll(context.Background(), tasks)
			g.returned()
			g.isError(err, errs...)
			settle()
		}
	}
	// The first of two tasks succeeds, and then the second ends, with an error or none.
	succeeds := func(then error) func() {
		return func() {
			g := newGroup("task", 2)
			err := runAll(context.Background(), []func(context.Context) error{
				func(context.Context) error {
					note("begins "+g.name(0), func() { g.begins(0) })
					g.whenAllRun(0, "succeeds")
					return nil
				},
				func(ctx context.Context) error {
					note("begins "+g.name(1), func() { g.begins(1) })
					expect(await(g.name(1)+" goes on after "+g.name(0), func() bool { return g.ended == 1 }, func() {}),
						"%s waits until %s has ended. They shall run at the same time", g.name(1), g.name(0))
					note("looks at its context, and ends "+g.name(1), func() {
						expect(ctx.Err() == nil,
							"%s has succeeded, and the context of %s is cancelled", g.name(0), g.name(1))
						g.ends()
					})
					return then
				},
			})
			g.returned()
			g.isError(err, then)
			settle()
		}
	}
	// ctx is cancelled, before or by the first of two tasks.
	outside := func(before bool) func() {
		return func() {
			g := newGroup("task", 2)
			ctx, cancel := context.WithCancel(context.Background())
			if before {
				cancel()
			}
			task := func(i int) func(context.Context) error {
				return func(its context.Context) error {
					note("begins "+g.name(i), func() { g.begins(i) })
					if i == 0 && !before {
						cancel()
					}
					g.whenCancelled(i, its, "ctx is cancelled")
					return its.Err()
				}
			}
			err := runAll(ctx, []func(context.Context) error{task(0), task(1)})
			note("sees that it returns", func() {
				expect(g.running == 0, "it returns while %s still running", isAre(g.running, g.noun))
			})
			g.isError(err, context.Canceled)
			settle()
		}
	}
	disk, access := errors.New("disk full"), errors.New("no access")
	check("first-error",
		scenario{title: "Two tasks that succeed", run: returns(nil, nil)},
		scenario{title: "Two tasks, of which the first fails", run: fails(2, 0, false)},
		scenario{title: "Two tasks, of which the second fails", run: fails(2, 1, false)},
		scenario{title: "Three tasks, of which the second fails", run: fails(3, 1, false)},
		scenario{title: "Two tasks that both fail, first the first one", run: fails(2, 0, true)},
		scenario{title: "Two tasks that both fail, first the second one", run: fails(2, 1, true)},
		scenario{title: "Three tasks that all fail, first the last one", run: fails(3, 2, true)},
		scenario{title: "Two tasks that fail at the same time", run: returns(disk, access)},
		scenario{title: "Three tasks, of which two fail at the same time", run: returns(access, nil, disk)},
		scenario{title: "Three tasks that succeed", run: returns(nil, nil, nil)},
		scenario{title: "Two tasks that succeed, first the first one", run: succeeds(nil)},
		scenario{title: "Two tasks, of which the first succeeds, and then the second fails", run: succeeds(disk)},
		scenario{title: "Two tasks, and ctx is cancelled while they run", run: outside(false)},
		scenario{title: "Two tasks, and ctx has been cancelled before", run: outside(true)},
		scenario{title: "One task that fails", run: returns(access)},
		scenario{title: "Two tasks, of which the first fails, and then two that succeed",
			run: inOrder(fails(2, 0, false), returns(nil, nil))},
		scenario{title: "No task", run: returns()},
		scenario{title: "Five tasks that all fail, first the third one", large: true, run: fails(5, 2, true)},
	)
}

// whenAllRun lets a task end when all run.
func (g *group) whenAllRun(i int, what string) {
	all := func() bool { return g.begun == g.n }
	expect(await(what+", "+g.name(i)+", once all of them run", all, g.ends),
		"%s waits until all of them run, and %s. They shall run at the same time", g.name(i), g.missing())
}

// whenCancelled lets a task end when its context has been cancelled, which somebody has cause to do.
func (g *group) whenCancelled(i int, ctx context.Context, cause string) {
	ended := await(g.name(i)+" ends, as its context is cancelled", func() bool { return ctx.Err() != nil }, g.ends)
	expect(ended || g.begun == g.n, "%s waits until it is cancelled, and %s. They shall run at the same time",
		g.name(i), g.missing())
	expect(ended, "%s, and the context of %s is not cancelled", cause, g.name(i))
}

// isError holds what was returned to one of the errors that may be the first. Several tasks that
// return nil come to nil.
func (g *group) isError(got error, first ...error) {
	var failed []error
	for _, err := range first {
		if err != nil {
			failed = append(failed, err)
		}
	}
	if len(failed) == 0 {
		expect(got == nil, "no task fails, and it returns an error, not nil")
		return
	}
	expect(got != nil, "it returns nil, and not the first error, %q", failed[0].Error())
	for _, err := range failed {
		if got == err {
			return
		}
	}
	for _, err := range failed {
		expect(!errors.Is(got, err), "it returns the error %q, which holds the first error. "+
			"Return the first error itself, %q", got.Error(), err.Error())
		expect(got.Error() != err.Error(), "it returns an error with the text of the first one, %q. "+
			"Return the first error itself", err.Error())
	}
	expect(len(failed) > 1, "it returns the error %q, and not the first one, %q",
		got.Error(), failed[0].Error())
	expect(false, "it returns the error %q, which no task has returned", got.Error())
}

// inOrder is one scenario after the other, as a function is called more than once.
func inOrder(all ...func()) func() {
	return func() {
		for _, run := range all {
			run()
		}
	}
}

// group is the tasks of a scenario, or the parts, and what they note.
type group struct {
	noun    string // "task"
	n       int
	begun   int
	running int
	ended   int
	by      []int // by task: the goroutine that runs it, -1 for nobody
}

func newGroup(noun string, n int) *group {
	g := &group{noun: noun, n: n, by: make([]int, n)}
	for i := range g.by {
		g.by[i] = -1
	}
	return g
}

// alike is the number of tasks that all do the same, so that nobody can tell which is which.
const alike = -1

// name is "task 1" for the first.
func (g *group) name(i int) string {
	if i == alike {
		return "a " + g.noun
	}
	return fmt.Sprintf("%s %d", g.noun, i+1)
}

// begins is called within the step in which a task begins. It returns how many had begun before.
func (g *group) begins(i int) int {
	if i != alike {
		expect(g.by[i] < 0, "%s is run twice", g.name(i))
		g.by[i] = self()
	}
	g.running++
	g.begun++
	return g.begun - 1
}

func (g *group) ends() {
	g.running--
	g.ended++
}

// ownGoroutine is a task that must run in a goroutine of its own; together, at the same time as all
// the others.
func (g *group) ownGoroutine(i int, together bool) {
	begins := func() {
		expect(self() != 0, "%s runs in the goroutine that has called, not in one of its own", g.name(i))
		for other, by := range g.by {
			expect(by != self() || other == i,
				"%s runs in the goroutine of %s, not in one of its own", g.name(i), g.name(other))
		}
		g.begins(i)
	}
	if !together {
		note("runs "+g.name(i), func() {
			begins()
			g.ends()
		})
		return
	}
	note("begins "+g.name(i), begins)
	all := func() bool { return g.begun == g.n }
	expect(await("ends "+g.name(i)+", once all of them run", all, g.ends),
		"%s waits until all of them run, and %s. They shall run at the same time", g.name(i), g.missing())
}

// missing names those that nobody has begun.
func (g *group) missing() string {
	for i, by := range g.by {
		if by < 0 {
			return "nobody starts " + g.name(i)
		}
	}
	return "all do"
}

// inPool is a task that must not run with more than limit others. The tasks that begin as number first,
// counted from 0, and after, as many as long, go on when all the others have ended.
func (g *group) inPool(i, limit, first, long int) {
	place := 0
	note("begins "+g.name(i), func() {
		place = g.begins(i)
		expect(g.running <= limit, "%d tasks run at the same time", g.running)
	})
	if place < first || place >= first+long {
		note("ends "+g.name(i), g.ends)
		return
	}
	others := func() bool { return g.begun == g.n && g.ended >= g.n-long }
	expect(await("ends "+g.name(i)+", once the short ones have ended", others, g.ends),
		"while %s takes long, only %s running, and %s waiting",
		g.name(i), isAre(g.running, g.noun), isAre(g.n-g.begun, g.noun))
}

// isAre is "1 task is" or "2 tasks are".
func isAre(n int, noun string) string {
	if n == 1 {
		return several(n, noun) + " is"
	}
	return several(n, noun) + " are"
}

// returned is called when the student's function has returned.
func (g *group) returned() {
	note("sees that it returns", func() {
		expect(g.ended == g.n, "it returns when only %d of %d %ss are done", g.ended, g.n, g.noun)
	})
}

// onceEach is called when nobody can go on any more.
func (g *group) onceEach() {
	expect(g.ended == g.n, "there are %d %ss, and %d times one is run", g.n, g.noun, g.ended)
}
