// verdict: right

package main

import (
	"fmt"
	"sync"
	"sync/atomic"
)

type cache struct {
	mu   sync.Mutex
	seen atomic.Value // of map[string]int, never changed
}

func (c *cache) Get(key string) int {
	m, _ := c.seen.Load().(map[string]int)
	return m[key]
}

func (c *cache) Set(key string, value int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	old, _ := c.seen.Load().(map[string]int)
	m := map[string]int{key: value}
	for k, v := range old {
		m[k] = v
	}
	c.seen.Store(m)
}

func main() {
	var c cache
	var wg sync.WaitGroup
	wg.Go(func() { c.Set("a", 1) })
	wg.Go(func() { c.Set("b", 2) })
	wg.Wait()
	if c.Get("a") != 1 || c.Get("b") != 2 {
		fmt.Println("wrong")
	}
}
