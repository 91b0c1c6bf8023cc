//go:build linux

package load

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// cells gives the code of a notebook's cells by their ids.
func cells(t *testing.T, path string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(path)))
	if err != nil {
		t.Fatal(err)
	}
	var nb struct {
		Cells []struct {
			ID     string
			Source []string
		}
	}
	if err := json.Unmarshal(text, &nb); err != nil {
		t.Fatal(err)
	}
	code := map[string]string{}
	for _, cell := range nb.Cells {
		code[cell.ID] = strings.Join(cell.Source, "")
	}
	return code
}

// The cell with which the course's own students are told to go on: unit 10, with the line uncommented.
func edited(code map[string]string) string {
	return strings.Replace(strings.Replace(code["shared-counter"], "// runtime.Gosched()", "runtime.Gosched()", 1),
		"\t\"fmt\"\n", "\t\"fmt\"\n\t\"runtime\"\n", 1)
}

// A pupil is a student with habits: a seed of pauses, and what sets this one apart.
type pupil struct {
	*student
	*diary
	random *rand.Rand
	number int     // from 1
	pace   float64 // that part of a student's pauses is waited
}

// With FULL=1 students pause as students do. Otherwise the class hurries, and so asks for more in a second: what holds for
// it holds for a slower one. Whoever works alone meets nobody however fast, and need not wait.
const (
	hurry     = 0.5
	noReading = 0.1
)

// newClass makes n pupils, each always with the same pauses.
func newClass(t *testing.T, h *hub, d *diary, from, n int, pace float64) []*pupil {
	var class []*pupil
	for i := from; i < from+n; i++ {
		name := fmt.Sprintf("load-%02d", i)
		account(t, name)
		class = append(class, &pupil{newStudent(h.address, name), d, rand.New(rand.NewPCG(2026, uint64(i))), i, pace})
	}
	return class
}

// noting is the same pupil, who notes in another diary.
func (p *pupil) noting(d *diary) *pupil { return &pupil{p.student, d, p.random, p.number, p.pace} }

// together lets all do the same at the same time, and waits for the last.
func together(class []*pupil, do func(p *pupil)) {
	var group sync.WaitGroup
	for _, p := range class {
		group.Go(func() { do(p) })
	}
	group.Wait()
}

// pause is the time that a student reads and thinks: 5 to 25 s, or the pupil's part of it.
func (p *pupil) pause() {
	time.Sleep(time.Duration(p.pace * float64(5*time.Second+time.Duration(p.random.Int64N(int64(20*time.Second))))))
}

// try notes how long something takes. An answer that takes two minutes is none.
func (p *pupil) try(kind string, do func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	return p.time(kind, func() error { return do(ctx) })
}

func (p *pupil) cell(kind, code string) {
	p.try(kind, func(ctx context.Context) error {
		_, err := p.run(ctx, code)
		return err
	})
}

// arrive signs in and opens the lesson.
func (p *pupil) arrive() {
	if p.try("sign in", p.signIn) == nil {
		p.try("open", p.open)
	}
}

// work goes through the lesson.
func (p *pupil) work(code map[string]string, whole bool) {
	if p.socket == nil {
		return // The note of arrive says why.
	}
	plain := []string{
		code["shared-counter"], edited(code), strings.Replace(edited(code), "range 5", "range 6", 1), code["locked-counter"],
		strings.Replace(edited(code), "range 5", "range 7", 1),
	}
	p.pause()
	p.cell("first", code["first-run"])
	p.pause()
	p.try("sleep 3 s", func(ctx context.Context) error {
		printed, err := p.run(ctx, code["two-workers"])
		if lines := strings.Count(printed, "\n"); err == nil && lines != 7 {
			err = fmt.Errorf("%d lines, want 7", lines)
		}
		return err
	})
	for i, source := range plain {
		p.pause()
		if i == 1 {
			p.try("tab", func(ctx context.Context) error {
				_, err := p.tab(ctx, "import \"runtime\"\n\nfunc main() {\n\truntime.Gos")
				return err
			})
		}
		p.cell("plain", source)
	}
	p.pause()
	switch {
	case p.number%10 == 3:
		p.interruptEndless()
	case p.number%20 == 7:
		if p.try("restart", func(ctx context.Context) error { return p.press(ctx, "restart") }) == nil {
			p.cell("restarted", code["first-run"])
		}
	case p.number%4 == 1:
		p.hangUp()
		p.pause()
		p.try("come back", p.listen)
		p.cell("plain", code["shared-counter"])
	}
	p.pause()
	p.cell("helper", code["lost-by-force"])
	if whole {
		for _, id := range []string{"lost-by-bad-luck", "lock-cost", "counters-side-by-side"} {
			p.pause()
			p.cell("helper", code[id])
		}
	}
	p.pause()
	p.cell("plain", code["shared-counter"])
	p.try("save", func(ctx context.Context) error {
		_, err := p.ask(ctx, "PUT", p.server()+"/api/contents/notebooks/mine.txt",
			map[string]any{"type": "file", "format": "text", "content": "of " + p.name})
		return err
	})
}

