// Package interleaving finds every way in which a few threads can take turns,
// for notebook 07-exercises: it counts them all, says which final values come
// out and how often, and gives a shortest schedule for each.
//
// A Program is a model: a handful of threads, each a list of atomic steps over
// shared variables and registers of its own. It assumes that each step is
// indivisible and seen by all at once (sequential consistency); a Go program with
// a data race has weaker guarantees.
//
// Steps over registers alone (Let, AddTo, Jump, JumpIf) are no turns of their own:
// nobody else can see them, so they run together with the step before. Hence an
// increment is two turns, its Load and its Store.
package interleaving

import "fmt"

// op is the kind of an instruction.
type op uint8

const (
	opLoad op = iota
	opStore
	opTestAndSet
	opFetchAndAdd
	opCompareAndSwap
	opLock
	opUnlock
	opSend
	opReceive
	opWait
	opSignal
	opBroadcast
	opYield
	opLet // from here on nobody else can see the step
	opAdd
	opJump
	opJumpIf
	opLabel // from here on no step at all
	opSection
	opSectionEnd
	opMisuse // carries a sentence to the check
)

// opNames are the words of error sentences and of the JSON form.
var opNames = [...]string{"Load", "Store", "TestAndSet", "FetchAndAdd", "CompareAndSwap", "Lock", "Unlock", "Send",
	"Receive", "Wait", "Signal", "Broadcast", "Yield", "Let", "AddTo", "Jump", "JumpIf", "Label", "Section", "Section", ""}

func (o op) visible() bool { return o <= opYield }

// Value is a number, or the name of a register that holds one.
type Value interface{ int | string }

// operand is a Value at rest.
type operand struct {
	register string // "" for a number
	number   int
	named    bool
}

func operandOf[V Value](v V) operand {
	if name, ok := any(v).(string); ok {
		return operand{register: name, named: true}
	}
	return operand{number: any(v).(int)}
}

func (o operand) String() string {
	if o.named {
		return o.register
	}
	return fmt.Sprint(o.number)
}

// instruction is a step as it was written, with names.
type instruction struct {
	op       op
	register string // written by the step
	object   string // shared variable, mutex, channel, condition, label or section
	second   string // Wait's mutex, JumpIf's comparison
	a, b     operand
	offset   int // of a jump to a label of its own Repeat: how far it goes, 0 if not yet known
}

// Code is a list of steps: one step, a part of a thread, or a whole thread. The
// zero value has no steps.
type Code []instruction

// Thread puts parts one after the other. It costs a copy of them.
func Thread(parts ...Code) Code {
	var all Code
	for _, part := range parts {
		all = append(all, part...)
	}
	return all
}

// Repeat writes parts k times one after the other, k from 0 on, at most 200,000
// steps in all. A Label in them belongs to its copy, so loops may be repeated.
func Repeat(k int, parts ...Code) Code {
	one := Thread(parts...)
	if k < 0 || k > maxCode || k*len(one) > maxCode {
		return misuse("Repeat(%d, …) of %s: k must be 0 or more and the whole at most %d steps", k, plural(len(one), "step"), maxCode)
	}
	// Jumps to labels inside become distances, and those labels lose their names.
	labels := map[string][]int{}
	for i, in := range one {
		if in.op == opLabel && in.object != "" {
			labels[in.object] = append(labels[in.object], i)
		}
	}
	for i := range one {
		in := &one[i]
		if at := labels[in.object]; len(at) == 1 && in.offset == 0 && (in.op == opJump || in.op == opJumpIf) {
			in.offset = at[0] - i
		}
	}
	for _, at := range labels {
		if len(at) == 1 { // one that stands twice is left for the check to find
			one[at[0]].object = ""
		}
	}
	all := make(Code, 0, k*len(one))
	for range k {
		all = append(all, one...)
	}
	return all
}

// Copies is n threads that all run the same parts, n from 1 to 64. Threads with
// the same steps are interchangeable, which Explore uses to merge states.
func Copies(n int, parts ...Code) []Code {
	if n < 1 || n > maxThreads {
		return []Code{misuse("Copies(%d, …): a program has 1 to %d threads", n, maxThreads)}
	}
	one := Thread(parts...)
	all := make([]Code, n)
	for i := range all {
		all[i] = one
	}
	return all
}

