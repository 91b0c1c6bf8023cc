//go:build linux

package load

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// class runs docker/hub/class, and gives what it says.
func class(t *testing.T, right bool, args ...string) string {
	t.Helper()
	text, err := exec.CommandContext(t.Context(), filepath.Join(root, "docker", "hub", "class"), args...).CombinedOutput()
	if (err == nil) != right {
		t.Fatalf("class %q: %v\n%s", args, err, text)
	}
	return string(text)
}

// as writes a file as a student does.
func as(t *testing.T, name, script string) {
	t.Helper()
	account, err := user.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), "setpriv", "--reuid", name, "--regid", account.Gid, "--init-groups", "sh", "-c", script)
	command.Dir = "/home/" + name
	if text, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v\n%s", script, err, text)
	}
}

// nothingRuns waits until a student has no process.
func nothingRuns(name string) error {
	for end := time.Now().Add(30 * time.Second); len(processesOf(name)) > 0; time.Sleep(100 * time.Millisecond) { // between two looks
		if time.Now().After(end) {
			return fmt.Errorf("what %s runs does not stop", name)
		}
	}
	return nil
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A term on the hub: students on a list, a newer notebook in the middle, work collected, saved, lost and brought back, one who leaves.
func TestTerm(t *testing.T) {
	needsHub(t)
	settings := filepath.Join(t.TempDir(), "settings")
	t.Setenv("COURSE_HUB_SETTINGS", settings)
	const ada, ben, eve = "term-ada", "term-ben", "term-eve"
	for _, name := range []string{ada, ben, eve} {
		account(t, name)
	}
	// Ben's account is there already, as a university's: in a group that is not named like him, and with a home that all may read.
	existing := exec.CommandContext(t.Context(), "useradd", "--create-home", "--gid", "users", "-K", "HOME_MODE=0755", ben)
	if text, err := existing.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if said := class(t, true, "add", ada, ben, ada); !strings.Contains(said, "chmod 700 /home/"+ben) {
		t.Errorf("add of an account with an open home says %q", said)
	}
	as(t, ben, "chmod 700 .")
	class(t, true, "add", "--admin", ben)
	if list, want := read(t, filepath.Join(settings, "students")), ada+"\n"+ben+" admin\n"; list != want {
		t.Errorf("the list is %q, want %q", list, want)
	}
	for name, want := range map[string]string{
		ada: "on the list already", ben: "on the list already", "root": "an account of the system", "nobody": "an account of the system",
		"Ada": "no name for an account", "a/b": "no name",
	} {
		if said := class(t, false, "add", name); !strings.Contains(said, want) {
			t.Errorf("add %s says %q", name, said)
		}
	}

	class(t, true, "glance", "on")
	h := startHub(t)
	t.Setenv("COURSE_STATE", h.state)
	if err := newStudent(h.address, eve).signIn(t.Context()); err == nil {
		t.Error("who is not on the list is let in")
	}
	if _, err := user.Lookup(eve); err == nil {
		t.Error("who is not on the list has an account")
	}
	students := map[string]*student{ada: newStudent(h.address, ada), ben: newStudent(h.address, ben)}
	each := func(do func(s *student) error) {
		t.Helper()
		var group sync.WaitGroup
		for name, s := range students {
			group.Go(func() {
				if err := do(s); err != nil {
					t.Error(name, err)
				}
			})
		}
		group.Wait()
		if t.Failed() {
			t.FailNow()
		}
	}
	each(func(s *student) error { return s.signIn(t.Context()) })
	for name, s := range students {
		text, err := s.ask(t.Context(), "GET", h.address+"/hub/api/user", nil)
		if admin := strings.Contains(string(text), `"admin": true`); err != nil || admin != (name == ben) {
			t.Errorf("%s is an administrator: %v, %v", name, admin, err)
		}
	}
	// As through a proxy for TLS, from elsewhere.
	request, err := http.NewRequestWithContext(t.Context(), "POST", h.address+"/hub/login", strings.NewReader("username="+ada+"&password=x&_xsrf="+students[ada].cookie(h.address+"/hub/", "_xsrf")))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("X-Forwarded-For", "192.0.2.7")
	stranger, err := students[ada].browser.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	stranger.Body.Close()
	if stranger.StatusCode != http.StatusForbidden {
		t.Error("a stranger signs in by the test sign-in, through a proxy:", stranger.Status)
	}

	// In the middle of the term the course has a newer glossary, which Ada has written into and Ben has not.
	as(t, ada, "echo mine >>notebooks/glossary.md")
	newer := filepath.Join("/opt/multithreading/course/notebooks/glossary.md")
	before := read(t, newer)
	t.Cleanup(func() { os.WriteFile(newer, []byte(before), 0o644) })
	if err := os.WriteFile(newer, []byte(before+"\nnewer\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	each(func(s *student) error {
		if _, err := s.ask(t.Context(), "DELETE", h.address+"/hub/api/users/"+s.name+"/server", nil); err != nil {
			return err
		}
		if err := nothingRuns(s.name); err != nil {
			return err
		}
		*s = *newStudent(h.address, s.name)
		return s.signIn(t.Context())
	})
	beside := "/home/" + ada + "/notebooks/glossary (new).md"
	if text := read(t, "/home/"+ada+"/notebooks/glossary.md"); !strings.Contains(text, "mine") || strings.Contains(text, "newer") || !strings.Contains(read(t, beside), "newer") {
		t.Error("what Ada has changed is gone, or no newer one lies beside it")
	}
	if !strings.Contains(read(t, "/home/"+ben+"/notebooks/glossary.md"), "newer") {
		t.Error("Ben, who has changed nothing, has the old one")
	}

	t.Run("glance", func(t *testing.T) { atOneGlance(t, h, students[ada], students[ben]) })

	t.Run("turns", func(t *testing.T) { turns(t, students[ada], ben) })

	// What is collected is the student's own file: a link to another's, or to root's, is none.
	as(t, ben, "ln -sf /home/"+ada+"/notebooks/07-exercises.ipynb notebooks/07-exercises.ipynb")
	collected := filepath.Join(t.TempDir(), "class")
	if said := class(t, true, "collect", collected); !strings.Contains(said, "collected: 1 of 2") || !strings.Contains(said, "nothing from: "+ben) {
		t.Errorf("collect says %q", said)
	}
	if said := class(t, false, "collect", collected); !strings.Contains(said, "is there already") {
		t.Errorf("collected over what was there: %q", said)
	}
	graded := filepath.Join(t.TempDir(), "grades")
	grade := exec.CommandContext(t.Context(), filepath.Join(root, "docker", "start"), "grade", collected, graded)
	if text, err := grade.CombinedOutput(); err != nil || !strings.Contains(read(t, filepath.Join(graded, "grades.csv")), ada) {
		t.Errorf("graded: %v\n%s", err, text)
	}

	// One home that cannot be read, and in another a file that cannot and one that has no end, keep nobody's from being saved.
	secret := filepath.Join(settings, "secret") // of a sign-in by OAuth
	if err := os.WriteFile(secret, []byte("of the sign-in"), 0o600); err != nil {
		t.Fatal(err)
	}
	as(t, ben, "echo x >locked && chmod 000 locked && { truncate -s 7E huge || truncate -s 15T huge; } 2>/dev/null")
	as(t, ada, "chmod 000 .")
	partly := filepath.Join(t.TempDir(), "partly")
	if said := class(t, false, "backup", partly); !strings.Contains(said, "not in time: "+ada+"\n") || !strings.Contains(said, "saved: 1 homes") {
		t.Errorf("backup of a home that cannot be read says %q", said)
	}
	if text, err := exec.CommandContext(t.Context(), "tar", "-tzf", filepath.Join(partly, ben+".tgz")).CombinedOutput(); err != nil ||
		!strings.Contains(string(text), "./huge") || !strings.Contains(string(text), "./notebooks/glossary.md") {
		t.Errorf("Ben's archive: %v\n%s", err, text)
	}
	if err := os.Chmod("/home/"+ada, 0o700); err != nil {
		t.Fatal(err)
	}
	as(t, ben, "rm -f huge locked")

	saved := filepath.Join(t.TempDir(), "saved")
	class(t, true, "backup", saved)
	back := t.TempDir()
	if text, err := exec.CommandContext(t.Context(), "tar", "-C", back, "-xzf", filepath.Join(saved, ".hub.tgz")).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if got := read(t, filepath.Join(back, "settings", "secret")); got != "of the sign-in" {
		t.Errorf("the saved secret is %q", got)
	}
	names, err := exec.CommandContext(t.Context(), "python3", "-c",
		"import sqlite3, sys; print(sqlite3.connect(sys.argv[1]).execute('select name from users').fetchall())",
		filepath.Join(back, "state", "jupyterhub.sqlite")).CombinedOutput()
	if err != nil || !strings.Contains(string(names), ada) {
		t.Errorf("the saved data base has %s, %v", names, err)
	}

	// Who was an administrator and is none is none in the browser that is signed in: at the hub at once, in the bars within half a minute.
	now := func(s *student) string {
		text, err := s.ask(t.Context(), "GET", h.address+"/hub/api/user", nil)
		return fmt.Sprintf("%v %s", err, text)
	}
	numbers := func(s *student) error {
		_, err := s.ask(t.Context(), "GET", h.address+"/services/glance/numbers", nil)
		return err
	}
	if _, err := students[ben].ask(t.Context(), "GET", h.address+"/hub/admin", nil); err != nil || numbers(students[ben]) != nil {
		t.Error("an administrator does not see the pages for one:", err, numbers(students[ben]))
	}
	if err := os.WriteFile(filepath.Join(settings, "students"), []byte(ada+"\n"+ben+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if said := now(students[ben]); !strings.Contains(said, `"admin": false`) {
		t.Error("who is no longer an administrator is one in a former session:", said)
	}
	if _, err := students[ben].ask(t.Context(), "GET", h.address+"/hub/admin", nil); err == nil {
		t.Error("who is no longer an administrator sees the hub's admin page")
	}
	for end := time.Now().Add(45 * time.Second); numbers(students[ben]) == nil; time.Sleep(time.Second) { // between two looks
		if time.Now().After(end) {
			t.Fatal("who is no longer an administrator sees the bars")
		}
	}
	class(t, true, "add", "--admin", ben)
	if said := now(students[ben]); !strings.Contains(said, `"admin": true`) {
		t.Error("who is an administrator again is none in a former session:", said)
	}

	class(t, true, "remove", ben)
	if said := now(students[ben]); !strings.Contains(said, "403") {
		t.Error("an administrator who was removed is known in a former session:", said)
	}
	if text, err := students[ben].ask(t.Context(), "GET", h.address+"/hub/admin", nil); err == nil && !strings.Contains(string(text), "Sign in") {
		t.Errorf("an administrator who was removed sees the hub's admin page: %.300s", text)
	}
	said := class(t, true, "remove", ada)
	if !strings.Contains(said, "is shut out") {
		t.Errorf("removed: %q", said)
	}
	if err := nothingRuns(ada); err != nil {
		t.Fatal(err)
	}
	if err := newStudent(h.address, ada).signIn(t.Context()); err == nil {
		t.Error("who was removed is let in")
	}
	if said := now(students[ada]); !strings.Contains(said, "403") {
		t.Error("who was removed is known in a former session:", said)
	}
	// Ada comes back, on a machine that has never seen her. Ben has lost a file, and keeps what he has.
	account(t, ada)
	as(t, ben, "echo later >notebooks/mine.md")
	class(t, true, "restore", saved)
	if !strings.Contains(read(t, "/home/"+ada+"/notebooks/glossary.md"), "mine") {
		t.Error("what Ada wrote is not there again")
	}
	if info, err := os.Stat("/home/" + ben + "/restored/notebooks/01-multi-threading.ipynb"); err != nil || read(t, "/home/"+ben+"/notebooks/mine.md") != "later\n" {
		t.Error("Ben's are not beside what he has", info, err)
	}
	if said := class(t, true, "list"); !strings.Contains(said, ben+" (admin)") || !strings.Contains(said, ada+" ") {
		t.Errorf("the list: %q", said)
	}
}

// weight is what a student's group weighs, where the processors are wanted by several.
func weight(t *testing.T, name string) int {
	t.Helper()
	for _, file := range []string{"/sys/fs/cgroup/multithreading/" + name + "/cpu.weight", "/sys/fs/cgroup/cpu/multithreading/" + name + "/cpu.shares"} {
		if text, err := os.ReadFile(file); err == nil {
			number, err := strconv.Atoi(strings.TrimSpace(string(text)))
			if err != nil {
				t.Fatal(err)
			}
			return number
		}
	}
	t.Fatal(name, "has no control group")
	return 0
}

// Who takes all there is soon weighs less than one who does not. It has a kernel already.
func turns(t *testing.T, hog *student, other string) {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	if err := hog.listen(ctx); err != nil {
		t.Fatal(err)
	}
	defer hog.hangUp()
	ended := make(chan struct{})
	go func() {
		hog.run(ctx, "func main() {\n\tgo func() {\n\t\tfor {\n\t\t}\n\t}()\n\tfor {\n\t}\n}")
		close(ended)
	}()
	for weight(t, hog.name) >= weight(t, other) {
		select {
		case <-ended:
			t.Fatal("the endless cell has ended")
		case <-time.After(100 * time.Millisecond): // between two looks
		}
	}
	if err := hog.press(ctx, "interrupt"); err != nil {
		t.Error(err)
	}
	<-ended
}

// The service is one that systemd takes.
func TestService(t *testing.T) {
	verify, err := exec.LookPath("systemd-analyze")
	if err != nil {
		leftOut(t, "no systemd, which reads the hub's unit")
	}
	checkout, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	unit := filepath.Join(t.TempDir(), "multithreading.service")
	if err := os.WriteFile(unit, []byte(strings.ReplaceAll(read(t, "../multithreading.service"), "@CHECKOUT@", checkout)), 0o644); err != nil {
		t.Fatal(err)
	}
	if text, err := exec.CommandContext(t.Context(), verify, "verify", unit).CombinedOutput(); err != nil || strings.Contains(string(text), unit) {
		t.Errorf("%v\n%s", err, text)
	}
}