// interruptEndless runs a cell that does not end, presses Interrupt, and notes how long it then takes.
func (p *pupil) interruptEndless() {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	result := make(chan error, 1)
	go func() {
		_, err := p.run(ctx, "import \"time\"\n\nfunc main() {\n\tfor {\n\t\ttime.Sleep(time.Second)\n\t}\n}")
		result <- err
	}()
	time.Sleep(4 * time.Second) // A student waits some seconds before giving up on a cell.
	p.time("interrupt", func() error {
		if err := p.press(ctx, "interrupt"); err != nil {
			return err
		}
		if err := <-result; err == nil || ctx.Err() != nil {
			return fmt.Errorf("the endless cell ended with %v", err)
		}
		return nil
	})
}

// A goal is a figure beside what was hoped for and what must hold.
func goal(t *testing.T, what string, got, hoped, must float64) {
	t.Helper()
	word := "met"
	if got > hoped {
		word = "NOT MET"
	}
	t.Logf("GOAL %-62s %7.2f, hoped for ≤ %.2f: %s", what, got, hoped, word)
	if got > must {
		t.Errorf("%s: %.2f, must be at most %.2f", what, got, must)
	}
}

// memory logs what a class takes, a head, and gives the median in MB.
func memory(t *testing.T, class []*pupil) float64 {
	t.Helper()
	var sizes []float64
	count, parts := 0, map[string]int{}
	for _, p := range class {
		sum := 0
		for process, bytes := range processesOf(p.name) {
			sum += bytes
			count++
			name, _ := process.Comm()
			parts[name] += bytes
		}
		sizes = append(sizes, float64(sum)/1e6)
	}
	slices.Sort(sizes)
	var list []string
	for name, bytes := range parts {
		list = append(list, fmt.Sprintf("%s %.1f", name, float64(bytes)/1e6/float64(len(class))))
	}
	slices.Sort(list)
	t.Logf("%d students: memory a head, median %.0f MB, most %.0f MB; %.1f processes; on average in MB: %s", len(class),
		percentile(sizes, 0.5), sizes[len(sizes)-1], float64(count)/float64(len(class)), strings.Join(list, ", "))
	return percentile(sizes, 0.5)
}

// A whole class, from sign-in to the end of the lesson, with all that can come in between.
func TestClass(t *testing.T) {
	needsHub(t)
	code := cells(t, lesson)
	whole := os.Getenv("COURSE_HUB") == "full"
	pace, lonePace := hurry, noReading
	if whole {
		pace, lonePace = 1, 1
	}
	h := startHub(t)

	// One student alone: what the others' times are compared with.
	alone := &diary{}
	lone := newClass(t, h, alone, 41, 1, lonePace) // 41: one of those who close the lid
	lone[0].arrive()
	lone[0].work(code, whole)
	t.Log(alone.table("One student alone"))
	if list := alone.errors(); len(list) > 0 {
		t.Fatal("one student alone cannot work: ", list)
	}
	classes := []session{{1, alone, memory(t, lone)}}
	if _, err := lone[0].ask(t.Context(), "DELETE", h.address+"/hub/api/users/"+lone[0].name+"/server", nil); err != nil {
		t.Error("stopping one's own server: ", err)
	}

	sizes := []int{20}
	if whole {
		sizes = []int{5, 10, 20}
	}
	var class []*pupil
	var d *diary
	for _, n := range sizes {
		d = &diary{}
		class = newClass(t, h, d, 1, n, pace)
		begin := time.Now()
		together(class, (*pupil).arrive)
		up := time.Since(begin).Seconds()
		if list := d.errors(); len(list) > 0 {
			t.Fatal("not everybody has the lesson open: ", list)
		}
		together(class, func(p *pupil) { p.work(code, whole) })
		head := memory(t, class)
		together(class, func(p *pupil) { p.cell("at once", code["locked-counter"]) })
		t.Log(d.table(fmt.Sprintf("%d students", n)))

		classes = append(classes, session{n, d, head})
		report(t, classes)
		for _, err := range d.errors() {
			t.Errorf("%d students: %s", n, err)
		}
		if n < 20 {
			for _, p := range class {
				p.hangUp()
				if _, err := p.ask(t.Context(), "DELETE", h.address+"/hub/api/users/"+p.name+"/server", nil); err != nil {
					t.Error(err)
				}
			}
			continue
		}
		later := d.seconds("plain", begin.Add(time.Minute))
		goal(t, "all servers up and the lesson open, s", up, 45, 90)
		goal(t, "plain cell after the first minute, p95 to that of one student",
			percentile(later, 0.95)/percentile(alone.seconds("plain", time.Time{}), 0.95), 2.5, 6)
		goal(t, "first cell, p95, s", percentile(d.seconds("first", time.Time{}), 0.95), 4, 12)
		goal(t, "all press Run at once, the last one's answer, s", percentile(d.seconds("at once", time.Time{}), 1), 5, 15)
		goal(t, "Tab, p95, s", percentile(d.seconds("tab", time.Time{}), 0.95), 3, 10)
		goal(t, "memory a head, MB", head, 180, 300)
	}

	t.Run("misbehaving", func(t *testing.T) { misbehaving(t, class, code) })
	t.Run("hub killed", func(t *testing.T) { hubKilled(t, h, class, code) })
	t.Run("isolation", func(t *testing.T) { isolation(t, h, class[3], class[4]) })
	t.Run("files", func(t *testing.T) {
		for _, p := range class {
			text, err := p.ask(t.Context(), "GET", p.server()+"/api/contents/notebooks/mine.txt", nil)
			if err != nil || !strings.Contains(string(text), "of "+p.name) {
				t.Errorf("%s's file is lost: %v %s", p.name, err, text)
			}
		}
	})
	t.Run("stopped", func(t *testing.T) {
		h.end(syscall.SIGTERM)
		for _, p := range class {
			if err := nothingRuns(p.name); err != nil {
				t.Error(err)
			}
		}
	})
}

