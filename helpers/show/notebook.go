package show

import (
	"fmt"
	"os"
	"sync"
	"time"

	"example.com/multithreading/helpers/show/pipe"
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

// notebook is opened by the first call of display. Only display's goroutine, of which there is one at a time, uses it.
var notebook *pipe.Notebook

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
	// In a goroutine of its own because the pipes have no time limit: without a kernel, opening them and Sync would wait for ever. Then
	// the goroutine ends with the program.
	go func() { taken <- send(html) }()
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

func send(html string) (err error) {
	if notebook == nil {
		if notebook, err = pipe.Open(); err != nil {
			return err
		}
	}
	// What was sent before has been displayed then, and the kernel had time to pass on the text it has read.
	if err := notebook.Sync(); err != nil {
		return err
	}
	if err := notebook.Display(pipe.Form{MIME: "text/html", Text: html}); err != nil {
		return err
	}
	return notebook.Sync() // displayed, so what is printed next stands below
}
