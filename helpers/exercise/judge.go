package exercise

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

// The parent's own limits, for a child that is too busy to keep its own.
const (
	grace       = time.Second // after the child's patience
	maxResident = 1 << 30     // bytes; with the race detector twice that
	maxOutput   = 64 << 10
	heardTicks  = 10 // looks at what it has sent, after its end
)

// Judge has program, which is a built cell, try the function that its main gives to a check, and returns the verdict: that of the first
// check main comes to, which must be the one of this name. It trusts the program with nothing but a process: a program that ends early, or
// prints a verdict, or sends one that is not the check's own, is wrong. It does not confine it either: that is for a container to do. A
// program that was built with -race is also watched for data races; those of the exercises that are plain Go need it. It takes up to 4 s.
//
// With a seed other than 0, the exercises that are plain Go are also tried with inputs that are drawn from it, so that nobody passes who
// answers the inputs of the notebook only. The same seed draws the same inputs.
func Judge(program, name string, seed uint64) Verdict {
	v, _ := judge(program, name, 0, seed, time.Now().Add(patience+grace))
	return v
}

// judge judges until end at the latest, and says whether what is wrong is a mishap (see there).
func judge(program, name string, call int, seed uint64, end time.Time) (Verdict, bool) {
	o := childOrder{Name: name, Call: call, Proof: fmt.Sprintf("%016x%016x", rand.Uint64(), rand.Uint64()), Seed: seed, Patience: min(patience, time.Until(end)-grace)}
	if o.Patience <= 0 {
		return Verdict{Exercise: name, Undecided: true, Says: "not tried out with the race detector: the build took too long. Run the cell again; most of what was built is kept."}, false
	}
	v, mishap, err := start(program, o)
	if err != nil {
		v = Verdict{Undecided: true, Says: fmt.Sprintf("not tried out: the cell's program could not be started a second time: %v. Run the cell again.", err)}
	}
	v.Exercise = name
	return v, mishap
}

// start runs the child to its end.
func start(program string, o childOrder) (v Verdict, mishap bool, err error) {
	// The death signal comes when the thread that started the child ends.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	orderRead, orderWrite, err := os.Pipe()
	if err != nil {
		return Verdict{}, false, err
	}
	defer orderWrite.Close()
	messageRead, messageWrite, err := os.Pipe()
	if err != nil {
		orderRead.Close()
		return Verdict{}, false, err
	}
	defer messageRead.Close()

	complaintsRead, complaintsWrite, err := os.Pipe()
	if err != nil {
		orderRead.Close()
		messageWrite.Close()
		return Verdict{}, false, err
	}
	defer complaintsRead.Close()
	complained := &kept{limit: maxOutput}
	command := exec.Command(program)
	command.Stderr = complaintsWrite
	command.ExtraFiles = []*os.File{orderRead, messageWrite}
	command.SysProcAttr = ownGroup()
	for _, variable := range os.Environ() {
		// Neither the notebook nor another build is the child's business.
		if !strings.HasPrefix(variable, "GONB_") {
			command.Env = append(command.Env, variable)
		}
	}
	// By itself the race detector has every program wait for a second at its end, in case goroutines that still run meet in
	// a race; the verdict has been sent then.
	command.Env = append(command.Env, childEnv+"=1", "GOTRACEBACK=all", "GORACE=halt_on_error=1 atexit_sleep_ms=0")
	err = command.Start()
	orderRead.Close()
	messageWrite.Close()
	complaintsWrite.Close()
	if err != nil {
		return Verdict{}, false, err
	}
	json.NewEncoder(orderWrite).Encode(o)
	orderWrite.Close()

	var stage string
	var verdict *Verdict
	var heard sync.WaitGroup
	heard.Go(func() { io.Copy(complained, complaintsRead) })
	heard.Go(func() {
		messages := json.NewDecoder(messageRead)
		for verdict == nil {
			var m childMessage
			if messages.Decode(&m) != nil {
				return
			}
			if m.Proof != o.Proof {
				continue
			}
			if m.Verdict != nil {
				verdict, mishap = m.Verdict, m.Mishap
			} else {
				stage = m.Stage
			}
		}
	})
	all := make(chan struct{})
	go func() { heard.Wait(); close(all) }()
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	killed, late := "", false
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for begin, running := time.Now(), true; running; {
		select {
		case <-ended:
			running = false
		case <-tick.C:
			limit := int64(maxResident)
			if raceDetector || strings.HasSuffix(program, withDetectorName) {
				limit *= 2
			}
			switch {
			case killed != "":
			case time.Since(begin) > o.Patience+grace*8/10:
				late = true
				killed = "it does not end and was stopped: an endless loop, or goroutines without end."
			case resident(command.Process.Pid) > limit:
				killed = "it used more than 1 GB of memory and was stopped: a list or a number of goroutines that grows without end."
			default:
				continue
			}
			killGroup(command.Process.Pid)
		}
	}
	killGroup(command.Process.Pid) // whatever it has started
	// All that the child has sent is in the pipes. A child of the child may hold them open, so their end is not waited for. Ticks are counted,
	// not time: while this process gets no processor, there are none.
	for looks, open := 0, true; open; {
		select {
		case <-all:
			open = false
		case <-tick.C:
			if looks++; looks == heardTicks {
				messageRead.Close()
				complaintsRead.Close()
			}
		}
	}
	if verdict != nil {
		return *verdict, mishap, nil
	}
	if used := command.ProcessState.UserTime() + command.ProcessState.SystemTime(); late && used < loops {
		return Verdict{Undecided: true, Says: during(stage, "not tried out. "+busy)}, false, nil
	}
	says, mishap := killed, true
	if says == "" {
		says, mishap = crash(complained.String(), command.ProcessState.ExitCode())
	}
	return Verdict{Says: during(stage, says)}, mishap, nil
}

