package main

import (
	"encoding/json"
	"fmt"
	"os"
	"time"

	"example.com/multithreading/helpers/internal/judge"
)

// looking is how long a check looks, unless it is told another time. A fifth of that later there is a
// verdict in any case.
const looking = 4 * time.Second

// judged prints the verdict on an answer, and returns the number with which the command ends: 1 for
// one that is not right.
func judged(file, exercise string, call int, tries string, asJSON bool, limit time.Duration) int {
	src, files, lines, err := read(file)
	if err != nil {
		fmt.Fprintln(os.Stderr, "explore:", err)
		return 2
	}
	longest := limit + limit/5
	done := make(chan judge.Verdict, 1)
	go func() { done <- judge.Within(limit, src, files, lines, exercise, call) }()
	var v judge.Verdict
	select {
	case v = <-done:
	case <-time.After(longest):
		// Its limits are looked at between two steps, and reading a program has none: nobody is to wait for that.
		v = judge.Verdict{Exercise: exercise, Says: fmt.Sprintf(
			"to look at it takes more than %v: it has too much in it, or goes on without end.", longest)}
	}
	if asJSON {
		if err := json.NewEncoder(os.Stdout).Encode(v); err != nil {
			fmt.Fprintln(os.Stderr, "explore:", err)
			return 2
		}
	} else {
		judge.Write(os.Stdout, v, tries, files[file])
		if v.Schedule != nil {
			v.Schedule.Show()
		}
	}
	if v.Right {
		return 0
	}
	return 1
}
