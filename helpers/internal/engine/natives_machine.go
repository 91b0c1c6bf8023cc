package engine

import (
	"fmt"
	"strings"
	"time"
)

// machinePath is the package in which the models of the library say what is a step.
const machinePath = "internal/machine"

// What is a step, and what a goroutine waits for.
func init() {
	machineNative("Begin", &native{
		step: noticed,
		tell: func(_ *thread, a []Value) string { return textOf(a[1]) },
		run:  func(t *thread, a []Value) Value { t.g.atomic++; return nil },
	})
	machineNative("End", &native{run: func(t *thread, a []Value) Value { t.g.atomic--; return nil }})
	machineNative("Block", &native{
		step: always,
		choices: func(t *thread, a []Value) int {
			if fn, _ := a[2].(*Closure); fn != nil && t.s.holds(t.g.id, fn) {
				return 1
			}
			return 0
		},
		tell: func(_ *thread, a []Value) string { return textOf(a[1]) },
		run:  func(t *thread, a []Value) Value { t.g.atomic++; return nil },
	})
	machineNative("Yield", &native{
		step: always,
		tell: func(_ *thread, a []Value) string { return textOf(a[0]) },
		run:  func(*thread, []Value) Value { return nil },
	})
	machineNative("Goroutines", &native{
		step: func(t *thread, _ []Value) bool { return t.s.live() > 1 },
		tell: func(*thread, []Value) string { return "counts the goroutines" },
		run: func(t *thread, a []Value) Value {
			n := 0
			for _, g := range t.s.gs {
				if !g.done && !g.timer {
					n++
				}
			}
			return n
		},
	})
}

// What is printed, and how a program ends.
func init() {
	print := &native{
		step: func(t *thread, _ []Value) bool { return !t.s.p.check.quiet() },
		tell: func(_ *thread, a []Value) string { return "prints " + quoted(textOf(a[0])) },
		run:  func(t *thread, a []Value) Value { t.print(textOf(a[0])); return nil },
	}
	machineNative("Print", print)
	machineNative("PrintErr", print)
	machineNative("Exit", &native{
		step: always,
		tell: func(_ *thread, a []Value) string { return fmt.Sprintf("ends the program with code %d", mustInt(a[0])) },
		run: func(t *thread, a []Value) Value {
			t.s.exit(t.g.id)
			if code := mustInt(a[0]); code != 0 {
				t.s.ended.message = fmt.Sprintf("exit status %d", code)
			}
			return nil
		},
	})
	machineNative("Fatal", &native{
		step: always,
		tell: func(_ *thread, a []Value) string { return textOf(a[0]) },
		run:  func(t *thread, a []Value) Value { panic(fatal{strings.TrimPrefix(textOf(a[0]), "fatal error: ")}) },
	})
	machineNative("Goexit", &native{run: func(t *thread, a []Value) Value {
		t.raise(&panicking{goexit: true})
		return stay
	}})
	machineNative("Exiting", &native{run: func(t *thread, a []Value) Value {
		for _, f := range t.g.frames {
			if f.panicking && f.panic != nil && f.panic.goexit {
				return true
			}
		}
		return false
	}})
}

// Time.
func init() {
	machineNative("Now", &native{
		step: func(t *thread, _ []Value) bool { return t.s.p.spins && t.s.p.clock },
		tell: func(*thread, []Value) string { return "looks at the clock" },
		run: func(t *thread, a []Value) Value {
			t.s.p.asked++
			if p := t.s.p; p.clock && !p.usesNow {
				// States that differ in the clock only were held to be equal; here they turn out not to
				// be.
				p.usesNow, p.learned = true, true
			}
			return t.s.clock
		}})
	machineNative("Sleep", &native{
		step: func(t *thread, _ []Value) bool { return !t.s.p.clock || t.g.wake != 0 },
		choices: func(t *thread, _ []Value) int {
			if t.s.p.clock && t.g.wake > t.s.clock {
				return 0
			}
			return 1
		},
		tell: func(t *thread, a []Value) string {
			if t.g.timer {
				return "the time has come"
			}
			return "sleeps " + time.Duration(mustInt(a[0])).String()
		},
		run: func(t *thread, a []Value) Value {
			d := mustInt(a[0])
			if t.s.p.clock && t.g.wake == 0 && d > 0 {
				t.g.wake = t.s.clock + d
				return stay
			}
			t.g.wake = 0
			return nil
		},
	})
	machineNative("Timer", &native{run: func(t *thread, a []Value) Value {
		fn, _ := a[1].(*Closure)
		id := t.begin(fn, t.s.p.timerCode(), []Value{a[0], fn}, true)
		t.s.share()
		t.start(id)
		return nil
	}})
	machineNative("Again", &native{run: func(t *thread, a []Value) Value {
		timer := t.s.frame(t.g, 0)
		timer.regs[0], timer.regs[1] = a[0], a[1]
		return nil
	}})
	machineNative("NextTimer", &native{run: func(t *thread, a []Value) Value { return GRef(len(t.s.gs)) }})
	machineNative("StopTimer", &native{
		step: func(t *thread, a []Value) bool { return t.timerOf(a[0]) != nil },
		tell: func(*thread, []Value) string { return "stops a timer" },
		run: func(t *thread, a []Value) Value {
			g := t.timerOf(a[0])
			if g == nil {
				return false
			}
			g = t.s.g(g.id)
			g.done, g.frames = true, nil
			return true
		},
	})
}

