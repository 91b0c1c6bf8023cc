package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

func TestAwaitStep(t *testing.T) {
	setup := exec.Command("sleep", "600")
	if err := setup.Start(); err != nil {
		t.Fatal(err)
	}
	defer setup.Process.Kill()
	stamps := t.TempDir()
	busy := filepath.Join(stamps, "race.busy")
	begin := func() (done chan struct{}) {
		if err := os.WriteFile(busy, []byte(strconv.Itoa(setup.Process.Pid)+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		done = make(chan struct{})
		go func() { awaitStep(stamps, "race"); close(done) }()
		select {
		case <-done:
			t.Fatal("it did not wait while the step was being done")
		case <-time.After(300 * time.Millisecond):
		}
		return done
	}
	ends := func(done chan struct{}, when string) {
		select {
		case <-done:
		case <-time.After(10 * time.Second):
			t.Fatal("it still waits, ", when)
		}
	}
	awaitStep(stamps, "race") // nobody is at it
	done := begin()
	awaitStep(stamps, "simd") // nor at another one
	os.Remove(busy)
	ends(done, "with the step done")
	done = begin()
	setup.Process.Kill()
	setup.Wait()
	ends(done, "after the set-up was killed in the middle")
}
