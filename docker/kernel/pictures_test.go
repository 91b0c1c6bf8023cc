package main

import (
	"encoding/gob"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/protocol"

	"example.com/multithreading/helpers/show/pipe"
)

// showsBoth, in the environment of this test's binary, makes it a cell's program that shows things
// in both ways, at the same time. Large ones do not fit into a pipe as a whole.
const showsBoth = "KERNEL_TEST_SHOWS_BOTH"

const shown = 20

func large(i int) string { return strings.Repeat(fmt.Sprintf("%02d", i), 40_000) }

func showBoth() {
	var group sync.WaitGroup
	group.Go(func() {
		for i := range shown {
			gonbui.DisplayHTML("theirs " + large(i))
			gonbui.Sync()
		}
	})
	group.Go(func() {
		notebook, err := pipe.Open()
		for i := 0; i < shown && err == nil; i++ {
			if err = notebook.Display(pipe.Form{MIME: "text/html", Text: "ours " + large(i)}); err == nil {
				err = notebook.Sync()
			}
		}
		if err != nil {
			panic(err)
		}
	})
	group.Wait()
}

// What gonbui and show send reaches GoNB whole, and each gets the answers to its own questions.
func TestPicturesOfBothWaysArePassedOn(t *testing.T) {
	dir := t.TempDir()
	there, back := filepath.Join(dir, "there"), filepath.Join(dir, "back")
	for _, path := range []string{there, back} {
		if err := syscall.Mkfifo(path, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv(pipe.GoNB, there)
	t.Setenv(pipe.GoNBBack, back)
	p, err := newPictures(func() { t.Error("too much") })
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	var gonb sync.WaitGroup
	gonb.Go(func() {
		in, err := os.Open(there)
		if err != nil {
			t.Error(err)
			return
		}
		defer in.Close()
		out, err := os.OpenFile(back, os.O_WRONLY, 0)
		if err != nil {
			t.Error(err)
			return
		}
		defer out.Close()
		decoder, encoder := gob.NewDecoder(in), gob.NewEncoder(out)
		for {
			var message protocol.DisplayData
			if decoder.Decode(&message) != nil {
				return
			}
			if html, ok := message.Data[protocol.MIMETextHTML].(string); ok {
				got[html]++
			}
			if sync, ok := message.Data[protocol.MIMECommValue].(protocol.CommValue); ok {
				encoder.Encode(&protocol.CommValue{Address: protocol.GonbuiSyncAckAddress, Value: sync.Value})
			}
		}
	})
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	program := exec.CommandContext(t.Context(), self)
	program.Env = append(append(os.Environ(), showsBoth+"=1"), p.environment()...)
	var said strings.Builder
	program.Stdout, program.Stderr = &said, &said
	p.start()
	if err := program.Run(); err != nil || said.Len() > 0 {
		t.Errorf("%v\n%s", err, &said)
	}
	p.end()
	gonb.Wait()
	for i := range shown {
		for _, who := range []string{"ours ", "theirs "} {
			if got[who+large(i)] != 1 {
				t.Errorf("%s%d came %d times", who, i, got[who+large(i)])
			}
		}
	}
	if left, _ := filepath.Glob(there + "_*"); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}
