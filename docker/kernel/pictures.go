package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"example.com/multithreading/helpers/show/pipe"
)

const (
	pictureLimit  = 20 << 20 // bytes a cell: a page with more cannot be scrolled
	quickPictures = 1000     // as quickWrites; three or four messages a picture
	picturePace   = 5 * time.Millisecond
)

// pictures passes on what a cell's program shows, at a pace that JupyterLab bears: stock GoNB
// queues it, and is seen to stop minutes after the interrupt.
//
// A program may show things in two ways, with GoNB's package gonbui and with the course's package
// show, each with a pipe of its own and one for the answers. GoNB has one pair:
//
//	gonbui ── there ─┐        ┌── there ── GoNB
//	gonbui ── back ──┤ kernel ├── back ─── GoNB
//	show ──── there ─┤        │
//	show ──── back ──┘        │
//
// Messages go into GoNB's pipe whole, one after another, and each answer goes to whoever asked.
type pictures struct {
	ways        [2]*way // gonbui's, show's
	there, back string  // GoNB's pipes
	full        func()  // called when there has been too much
	passing     sync.WaitGroup

	hurry atomic.Bool // the program has ended

	// What follows belongs to whoever passes a message on, and is held meanwhile.
	sync.Mutex
	to    *os.File // GoNB's pipe, from the first message on
	valve valve
	left  uint64 // bytes that may still come
}

// A way is a pair of pipes, and what the program's environment calls them.
type way struct {
	thereName, backName string
	there, back         string
	from, to            *os.File // this process's ends
}

// newPictures makes the program's pipes, or returns nil where GoNB has given none.
func newPictures(full func()) (*pictures, error) {
	p := &pictures{
		ways: [2]*way{
			{thereName: pipe.GoNB, backName: pipe.GoNBBack},
			{thereName: pipe.Show, backName: pipe.ShowBack},
		},
		there: os.Getenv(pipe.GoNB), back: os.Getenv(pipe.GoNBBack),
		full: full, valve: valve{quick: quickPictures, pace: picturePace}, left: pictureLimit,
	}
	if p.there == "" {
		return nil, nil
	}
	for i, w := range p.ways {
		w.there, w.back = fmt.Sprintf("%s_cell%d", p.there, i), fmt.Sprintf("%s_cell%d_back", p.there, i)
		for _, path := range []string{w.there, w.back} {
			if err := unix.Mkfifo(path, 0o600); err != nil {
				return nil, fmt.Errorf("%s: %w", path, err)
			}
		}
		var err error
		// Else it would wait for a program that may show nothing.
		if w.from, err = os.OpenFile(w.there, os.O_RDONLY|unix.O_NONBLOCK, 0); err != nil {
			return nil, err
		}
		// For reading, too: so neither end waits for the other to be opened, and nothing breaks
		// where nobody reads.
		if w.to, err = os.OpenFile(w.back, os.O_RDWR, 0); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// environment names the pipes to the program.
func (p *pictures) environment() (list []string) {
	for _, w := range p.ways {
		list = append(list, w.thereName+"="+w.there, w.backName+"="+w.back)
	}
	return list
}

// start begins to pass messages on, until the program's ends of the pipes are closed.
func (p *pictures) start() {
	for _, w := range p.ways {
		p.passing.Go(func() {
			if !waitReadable(w.from) {
				return
			}
			for p.pass(w.from) {
			}
		})
	}
}

// pass waits for a message and passes it on, and tells whether there may be more.
func (p *pictures) pass(from *os.File) bool {
	head, length, err := pipe.ReadLength(from)
	if err != nil {
		return false
	}
	p.Lock()
	defer p.Unlock()
	if p.to == nil {
		if p.to, err = os.OpenFile(p.there, os.O_WRONLY, 0); err != nil {
			return false
		}
		go p.passBack()
	}
	if !p.hurry.Load() { // What is left is a few thousand at most.
		p.valve.rest()
	}
	if length > p.left {
		p.full()
		return false
	}
	p.left -= length
	if _, err := p.to.Write(head); err != nil {
		return false
	}
	_, err = io.CopyN(p.to, from, int64(length))
	return err == nil
}

// passBack gives GoNB's messages to gonbui, but for those that answer show. It ends with this
// process or with GoNB.
func (p *pictures) passBack() {
	from, err := os.Open(p.back)
	if err != nil {
		return
	}
	for {
		message, err := pipe.Read(from)
		if err != nil {
			return
		}
		asked := p.ways[0]
		if pipe.Answer(message) {
			asked = p.ways[1]
		}
		asked.to.Write(message)
	}
}

// end waits until all that the program has shown is passed on.
func (p *pictures) end() {
	p.hurry.Store(true)
	for _, w := range p.ways {
		// A pipe that was never opened for writing never says that its writers have gone.
		if writer, err := os.OpenFile(w.there, os.O_WRONLY|unix.O_NONBLOCK, 0); err == nil {
			writer.Close()
		}
	}
	p.passing.Wait()
	for _, w := range p.ways {
		os.Remove(w.there)
		os.Remove(w.back)
	}
	if p.to != nil {
		p.to.Close()
	}
}
