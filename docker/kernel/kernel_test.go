package main

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// binary is this command, built once for all tests.
var binary string

func TestMain(m *testing.M) {
	if len(os.Args) > 3 && os.Args[1] == toolFlag {
		testTool(os.Args[2:])
		return
	}
	if os.Getenv(showsBoth) != "" {
		showBoth()
		return
	}
	dir, err := os.MkdirTemp("", "kernel-test-")
	if err != nil {
		panic(err)
	}
	binary = filepath.Join(dir, "kernel")
	if text, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		panic(string(text))
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

// The programs that stand for GoNB here start a child that ignores polite signals and a grandchild in a session of its own, tell the
// numbers of all three, and go on for ever.
const stubborn = `trap '' INT TERM HUP
setsid sh -c 'echo $$; exec sleep 1000' &
sh -c 'trap "" INT TERM HUP; echo $$; while :; do sleep 1; done' &
echo $$
echo "scratch $TMPDIR"
while :; do sleep 1; done`

// family is a supervised program with its pids and its temporary folder.
type family struct {
	outer   *exec.Cmd
	inner   int
	pids    []int
	scratch string
	tmp     string
}

func start(t *testing.T) *family {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("looks into /proc")
	}
	f := &family{tmp: t.TempDir()}
	f.outer = exec.Command(binary, "sh", "-c", stubborn)
	f.outer.Env = append(os.Environ(), "TMPDIR="+f.tmp)
	f.outer.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := f.outer.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := f.outer.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for _, pid := range append(f.pids, f.inner) {
			syscall.Kill(pid, syscall.SIGKILL)
		}
	})
	lines := bufio.NewScanner(out)
	for (len(f.pids) < 3 || f.scratch == "") && lines.Scan() {
		if dir, ok := strings.CutPrefix(lines.Text(), "scratch "); ok {
			f.scratch = dir
		} else if pid, err := strconv.Atoi(lines.Text()); err == nil {
			f.pids = append(f.pids, pid)
		}
	}
	f.inner = children(f.outer.Process.Pid)[0]
	if filepath.Dir(f.scratch) != f.tmp {
		t.Fatalf("the program's TMPDIR is %q, want a folder of its own in %q", f.scratch, f.tmp)
	}
	return f
}

func alive(pid int) bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err == nil && !strings.Contains(string(stat), ") Z ")
}

// gone waits until nothing of the family is left.
func (f *family) gone(t *testing.T) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		left := slices.DeleteFunc(append([]int{f.inner}, f.pids...), func(pid int) bool { return !alive(pid) })
		if len(left) == 0 {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("still alive after 10 s: %d of %d", left, f.pids)
		}
	}
}

func TestNothingIsLeftWhenTheKernelIsKilled(t *testing.T) {
	f := start(t)
	syscall.Kill(-f.outer.Process.Pid, syscall.SIGKILL) // as JupyterLab does
	f.outer.Wait()
	f.gone(t)
}

func TestNothingIsLeftWhenTheKernelIsStopped(t *testing.T) {
	f := start(t)
	f.outer.Process.Signal(syscall.SIGTERM)
	f.outer.Wait()
	f.gone(t)
	if left, _ := os.ReadDir(f.tmp); len(left) > 0 {
		t.Errorf("left in the temporary folder: %v", left)
	}
}

func TestNothingIsLeftWhenTheInnerProcessIsKilled(t *testing.T) {
	f := start(t)
	syscall.Kill(f.inner, syscall.SIGKILL)
	f.outer.Wait()
	f.gone(t)
}

func TestNothingIsLeftWhenTheProgramIsKilled(t *testing.T) {
	f := start(t)
	syscall.Kill(f.pids[slices.Index(f.pids, children(f.inner)[0])], syscall.SIGKILL)
	f.outer.Wait()
	f.gone(t)
	if code := f.outer.ProcessState.ExitCode(); code != 128+9 {
		t.Errorf("exit code %d, want 137", code)
	}
}

// A server that is killed is this process's parent.
func TestNothingIsLeftWhenTheServerIsKilled(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("looks into /proc")
	}
	tmp := t.TempDir()
	server := exec.Command("sh", "-c", `"$0" sh -c 'echo $$; exec sleep 1000' & wait`, binary)
	server.Env = append(os.Environ(), "TMPDIR="+tmp)
	out, err := server.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	pid, _ := strconv.Atoi(strings.TrimSpace(line))
	f := &family{pids: []int{pid}, inner: children(children(server.Process.Pid)[0])[0]}
	server.Process.Kill()
	f.gone(t)
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		left, _ := os.ReadDir(tmp)
		if len(left) == 0 {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("left in the temporary folder: %v", left)
		}
	}
	server.Wait()
}

func TestScratchOfADeadKernelIsRemoved(t *testing.T) {
	f := start(t)
	syscall.Kill(-f.outer.Process.Pid, syscall.SIGKILL)
	f.outer.Wait()
	f.gone(t)
	if _, err := os.Stat(f.scratch); err != nil {
		t.Fatalf("this test needs a folder that was left behind: %v", err)
	}
	next := exec.Command(binary, "true")
	next.Env = append(os.Environ(), "TMPDIR="+f.tmp)
	if err := next.Run(); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(f.tmp); len(left) > 0 {
		t.Errorf("left in the temporary folder: %v", left)
	}
}

