package counter

import (
	"sync"
	"sync/atomic"

	"github.com/puzpuzpuz/xsync/v4"
)

// Mutex counts under a lock: one goroutine at a time is in the critical section, the others wait.
//
// Cost: 2 times Atomic when goroutines seldom meet, 5 times when they contend. Use it when more than one variable must change
// together, or when in doubt.
type Mutex struct {
	mu sync.Mutex
	n  int
}

// Increment adds 1.
func (c *Mutex) Increment() {
	c.mu.Lock()
	c.n++
	c.mu.Unlock()
}

// Value returns the count.
func (c *Mutex) Value() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.n
}

// RWMutex counts under a lock that lets many goroutines read at once, or one write.
//
// Cost: 4 to 6 times Atomic. Use it when reading takes long and is far more frequent than writing; for a counter it is never
// the best choice.
type RWMutex struct {
	mu sync.RWMutex
	n  int
}

// Increment adds 1.
func (c *RWMutex) Increment() {
	c.mu.Lock()
	c.n++
	c.mu.Unlock()
}

// Value returns the count. Readers do not wait for each other.
func (c *RWMutex) Value() int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.n
}

// Atomic counts with one instruction of the processor that reads, adds and writes, and that no other core can interrupt.
//
// Cost: the measure of all others. Use it for a single number.
type Atomic struct{ n atomic.Int64 }

// Increment adds 1.
func (c *Atomic) Increment() { c.n.Add(1) }

// Value returns the count.
func (c *Atomic) Value() int { return int(c.n.Load()) }

// CompareAndSwap reads, adds, and writes only if nobody has written meanwhile; otherwise it tries again. Nobody waits for a lock, and
// one of those who try always succeeds.
//
// Cost: that of Atomic when goroutines seldom meet, 3 times when they contend, for the tries that fail. Use it when the new value
// is more than a sum, such as the greatest so far; for a sum Atomic is better.
type CompareAndSwap struct{ n atomic.Int64 }

// Increment adds 1.
func (c *CompareAndSwap) Increment() {
	for {
		n := c.n.Load()
		if c.n.CompareAndSwap(n, n+1) {
			return
		}
	}
}

// Value returns the count.
func (c *CompareAndSwap) Value() int { return int(c.n.Load()) }

// Sharded counts in many places at once and adds them up when asked. A core that writes to memory which another core has just written
// must fetch it from there first; with a place of their own, cores seldom do.
//
// Cost: that of Atomic when goroutines seldom meet, a third when they contend; Value adds up 64 numbers, and the counter takes 8 KB.
// Use it when many cores count and few read.
type Sharded struct{ shards [64]shard }

type shard struct {
	n atomic.Int64
	// A core fetches memory in lines of 64 bytes, on many machines two at a time. Without this room several shards would share a line,
	// and cores would wait for each other as they do with one number.
	_ [128 - 8]byte
}

// Increment adds 1. Go tells no goroutine its number, and the shard is chosen by where the goroutine's stack lies: each goroutine has
// its own. Two may meet on one shard, and a stack may move while it grows. Then the choice was slow and not wrong: every shard is added
// to atomically, and the sum does not ask which one it was.
func (c *Sharded) Increment() {
	c.shards[shardOf()].n.Add(1)
}

// Value returns the sum of the shards.
func (c *Sharded) Value() int {
	sum := int64(0)
	for i := range c.shards {
		sum += c.shards[i].n.Load()
	}
	return int(sum)
}

// Library counts with xsync.Counter from github.com/puzpuzpuz/xsync/v4, which is sharded too. It finds a goroutine's shard through a
// sync.Pool, which keeps one token per core, and so without package unsafe.
//
// Cost: 4 to 8 times Atomic on two cores, for the pool; its authors advise it for high contention, so measure on the machine that has it.
// Use it in place of a sharded counter of your own.
type Library struct {
	once sync.Once // makes the zero value ready: xsync wants a constructor
	n    *xsync.Counter
}

func (c *Library) counter() *xsync.Counter {
	c.once.Do(func() { c.n = xsync.NewCounter() })
	return c.n
}

// Increment adds 1.
func (c *Library) Increment() { c.counter().Inc() }

// Value returns the sum of the shards.
func (c *Library) Value() int { return int(c.counter().Value()) }
