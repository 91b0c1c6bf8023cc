package judge

// hints are given one more with each try. They point to what is missing, and never say the
// solution itself: no line of code, no schedule.
var hints = map[string][]string{
	"start-and-wait": {
		"A go statement returns at once. Who waits for the goroutines to end?",
		"A sync.WaitGroup counts them. Start all of them first, and wait once, after the loop.",
		"Look at the package sync: which of its types can start a goroutine and count it in one call? And at " +
			"which line may nobody be missing any more?",
	},
	"lost-update": {
		"An addition is two steps: read, write. An update is lost when both have read before one of the two " +
			"writes.",
		"Four steps, two of each. In how many of their six orders does B read before A has written?",
		"B must read after A has read, and before A has written. Whose steps come first, then? It does not matter " +
			"who writes first.",
	},
	"schedule": {
		"The last write decides. Which old value must it write, and so what must be read for it, and when?",
		"One of the two reads for the last time when the counter is 1. Who leaves a 1 there, and what was read " +
			"for that?",
		"Three parts: A reads once and stops; B goes nearly to its end; A writes, and so takes back what B did. " +
			"What must B read right after that, and who writes last?",
	},
	"mutex": {
		"Read and write belong together: nobody else may come between them.",
		"Which of your lines may two goroutines never be in at once? And whoever locks must unlock, each time.",
		"You need two calls of the mutex. At which of them has the counter not been read yet, and at which has it " +
			"been written?",
	},
	"atomic": {
		"Between a Load and a Store anybody may write. Which methods do both in one step?",
		"A method that reads and writes in one step lets nobody in between. There is more than one: one adds, one " +
			"compares first.",
		"Look up the methods of counter: one adds, one writes only if the value is still the one you saw. With " +
			"the second, what do you do when it was not?",
	},
	"no-sharing": {
		"If two goroutines write one variable, they share it, with a lock too. Let each hand over its result " +
			"another way.",
		"Each goroutine sends its part over a channel. Only one goroutine, yours, receives and adds.",
		"How many values will arrive, and so how often must you receive? Nobody has to close the channel for that.",
	},
	"check-then-act": {
		"What was true when you looked need no longer be true when you act.",
		"Nobody else may come in from the look at tickets until they are changed.",
		"Count the ways out of your function: on each of them the mutex must have been given back. Which keyword " +
			"of Go does that for all of them?",
	},
	"pool": {
		"Start as many workers as may run at once. Where does each get its next task from?",
		"A channel of tasks: every worker ranges over it; you send all tasks, close it, and wait for the workers.",
		"Three things in this order: the workers begin, the tasks are handed out, and then somebody says that no " +
			"more will come. Where does each of the three stand, and what do you wait for?",
	},
	"first-error": {
		"Three things are to be done with the first error: remember it, cancel the others, and still wait for all.",
		"context.WithCancel gives a context for the tasks and a cancel. sync.Once, or a mutex, keeps the first " +
			"error.",
		"There is a package beside the standard library, golang.org/x/sync/errgroup, that does all three. From " +
			"where must the tasks get their context?",
	},
	"deadlock": {
		"Two payments in opposite directions: each holds one lock and waits for the other one. What if both " +
			"wanted the same one first?",
		"Take the two locks in an order that does not depend on who pays. What do accounts have that never " +
			"changes?",
		"Compare the two IDs before you take the first lock. And what happens to your order if both are the same " +
			"account?",
	},
	"philosophers": {
		"If each takes the same hand's fork first, all can hold one and wait for ever. Who could break the ring?",
		"The forks have numbers. Is there an order of taking them, the same for everybody, in which no ring can " +
			"close?",
		"The last one sits between the fork with the greatest number and fork 0. In which order must this one " +
			"take them, if all follow the rule?",
	},
	"buffer": {
		"Whoever waits must give the mutex back meanwhile. That is what Wait of a condition does.",
		"After Wait, look again: another goroutine may have been faster. So it is for, not if. And after a " +
			"change, tell who waits for it.",
		"put and take are mirror images: one waits on the condition that the other one signals. Which one waits " +
			"for which, and is the mutex held at each of these lines?",
	},
	"readers-writers": {
		"First come, first served is fair to both. How does a shop do it? Everybody takes a number.",
		"A mutex guards: the next number to give out, the number that is served, how many read, whether one " +
			"writes. Wait in a loop, with a Cond, until it is your turn and you may go in.",
		"A reader who is in lets the next number be served at once. A writer goes in when nobody reads or writes. " +
			"Whatever changes, Broadcast.",
	},
	"limiter": {
		"Keep the time at which the next call may go. Many goroutines use it: so keep it under a mutex.",
		"If that time has passed, go now: a pause must not be saved up. Then the one after you may go one " +
			"interval later.",
		"Take your own time under the mutex, and leave the next one for whoever comes after you. The sleep need " +
			"not be under the mutex. Whose time is it when the kept one has long passed?",
	},
	"word-count": {
		"Cut the pages into chunks, two or more, and count each chunk in a goroutine of its own.",
		"A map of its own for each goroutine: no lock, no sharing. Add the maps up when all have ended.",
		"slices.Chunk cuts. How do the maps come back to the one goroutine that adds them up, and how does it " +
			"know that it has all of them?",
	},
	"prediction": {
		"Take paper, a column for A and one for B, and move one of the two as late as you can.",
		"A has read 0 and waits. How far can B go before A writes?",
	},
	"stack": {
		"Follow the two goroutines step by step: what has each of them read from the top when the other one " +
			"changes it?",
		"From the look at the top to its change belongs together. There are two ways: to keep others out " +
			"meanwhile, or to notice that somebody was in.",
		"If you keep others out: from which line to which, and on which ways out of the function? If you notice " +
			"it: which of the things that you had read are then out of date?",
	},
	"lock": {
		"Say after each line what the number means: who is inside, who has asked? Is that still true when " +
			"somebody has stepped back?",
		"Only who holds the lock may make it free. Which line makes it free, although another one holds it?",
		"Either who steps back takes away no more than it has put in; or it changes nothing at all unless the " +
			"lock was free. Which methods of sync/atomic can do the one, and which the other?",
	},
	"own-schedule": {
		"Where does the program look at something, and rely upon it later? The switch must come between the two.",
		"Each read and each write of a shared variable is a step, and so is each lock, send, receive and print. " +
			"How many steps does A take up to the place where it must be held up?",
		"The schedule needs only the steps up to that switch, as each goroutine then runs to its end. To see all " +
			"the ends that a program has, put explore.Cell() in the place of the check.",
	},
}
