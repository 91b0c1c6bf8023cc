package exercise

// hints are given one more with each try, the last one close to the answer.
var hints = map[string][]string{
	"start-and-wait": {
		"A go statement returns at once. Who waits for the goroutines to end?",
		"A sync.WaitGroup counts them. Start all of them first, and wait once, after the loop.",
		"wg.Go(task) starts a task and counts it; wg.Wait() waits until all have ended.",
	},
	"lost-update": {
		"An addition is two steps: read, write. An update is lost when both have read before one of the two writes.",
		"Each letter is there twice. Which of the six orders let B read before A has written?",
		"Begin with AB: now both have read 0. It does not matter who writes first.",
	},
	"schedule": {
		"The last write decides. Which old value must it write, and so what must be read for it, and when?",
		"One of the two reads for the last time when the counter is 1. Who leaves a 1 there, and what was read for that?",
		"A reads 0. B makes all its additions but the last. A writes 1. B reads that 1. A goes on to its end. B writes 2.",
	},
	"mutex": {
		"Read and write belong together: nobody else may come between them.",
		"Lock before the Load. Unlock after the Store. And whoever locks must unlock, each time.",
		"Four lines: mu.Lock(), seen := counter.Load(), counter.Store(seen + 1), mu.Unlock().",
	},
	"atomic": {
		"Between a Load and a Store anybody may write. Which methods do both in one step?",
		"counter.Add reads, adds and writes in one step.",
		"Or in a loop: read, then CompareAndSwap(seen, seen+1), and if that returns false, read again.",
	},
	"no-sharing": {
		"If two goroutines write one variable, they share it. Let each return its result another way.",
		"Each goroutine sends its part over a channel. Only one goroutine, yours, receives and adds.",
		"Receive exactly as many times as there are parts: for range parts { sum += <-results }.",
	},
	"check-then-act": {
		"What was true when you looked need no longer be true when you act.",
		"Hold the mutex from the look at tickets until they are changed.",
		"Lock at the beginning and defer mu.Unlock(): then every return gives it back, also the one with no ticket left.",
	},
	"pool": {
		"Start so many workers as may run at once. Where does each get its next task from?",
		"A channel of tasks: every worker ranges over it; you send all tasks, close it, and wait for the workers.",
		"for range limit { wg.Go(func() { for task := range queue { task() } }) }, then send, close(queue), wg.Wait().",
	},
	"first-error": {
		"Three things are to be done with the first error: remember it, cancel the others, and still wait for all.",
		"context.WithCancel gives a context for the tasks and a cancel. sync.Once, or a mutex, keeps the first error.",
		"golang.org/x/sync/errgroup does it all: group, ctx := errgroup.WithContext(ctx), group.Go, group.Wait.",
	},
	"deadlock": {
		"Two payments in opposite directions: each holds one lock and waits for the other one. What if both wanted the same one first?",
		"Take the two locks in an order that does not depend on who pays. Each account has an ID.",
		"Lock the account with the smaller ID first. And if from and to are the same, there is only one lock to take.",
	},
	"philosophers": {
		"If each takes the same hand's fork first, all can hold one and wait for ever. Who could break the ring?",
		"Forks have numbers: everybody takes the fork with the smaller number first.",
		"first, second := id, (id+1)%len(forks); if second < first, exchange them. Lock first, lock second, eat, unlock both.",
	},
	"buffer": {
		"Whoever waits must give the mutex back meanwhile. That is what Wait of a condition does.",
		"After Wait, look again: another goroutine may have been faster. So it is for, not if. And after a change, tell who waits for it.",
		"put: Lock; for b.Len() == b.Cap { b.NotFull.Wait() }; Push; b.NotEmpty.Signal(); Unlock. take is its mirror image.",
	},
	"readers-writers": {
		"First come, first served is fair to both. How does a shop do it? Everybody takes a number.",
		"A mutex guards: the next number to give out, the number that is served, how many read, whether one writes. Wait in a loop, with a Cond, until it is your turn and you may go in.",
		"A reader who is in lets the next number be served at once. A writer goes in when nobody reads or writes. Whatever changes, Broadcast.",
	},
	"limiter": {
		"Keep the time at which the next call may go. Many goroutines use it: so keep it under a mutex.",
		"If that time has passed, go now: a pause must not be saved up. Then the one after you may go one interval later.",
		"Under the mutex: if next is before time.Now(), next = time.Now(); mine := next; next = next.Add(every). Unlock, then sleep until mine.",
	},
	"word-count": {
		"Cut the pages into chunks, one a core, and count each chunk in a goroutine of its own.",
		"A map of its own for each goroutine: no lock, no sharing. Add the maps up when all have ended.",
		"slices.Chunk(pages, len(pages)/runtime.NumCPU()+1) cuts; a channel of maps, or a slice with a place for each, brings the results together.",
	},
	"prediction": {
		"Take paper, a column for A and one for B, and move one of the two as late as you can.",
		"A has read 0 and waits. How far can B go before A writes?",
	},
}
