package interleaving

import (
	"fmt"
	"testing"
	"time"
)

// The lock programs of OSTEP's chapter "Locks", each around a section that adds 1
// to a counter. me and other are 0 and 1.

var add = Section("critical", Load("new", "counter"), AddTo("new", 1), Store("counter", "new"))

// flagLock looks at the flag and then sets it: two steps (OSTEP, figure 28.1).
func flagLock() Code {
	return Thread(
		Label("spin"), Load("f", "flag"), JumpIf("f", "==", 1, "spin"),
		Store("flag", 1),
		add,
		Store("flag", 0),
	)
}

func testAndSetLock() Code {
	return Thread(
		Label("spin"), TestAndSet("old", "flag"), JumpIf("old", "==", 1, "spin"),
		add,
		Store("flag", 0),
	)
}

func compareAndSwapLock() Code {
	return Thread(
		Label("spin"), CompareAndSwap("ok", "flag", 0, 1), JumpIf("ok", "==", 0, "spin"),
		add,
		Store("flag", 0),
	)
}

// petersonLock is Peterson's algorithm (G. L. Peterson, 1981).
func petersonLock(me, other int) Code {
	mine, others := fmt.Sprint("flag", me), fmt.Sprint("flag", other)
	return Thread(
		Store(mine, 1),
		Store("turn", other),
		Label("spin"),
		Load("f", others), JumpIf("f", "==", 0, "enter"),
		Load("t", "turn"), JumpIf("t", "==", other, "spin"),
		Label("enter"),
		add,
		Store(mine, 0),
	)
}

func ticketLock() Code {
	return Thread(
		FetchAndAdd("mine", "ticket", 1),
		Label("spin"), Load("now", "turn"), JumpIf("now", "!=", "mine", "spin"),
		add,
		FetchAndAdd("old", "turn", 1),
	)
}

func yieldLock() Code {
	return Thread(
		Label("again"), TestAndSet("old", "flag"), JumpIf("old", "==", 0, "enter"),
		Yield(), Jump("again"),
		Label("enter"),
		add,
		Store("flag", 0),
	)
}

func TestLocksOfOSTEP(t *testing.T) {
	flag := map[string]int{"counter": 0, "flag": 0}
	peterson := map[string]int{"counter": 0, "flag0": 0, "flag1": 0, "turn": 0}
	ticket := map[string]int{"counter": 0, "ticket": 0, "turn": 0}
	for _, c := range []struct {
		name    string
		shared  map[string]int
		threads []Code
		holds   bool
		endless bool
	}{
		{"flag", flag, Copies(2, flagLock()), false, false},
		{"flag, 3 threads", flag, Copies(3, flagLock()), false, false},
		{"test-and-set", flag, Copies(2, testAndSetLock()), true, false},
		{"test-and-set, 4 threads twice", flag, Copies(4, Repeat(2, testAndSetLock())), true, false},
		{"compare-and-swap", flag, Copies(2, compareAndSwapLock()), true, false},
		{"Peterson", peterson, []Code{petersonLock(0, 1), petersonLock(1, 0)}, true, false},
		{"Peterson, three times", peterson, []Code{Repeat(3, petersonLock(0, 1)), Repeat(3, petersonLock(1, 0))}, true, false},
		// Each first looks at the other's flag and then sets its own.
		{"Peterson, flag set too late", peterson, []Code{lateFlag(0, 1), lateFlag(1, 0)}, false, false},
		// Without the turn both may wait for each other for ever.
		{"two flags, no turn", peterson, []Code{noTurn(0, 1), noTurn(1, 0)}, true, true},
		{"ticket", ticket, Copies(2, ticketLock()), true, false},
		{"ticket, 4 threads twice", ticket, Copies(4, Repeat(2, ticketLock())), true, false},
		{"yield", flag, Copies(2, yieldLock()), true, false},
		{"yield, 4 threads twice", flag, Copies(4, Repeat(2, yieldLock())), true, false},
	} {
		begin := time.Now()
		r, err := Program{Title: c.name, Shared: c.shared, Threads: c.threads, Watch: "counter", Always: AtMostOne("critical")}.Explore()
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		took := time.Since(begin)
		t.Logf("%s: %d states, %v", c.name, r.States, took)
		if took > slowly(time.Second) {
			t.Errorf("%s took %v, want at most 1 s", c.name, took)
		}
		if (r.Broken == nil) != c.holds {
			t.Errorf("%s: mutual exclusion holds: %v, want %v", c.name, r.Broken == nil, c.holds)
		}
		if oneValue := r.Least().Value == r.Greatest().Value; oneValue != c.holds {
			t.Errorf("%s: final values %d to %d", c.name, r.Least().Value, r.Greatest().Value)
		}
		if !r.Unbounded {
			t.Errorf("%s: %v interleavings, want unbounded: it spins", c.name, r.Interleavings)
		}
		if r.Stopped != "" || r.Deadlock != nil || (r.Endless != nil) != c.endless {
			t.Errorf("%s: stopped %q, deadlock %v, endless %v", c.name, r.Stopped, r.Deadlock, r.Endless)
		}
	}
}

