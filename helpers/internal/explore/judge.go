package main

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"example.com/multithreading/helpers/internal/engine"
	"example.com/multithreading/helpers/internal/judge"
	"example.com/multithreading/helpers/show"
)

// longest is how much of the processor's time a verdict may take.
const longest = 4800 * time.Millisecond

// judged prints the verdict on an answer, and returns the number with which the command ends: 1 for
// one that is not right.
func judged(file, exercise string, call int, tries string, asJSON bool) int {
	src, files, lines, err := read(file)
	if err != nil {
		fmt.Fprintln(os.Stderr, "explore:", err)
		return 2
	}
	done := make(chan judge.Verdict, 1)
	go func() { done <- judge.Judge(src, files, lines, exercise, call) }()
	var v judge.Verdict
	for looks := time.NewTicker(longest / 50); ; {
		select {
		case v = <-done:
		case <-looks.C:
			if engine.Spent() < longest {
				continue
			}
			// Its limits are looked at between two steps, and reading a program has none: nobody is to wait for that.
			v = judge.Verdict{Exercise: exercise, Says: fmt.Sprintf(
				"to look at it takes more than %v: it has too much in it, or goes on without end.", longest)}
		}
		break
	}
	if asJSON {
		if err := json.NewEncoder(os.Stdout).Encode(v); err != nil {
			fmt.Fprintln(os.Stderr, "explore:", err)
			return 2
		}
	} else {
		judge.Write(os.Stdout, v)
		if v.Schedule != nil {
			v.Schedule.Show()
		}
		if !v.Unread {
			judge.WriteHints(os.Stdout, v, judge.Tried(tries, own(files[file], lines)))
		}
		// On a hub with the service glance the student's browser keeps the verdict, as it keeps a guess
		// of package predict, for the student to share or not.
		if os.Getenv("COURSE_GLANCE") != "" && !v.Undecided && !v.Unread && show.InNotebook() {
			word := map[bool]string{true: "right", false: "wrong"}[v.Right]
			show.HTML(fmt.Sprintf("<script>{const key = 'multithreading exercise %s'; if (localStorage.getItem(key) !== '%s') "+
				"localStorage.setItem(key, '%[2]s')}</script>", v.Exercise, word))
		}
	}
	if v.Right {
		return 0
	}
	return 1
}

// own is what of a file is the cell's own. What earlier cells have declared stands there too, and may change while the
// cell does not. Where nothing tells which lines are the cell's, it is the whole file.
func own(source string, lines []int) string {
	var cell strings.Builder
	for i, line := range strings.SplitAfter(source, "\n") {
		if i < len(lines) && lines[i] > 0 {
			cell.WriteString(line)
		}
	}
	if cell.Len() == 0 {
		return source
	}
	return cell.String()
}
