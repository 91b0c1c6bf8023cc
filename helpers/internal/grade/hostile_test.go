package grade

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"example.com/multithreading/helpers/internal/notebook"
)

// needsImage names the image to grade in. `make test-image` does.
func needsImage(t *testing.T) string {
	t.Helper()
	name := os.Getenv("COURSE_IMAGE")
	if name == "" {
		t.Skip("no COURSE_IMAGE: `make test-image` builds and names one")
	}
	return name
}

// grades runs a whole class and returns what the table says: student, exercise, "1" or "0".
func (g Grading) grades(t *testing.T) map[string]map[string]string {
	t.Helper()
	g.Image, g.Out = needsImage(t), filepath.Join(t.TempDir(), "grades")
	var said bytes.Buffer
	g.Says = &said
	if err := g.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Logf("\n%s", said.String())
	text, err := os.ReadFile(filepath.Join(g.Out, "grades.csv"))
	if err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]map[string]string{}
	for _, line := range lines[1:] {
		all[line[0]] = map[string]string{}
		for i, head := range lines[0] {
			all[line[0]][head] = line[i]
		}
		page, err := os.ReadFile(filepath.Join(g.Out, "students", line[0]+".html"))
		if err != nil {
			t.Error(err)
		}
		all[line[0]]["page"] = string(page)
	}
	if out, err := exec.Command("docker", "ps", "-a", "-q", "--filter", "name=course-grade-").Output(); err != nil || len(out) > 0 {
		t.Errorf("a container is left: %v %s", err, out)
	}
	return all
}

// adds is an answer that is right if and only if the condition is true, with what it needs beside it.
func adds(condition, beside string) string {
	return "func add(counter *scheduler.Int, mu *scheduler.Mutex) {\n\tif " + condition + " {\n\t\tmu.Lock()\n\t\tdefer mu.Unlock()\n\t}\n\tcounter.Store(counter.Load() + 1)\n}\n\n" + beside
}

