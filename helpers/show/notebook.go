package show

import (
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/janpfeifer/gonb/gonbui"
)

// Both waits are far longer than a busy kernel needs, and short enough for a student whose kernel is gone. Only a test changes them.
var (
	readPatience    = 5 * time.Second
	displayPatience = 10 * time.Second
)

// output is held by the goroutine that prints, so that two results do not mix. It also guards gone.
var output sync.Mutex

// gone is set once the notebook has not answered; nothing is sent to it after that.
var gone bool

// waitUntilRead waits until the kernel has read all that was printed to f, for at most readPatience, and not at all where f is no pipe.
// Text and pictures reach the kernel through two pipes; without the wait a picture could overtake the text above it.
func waitUntilRead(f *os.File) {
	pause := 50 * time.Microsecond
	for start := time.Now(); unread(f) > 0 && time.Since(start) < readPatience; {
		time.Sleep(pause)
		pause = min(2*pause, 5*time.Millisecond)
	}
}

// display sends html to the notebook and waits until the kernel has passed it on. The caller holds output.
func display(html string) {
	if gone {
		return
	}
	taken := make(chan error, 1)
	// In a goroutine of its own because gonbui has no time limit: without a kernel, opening the pipe and Sync would wait for ever. Then
	// the goroutine ends with the program.
	go func() {
		if err := gonbui.Open(); err != nil {
			taken <- err
			return
		}
		gonbui.Sync() // what was sent before has been displayed, and the kernel had time to pass on the text it has read
		gonbui.DisplayHTML(html)
		gonbui.Sync() // displayed, so what is printed next stands below
		taken <- nil
	}()
	select {
	case err := <-taken:
		gone = err != nil
	case <-time.After(displayPatience):
		gone = true
	}
	if gone {
		fmt.Println("(The notebook does not answer, so there is no picture here. Run the cell again to see it.)")
	}
}
