package engine

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/metrics"
	"time"
)

// limits is what the interpreted program may use, whoever runs it and however far it gets between
// two steps.
type limits struct {
	memory uint64        // bytes that the process may hold; 0: 700 MB
	until  time.Duration // of [Spent]; 0: any time
	fresh  int           // cells made since memory was looked at last
}

// exhausted is that a limit has been reached.
type exhausted struct{ limit string }

// Exhausted tells whether an error is that a program went on, from one step to the next or to its end, beyond what the
// limits allow.
func Exhausted(err error) bool {
	var e *exhausted
	return errors.As(err, &e)
}

func (e *exhausted) Error() string {
	return "the program was given up " + e.limit + ": make its numbers smaller"
}

// Of what is made at once, no more than mostCells; and memory is looked at after lookedAt cells,
// of 16 bytes each.
const mostCells, lookedAt = 8 << 20, 1 << 20

// mostMade is how many cells one run of a scenario may make.
const mostMade = 1 << 18

// takes is called before cells are made.
func (l *limits) takes(cells int) {
	if cells > mostCells {
		panic(refusal{excess: true, what: "the program makes a string or a slice of more than 128 MB: make it smaller"})
	}
	if l.fresh += cells; l.fresh < lookedAt {
		return
	}
	l.fresh = 0
	if l.full() {
		panic(l.reached())
	}
}

func (l *limits) reached() *exhausted {
	return &exhausted{fmt.Sprintf("at %d MB of memory", l.most()>>20)}
}

func (l *limits) most() uint64 {
	if l.memory == 0 {
		return defaultMemory
	}
	return l.memory
}

// full tells whether the process holds what it may. Much of it may be what nobody uses any more;
// where that is not a quarter, the next collection would come too soon.
func (l *limits) full() bool {
	heap := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(heap)
	if heap[0].Value.Uint64() <= l.most() {
		return false
	}
	runtime.GC()
	metrics.Read(heap)
	return heap[0].Value.Uint64() > l.most()/4*3
}

// late is called now and then where a goroutine takes long from one step to the next.
func (l *limits) late() {
	if l.until != 0 && Spent() > l.until {
		panic(&exhausted{"as it takes too long from one step to the next"})
	}
}