const withDetectorName = "with-race-detector-too"

// withDetector builds the cell once more, with the race detector, until end at the latest; unbuilt says why it could not. Outside a
// notebook there is no cell to build: program and unbuilt are "".
func withDetector(end time.Time) (program, unbuilt string) {
	dir := os.Getenv("GONB_TMP_DIR") // where GoNB has put this cell as main.go
	if dir == "" {
		return "", ""
	}
	runtime.LockOSThread() // as in start
	defer runtime.UnlockOSThread()
	ctx, cancel := context.WithDeadline(context.Background(), end.Add(-grace-grace/2)) // later there would be no time to try it
	defer cancel()
	program = filepath.Join(dir, withDetectorName)
	build := exec.CommandContext(ctx, "go", "build", "-race", "-o", program)
	build.Dir = dir
	build.SysProcAttr = ownGroup()
	build.Cancel = func() error { killGroup(build.Process.Pid); return nil }
	build.WaitDelay = 100 * time.Millisecond
	message, err := build.CombinedOutput()
	switch {
	case err == nil:
		return program, ""
	case ctx.Err() != nil:
		return "", "right without the race detector, and not tried out with it: the build took too long. Run the cell again; most of what was built is kept."
	}
	return "", fmt.Sprintf("right without the race detector, and not tried out with it, which needs a C compiler. go build -race said: %v\n%s", err, message)
}

// kept keeps the first bytes written to it and drops the rest.
type kept struct {
	mu    sync.Mutex
	limit int
	text  bytes.Buffer
}

func (k *kept) Write(p []byte) (int, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if room := k.limit - k.text.Len(); room > 0 {
		k.text.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

func (k *kept) String() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.text.String()
}

func killGroup(pid int) { syscall.Kill(-pid, syscall.SIGKILL) }

// resident is how many bytes of memory a process really has; 0 where that cannot be asked for.
func resident(pid int) int64 {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		return 0
	}
	var size, pages int64
	fmt.Sscan(string(text), &size, &pages)
	return pages * int64(os.Getpagesize())
}
