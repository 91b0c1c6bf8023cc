// verdict: wrong

package main

import "sync"

type total struct {
	mu sync.Mutex
	n  int
}

func (t *total) get() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.n
}

func (t *total) set(n int) {
	t.mu.Lock()
	t.n = n
	t.mu.Unlock()
}

func (t *total) Add(v int) { t.set(t.get() + v) }

func main() {
	var t total
	var wg sync.WaitGroup
	for _, v := range []int{1, 10, 100} {
		wg.Go(func() { t.Add(v) })
	}
	wg.Wait()
	if t.get() != 111 {
		panic("wrong sum")
	}
}
