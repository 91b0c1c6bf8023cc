// Package exercise has the scenarios of helpers/exercise, and a check that runs the one of them that
// the machine asks for.
package exercise

import (
	"fmt"
	"internal/machine"
)

var calls int

func check(name string, all ...scenario) {
	calls++
	n := machine.Scenario(name, calls, len(all))
	if n == -1 {
		return // another of main's checks is asked for
	}
	if n == len(all) { // what there is
		for _, s := range all {
			machine.Announce(s.title, s.clock, s.stays, s.large)
		}
		machine.Verdict(true, "", false)
	}
	all[n].run()
	if !all[n].stays {
		machine.Settle()
		expect(machine.Rounds() == "", "it returned and left behind who goes on without end: %s", machine.Rounds())
	}
	machine.Verdict(true, "", false)
}

func by(name, schedule string, s scenario) {
	machine.Schedule(schedule)
	check(name, s)
}

func own(name, schedule string) {
	calls++
	n := machine.Scenario(name, calls, -1)
	if n == -1 {
		return
	}
	machine.Schedule(schedule)
	if n != 0 {
		machine.Announce("", false, false, false)
		machine.Verdict(true, "", false)
	}
}

func expect(ok bool, format string, args ...any) {
	if !ok {
		machine.Verdict(false, fmt.Sprintf(format, args...), false)
	}
}

func praise(format string, args ...any) { machine.Verdict(true, fmt.Sprintf(format, args...), false) }

func witness(format string, args ...any) { machine.Verdict(true, fmt.Sprintf(format, args...), true) }

func self() int { return machine.Self() }

func sharing() string { return machine.Sharing() }

func settle() { machine.Settle() }

func await(what string, ready func() bool, f func()) bool {
	machine.Await(what, ready)
	ok := ready()
	if ok {
		f()
	}
	machine.End()
	return ok
}

var notes int

func note(what string, f func()) {
	machine.Begin(&notes, what)
	f()
	machine.End()
}