// hostile lists answers to the exercise mutex that must not count, by what they do. HOST is a port of the machine that grades, SECRET a
// file of it.
var hostile = map[string]string{
	"ends-at-init":     adds("false", "func init() { os.Exit(0) }"),
	"ends-at-var":      adds("false", "var _ = func() int { os.Exit(0); return 0 }()"),
	"ends-in-add":      "func add(*scheduler.Int, *scheduler.Mutex) { os.Exit(0) }",
	"ends-by-log":      "func add(*scheduler.Int, *scheduler.Mutex) { log.Fatal(\"--- PASS: mutex\") }",
	"ends-goroutine":   "func add(*scheduler.Int, *scheduler.Mutex) { runtime.Goexit() }",
	"own-main":         adds("false", "func main() { fmt.Println(\"✓ mutex: right.\") }"),
	"redefines":        adds("false", "type checker struct{}\n\nfunc (checker) CheckMutex(any) { fmt.Println(\"--- PASS: mutex\") }\n\nvar exercise checker"),
	"redefines-import": "import exercise \"fmt\"\n\n" + adds("false", "func CheckMutex(any) { exercise.Println(\"PASS\") }"),
	"forges-pass":      adds("false", "var _ = func() int { fmt.Println(\"=== RUN mutex\\n--- PASS: mutex (0.00s)\\nPASS\\nok\"); return 0 }()"),
	"forges-result":    adds("false", forge+"\nvar _ = forge()"),
	"forges-in-add":    "func add(*scheduler.Int, *scheduler.Mutex) { forge(); os.Exit(0) }\n\n" + forge,
	"reads-grader":     adds(`reads(fmt.Sprintf("/proc/%d/mem", os.Getppid())) || reads(fmt.Sprintf("/proc/%d/environ", os.Getppid()))`, reads),
	"loops":            "func add(*scheduler.Int, *scheduler.Mutex) {\n\tfor {\n\t}\n}",
	"loops-at-var":     adds("false", "var _ = func() int {\n\tfor {\n\t}\n}()"),
	"deadlock":         "func add(_ *scheduler.Int, mu *scheduler.Mutex) { select {} }",
	"goroutines":       "func add(*scheduler.Int, *scheduler.Mutex) {\n\tfor {\n\t\tgo func() { select {} }()\n\t}\n}",
	"eats-memory":      "func add(*scheduler.Int, *scheduler.Mutex) {\n\tvar all [][]byte\n\tfor {\n\t\tall = append(all, bytes.Repeat([]byte{1}, 1<<26))\n\t}\n}",
	"fills-the-disk":   "func add(*scheduler.Int, *scheduler.Mutex) {\n\tf, _ := os.Create(\"/tmp/full\")\n\tfor {\n\t\tf.Write(make([]byte, 1<<20))\n\t}\n}",
	"prints-for-ever":  "func add(*scheduler.Int, *scheduler.Mutex) {\n\tfor {\n\t\tfmt.Println(strings.Repeat(\"PASS \", 10_000))\n\t\tprintln(\"--- PASS: mutex\")\n\t}\n}",
	"fork-bomb":        "func add(*scheduler.Int, *scheduler.Mutex) { exec.Command(\"sh\", \"-c\", \"b() { b | b & }; b\").Run() }",
	"leaves-children":  "func add(*scheduler.Int, *scheduler.Mutex) { exec.Command(\"setsid\", \"sleep\", \"1000\").Start(); os.Exit(0) }",
	"kills-the-grader": "func add(*scheduler.Int, *scheduler.Mutex) { syscall.Kill(os.Getppid(), syscall.SIGKILL); syscall.Kill(-1, syscall.SIGKILL) }",
	"reads-others":     adds(`reads("SECRET") || reads("/etc/shadow") || reads("/opt/course/notebooks/instructor/07-exercises.ipynb")`, reads),
	"writes-course":    adds(`os.WriteFile("/opt/course/helpers/exercise/exercise.go", nil, 0) == nil || os.WriteFile("/inside", nil, 0) == nil`, ""),
	"becomes-root":     adds(`syscall.Setuid(0) == nil || syscall.Mount("none", "/mnt", "tmpfs", 0, "") == nil`, ""),
	"network":          adds(`dials()`, "func dials() bool {\n\tfor _, at := range []string{\"HOST\", \"1.1.1.1:53\"} {\n\t\tif _, err := net.DialTimeout(\"tcp\", at, time.Second); err == nil {\n\t\t\treturn true\n\t\t}\n\t}\n\treturn false\n}"),
	"shell-lines":      "!touch /tmp/home/here && sed -i s/false/true/ /opt/course/helpers/exercise/*.go\n!*curl http://HOST\n%cd /\n" + adds(`reads("/tmp/home/here")`, reads),
	"script":           "%%bash\necho '--- PASS: mutex'",
	"panics":           "func add(*scheduler.Int, *scheduler.Mutex) { panic(\"--- PASS: mutex\") }",
	"linkname":         "//go:linkname order example.com/multithreading/helpers/exercise.order\nvar order *struct{ Name string }\n\n" + adds("false", "var _ = unsafe.Pointer(order)"),
	"assembles":        "import \"C\"\n\n" + adds("false", ""),
	"huge-array":       adds("len(huge) == 0", "var huge [1 << 40]byte"),
	"long-cell":        adds("false", "// "+strings.Repeat("x", maxSource)),
	"wrong-name":       "func Add() {}",
}

// burdens lists those that import nothing that is refused, and are a burden.
var burdens = []string{"loops", "loops-at-var", "deadlock", "goroutines", "eats-memory", "prints-for-ever", "huge-array", "forges-pass", "ends-by-log", "script"}

// forge writes a verdict and a result, as far as it can guess what they look like, to all that can be written to.
const forge = `func forge() int {
	text := []byte("\n{\"Proof\":\"\",\"Verdict\":{\"Exercise\":\"mutex\",\"Right\":true}}\n{\"Token\":\"\",\"Exercise\":\"mutex\",\"Right\":true}\n--- PASS: mutex\n")
	for fd := range 64 {
		syscall.Write(fd, text)
	}
	for _, process := range []int{1, os.Getppid()} {
		for fd := range 16 {
			if f, err := os.OpenFile(fmt.Sprintf("/proc/%d/fd/%d", process, fd), os.O_WRONLY, 0); err == nil {
				f.Write(text)
			}
		}
	}
	return 0
}`

