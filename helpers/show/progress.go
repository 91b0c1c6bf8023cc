package show

import (
	"fmt"
	"time"
)

// Progress prints the line that now returns when 2 s have passed, and again after 4, 8, 16 s and so on, until stop is called: a short
// run prints nothing and a long one few lines. now is called from another goroutine. stop waits until that goroutine has ended; call it
// once.
func Progress(now func() string) (stop func()) {
	stopped, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for wait := 2 * time.Second; ; wait *= 2 {
			next := wait
			if wait > 2*time.Second {
				next = wait / 2 // that much has passed already
			}
			select {
			case <-stopped:
				return
			case <-time.After(next):
				emit(fmt.Sprintf("… %s, %v so far\n", now(), wait))
			}
		}
	}()
	return func() {
		close(stopped)
		<-ended
	}
}
