//go:build linux

package load

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/procfs"
)

const root = "../../.." // of this checkout

// leftOut is helpers/internal/notebook's LeftOut, which cannot be imported here.
func leftOut(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatal("CI leaves nothing out: ", why)
	}
	if list, err := os.OpenFile(filepath.Join(root, ".venv", "left-out"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644); err == nil {
		fmt.Fprintf(list, "%s: %s\n", t.Name(), why)
		list.Close()
	}
	t.Skip("left out: ", why)
}

// A hub is JupyterHub as docker/hub/start starts it, at ports of its own and with files of its own.
type hub struct {
	address string
	args    []string
	state   string
	process *exec.Cmd
	ended   chan struct{}
}

func needsHub(t *testing.T) {
	t.Helper()
	if os.Getenv("COURSE_HUB") == "" {
		t.Skip("`make test-hub` runs it")
	}
	if runtime.GOOS != "linux" || os.Getuid() != 0 {
		leftOut(t, "a class on one machine needs Linux and root, which makes an account for each student: sudo make test-hub")
	}
}

// startHub starts a hub, which first installs the course for the class, and waits until it answers.
func startHub(t *testing.T) *hub {
	t.Helper()
	h := &hub{state: t.TempDir()}
	var ports [3]int
	var listeners [3]net.Listener // All open until the last is, so that no port comes twice.
	for i := range ports {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		listeners[i], ports[i] = listener, listener.Addr().(*net.TCPAddr).Port
	}
	for _, listener := range listeners {
		listener.Close()
	}
	h.address = fmt.Sprintf("http://127.0.0.1:%d", ports[0])
	h.args = []string{
		"--JupyterHub.bind_url=" + h.address, fmt.Sprintf("--JupyterHub.hub_port=%d", ports[1]),
		fmt.Sprintf("--ConfigurableHTTPProxy.api_url=http://127.0.0.1:%d", ports[2]),
	}
	t.Cleanup(func() {
		h.end(syscall.SIGTERM)
		if t.Failed() {
			text, _ := os.ReadFile(h.log())
			t.Logf("the hub said last:\n%s", text[max(0, len(text)-4000):])
		}
	})
	h.start(t, 10*time.Minute)
	return h
}

func (h *hub) log() string { return filepath.Join(h.state, "log") }

// start starts the hub, for the first time or again, and tells how long it took to answer.
func (h *hub) start(t *testing.T, within time.Duration) time.Duration {
	t.Helper()
	log, err := os.OpenFile(h.log(), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	h.process = exec.Command(filepath.Join(root, "docker", "hub", "start"), h.args...)
	h.process.Env = append(os.Environ(), "COURSE_STATE="+h.state)
	h.process.Stdout, h.process.Stderr = log, log
	h.process.SysProcAttr = &syscall.SysProcAttr{Setsid: true} // A Ctrl-C is the test's, which then ends the hub.
	begin := time.Now()
	if err := h.process.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	h.ended = ended
	go func() {
		h.process.Wait()
		close(ended)
	}()
	for {
		response, err := http.Get(h.address + "/hub/health")
		if err == nil {
			response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return time.Since(begin)
			}
		}
		select {
		case <-ended:
			text, _ := os.ReadFile(h.log())
			t.Fatalf("the hub ended:\n%s", text)
		case <-time.After(50 * time.Millisecond): // between two looks
		}
		if time.Since(begin) > within {
			t.Fatalf("the hub does not answer within %v", within)
		}
	}
}

func (h *hub) end(signal syscall.Signal) {
	h.process.Process.Signal(signal)
	<-h.ended
}

// account makes sure that the hub finds no account of this name from a former run, and that none stays behind.
func account(t *testing.T, name string) {
	t.Helper()
	remove := func() {
		for p := range processesOf(name) {
			syscall.Kill(p.PID, syscall.SIGKILL)
		}
		if _, err := user.Lookup(name); err != nil {
			return
		}
		if text, err := exec.Command("userdel", "--force", "--remove", name).CombinedOutput(); err != nil &&
			!strings.Contains(string(text), "mail spool") {
			t.Errorf("userdel %s: %v %s", name, err, text)
		}
	}
	remove()
	t.Cleanup(remove)
}

// processesOf gives the processes of an account, and the memory of each in bytes: its own, and its part of what it shares. One that has
// ended, and that the hub has not asked about yet, is none.
func processesOf(name string) map[procfs.Proc]int {
	found := map[procfs.Proc]int{}
	account, err := user.Lookup(name)
	if err != nil {
		return found
	}
	all, _ := procfs.AllProcs() // of one that has ended meanwhile nothing can be read
	for _, p := range all {
		status, err := p.NewStatus()
		if err != nil || fmt.Sprint(status.UIDs[1]) != account.Uid { // the effective one
			continue
		}
		if stat, err := p.Stat(); err != nil || stat.State == "Z" {
			continue
		}
		memory, _ := p.ProcSMapsRollup()
		found[p] = int(memory.Pss)
	}
	return found
}

// With the test sign-in the hub serves this machine alone, wherever the address comes from.
func TestRefusesStrangersWithTheTestSignIn(t *testing.T) {
	needsHub(t)
	startHub(t).end(syscall.SIGTERM) // It is installed now.
	for _, option := range []string{"--JupyterHub.bind_url=http://0.0.0.0:18000", "--JupyterHub.bind_url=http://:18000", "--JupyterHub.hub_ip=0.0.0.0", "--JupyterHub.bind_url=http://192.0.2.1:18000"} {
		command := exec.CommandContext(t.Context(), "timeout", "60", filepath.Join(root, "docker", "hub", "start"), option)
		command.Env = append(os.Environ(), "COURSE_STATE="+t.TempDir())
		text, err := command.CombinedOutput()
		if err == nil || command.ProcessState.ExitCode() != 1 ||
			!strings.Contains(string(text), "The test sign-in lets everybody in, so it must not listen on") ||
			strings.Contains(string(text), "Traceback") {
			t.Errorf("%s: %v\n%s", option, err, text)
		}
	}
}