// Section names a stretch of a thread, such as its critical section. A thread is
// inside while its next step stands in it; State.Inside counts those threads.
// At least one step in it must be one that others can see.
func Section(name string, parts ...Code) Code {
	all := Code{{op: opSection, object: name}}
	all = append(all, Thread(parts...)...)
	return append(all, instruction{op: opSectionEnd, object: name})
}

// Load reads a shared variable into a register.
func Load(register, shared string) Code {
	return Code{{op: opLoad, register: register, object: shared}}
}

// Store writes a register's value, or a number, to a shared variable.
func Store[V Value](shared string, value V) Code {
	return Code{{op: opStore, object: shared, a: operandOf(value)}}
}

// Let sets a register. It is no turn of its own.
func Let[V Value](register string, value V) Code {
	return Code{{op: opLet, register: register, a: operandOf(value)}}
}

// AddTo adds to a register. It is no turn of its own; sums wrap around as int does.
func AddTo[V Value](register string, value V) Code {
	return Code{{op: opAdd, register: register, a: operandOf(value)}}
}

// TestAndSet reads a shared variable into a register and sets it to 1, in one
// indivisible step (OSTEP, "Locks").
func TestAndSet(register, shared string) Code {
	return Code{{op: opTestAndSet, register: register, object: shared}}
}

// FetchAndAdd reads a shared variable into a register and adds to it, in one
// indivisible step; the register gets the value before (OSTEP, "Locks").
func FetchAndAdd[V Value](register, shared string, value V) Code {
	return Code{{op: opFetchAndAdd, register: register, object: shared, a: operandOf(value)}}
}

// CompareAndSwap writes new to a shared variable if it holds old, in one
// indivisible step; the register gets 1 if it did and 0 if not, as
// atomic.Int64's CompareAndSwap returns true or false.
func CompareAndSwap[A, B Value](register, shared string, old A, new B) Code {
	return Code{{op: opCompareAndSwap, register: register, object: shared, a: operandOf(old), b: operandOf(new)}}
}

// Lock takes a mutex, and cannot be taken as a step while any thread holds it,
// this one too. A mutex exists by being named, and starts free.
func Lock(mutex string) Code { return Code{{op: opLock, object: mutex}} }

// Unlock gives back a mutex. To unlock one that the thread does not hold is an
// error of the program, which Explore and Follow return.
func Unlock(mutex string) Code { return Code{{op: opUnlock, object: mutex}} }

// Send puts a value into a channel of Program.Channels and waits while it is
// full. On a channel of capacity 0 the thread has offered its value after this
// step, and goes on when another takes it.
func Send[V Value](channel string, value V) Code {
	return Code{{op: opSend, object: channel, a: operandOf(value)}}
}

// Receive takes the oldest value out of a channel and waits while there is none.
func Receive(register, channel string) Code {
	return Code{{op: opReceive, register: register, object: channel}}
}

// Wait gives back the mutex and sleeps on a condition, in one step; once woken,
// taking the mutex again is a second step. A thread that does not hold the mutex
// is an error of the program. A condition exists by being named.
func Wait(condition, mutex string) Code {
	return Code{{op: opWait, object: condition, second: mutex}}
}

// Signal wakes one thread that sleeps on a condition, if there is one. Of several,
// any may be woken (sync.Cond promises no order): the next step is then the turn
// of one of the sleepers, and which one is the schedule's choice.
func Signal(condition string) Code { return Code{{op: opSignal, object: condition}} }

// Broadcast wakes all threads that sleep on a condition.
func Broadcast(condition string) Code { return Code{{op: opBroadcast, object: condition}} }

// Yield is a turn that changes nothing.
func Yield() Code { return Code{{op: opYield}} }

// Label marks a place for Jump and JumpIf in the same thread.
func Label(label string) Code { return Code{{op: opLabel, object: label}} }

// Jump goes on at a label. It is no turn of its own.
func Jump(label string) Code { return Code{{op: opJump, object: label}} }

// JumpIf goes on at a label if the comparison holds: one of == != < <= > >=. It
// is no turn of its own.
func JumpIf[A, B Value](a A, comparison string, b B, label string) Code {
	return Code{{op: opJumpIf, object: label, second: comparison, a: operandOf(a), b: operandOf(b)}}
}

// misuse is code that makes the check fail with a sentence, so that constructors
// need no second result.
func misuse(format string, args ...any) Code {
	return Code{{op: opMisuse, object: fmt.Sprintf(format, args...)}}
}
