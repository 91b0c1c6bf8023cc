package exercise

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
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
	deadline    = patience + time.Second
	maxResident = 1 << 30 // bytes; with the race detector twice that
	maxOutput   = 64 << 10
)

// Judge has program, which is a built cell, try the function that its main gives to a check, and returns the verdict: that of the first
// check main comes to, which must be the one of this name. It trusts the program with nothing but a process: a program that ends early, or
// prints a verdict, or sends one that is not the check's own, is wrong. It does not confine it either: that is for a container to do. A
// program that was built with -race is also watched for data races; those of the exercises that are plain Go need it. It takes up to 4 s.
func Judge(program, name string) Verdict { return judge(program, name, 0) }

func judge(program, name string, call int) Verdict {
	v, err := start(program, name, call)
	if err != nil {
		v = Verdict{Says: fmt.Sprintf("could not start the cell's program a second time: %v. Run the cell again.", err)}
	}
	v.Exercise = name
	return v
}

// start runs the child to its end.
func start(program, name string, call int) (Verdict, error) {
	// The death signal comes when the thread that started the child ends.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	orderRead, orderWrite, err := os.Pipe()
	if err != nil {
		return Verdict{}, err
	}
	defer orderWrite.Close()
	messageRead, messageWrite, err := os.Pipe()
	if err != nil {
		orderRead.Close()
		return Verdict{}, err
	}
	defer messageRead.Close()

	complained := &kept{limit: maxOutput}
	command := exec.Command(program)
	command.Stderr = complained
	command.ExtraFiles = []*os.File{orderRead, messageWrite}
	command.WaitDelay = 100 * time.Millisecond // for its own children, which may hold its output open
	command.SysProcAttr = ownGroup()
	for _, variable := range os.Environ() {
		// Neither the notebook nor another build is the child's business.
		if !strings.HasPrefix(variable, "GONB_") {
			command.Env = append(command.Env, variable)
		}
	}
	command.Env = append(command.Env, childEnv+"=1", "GOTRACEBACK=all", "GORACE=halt_on_error=1")
	err = command.Start()
	orderRead.Close()
	messageWrite.Close()
	if err != nil {
		return Verdict{}, err
	}
	proof := rand.Text()
	json.NewEncoder(orderWrite).Encode(childOrder{Name: name, Call: call, Proof: proof})
	orderWrite.Close()

	var stage string
	var verdict *Verdict
	heard := make(chan struct{})
	go func() {
		defer close(heard)
		messages := json.NewDecoder(messageRead)
		for verdict == nil {
			var m childMessage
			if messages.Decode(&m) != nil {
				return
			}
			if m.Proof != proof {
				continue
			}
			if m.Verdict != nil {
				verdict = m.Verdict
			} else {
				stage = m.Stage
			}
		}
	}()
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	killed := ""
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
			case time.Since(begin) > deadline:
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
	select {
	case <-heard:
	case <-time.After(200 * time.Millisecond): // a child of the child holds the pipe open
		messageRead.Close()
		<-heard
	}
	if verdict != nil {
		return *verdict, nil
	}
	says := killed
	if says == "" {
		says = crash(complained.String(), command.ProcessState.ExitCode())
	}
	return Verdict{Says: during(stage, says)}, nil
}

const withDetectorName = "with-race-detector-too"

// withDetector builds the cell once more, with the race detector. Outside a notebook there is no cell to build: program and sentence are "".
func withDetector() (program, sentence string) {
	dir := os.Getenv("GONB_TMP_DIR") // where GoNB has put this cell as main.go
	if dir == "" {
		return "", ""
	}
	program = filepath.Join(dir, withDetectorName)
	build := exec.Command("go", "build", "-race", "-o", program)
	build.Dir = dir
	if message, err := build.CombinedOutput(); err != nil {
		return "", fmt.Sprintf("it could not be tried with the race detector, which needs a C compiler. go build -race said: %v\n%s", err, message)
	}
	return program, ""
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