const hog = `func main() {
	var kept [][]byte
	for {
		block := make([]byte, 64<<20)
		for i := range block {
			block[i] = 1
		}
		kept = append(kept, block)
	}
}`

// One student takes all there is: processes without end, then memory without end. The others hardly notice.
func misbehaving(t *testing.T, class []*pupil, code map[string]string) {
	window := time.Duration(class[0].pace * float64(75*time.Second)) // some 80 cells a window
	d := &diary{}
	others := class[1:]
	goOn := func(kind string) {
		end := time.Now().Add(window)
		together(others, func(p *pupil) {
			p = p.noting(d)
			for time.Now().Before(end) {
				p.pause()
				p.cell(kind, strings.Replace(edited(code), "range 5", fmt.Sprint("range ", 2+p.random.IntN(6)), 1))
			}
		})
	}
	goOn("quiet")

	bad := class[0]
	stop := make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() {
		ctx, cancel := context.WithTimeout(t.Context(), window/2)
		bad.run(ctx, "!bash -c ':(){ :|:& };:' 2>/dev/null; sleep 1000")
		cancel()
		ctx, cancel = context.WithTimeout(t.Context(), 2*window)
		defer cancel()
		if err := bad.press(ctx, "restart"); err != nil {
			t.Errorf("the kernel of who forked without end does not start again: %v", err)
		}
		for {
			select {
			case <-stop:
				return
			default:
			}
			if _, err := bad.run(ctx, hog); err == nil || ctx.Err() != nil {
				t.Errorf("the memory without end came to an end: %v", err)
				return
			}
		}
	})
	goOn("beside")
	close(stop)
	group.Wait()
	t.Log(d.table("Nineteen students, quiet and beside one who takes all there is"))
	for _, err := range d.errors() {
		t.Error(err)
	}
	goal(t, "p95 beside one who takes all, to p95 in quiet",
		percentile(d.seconds("beside", time.Time{}), 0.95)/percentile(d.seconds("quiet", time.Time{}), 0.95), 1.5, 4)
}

// The hub is killed and started again: everybody's kernel is still there, with the student signed in.
func hubKilled(t *testing.T, h *hub, class []*pupil, code map[string]string) {
	h.end(syscall.SIGKILL)
	took := h.start(t, time.Minute)
	t.Logf("the hub answers again after %.1f s", took.Seconds())
	d := &diary{}
	together(class, func(p *pupil) {
		p = p.noting(d)
		p.hangUp() // The proxy is another one now, and a browser connects again by itself.
		if p.try("come back", p.listen) == nil {
			p.cell("plain", code["first-run"])
		}
	})
	t.Log(d.table("After the hub was killed"))
	for _, err := range d.errors() {
		t.Error(err)
	}
}