func TestScratchOfALivingKernelStays(t *testing.T) {
	f := start(t)
	next := exec.Command(binary, "true")
	next.Env = append(os.Environ(), "TMPDIR="+f.tmp)
	if err := next.Run(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(f.scratch); err != nil {
		t.Error(err)
	}
	f.outer.Process.Signal(syscall.SIGTERM)
	f.outer.Wait()
}

func TestExitCodeIsPassedOn(t *testing.T) {
	command := exec.Command(binary, "sh", "-c", "exit 7")
	command.Run()
	if code := command.ProcessState.ExitCode(); code != 7 {
		t.Errorf("exit code %d, want 7", code)
	}
}

// as runs this command under another name, before a PATH in which a script stands for the real program.
func as(t *testing.T, name, script, dir string, args ...string) (output string, code int) {
	t.Helper()
	own, real := t.TempDir(), t.TempDir()
	if err := os.Symlink(binary, filepath.Join(own, name)); err != nil {
		t.Fatal(err)
	}
	if script != "" {
		if err := os.WriteFile(filepath.Join(real, name), []byte("#!/bin/sh\n"+script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	command := exec.Command(filepath.Join(own, name), args...)
	command.Dir = dir
	command.Env = append(os.Environ(), "PATH="+own+":"+real+":"+os.Getenv("PATH"))
	text, _ := command.CombinedOutput()
	return string(text), command.ProcessState.ExitCode()
}

func TestGoGetWithNothingToGetIsSkipped(t *testing.T) {
	const real = `echo "real: $*"`
	for args, want := range map[string]string{"get": "", "get -t": "", "get example.com/x@v1.0.0": "real: get example.com/x@v1.0.0\n", "env GOROOT": "real: env GOROOT\n", "": "real: \n"} {
		if output, code := as(t, "go", real, "", strings.Fields(args)...); output != want || code != 0 {
			t.Errorf("go %s: %q, status %d; want %q", args, output, code, want)
		}
	}
}

// buildOf has the real go build a cell with this text, beside a course with two helpers.
func buildOf(t *testing.T, main string) (output string, code int) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "gonb_12345678")
	for name, text := range map[string]string{"cell/go.mod": "module gonb_12345678\n\ngo 1.26\n", "cell/main.go": main,
		"cell/go.work":          "go 1.26\n\nuse (\n\t.\n\t" + filepath.Join(dir, "course") + "\n)\n",
		"course/go.mod":         "module example.com/course\n\ngo 1.26\n",
		"course/helpers/a/a.go": "package a\n", "course/helpers/b/b.go": "package b\n", "course/helpers/b/c.go": "package b\n",
	} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return as(t, "go", "", filepath.Join(dir, "cell"), "build", "-o", "cell")
}

// What a build that fails says: each of these texts once, and none of those.
func TestBuildSaysWhatToDo(t *testing.T) {
	for name, test := range map[string]struct {
		body       string
		says, nots []string
	}{
		"a missing module": {"import _ \"example.org/not/here\"\n\nfunc main() {}\n",
			[]string{"!*go get example.org/not/here@latest\n"}, []string{"to add it", "\tgo get"}},
		"small letters": {"func main() {\n\tfmt.println(1)\n\tfmt.println(x)\n\tvar wg sync.waitgroup\n}\n",
			[]string{"; fmt.println does not.", "; sync.waitgroup does not."}, []string{"# gonb_"}},
		"a misspelt helper": {"import _ \"example.com/course/helpers/bb\"\n\nfunc main() {}\n",
			[]string{"there is no package example.com/course/helpers/bb\n", "example.com/course/helpers has: a, b.\n"}, []string{"go get"}},
		"a helper in no folder": {"import _ \"example.com/course/helper/a\"\n\nfunc main() {}\n",
			[]string{"example.com/course/helpers has: a, b.\n"}, []string{"go get"}},
		"not in Go's library": {"import _ \"fmtt\"\n\nfunc main() {}\n",
			[]string{"Go's library has no package fmtt\n", "has an address"}, []string{"src/fmtt"}},
	} {
		t.Run(name, func(t *testing.T) {
			output, code := buildOf(t, "package main\n\n"+test.body)
			if code != 1 {
				t.Errorf("status %d, want 1", code)
			}
			for _, want := range test.says {
				if strings.Count(output, want) != 1 {
					t.Errorf("want %q once in:\n%s", want, output)
				}
			}
			for _, not := range test.nots {
				if strings.Contains(output, not) {
					t.Errorf("want no %q in:\n%s", not, output)
				}
			}
		})
	}
}

func TestBuildStatusAndOutputPassThrough(t *testing.T) {
	if output, code := as(t, "go", "echo out; echo err >&2; exit 3", "", "build"); output != "out\nerr\n" || code != 3 {
		t.Errorf("%q, status %d", output, code)
	}
}

// The program that a cell becomes is started elsewhere, and collects garbage.
func TestCompilerCollectsNoGarbage(t *testing.T) {
	if output, _ := as(t, "go", `echo "$GOGC $GOMEMLIMIT"`, "", "build"); output != "off 200MiB\n" {
		t.Errorf("got %q", output)
	}
}

func TestGoplsIsHeldInBounds(t *testing.T) {
	output, _ := as(t, "gopls", `echo "$GOMAXPROCS $GOMEMLIMIT"; nice; echo "$*"; ulimit -d`, "", "serve", "x")
	if want := "1 200MiB\n5\nserve x\n1048576\n"; output != want {
		t.Errorf("got %q, want %q", output, want)
	}
}

func TestMissingProgramIsNamed(t *testing.T) {
	own := t.TempDir()
	os.Symlink(binary, filepath.Join(own, "gopls"))
	command := exec.Command(filepath.Join(own, "gopls"))
	command.Env = []string{"PATH=" + own, "HOME=" + own}
	if text, _ := command.CombinedOutput(); string(text) != "gopls: not found in PATH\n" {
		t.Errorf("%q", text)
	}
}