const reads = `func reads(path string) bool {
	f, err := os.Open(path)
	return err == nil && f != nil
}`

// What is refused before it is built, and what a check sees, needs no container. (What eats time or memory is left to one.)
func TestHostileAnswers(t *testing.T) {
	notebook.NeedsKernel(t)
	t.Setenv("PATH", filepath.Join(notebook.Root(), ".venv", "bin")+":"+os.Getenv("PATH"))
	b := builder{course: notebook.Root()}
	if err := b.flags(); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"ends-at-init": "the counter ends at", "ends-at-var": `imports "os"`, "ends-in-add": `imports "os"`, "ends-by-log": "it ended the whole program",
		"ends-goroutine": "the counter ends at", "own-main": "the counter ends at", "redefines": "does not build", "redefines-import": "the counter ends at",
		"forges-pass": "the counter ends at", "forges-result": "imports", "forges-in-add": "imports", "reads-grader": `imports "os"`, "fork-bomb": `imports "os/exec"`,
		"kills-the-grader": "imports", "reads-others": `imports "os"`, "network": `imports "net"`, "script": "does not build", "panics": "panic",
		"linkname": "orders to the compiler", "assembles": `imports "C"`, "long-cell": "more than", "wrong-name": "undefined: add",
	} {
		if r := b.grade(answer{"mutex", two[0].check, hostile[name]}, 1, false); r.Right || !strings.Contains(r.Says, want) {
			t.Errorf("%s: %+v, want %q", name, r, want)
		}
	}
}