// snoop runs as one student, and tries to get at what is another's. It prints a line for each thing that it reaches.
const snoop = `
import os, pwd, socket, urllib.request, urllib.error
other = pwd.getpwnam("OTHER")
def attempt(what, do):
    try:
        got = do()
    except OSError:
        return
    if got:
        print("REACHED", what, repr(got)[:200])
attempt("home folder", lambda: os.listdir(other.pw_dir))
attempt("notebook", lambda: open(other.pw_dir + "/notebooks/mine.txt").read())
attempt("writing", lambda: open(other.pw_dir + "/notebooks/new", "w"))
attempt("temporary file", lambda: open("/tmp/open-to-all").read())
attempt("scratch folder", lambda: os.listdir("STATE/tmp/OTHER"))
attempt("the hub's files", lambda: os.listdir("STATE"))
attempt("processes", lambda: [p for p in os.listdir("/proc") if p.isdigit() and os.stat("/proc/" + p).st_uid == other.pw_uid])
attempt("a signal", lambda: [os.kill(PID, 0)])
attempt("environment", lambda: open("/proc/PID/environ").read())
attempt("another's cache", lambda: open("/opt/multithreading/go/cache/new", "w"))
attempt("the teacher's solutions", lambda: os.listdir("/opt/multithreading/course/notebooks/instructor"))
attempt("the tests' solutions", lambda: os.listdir("/opt/multithreading/course/helpers/internal/judge/testdata"))
attempt("the course", lambda: open("/opt/multithreading/course/notebooks/new", "w"))
attempt("becoming root", lambda: os.setuid(0) or "root")
attempt("Unix sockets of other students", lambda: [l for l in open("/proc/net/unix") if "ipc-" in l and os.access(l.split()[-1], os.R_OK) and os.stat(l.split()[-1]).st_uid == other.pw_uid])
ports = [int(f[1].split(":")[1], 16) for f in (l.split() for l in list(open("/proc/net/tcp")) [1:]) if f[3] == "0A" and int(f[7]) == other.pw_uid]
print("PORTS", len(ports))
for port in ports:
    def api(path):
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{port}/user/OTHER{path}", timeout=5).read()
        except urllib.error.HTTPError:
            return None
    attempt("contents", lambda: api("/api/contents"))
    attempt("kernels", lambda: api("/api/kernels"))
    s = socket.create_connection(("127.0.0.1", port), 5)
    s.settimeout(1)
    attempt("a port that speaks first, as kernels do", lambda: s.recv(10))
`

// One student tries to get at what is another's, from a cell and from the browser.
func isolation(t *testing.T, h *hub, a, b *pupil) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if _, err := b.run(ctx, "!echo secret >/tmp/open-to-all; chmod 644 /tmp/open-to-all"); err != nil {
		t.Fatal(err)
	}
	if _, err := user.Lookup(b.name); err != nil {
		t.Fatal(err)
	}
	pid := 0 // b's server: it is there as long as b is, and keeps its environment from nobody of the same account
	for p := range processesOf(b.name) {
		if name, _ := p.Comm(); strings.HasPrefix(name, "jupyterhub") {
			pid = p.PID
		}
	}
	script := strings.NewReplacer("OTHER", b.name, "STATE", h.state, "PID", fmt.Sprint(pid)).Replace(snoop)
	run := func(p *pupil) string {
		t.Helper()
		printed, err := p.run(ctx, "!echo "+base64.StdEncoding.EncodeToString([]byte(script))+" | base64 -d | python3 - && echo tried all")
		if err != nil || !strings.Contains(printed, "tried all") {
			t.Fatalf("%v\n%s", err, printed)
		}
		return printed
	}
	if printed := run(a); strings.Contains(printed, "REACHED") || !strings.Contains(printed, "PORTS 1\n") {
		t.Errorf("%s reached what is %s's:\n%s", a.name, b.name, printed)
	}
	// That the script can see what it looks for: it finds all of a student's own.
	for _, what := range []string{"home folder", "notebook", "temporary file", "processes", "a signal", "environment", "Unix sockets"} {
		if printed := run(b); !strings.Contains(printed, "REACHED "+what) {
			t.Errorf("the script does not find %q where it is:\n%s", what, printed)
		}
	}
	for _, path := range []string{"/api/contents/notebooks/mine.txt", "/api/kernels", "/api/sessions", "/lab", "/files/notebooks/mine.txt"} {
		if text, err := a.ask(ctx, "GET", b.server()+path, nil); err == nil {
			t.Errorf("%s may see %s of %s: %.200s", a.name, path, b.name, text)
		}
	}
	intruder := &student{name: b.name, hub: b.hub, browser: a.browser, kernel: b.kernel}
	if err := intruder.listen(ctx); err == nil {
		t.Errorf("%s listens to the kernel of %s", a.name, b.name)
	}
	var kernels []struct{ ID string }
	if text, err := b.ask(ctx, "GET", b.server()+"/api/kernels", nil); err != nil || json.Unmarshal(text, &kernels) != nil ||
		len(kernels) == 0 {
		t.Error("the same request of the right student: ", errors.Join(err, fmt.Errorf("%s", text)))
	}
}
