// Package counter holds the counters that notebook 01-multi-threading runs side by side, and later notebooks measure: two that lose
// updates and seven that do not.
//
// The zero value of every counter is ready to use and stands at 0. A counter must not be copied after its first use.
//
//	var c counter.Mutex
//	c.Increment()
//	fmt.Println(c.Value()) // 1
//
// The doc of each counter says what an increment costs, as a multiple of what Atomic takes, which was 2 to 5 ns. The figures are the
// range of the medians of several runs of `go test -bench . ./helpers/counter` with five goroutines on two cores (x86-64 virtual machine
// with other work on it, Go 1.26): how much goroutines contend depends on how much of two cores they get. Run it on your own machine.
package counter

// A Counter counts. For the counters called safe, any goroutines may call both methods at any time:
//
//   - after n calls of Increment have returned, and no other is under way, Value returns n;
//   - while others call Increment, Value returns a number between the increments that had ended when it was called and those that had
//     begun when it returned, and a goroutine that calls it again never gets a smaller one.
//
// The counters called unsafe promise neither.
type Counter interface {
	Increment()
	Value() int
}

// New returns a new counter of type T. It is written without a call where a function is asked for that makes counters, as in
// race.Experiment{Counter: counter.New[counter.Mutex], …}. T may be a type of your own whose pointer is a [Counter].
func New[T any, P interface {
	*T
	Counter
}]() Counter {
	return P(new(T))
}

// A Variant describes one of the package's counters.
type Variant struct {
	Name string         // the type's name
	New  func() Counter // makes a new one; one that is an io.Closer must be closed
	Safe bool           // keeps the contract of Counter
	Cost string         // what an increment costs
	Use  string         // when to use it
}

// Variants returns all counters of the package, the unsafe first, in the order in which the notebook shows them.
func Variants() []Variant {
	return []Variant{
		{"Bare", New[Bare], false, "nothing, and the sum may be wrong", "never with more than one goroutine"},
		{"Yielding", New[Yielding], false, "a switch, and the sum is wrong", "to see updates get lost"},
		{"Mutex", New[Mutex], true, "a lock", "when more than one variable must change together"},
		{"RWMutex", New[RWMutex], true, "a lock, and a little more", "when reading is long and far more frequent than writing"},
		{"Atomic", New[Atomic], true, "one atomic instruction", "for a single number: the first choice"},
		{"CompareAndSwap", New[CompareAndSwap], true, "one or more atomic instructions", "when the new value is not just a sum"},
		{"Owner", New[Owner], true, "a message through a channel", "when what is owned is more than a number"},
		{"Sharded", New[Sharded], true, "less than one shared atomic", "when many cores count and few read"},
		{"Library", New[Library], true, "some atomics, on memory of the core's own", "for Sharded's purpose in programs of your own"},
	}
}
