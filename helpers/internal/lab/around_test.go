package lab

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"example.com/multithreading/helpers/internal/notebook"
)

// stubborn does not end, ignores the interrupt, and has a child in a session of its own that ignores more.
const stubborn = `func main() {
	signal.Ignore(os.Interrupt)
	exec.Command("setsid", "sh", "-c", "trap '' INT TERM HUP; while :; do sleep 1; done").Start()
	fmt.Println("started")
	for {
	}
}`

// A cell that kills GoNB itself: JupyterLab says that the kernel has died, and starts it anew.
func TestKernelKilledByACell(t *testing.T) {
	t.Parallel()
	needsLinux(t)
	s := startServer(t)
	k, other := s.newKernel(t), s.newKernel(t)
	k.prints(t, declaration, "")
	k.run(t, `func main() {
	stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", os.Getppid()))
	gonb, _ := strconv.Atoi(strings.Fields(string(stat))[3]) // the parent of the parent
	syscall.Kill(gonb, syscall.SIGKILL)
	select {}
}`)
	eventually(t.Context(), t, "the server says that the kernel is restarting", patience, func() bool { // it looks every 3 s
		k.mu.Lock()
		defer k.mu.Unlock()
		return slices.Contains(k.states, "restarting")
	})
	eventually(t.Context(), t, "the new kernel answers", patience, func() bool {
		e := k.run(t, hello)
		return e.ended(late) && e.text() == "all well\n"
	})
	other.prints(t, hello, "all well\n")
	k.end(t)
	other.end(t)
	s.nothingIsLeft(t)
}

// A browser that is closed: the cell runs on, as with any kernel, and the next one to open the notebook can end it.
func TestBrowserGone(t *testing.T) {
	t.Parallel()
	needsLinux(t)
	s := startServer(t)
	k := s.newKernel(t)
	if e := k.run(t, stubborn); !e.shows("started", patience) {
		t.Fatalf("the cell shows %q", e.text())
	}
	k.socket.CloseNow()
	k.connect(t)
	k.interrupt(t)
	// What is sent before the interrupted cell has ended, ends with it.
	eventually(t.Context(), t, "the next cell runs", patience, func() bool {
		e := k.run(t, hello)
		return e.ended(late) && e.text() == "all well\n"
	})
	k.end(t)
	s.nothingIsLeft(t)
}

// A server that is killed in the middle of the worst cell: nothing lives on, and the next start finds nothing on the disk.
func TestServerKilledInACell(t *testing.T) {
	t.Parallel()
	needsLinux(t)
	s := startServer(t)
	k := s.newKernel(t)
	if e := k.run(t, stubborn); !e.shows("started", patience) {
		t.Fatalf("the cell shows %q", e.text())
	}
	s.end(syscall.SIGKILL)
	s.nothingLeft(t.Context(), t)
	next := startServer(t)
	k = next.newKernel(t)
	k.prints(t, hello, "all well\n")
	k.end(t)
	next.nothingIsLeft(t)
	s.nothingIsLeft(t)
	runtimeFiles, err := filepath.Glob(filepath.Join(notebook.Root(), ".venv", "state", "runtime", "jpserver-*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range runtimeFiles {
		if strings.Contains(file, fmt.Sprintf("jpserver-%d", s.cmd.Process.Pid)) {
			t.Errorf("left by the killed server: %s", file)
		}
	}
}

// A client without a server, as `make record` is one.
func TestClientKilledInACell(t *testing.T) {
	t.Parallel()
	needsLinux(t)
	s := &server{dir: t.TempDir(), tmp: t.TempDir(), mark: "COURSE_TEST=client-killed-" + time.Now().Format("150405.000000")}
	path := filepath.Join(s.dir, "stubborn.ipynb")
	text := `{"cells": [{"cell_type": "code", "id": "a", "source": "func main() {\n\tsignal.Ignore(os.Interrupt)\n\tfor {\n\t}\n}", "metadata": {}, "outputs": [], "execution_count": null}], "metadata": {"kernelspec": {"name": "gonb", "display_name": "Go (gonb)", "language": "go"}}, "nbformat": 4, "nbformat_minor": 5}`
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	client := exec.Command(filepath.Join(notebook.Root(), "docker", "start"), "jupyter", "execute", "--inplace", path)
	client.Env = append(os.Environ(), s.mark, "TMPDIR="+s.tmp)
	if err := client.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Process.Kill() })
	eventually(t.Context(), t, "the cell runs", patience, func() bool {
		return len(s.processes(".program")) > 0
	})
	client.Process.Kill()
	client.Wait()
	s.nothingLeft(t.Context(), t)
	s.nothingIsLeft(t)
	if after, err := os.ReadFile(path); err != nil || string(after) != text {
		t.Errorf("the notebook is not what it was: %v\n%s", err, after)
	}
}

// A disk that is full while a notebook is saved: here the system lets the server write no file above 100 KB. The file stays what it was,
// the student is told, and with room again all is well.
func TestDiskFullWhileSaving(t *testing.T) {
	t.Parallel()
	needsLinux(t)
	s := startServer(t)
	s.saves(t, "before")
	full := func(bytes string) {
		if said, err := exec.Command("prlimit", "--pid", strconv.Itoa(s.cmd.Process.Pid), "--fsize="+bytes+":").CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, said)
		}
	}
	full("100000")
	answer, err := s.trySave(t, strings.Repeat("x", 1_000_000))
	if err == nil {
		t.Error("the server says that it has saved what it cannot have saved")
	} else if !strings.Contains(answer, "File too large") { // with a disk that is full: "No space left on device"
		t.Errorf("the student reads %q", answer)
	}
	nb, err := notebook.Read(filepath.Join(s.dir, "notebooks", "hostile.ipynb"))
	if err != nil || nb.Cells()[0].Source() != "before" {
		t.Errorf("the file is no longer whole: %v", err)
	}
	full("unlimited")
	s.saves(t, strings.Repeat("x", 1_000_000))
}

// No network: what asks for it says so at once, everything else goes on.
func TestNetworkGone(t *testing.T) {
	t.Parallel()
	needsLinux(t)
	s := startServer(t, "GOPROXY=http://127.0.0.1:1")
	k := s.newKernel(t)
	e := k.run(t, "!*go get example.org/no/such@latest")
	if !e.shows("connection refused", late) || !e.ended(late) {
		t.Errorf("within %v it shows %q", late, e.text())
	}
	k.prints(t, hello, "all well\n")
	k.end(t)
	s.nothingIsLeft(t)
}

// A build cache that cannot be written, or that is deleted: cells run, the first one after it slowly, since Go builds its library again.
func TestBuildCacheGone(t *testing.T) {
	t.Parallel()
	needsLinux(t)
	s := startServer(t, "GOCACHE=/dev/null/cache") // no folder can be there, not even for root
	k := s.newKernel(t)
	for _, source := range []string{hello, "import \"os\"\n\nfunc main() { os.RemoveAll(os.Getenv(\"TMPDIR\") + \"/go-build\") }", hello} {
		e := k.run(t, source)
		if !e.ended(3 * time.Minute) { // Go's library, with nothing in the cache: 15 s on two idle cores
			t.Fatalf("not ended after 3 minutes; it shows %q", cut(e.text()))
		}
		t.Logf("ended after %v", time.Since(e.begin).Round(100*time.Millisecond))
		if want := map[bool]string{true: "all well\n"}[source == hello]; e.text() != want {
			t.Errorf("it shows %q, want %q", cut(e.text()), want)
		}
	}
	k.end(t)
	s.nothingIsLeft(t)
}
