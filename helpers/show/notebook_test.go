package show

import (
	"bytes"
	"encoding/gob"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/janpfeifer/gonb/gonbui/protocol"
	"golang.org/x/sys/unix"
)

// A notebook's cell is a process of its own, so these tests run this test binary again as the cell and play GoNB's part here.
const cellEnv = "SHOW_TEST_CELL"

func TestMain(m *testing.M) {
	if os.Getenv(cellEnv) != "" {
		displayPatience = 2 * time.Second // long enough for a kernel that answers, short for one that does not
		cell()
		return
	}
	os.Exit(m.Run())
}

func cell() {
	fmt.Println("BEFORE")
	Bars("FIRST", []Bar{{Label: "a", Value: 1}})
	fmt.Println("BETWEEN")
	Bars("SECOND", []Bar{{Label: "b", Value: 2}})
	HTML("<p>OWN</p>")
	fmt.Println("AFTER")
}

// A kernel plays GoNB: it reads the cell's two channels each in a goroutine of its own and notes what came in which order. GoNB has passed
// text on a moment after it has read it; here it has done so before anything else is noted.
type kernel struct {
	mu     sync.Mutex // held while something is passed on: text from reading it on
	events []string

	slowText time.Duration // between reading text and noting it
	dieAfter int           // closes the pipes after that many messages; 0: never
}

func (k *kernel) note(event string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.events = append(k.events, event)
}

// listen takes the cell's text as GoNB's writer does: read a piece, pass it on, read the next.
func (k *kernel) listen(text *os.File) {
	piece := make([]byte, 1<<12)
	for {
		if _, err := unix.Poll([]unix.PollFd{{Fd: int32(text.Fd()), Events: unix.POLLIN}}, -1); err == unix.EINTR {
			continue
		}
		k.mu.Lock()
		n, err := text.Read(piece)
		time.Sleep(k.slowText)
		k.events = append(k.events, string(piece[:n]))
		k.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// serve answers on the named pipes until the cell closes them.
func (k *kernel) serve(t *testing.T, from, to string) {
	in, err := os.Open(from)
	if err != nil {
		t.Error(err)
		return
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY, 0)
	if err != nil {
		t.Error(err)
		return
	}
	defer out.Close()
	decoder, encoder := gob.NewDecoder(in), gob.NewEncoder(out)
	for n := 1; ; n++ {
		var message protocol.DisplayData
		if decoder.Decode(&message) != nil || n == k.dieAfter {
			return
		}
		if html, ok := message.Data[protocol.MIMETextHTML].(string); ok {
			plain, _ := message.Data["text/plain"].(string)
			k.note(html + plain)
		}
		if sync, ok := message.Data[protocol.MIMECommValue].(protocol.CommValue); ok {
			if encoder.Encode(&protocol.CommValue{Address: protocol.GonbuiSyncAckAddress, Value: sync.Value}) != nil {
				return
			}
		}
	}
}

// run runs the cell and returns all that reached the kernel, in order.
func (k *kernel) run(t *testing.T, pipes, listens bool) string {
	t.Helper()
	dir := t.TempDir()
	from, to := filepath.Join(dir, "from"), filepath.Join(dir, "to")
	if pipes {
		for _, pipe := range []string{from, to} {
			if err := syscall.Mkfifo(pipe, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), self)
	command.Env = append(os.Environ(), cellEnv+"=1", protocol.GONB_PIPE_ENV+"="+from, protocol.GONB_PIPE_BACK_ENV+"="+to)
	var stderr bytes.Buffer
	command.Stderr = &stderr
	text, stdout, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer text.Close()
	command.Stdout = stdout
	var serving sync.WaitGroup
	serving.Go(func() { k.listen(text) })
	if listens {
		serving.Go(func() { k.serve(t, from, to) })
	}
	start := time.Now()
	err = command.Run()
	stdout.Close() // now that the cell has ended, the text has an end
	serving.Wait()
	if err != nil {
		t.Fatalf("the cell failed: %v\n%s", err, &stderr)
	}
	// Two waits of 2 s at most, and room for a busy machine.
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("the cell took %v", took)
	}
	return strings.Join(k.events, "")
}

// inOrder fails the test unless the marks stand in all, each once and in this order.
func inOrder(t *testing.T, all string, marks ...string) {
	t.Helper()
	last := -1
	for _, mark := range marks {
		at := strings.Index(all, mark)
		if at <= last || strings.Count(all, mark) != 1 {
			t.Fatalf("%q is missing, doubled or out of order in:\n%s", mark, all)
		}
		last = at
	}
}

func TestInNotebookAllStandsInTheOrderWritten(t *testing.T) {
	for name, slow := range map[string]time.Duration{"quick kernel": 0, "slow kernel": 30 * time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			k := &kernel{slowText: slow}
			inOrder(t, k.run(t, true, true), "BEFORE", `<img alt="Bar chart. FIRST`, "<figcaption>FIRST", "FIRST\na |", "BETWEEN",
				`<img alt="Bar chart. SECOND`, "<figcaption>SECOND", "SECOND\nb |", "<p>OWN</p>", "AFTER")
		})
	}
}

func TestWithoutAKernelTheTextIsThereAndTheCellEnds(t *testing.T) {
	for name, test := range map[string]struct {
		pipes, listens bool
		dieAfter       int
	}{
		"no pipes":                      {},
		"nobody listens":                {pipes: true},
		"dies at the first message":     {pipes: true, listens: true, dieAfter: 1},
		"dies before the last displays": {pipes: true, listens: true, dieAfter: 6},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // they wait, they do not work
			k := &kernel{dieAfter: test.dieAfter}
			inOrder(t, k.run(t, test.pipes, test.listens), "BEFORE", "FIRST\n", "BETWEEN", "SECOND\n", "AFTER")
			if n := strings.Count(strings.Join(k.events, ""), "does not answer"); n != 1 {
				t.Errorf("the student is told %d times that the notebook does not answer, want once", n)
			}
		})
	}
}
