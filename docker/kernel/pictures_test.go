package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/gob"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/protocol"
	"golang.org/x/sys/unix"

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

// A listener stands for GoNB at the end of its pipe: it keeps what is shown, in order, and answers each Sync.
type listener struct {
	*pictures
	there string
	shown chan string // closed at the end, or where what came is no value
}

// listen makes GoNB's pipes, and those of a program before them.
func listen(t *testing.T) *listener {
	t.Helper()
	dir := t.TempDir()
	l := &listener{there: filepath.Join(dir, "there"), shown: make(chan string, 4*shown)}
	back := filepath.Join(dir, "back")
	for _, path := range []string{l.there, back} {
		if err := syscall.Mkfifo(path, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv(pipe.GoNB, l.there)
	t.Setenv(pipe.GoNBBack, back)
	var err error
	if l.pictures, err = newPictures(func() { t.Error("too much") }); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(l.shown)
		if err := l.serve(back); err != io.EOF {
			t.Error(err)
		}
	}()
	return l
}

func (l *listener) serve(back string) error {
	in, err := os.Open(l.there)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(back, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer out.Close()
	decoder, encoder := gob.NewDecoder(in), gob.NewEncoder(out)
	for {
		var message protocol.DisplayData
		if err := decoder.Decode(&message); err != nil {
			return err
		}
		if html, ok := message.Data[protocol.MIMETextHTML].(string); ok {
			l.shown <- html
		}
		if sync, ok := message.Data[protocol.MIMECommValue].(protocol.CommValue); ok {
			encoder.Encode(&protocol.CommValue{Address: protocol.GonbuiSyncAckAddress, Value: sync.Value})
		}
	}
}

// What gonbui and show send reaches GoNB whole, and each gets the answers to its own questions.
func TestPicturesOfBothWaysArePassedOn(t *testing.T) {
	l := listen(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	within, cancel := context.WithTimeout(t.Context(), time.Minute) // A program whose Sync is not answered would wait for ever.
	defer cancel()
	program := exec.CommandContext(within, self)
	program.Env = append(append(os.Environ(), showsBoth+"=1"), l.environment()...)
	var said strings.Builder
	program.Stdout, program.Stderr = &said, &said
	l.start()
	if err := program.Run(); err != nil || said.Len() > 0 {
		t.Errorf("%v\n%s", err, &said)
	}
	l.end()
	got := map[string]int{}
	for html := range l.shown {
		got[html]++
	}
	for i := range shown {
		for _, who := range []string{"ours ", "theirs "} {
			if got[who+large(i)] != 1 {
				t.Errorf("%s%d came %d times", who, i, got[who+large(i)])
			}
		}
	}
	if left, _ := filepath.Glob(l.there + "_*"); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

// shows is what package show sends to display a text.
func shows(t *testing.T, html string) []byte {
	t.Helper()
	file := filepath.Join(t.TempDir(), "sent")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv(pipe.Show, file)
	t.Setenv(pipe.ShowBack, os.DevNull)
	notebook, err := pipe.Open()
	if err == nil {
		err = notebook.Display(pipe.Form{MIME: "text/html", Text: html})
	}
	sent, readErr := os.ReadFile(file)
	if err != nil || readErr != nil {
		t.Fatal(err, readErr)
	}
	return sent
}

// gonbui's first Sync is a value of several messages, as gob defines a type within it. What show sends meanwhile comes before or after it.
func TestAValueOfSeveralMessagesStaysWhole(t *testing.T) {
	l := listen(t)
	l.start()
	var theirs bytes.Buffer
	encoder := gob.NewEncoder(&theirs)
	if err := encoder.Encode(protocol.DisplayData{Data: map[protocol.MIMEType]any{protocol.MIMECommValue: protocol.CommValue{Address: "x", Value: 1}}}); err != nil {
		t.Fatal(err)
	}
	var messages [][]byte
	for theirs.Len() > 0 {
		message, err := pipe.Read(&theirs)
		if err != nil {
			t.Fatal(err)
		}
		messages = append(messages, message)
	}
	if err := encoder.Encode(protocol.DisplayData{Data: map[protocol.MIMEType]any{protocol.MIMETextHTML: "theirs"}}); err != nil {
		t.Fatal(err)
	}
	to, err := os.OpenFile(l.ways[0].there, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	last := len(messages) - 1
	for _, message := range messages[:last] {
		to.Write(message)
	}
	// The first way must have taken these before the other one sends anything.
	from, err := l.ways[0].from.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		var left int
		var failed error
		err := from.Control(func(pipe uintptr) {
			left, failed = unix.Poll([]unix.PollFd{{Fd: int32(pipe), Events: unix.POLLIN}}, 0)
		})
		if err = cmp.Or(err, failed); err != nil && err != unix.EINTR || time.Now().After(end) {
			t.Fatal(left, err)
		}
		if err == nil && left == 0 {
			break
		}
	}
	ours, err := os.OpenFile(l.ways[1].there, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	ours.Write(shows(t, "ours"))
	if html := <-l.shown; html != "ours" {
		t.Errorf("%q came first", html)
	}
	to.Write(messages[last])
	to.Write(theirs.Bytes())
	if html := <-l.shown; html != "theirs" {
		t.Errorf("%q came last", html)
	}
	to.Close()
	ours.Close()
	l.end()
	if html, more := <-l.shown; more {
		t.Errorf("and %q came", html)
	}
}

// A program that a cell's program has started may show things too, and writes what gob has read already. Neither waits for ever.
func TestWhatCannotBeReadHoldsNobodyUp(t *testing.T) {
	l := listen(t)
	l.start()
	to, err := os.OpenFile(l.ways[1].there, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	back, err := os.Open(l.ways[1].back)
	if err != nil {
		t.Fatal(err)
	}
	defer back.Close()
	to.Write(shows(t, "first"))
	if html := <-l.shown; html != "first" {
		t.Errorf("%q came first", html)
	}
	for range 20 {
		to.Write(shows(t, large(0))) // more than a pipe holds
	}
	if answer, err := io.ReadAll(back); err != nil || len(answer) > 0 {
		t.Errorf("an answer: %q, %v", answer, err)
	}
	to.Close()
	l.end()
	for html := range l.shown {
		t.Errorf("%.20q came", html)
	}
}
