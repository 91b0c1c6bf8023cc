package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

const (
	// pipeVariable names the pipe over which a cell's program sends GoNB pictures, tables and the like.
	pipeVariable = "GONB_PIPE"

	pictureLimit  = 20 << 20 // bytes a cell: a page with more cannot be scrolled
	quickPictures = 1000     // as quickWrites; gonbui sends three messages a picture
	picturePace   = 5 * time.Millisecond
)

// pictures passes on what a cell's program shows, at a pace that JupyterLab bears: stock GoNB queues it, and is seen to stop minutes after
// the interrupt.
type pictures struct {
	from *os.File
	path string // of the pipe that the program writes to
	to   string // of GoNB's
	full func() // called when there has been too much
	done chan struct{}

	hurry atomic.Bool // the program has ended
}

// newPictures makes the program's pipe, or returns nil where GoNB has given none.
func newPictures(full func()) (*pictures, error) {
	p := &pictures{to: os.Getenv(pipeVariable), full: full, done: make(chan struct{})}
	if p.to == "" {
		return nil, nil
	}
	p.path = p.to + "_cell"
	if err := unix.Mkfifo(p.path, 0o600); err != nil {
		return nil, fmt.Errorf("%s: %w", p.path, err)
	}
	var err error
	p.from, err = os.OpenFile(p.path, os.O_RDONLY|unix.O_NONBLOCK, 0) // else it would wait for a program that may show nothing
	return p, err
}

// pass passes messages on until the program's end of the pipe is closed. gob writes each with its length before it.
func (p *pictures) pass() {
	defer close(p.done)
	if !waitReadable(p.from) {
		return
	}
	to, err := os.OpenFile(p.to, os.O_WRONLY, 0)
	if err != nil {
		return
	}
	defer to.Close()
	from := bufio.NewReader(p.from)
	valve := valve{quick: quickPictures, pace: picturePace}
	for left := uint64(pictureLimit); ; {
		if !p.hurry.Load() { // What is left is a few thousand at most.
			valve.rest()
		}
		head, length, err := gobLength(from)
		if err != nil {
			return
		}
		if length > left {
			p.full()
			return
		}
		left -= length
		if _, err := to.Write(head); err != nil {
			return
		}
		if _, err := io.CopyN(to, from, int64(length)); err != nil {
			return
		}
	}
}

// end waits until all that the program has shown is passed on.
func (p *pictures) end() {
	p.hurry.Store(true)
	// A pipe that was never opened for writing never says that its writers have gone.
	if writer, err := os.OpenFile(p.path, os.O_WRONLY|unix.O_NONBLOCK, 0); err == nil {
		writer.Close()
	}
	<-p.done
	os.Remove(p.path)
}

// gobLength reads the length of a gob message, and returns it with the bytes that said it: one byte below 128, or the negated number of
// the big-endian bytes that follow.
func gobLength(from io.ByteReader) (head []byte, length uint64, err error) {
	first, err := from.ReadByte()
	if err != nil || first < 0x80 {
		return []byte{first}, uint64(first), err
	}
	count := -int(int8(first))
	if count > 8 {
		return nil, 0, errors.New("not a gob message")
	}
	head = []byte{first}
	for range count {
		next, err := from.ReadByte()
		if err != nil {
			return nil, 0, err
		}
		head, length = append(head, next), length<<8|uint64(next)
	}
	return head, length, nil
}