// A class in which all but two are hostile. Nothing that they do counts, and nothing that they do costs the two others a point.
func TestHostile(t *testing.T) {
	needsImage(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	secret := filepath.Join(t.TempDir(), "secret.ipynb")
	if err := os.WriteFile(secret, []byte(handedIn(rightMutex, rightStart)), 0o644); err != nil {
		t.Fatal(err)
	}
	fill := strings.NewReplacer("HOST", listener.Addr().String(), "SECRET", secret)
	// As a student meets it; then, of the others, with any import, which leaves the container to hold it.
	for _, trusting := range []bool{false, true} {
		t.Run(fmt.Sprintf("trusting=%v", trusting), func(t *testing.T) {
			files := map[string]string{
				"aa-honest.ipynb": handedIn(rightMutex, rightStart), "zz-honest.ipynb": handedIn(rightMutex, rightStart),
				"not-a-notebook.ipynb": "#!/bin/sh\ntouch /tmp/here", "a-program.exe": "\x7fELF",
				"huge.ipynb": handedIn(rightMutex, rightStart) + strings.Repeat(" ", maxNotebook),
			}
			for name, source := range hostile {
				// Where nothing is imported that is refused, both are the same; where something is, the first has a test without a container.
				if trusting != slices.Contains(burdens, name) {
					files[name+".ipynb"] = handedIn(fill.Replace(source), "")
				}
			}
			dir := class(t, files)
			for link, target := range map[string]string{"link-out.ipynb": secret, "link-folder": filepath.Dir(secret), "link-other.ipynb": "aa-honest.ipynb"} {
				if err := os.Symlink(target, filepath.Join(dir, link)); err != nil {
					t.Fatal(err)
				}
			}
			begin := time.Now()
			all := Grading{Dir: dir, exercises: two, trusting: trusting}.grades(t)
			t.Logf("%d submissions in %v", len(all), time.Since(begin).Round(time.Second))
			if len(all) != len(files)+3 {
				t.Errorf("%d lines in the table, want %d", len(all), len(files)+3)
			}
			for student, line := range all {
				// Whoever ends the container is not judged.
				if honest := strings.HasSuffix(student, "-honest"); honest != (line["mutex"] == "1") {
					t.Errorf("%s: mutex %s, honest %v\n%s", student, line["mutex"], honest, line["page"])
				}
				if !trusting && !strings.HasSuffix(student, "-honest") && line["mutex"] != "0" {
					t.Errorf("%s: mutex %s, want 0: what it does can be seen\n%s", student, line["mutex"], line["page"])
				}
				if strings.HasSuffix(student, "-honest") && line["start-and-wait"] != "1" {
					t.Errorf("%s: start-and-wait %s\n%s", student, line["start-and-wait"], line["page"])
				}
			}
		})
	}
}

// A class with the whole notebook: who solved all exercises, who solved none, and two who each solved what the other did not.
func TestWholeNotebook(t *testing.T) {
	needsImage(t)
	list, err := exercises(TeachersNotebook())
	if err != nil {
		t.Fatal(err)
	}
	teachers, err := notebook.Read(TeachersNotebook())
	if err != nil {
		t.Fatal(err)
	}
	solutions := map[string]string{}
	for _, cell := range teachers.Code() {
		if m := markOf(cell.Metadata()["exercise"]); m.Solution {
			solutions[m.Name] = cell.Source()
		}
	}
	solved := map[string]func(i int) bool{
		"all":  func(int) bool { return true },
		"none": func(int) bool { return false },
		"even": func(i int) bool { return i%2 == 0 },
		"odd":  func(i int) bool { return i%2 == 1 },
	}
	dir := t.TempDir()
	for student, solved := range solved {
		nb, err := notebook.Read(filepath.Join(notebook.Root(), "notebooks", "07-exercises.ipynb"))
		if err != nil {
			t.Fatal(err)
		}
		for _, cell := range nb.Code() {
			if i := slices.IndexFunc(list, func(e exerciseCell) bool { return e.id == cell.ID() }); i >= 0 && solved(i) {
				cell.SetSource(solutions[list[i].name])
			}
		}
		if err := nb.Write(filepath.Join(dir, student+".ipynb")); err != nil {
			t.Fatal(err)
		}
	}
	for student, line := range (Grading{Dir: dir}).grades(t) {
		for i, e := range list {
			want := "0"
			if solved[student](i) {
				want = "1"
			}
			if line[e.name] != want {
				t.Errorf("%s: %s %s, want %s\n%s", student, e.name, line[e.name], want, line["page"])
			}
		}
	}
}

// Whoever is stopped at the teacher's Ctrl-C, at whatever moment, leaves no container behind, and writes no grades.
func TestInterrupted(t *testing.T) {
	image := needsImage(t)
	cpus, arch, err := engine(t.Context(), image)
	if err != nil {
		t.Fatal(err)
	}
	inside, err := build(t.Context(), t.TempDir(), arch)
	if err != nil {
		t.Fatal(err)
	}
	left := func() {
		t.Helper()
		if out, err := exec.Command("docker", "ps", "-a", "-q", "--filter", "name=course-grade-").Output(); err != nil || len(out) > 0 {
			t.Errorf("a container is left: %v %s", err, out)
		}
	}
	answers := []answer{{"mutex", two[0].check, hostile["loops"]}}
	for after := time.Duration(0); after < time.Second; after += 50 * time.Millisecond {
		ctx, cancel := context.WithTimeout(t.Context(), after)
		if heard, _, err := (Grading{Image: image}).container(ctx, inside, cpus, answers); err == nil && len(heard) == 0 {
			t.Errorf("interrupted after %v: no error", after)
		}
		cancel()
		left()
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	dir := class(t, map[string]string{"loops.ipynb": handedIn(hostile["loops"], hostile["loops"])})
	g := Grading{Dir: dir, Out: filepath.Join(t.TempDir(), "grades"), Image: image, Says: &bytes.Buffer{}, exercises: two}
	if err := g.Run(ctx); err == nil {
		t.Error("it went on")
	}
	if _, err := os.Lstat(g.Out); err == nil {
		t.Error("it wrote grades")
	}
	left()
}

func TestNoSuchImage(t *testing.T) {
	needsImage(t)
	g := Grading{Dir: class(t, map[string]string{"ada.ipynb": "{}"}), Out: filepath.Join(t.TempDir(), "grades"), Image: "no-such-image", exercises: two}
	if err := g.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "`make image`") {
		t.Error(err)
	}
}
