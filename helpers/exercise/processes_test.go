package exercise_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"syscall"
)

func exit(status int) { os.Exit(status) }

// startSleep starts a program that outlives the function.
func startSleep() { exec.Command("sleep", "3600").Start() }

// forge sends a verdict of its own to the parent, over the child's own pipe, and ends the program.
func forge() {
	message := map[string]any{"Verdict": map[string]any{"Exercise": "pool", "Right": true, "Says": "of course"}}
	for fd := range uintptr(10) {
		if file := os.NewFile(fd, "guessed"); file != nil {
			json.NewEncoder(file).Encode(message)
		}
	}
	os.Exit(0)
}

// stop has the machine give this process no more time.
func stop() { syscall.Kill(os.Getpid(), syscall.SIGSTOP) }
