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

// display sends one thing in its forms to the notebook and waits until the kernel has passed it on. It
// returns whether it has. The caller holds output.
func display(forms []pipe.Form) bool {
	if gone {
		return false
	}
	waitUntilRead(os.Stdout)
	taken := make(chan error, 1)
	// In a goroutine of its own because the pipes have no time limit: without a kernel, opening them and Sync would wait for ever. Then
	// the goroutine ends with the program.
	go func() { taken <- send(forms) }()
	select {
	case err := <-taken:
		gone = err != nil
	case <-time.After(displayPatience):
		gone = true
	}
	if gone {
		fmt.Println("(The notebook does not answer, so there is no picture here. Run the cell again to see it.)")
	}
	return !gone
}

func send(forms []pipe.Form) (err error) {
	if notebook == nil {
		if notebook, err = pipe.Open(); err != nil {
			return err
		}
	}
	// The kernel has read all text by now, and must have passed it on before a picture comes: that takes it under 1 ms. It does so beside
	// answering, in turn with it, so two answers and a rest give it time on a busy machine too.
	for range 2 {
		if err := notebook.Sync(); err != nil {
			return err
		}
	}
	time.Sleep(2 * time.Millisecond)
	if err := notebook.Display(forms...); err != nil {
		return err
	}
	return notebook.Sync() // displayed, so what is printed next stands below
}
