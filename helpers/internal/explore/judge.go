package main

import (
	"encoding/json"
	"fmt"
	"os"

	"example.com/multithreading/helpers/internal/judge"
)

// judged prints the verdict on an answer, and returns the number with which the command ends: 1 for
// one that is not right.
func judged(file, exercise string, call int, tries string, asJSON bool) int {
	src, files, lines, err := read(file)
	if err != nil {
		fmt.Fprintln(os.Stderr, "explore:", err)
		return 2
	}
	v := judge.Judge(src, files, lines, exercise, call)
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
