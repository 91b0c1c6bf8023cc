package main

import (
	"bufio"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
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
// Values go into GoNB's pipe whole, one after another, and each answer goes to whoever asked. A
// value may be several of gob's messages: where a type is used for the first time within an
// interface, the value's message ends after the type's definition, and another follows.
type pictures struct {
	ways        [2]*way // gonbui's, show's
	there, back string  // GoNB's pipes
	full        func()  // called when there has been too much
	passing     sync.WaitGroup

	hurry atomic.Bool // the program has ended

	// What follows belongs to whoever passes a value on, and is held meanwhile.
	sync.Mutex
	to    *os.File // GoNB's pipe, from the first value on
	valve valve
	left  int // bytes that may still come
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

// start begins to pass values on, until the program's ends of the pipes are closed.
func (p *pictures) start() {
	for _, w := range p.ways {
		p.passing.Go(func() {
			if !waitReadable(w.from) {
				return
			}
			raw := &recorder{from: bufio.NewReader(w.from)}
			for values := gob.NewDecoder(raw); p.pass(values, raw); {
			}
			// What cannot be read, as what two programs write at once, is left out. Whoever wrote it waits neither for a
			// reader nor for an answer.
			w.to.Close()
			io.Copy(io.Discard, w.from)
		})
	}
}

// A recorder keeps what is read from it. It is an io.ByteReader, so gob reads to the end of a value and no further.
type recorder struct {
	from *bufio.Reader
	read []byte
}

var errFull = errors.New("more than a cell may show")

func (r *recorder) Read(piece []byte) (int, error) {
	n, err := r.from.Read(piece)
	r.read = append(r.read, piece[:n]...)
	if len(r.read) > pictureLimit {
		return n, errFull
	}
	return n, err
}

func (r *recorder) ReadByte() (byte, error) {
	b, err := r.from.ReadByte()
	if err == nil {
		r.read = append(r.read, b)
	}
	return b, err
}

// pass waits for a value and passes it on, and tells whether there may be more.
func (p *pictures) pass(values *gob.Decoder, raw *recorder) bool {
	raw.read = raw.read[:0]
	err := values.DecodeValue(reflect.Value{}) // It finds the value's end, and makes nothing of it.
	p.Lock()
	defer p.Unlock()
	if len(raw.read) > p.left {
		p.full()
		return false
	}
	if err != nil {
		return false
	}
	if p.to == nil {
		if p.to, err = os.OpenFile(p.there, os.O_WRONLY, 0); err != nil {
			return false
		}
		go p.passBack()
	}
	if !p.hurry.Load() { // What is left is a few thousand at most.
		p.valve.rest()
	}
	p.left -= len(raw.read)
	_, err = p.to.Write(raw.read)
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
