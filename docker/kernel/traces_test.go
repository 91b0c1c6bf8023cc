package main

import (
	"fmt"
	"strings"
	"testing"
)

// call is a call as Go writes it in a stack trace.
func call(name string) string {
	return fmt.Sprintf("main.%s(...)\n\t/tmp/main.go:7 +0x1d\n", name)
}

func TestTracesAreShortened(t *testing.T) {
	goroutine := func(n int, state string, calls ...string) string {
		return fmt.Sprintf("goroutine %d [%s]:\n%s\n", n, state, strings.Join(calls, ""))
	}
	var many, first string
	for n := 1; n <= 300; n++ {
		many += goroutine(n, map[bool]string{true: "chan receive", false: "select, 2 minutes"}[n%2 == 0], call("wait"))
		if n == shownGoroutines {
			first = many
		}
	}
	const overflow = "runtime: goroutine stack exceeds 134217728-byte limit\nfatal error: stack overflow\n\n"
	deep := strings.Repeat(call("f"), 50)
	for name, test := range map[string]struct{ written, shown string }{
		"no trace":      {"goroutine 1 [running]:\nhello\n\nhalf a line", "goroutine 1 [running]:\nhello\n\nhalf a line"},
		"a short trace": {"panic: no\n\n" + goroutine(1, "running", call("f"), call("main")), "panic: no\n\n" + goroutine(1, "running", call("f"), call("main"))},
		"what follows":  {"panic: no\n\n" + goroutine(1, "running", call("main")) + "rax 0x0\n", "panic: no\n\n" + goroutine(1, "running", call("main")) + "rax 0x0\n"},
		"many goroutines": {"fatal error: all goroutines are asleep - deadlock!\n\n" + many,
			"fatal error: all goroutines are asleep - deadlock!\n\n" + first + "... and 294 more goroutines: 147 [select], 147 [chan receive]\n"},
		"an endless recursion": {overflow + "runtime stack:\nruntime.throw({0x1?})\n\tpanic.go:1\n\n" +
			"goroutine 1 gp=0x1 m=0 mp=0x2 [running]:\n" + strings.ReplaceAll(deep, "+0x1d", "+0x1d fp=0x1 sp=0x2 pc=0x3") + "...1048523 frames elided...\n" + deep + call("main") + "\n" +
			"goroutine 2 gp=0x3 m=nil [force gc (idle)]:\nruntime.gopark()\n\tproc.go:1\n\n",
			overflow + "goroutine 1 gp=0x1 m=0 mp=0x2 [running]:\n" + strings.Repeat(call("f"), shownCalls) +
				"... more calls of the same kind, without end ...\n" + strings.Repeat(call("f"), shownCallers-1) + call("main") + "\n"},
		"a deep stack": {"panic: no\n\n" + goroutine(1, "running", deep),
			"panic: no\n\n" + goroutine(1, "running", strings.Repeat(call("f"), shownCalls)+"... 39 more calls ...\n"+strings.Repeat(call("f"), shownCallers))},
	} {
		t.Run(name, func(t *testing.T) {
			var tr traces
			var shown strings.Builder
			for line := range strings.Lines(test.written) {
				shown.WriteString(tr.line(line))
			}
			shown.WriteString(tr.end())
			if shown.String() != test.shown {
				t.Errorf("shown:\n%s\nwant:\n%s", shown.String(), test.shown)
			}
		})
	}
}
