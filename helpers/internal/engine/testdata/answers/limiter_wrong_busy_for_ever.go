// verdict: wrong
// clock: virtual
// why: it looks again and again for what no time brings

package main

import (
	"sync/atomic"
	"time"
)

func main() {
	var may atomic.Bool
	time.AfterFunc(time.Second, func() { may.Store(false) })
	for !may.Load() {
	}
}