func lateFlag(me, other int) Code {
	return Thread(
		Label("spin"), Load("f", fmt.Sprint("flag", other)), JumpIf("f", "==", 1, "spin"),
		Store(fmt.Sprint("flag", me), 1),
		add,
		Store(fmt.Sprint("flag", me), 0),
	)
}

func noTurn(me, other int) Code {
	return Thread(
		Store(fmt.Sprint("flag", me), 1),
		Label("spin"), Load("f", fmt.Sprint("flag", other)), JumpIf("f", "==", 1, "spin"),
		add,
		Store(fmt.Sprint("flag", me), 0),
	)
}

// The two-phase lock with a mutex and a condition that OSTEP's chapter "Condition
// Variables" builds, and its bug: with if in place of while, a consumer takes from
// an empty buffer; with one condition for both sides, all may fall asleep.
func TestProducerConsumer(t *testing.T) {
	consumer := func(again bool, sleepOn, wakeUp string) Code {
		check := Thread(Load("n", "items"), JumpIf("n", ">", 0, "take"), Wait(sleepOn, "m"))
		if again {
			check = append(check, Jump("check")...)
		}
		return Repeat(1,
			Lock("m"), Label("check"), check, Label("take"),
			Load("n", "items"), JumpIf("n", ">", 0, "good"), Store("taken from empty", 1), Label("good"),
			AddTo("n", -1), Store("items", "n"),
			Signal(wakeUp), Unlock("m"))
	}
	producer := func(k int, sleepOn, wakeUp string) Code {
		return Repeat(k,
			Lock("m"), Label("check"), Load("n", "items"), JumpIf("n", "==", 0, "put"), Wait(sleepOn, "m"), Jump("check"),
			Label("put"), Store("items", 1), Signal(wakeUp), Unlock("m"))
	}
	for _, c := range []struct {
		name            string
		again           bool
		full, empty     string
		broken, dead    bool
		consumers, puts int
	}{
		{"if", false, "c", "c", true, true, 2, 2},
		{"while, one condition", true, "c", "c", false, true, 2, 2},
		{"while, two conditions", true, "full", "empty", false, false, 2, 2},
	} {
		p := Program{
			Shared:  map[string]int{"items": 0, "taken from empty": 0},
			Threads: append(Copies(c.consumers, consumer(c.again, c.full, c.empty)), producer(c.puts, c.empty, c.full)),
			Always:  func(s State) bool { return s.Shared("taken from empty") == 0 },
		}
		r, err := p.Explore()
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %v", c.name, r)
		if (r.Broken != nil) != c.broken || (r.Deadlock != nil) != c.dead {
			t.Errorf("%s: broken %v, deadlock %v", c.name, r.Broken != nil, r.Deadlock != nil)
		}
	}
}