func machineNative(name string, n *native) { natives[machinePath+"."+name] = n }

func textOf(v Value) string {
	text, _ := v.(string)
	return text
}

// noticed tells whether another goroutine can notice what is done with the variable to which the
// first argument points; of none, whether there is another goroutine.
func noticed(t *thread, a []Value) bool {
	i, _ := a[0].(Iface)
	if p, ok := i.V.(Ptr); ok && p.Obj != 0 {
		return t.s.shared[p.Obj]
	}
	return t.s.live() > 1
}

// timerOf is the timer's goroutine, nil where its time has come.
func (t *thread) timerOf(v Value) *goroutine {
	id, ok := v.(GRef)
	if !ok || int(id) >= len(t.s.gs) {
		return nil
	}
	g := t.s.gs[id]
	if !g.timer || g.done || len(g.frames) == 0 || g.frames[0].pc > 1 {
		return nil
	}
	return g
}

// timerCode waits, and then calls a function, as one step.
func (p *Program) timerCode() *code {
	if p.timer != nil {
		return p.timer
	}
	c := &code{name: "timer", params: 2, regs: 2, rescue: -1}
	sleep := &code{name: "sleep", params: 1, regs: 1, rescue: -1}
	p.number(c)
	p.number(sleep)
	n := natives[machinePath+".Sleep"]
	sleep.instrs = []instr{{dst: -1, op: &nativeOp{n, "time.Sleep", 1}, run: func(t *thread) {
		if n.run(t, t.f.regs[:1]) != stay {
			t.finish(nil)
		}
	}}}
	c.instrs = []instr{
		{dst: -1, run: func(t *thread) {
			d := t.f.regs[0]
			t.f.regs[0] = nil
			t.f.pc = 1
			t.call(sleep, nil, []Value{d})
			t.f.deferred = true
		}},
		{dst: -1, run: func(t *thread) {
			fn := t.f.regs[1].(*Closure)
			t.f.regs[1] = nil
			t.f.pc = 2
			t.g.atomic++ // what it does belongs to the step at which the time has come
			t.call(t.s.p.codeOf(fn.Fn), fn.Free, nil)
			t.f.deferred = true
		}},
		{dst: -1, run: func(t *thread) {
			t.g.atomic--
			if t.f.regs[1] != nil { // Again
				t.f.pc = 0
				return
			}
			t.finish(nil)
		}},
	}
	p.timer = c
	return c
}

// print adds to the output. Where a check is explored, what a student prints to find a fault makes no
// difference: it is seen only when one schedule is followed.
func (t *thread) print(text string) {
	if t.s.p.check.quiet() && t.s.trail == nil {
		return
	}
	t.s.output += text
	if len(t.s.output) > maxOutput {
		panic(refusal{pos: t.pos(), excess: true, what: fmt.Sprintf("the program prints more than %d bytes", maxOutput)})
	}
}

const maxOutput = 64 << 10

// holds evaluates a condition that only reads.
func (s *state) holds(id int, fn *Closure) bool {
	yes, _ := s.evaluate(id, s.p.codeOf(fn.Fn), fn.Free, nil).(bool)
	return yes
}

// evaluate calls a function that only reads, in a copy of the state, and returns its one result.
func (s *state) evaluate(id int, fn *code, free, args []Value) Value {
	c := s.clone()
	g := &goroutine{epoch: c.epoch, id: id, atomic: 1}
	t := &thread{s: c, g: g, pure: true}
	c.gs[id] = g
	var result Value
	t.call(&code{name: "condition", regs: 1, rescue: -1, instrs: []instr{
		{dst: 0, run: func(t *thread) {
			t.f.pc, t.f.result = 1, true
			t.call(fn, free, args)
		}},
		{dst: -1, run: func(t *thread) {
			result = t.f.regs[0]
			t.g.done = true
		}},
	}}, nil, nil)
	t.run()
	if c.refused != nil {
		s.refused = c.refused
	}
	return result
}

func quoted(s string) string {
	s = strings.TrimSuffix(s, "\n")
	if len(s) > 60 {
		s = s[:57] + "…"
	}
	return fmt.Sprintf("%q", s)
}
