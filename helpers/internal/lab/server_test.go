// Package lab opens the lesson in the real JupyterLab, in a real browser, and does there what a student does. Its tests run beside each
// other, each with a server of its own: mostly they wait, and what they allow a busy machine is room enough.
package lab

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/prometheus/procfs"

	"example.com/multithreading/helpers/internal/notebook"
)

// A server is a JupyterLab with the course's settings, on a copy of the notebooks.
type server struct {
	url      string // of the lesson, with the token
	dir      string // the root of the files that it serves
	settings string // the folder of JupyterLab's own settings
	tmp      string // the temporary folder of all that it starts
	mark     string // stands in the environment of every process that belongs to it
	cmd      *exec.Cmd
	said     *strings.Builder // what it wrote to its terminal, complete once ended is closed

	ended chan struct{}
}

// startServer starts JupyterLab, with more in its environment if given, and waits until it tells its address.
func startServer(t *testing.T, environment ...string) *server {
	t.Helper()
	return startJupyter(t, environment, "jupyter", "lab")
}

// startJupyter starts a server of Jupyter with more in its environment, and waits until it tells its address. Without a program it is
// what `make lab` starts: JupyterLab on a student's copies.
func startJupyter(t *testing.T, environment []string, program ...string) *server {
	t.Helper()
	notebook.NeedsKernel(t)
	s := &server{dir: t.TempDir(), settings: t.TempDir(), mark: "COURSE_TEST=" + strings.ReplaceAll(t.Name(), "/", "-") + time.Now().Format("150405.000000"), said: &strings.Builder{}, ended: make(chan struct{})}
	// A short name: GoNB's socket for gopls lies below it, and the address of a socket has room for 107 bytes.
	tmp, err := os.MkdirTemp("", "lab-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(tmp) })
	s.tmp = tmp
	if len(program) == 0 {
		environment = append(environment, "COURSE_ROOT="+s.dir, "BROWSER=true") // true opens nothing
	} else {
		program = append(program, "--no-browser", "--ServerApp.root_dir="+s.dir)
		if err := os.CopyFS(filepath.Join(s.dir, "notebooks"), os.DirFS(filepath.Join(notebook.Root(), "notebooks"))); err != nil {
			t.Fatal(err)
		}
	}
	s.cmd = exec.Command(filepath.Join(notebook.Root(), "docker", "start"), program...)
	// JupyterLab keeps what a browser did; this one is to know nothing of former ones.
	s.cmd.Env = append(os.Environ(), s.mark, "JUPYTERLAB_WORKSPACES_DIR="+t.TempDir(), "JUPYTERLAB_SETTINGS_DIR="+s.settings, "TMPDIR="+s.tmp)
	s.cmd.Env = append(s.cmd.Env, environment...)
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	stderr, err := s.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	s.cmd.Stdout = s.cmd.Stderr
	begin := time.Now()
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	found := make(chan string, 1)
	go func() {
		defer close(s.ended)
		address := regexp.MustCompile(`http://127\.0\.0\.1:\d+/(lab/tree/notebooks/01-multi-threading\.ipynb|tree)\?token=\w+`)
		lines := bufio.NewScanner(stderr)
		for lines.Scan() {
			s.said.WriteString(lines.Text() + "\n")
			if url := address.FindString(lines.Text()); url != "" {
				select {
				case found <- url:
				default:
				}
			}
		}
		s.cmd.Wait()
	}()
	t.Cleanup(func() { s.end(syscall.SIGKILL) })
	select {
	case s.url = <-found:
		t.Logf("JupyterLab told its address after %v", time.Since(begin).Round(10*time.Millisecond))
		// It tells before it listens.
		eventually(t.Context(), t, "JupyterLab answers", 30*time.Second, func() bool {
			answer, err := http.Get(s.url)
			if err == nil {
				answer.Body.Close()
			}
			return err == nil
		})
	case <-s.ended:
		t.Fatalf("JupyterLab ended:\n%s", s.said)
	case <-time.After(60 * time.Second):
		t.Fatal("JupyterLab did not tell its address within 60 s")
	}
	return s
}

// set writes JupyterLab's settings of one plugin, such as "@jupyterlab/apputils-extension/themes". A page that is opened later has them.
func (s *server) set(t *testing.T, plugin, settings string) {
	t.Helper()
	file := filepath.Join(s.settings, filepath.FromSlash(plugin)+".jupyterlab-settings")
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(settings), 0o644); err != nil {
		t.Fatal(err)
	}
}

// end sends JupyterLab, and only it, a signal, and waits until it has ended.
func (s *server) end(signal syscall.Signal) {
	s.cmd.Process.Signal(signal)
	<-s.ended
}

// A process belongs to the server.
type process struct {
	procfs.Proc
	command string // its command line
}

func (p process) String() string { return fmt.Sprintf("%d %s", p.PID, p.command) }

// processes lists the processes that belong to the server and whose command line holds this text. Linux only.
func (s *server) processes(text string) (list []process) {
	all, _ := procfs.AllProcs() // of one that has ended meanwhile nothing can be read
	for _, p := range all {
		environment, _ := p.Environ()
		words, _ := p.CmdLine()
		command := strings.Join(words, " ")
		if slices.Contains(environment, s.mark) && command != "" && strings.Contains(command, text) {
			list = append(list, process{p, command})
		}
	}
	return list
}

// nothingLeft waits until all processes that belong to the server have ended.
func (s *server) nothingLeft(ctx context.Context, t *testing.T) {
	t.Helper()
	eventually(ctx, t, "no process is left", 30*time.Second, func() bool { return len(s.processes("")) == 0 })
}

// eventually asks until it hears yes, and fails the test when that takes longer than within.
func eventually(ctx context.Context, t *testing.T, what string, within time.Duration, ask func() bool) {
	t.Helper()
	end := time.Now().Add(within)
	for !ask() {
		if time.Now().After(end) || ctx.Err() != nil {
			t.Fatalf("not within %v: %s", within, what)
		}
		time.Sleep(50 * time.Millisecond) // between two looks
	}
}

// startKernel starts a kernel as JupyterLab does, by the server's own interface.
func (s *server) startKernel(t *testing.T) {
	t.Helper()
	address, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	address.Path = "/api/kernels"
	response, err := http.Post(address.String(), "application/json", strings.NewReader(`{"name": "gonb"}`))
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusCreated {
		t.Fatal("no kernel: ", response.Status)
	}
}

// However the server ends, all that it started ends with it.
func TestStoppedServerLeavesNothing(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("looks into /proc")
	}
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		t.Run(signal.String(), func(t *testing.T) {
			t.Parallel()
			s := startServer(t)
			s.startKernel(t)
			eventually(t.Context(), t, "what stands in for gopls runs, so GoNB does", 20*time.Second, func() bool {
				return len(s.processes("completion -listen")) > 0
			})
			s.end(signal)
			s.nothingLeft(t.Context(), t)
			// Nothing but the address to open: neither GoNB's log nor what went well.
			if lines := strings.Count(s.said.String(), "\n"); lines > 12 {
				t.Errorf("%d lines in the terminal:\n%s", lines, s.said)
			}
		})
	}
}
