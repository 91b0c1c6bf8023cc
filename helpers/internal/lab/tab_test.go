package lab

import (
	"bufio"
	_ "embed"
	"encoding/json"
	"io"
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
	"unicode/utf8"

	"example.com/multithreading/helpers/internal/notebook"
)

//go:embed tab.py
var tabScript string

// students are kernels in which Tab is pressed, with no server and no browser.
type students struct {
	t       *testing.T
	mark    string // stands in the environment of every process that belongs to them
	python  *exec.Cmd
	ask     io.WriteCloser
	answers *bufio.Scanner
}

func startStudents(t *testing.T, number int) *students {
	t.Helper()
	notebook.NeedsKernel(t)
	s := &students{t: t, mark: "COURSE_TEST=" + t.Name() + time.Now().Format("150405.000000")}
	s.python = exec.Command(filepath.Join(notebook.Root(), "docker", "start"), "python3", "-c", tabScript, strconv.Itoa(number))
	s.python.Env = append(os.Environ(), s.mark)
	s.python.Stderr = os.Stderr
	var err error
	if s.ask, err = s.python.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := s.python.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.python.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.end)
	s.answers = bufio.NewScanner(out)
	s.answer(new(string))
	return s
}

func (s *students) answer(to any) {
	s.t.Helper()
	if !s.answers.Scan() {
		s.t.Fatal("no answer: ", s.answers.Err())
	}
	if err := json.Unmarshal(s.answers.Bytes(), to); err != nil {
		s.t.Fatal(err)
	}
}

// end ends the kernels as JupyterLab does.
func (s *students) end() {
	s.ask.Close()
	s.python.Wait()
}

type answer struct {
	Seconds float64
	Matches []string
	Text    string
}

// asks sends a question of one student's; the cursor stands where the code has a ‸.
func (s *students) asks(student int, kind, code string) {
	s.t.Helper()
	before, after, _ := strings.Cut(code, "‸")
	question, err := json.Marshal(
		map[string]any{"kernel": student, "kind": kind, "code": before + after, "at": utf8.RuneCountInString(before)})
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := s.ask.Write(append(question, '\n')); err != nil {
		s.t.Fatal(err)
	}
}

// tab checks that Tab offers a name, and within the time in which the student still looks at the screen. Stock GoNB took twelve seconds
// and more after a kernel's start, half a second is usual now; the room between is for other work on the machine.
func (s *students) tab(student int, code, want string) {
	s.t.Helper()
	s.asks(student, "complete", code)
	var got answer
	s.answer(&got)
	s.t.Logf("%.2f s: %q: %.60q", got.Seconds, code, got.Matches)
	if !slices.Contains(got.Matches, want) {
		s.t.Errorf("Tab in %q offers %q, want %s", code, got.Matches, want)
	}
	if got.Seconds > 8 {
		s.t.Errorf("Tab in %q took %.1f s", code, got.Seconds)
	}
}

// gopls lists the pids of the real gopls.
func (s *students) gopls() []int {
	var pids []int
	for _, p := range (&server{mark: s.mark}).processes("gopls serve") {
		pids = append(pids, p.PID)
	}
	return pids
}

// megabytes is the memory that the kernels hold, all their processes together, without the program that asks them.
func (s *students) megabytes() int {
	s.t.Helper()
	var bytes uint64
	for _, p := range (&server{mark: s.mark}).processes("") {
		if memory, err := p.ProcSMapsRollup(); err == nil && !strings.Contains(p.command, "python") {
			bytes += memory.Pss // of what several processes share, each has its part
		}
	}
	return int(bytes >> 20)
}

func TestTab(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" {
		t.Skip("looks into /proc")
	}
	s := startStudents(t, 2)
	if pids := s.gopls(); len(pids) > 0 {
		t.Errorf("gopls runs before anybody pressed Tab: %d", pids)
	}
	idle := s.megabytes() / 2
	if idle > 60 {
		t.Errorf("a kernel holds %d MB before anybody pressed Tab, want some 20", idle)
	}

	const program = "import (\n\t\"fmt\"\n\t\"sync\"\n\n\t\"example.com/multithreading/helpers/race\"\n)\n\nfunc main() {\n\tvar wg sync.WaitGroup\n\tfmt.Println(1)\n\t‸\n}"
	at := func(what string) string { return strings.Replace(program, "‸", what, 1) }
	s.tab(0, "%%\nvar wg sync.WaitG‸", "WaitGroup")
	s.tab(0, at("race.‸"), "Experiment")
	s.tab(0, at("timing.‸"), "Comparison")
	s.tab(0, at("wg.‸"), "Done")
	s.tab(1, at("wg.‸"), "Done")
	if pids := s.gopls(); len(pids) != 2 {
		t.Errorf("%d gopls run for two kernels: %d", len(pids), pids)
	}
	if list := (&server{mark: s.mark}).processes("telemetry"); len(list) > 0 {
		t.Errorf("gopls has a telemetry process: %s", list)
	}

	busy := s.megabytes() / 2
	if busy > 250 {
		t.Errorf("a kernel holds %d MB with gopls, want some 100", busy)
	}
	t.Logf("a kernel holds %d MB, with gopls %d MB", idle, busy)

	// What stands no longer in the cell is not offered.
	s.tab(0, at("former := 1\n\t_ = for‸"), "former")
	s.asks(0, "complete", at("_ = form‸"))
	var now answer
	if s.answer(&now); slices.Contains(now.Matches, "former") {
		t.Errorf("Tab offers what has been deleted: %q", now.Matches)
	}

	s.asks(1, "inspect", at("wg.Wa‸it()"))
	var help answer
	if s.answer(&help); !strings.Contains(help.Text, "WaitGroup") {
		t.Errorf("the help on wg.Wait is %q", help.Text)
	}

	for _, pid := range s.gopls() {
		syscall.Kill(pid, syscall.SIGKILL)
	}
	s.tab(0, at("wg.‸"), "Done")
	s.tab(1, at("sync.Mut‸"), "Mutex")

	eventually(t.Context(), t, "gopls ends when nobody asks", 90*time.Second, func() bool { return len(s.gopls()) == 0 })
	s.tab(0, at("wg.‸"), "Done")

	s.end()
	(&server{mark: s.mark}).nothingLeft(t.Context(), t)
}
