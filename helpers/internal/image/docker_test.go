// Package image starts the image in every way in which it is meant to be started, and does there what a student does. It needs an image,
// whose name is in COURSE_IMAGE, and `docker`; `make test-image` brings both.
package image

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"example.com/multithreading/helpers/internal/notebook"
)

const (
	home   = "/home/jovyan"
	token  = "a-token-for-the-test"
	lesson = "notebooks/01-multi-threading.ipynb"
)

// needsImage names the image, or skips the test where none is to be tested.
func needsImage(t *testing.T) string {
	t.Helper()
	name := os.Getenv("COURSE_IMAGE")
	if name == "" {
		t.Skip("no COURSE_IMAGE: `make test-image` builds and names one")
	}
	return name
}

// needs finds a program beside docker, or leaves the test out.
func needs(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		notebook.LeftOut(t, "no "+name)
	}
	return path
}

// try runs docker and returns what it wrote.
func try(stdin string, args ...string) (stdout, stderr string, err error) {
	var out, complaint bytes.Buffer
	command := exec.Command("docker", args...)
	command.Stdin, command.Stdout, command.Stderr = strings.NewReader(stdin), &out, &complaint
	err = command.Run()
	return out.String(), complaint.String(), err
}

// docker runs docker, which must end well.
func docker(t *testing.T, args ...string) string {
	t.Helper()
	return dockerWith(t, "", args...)
}

func dockerWith(t *testing.T, stdin string, args ...string) string {
	t.Helper()
	out, complaint, err := try(stdin, args...)
	if err != nil {
		t.Fatalf("docker %s: %v\n%s%s", strings.Join(args, " "), err, out, complaint)
	}
	return strings.TrimSpace(out)
}

// A container runs the Jupyter server.
type container struct {
	t    *testing.T
	id   string
	base string // http://127.0.0.1:PORT, and the path below which it serves, without the last /
	run  time.Time
}

// start runs the image with these options of docker and this command (none: the image's own), and waits until the server answers.
func start(t *testing.T, options []string, command ...string) *container {
	t.Helper()
	image := needsImage(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
	listener.Close()
	// The same port inside and outside: then it does not matter whether docker has a bridge network.
	args := append([]string{
		"run", "-d", "-p", "127.0.0.1:" + port + ":" + port, "-e", "JUPYTER_PORT=" + port, "-e", "JUPYTER_TOKEN=" + token,
	}, options...)
	c := &container{t: t, base: "http://127.0.0.1:" + port, run: time.Now()}
	for i := range command {
		command[i] = strings.ReplaceAll(command[i], "PORT", port)
		if base, ok := strings.CutPrefix(command[i], "--ServerApp.base_url="); ok {
			c.base += strings.TrimSuffix(base, "/")
		}
	}
	c.id = docker(t, append(append(args, image), command...)...)
	t.Cleanup(func() {
		if t.Failed() {
			out, complaint, _ := try("", "logs", c.id)
			t.Logf("the container's log:\n%s%s", out, complaint)
		}
		try("", "rm", "-f", "-v", c.id)
	})
	c.answers("/api", 60*time.Second)
	t.Logf("%v: the server answers after %.1f s", options, time.Since(c.run).Seconds())
	return c
}

// answers waits until a path below the server's address gives 200.
func (c *container) answers(path string, within time.Duration) {
	c.t.Helper()
	eventually(c.t, "the server answers", within, func() bool {
		if state := docker(c.t, "inspect", "-f", "{{.State.Status}}", c.id); state != "running" {
			c.t.Fatal("the container has ended: ", state)
		}
		status, _ := c.ask("GET", path, "")
		return status == http.StatusOK
	})
}

// ask sends the server a request, with the token if one is given.
func (c *container) ask(method, path, token string) (status int, body string) {
	request, err := http.NewRequest(method, c.base+path, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	if token != "" {
		request.Header.Set("Authorization", "token "+token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err.Error()
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(response.Body)
	return response.StatusCode, string(text)
}

// composed are the bounds that docker/compose.yaml sets, as options of docker run; nothing is swapped.
func composed(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(notebook.Root(), "docker", "compose.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	bound := func(name string) string {
		match := regexp.MustCompile(`(?m)^    ` + name + `: (\w+)`).FindSubmatch(text)
		if match == nil {
			t.Fatalf("docker/compose.yaml has no %s", name)
		}
		return string(match[1])
	}
	memory := bound("mem_limit")
	return []string{"--memory=" + memory, "--memory-swap=" + memory, "--cpus=" + bound("cpus"), "--pids-limit=" + bound("pids_limit")}
}

// exec runs a command in the container, as a student's terminal would.
func (c *container) exec(command ...string) string {
	c.t.Helper()
	return docker(c.t, append([]string{"exec", c.id}, command...)...)
}

// An answer is what helpers/internal/course/cells.py tells of it.
type answer struct {
	Seconds float64
	Printed string
}

// cells runs cells on one kernel. The arguments are docker's, up to the image or the container: "exec", "-i", ID.
func cells(t *testing.T, args []string, sources ...string) []answer {
	t.Helper()
	work, err := json.Marshal(map[string]any{"kernels": map[string]any{"gonb": sources}})
	if err != nil {
		t.Fatal(err)
	}
	out := dockerWith(t, string(work), append(args, "/opt/course/docker/start", "python3", "/opt/course/helpers/internal/course/cells.py")...)
	var answers map[string][]answer
	if err := json.Unmarshal([]byte(out), &answers); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return answers["gonb"]
}

// cells runs cells on a kernel of their own in the container.
func (c *container) cells(sources ...string) []answer {
	c.t.Helper()
	return cells(c.t, []string{"exec", "-i", c.id}, sources...)
}

// processes lists the command lines in the container.
func (c *container) processes() []string {
	c.t.Helper()
	lines := strings.Split(docker(c.t, "top", c.id, "-eo", "pid,args"), "\n")
	return lines[1:]
}

// hello is a cell that prints what it is given, and differs from all others.
func hello(word string) string {
	return fmt.Sprintf(
		"import (\n\t\"fmt\"\n\t\"sync\"\n)\n\nfunc main() {\n\tvar group sync.WaitGroup\n\tgroup.Go(func() { fmt.Println(%q) })\n\tgroup.Wait()\n}\n",
		word)
}

// works runs one cell.
func (c *container) works() {
	c.t.Helper()
	if printed := c.cells(hello("it works"))[0].Printed; printed != "it works\n" {
		c.t.Errorf("the cell printed %q", printed)
	}
}

func eventually(t *testing.T, what string, within time.Duration, ask func() bool) {
	t.Helper()
	for end := time.Now().Add(within); !ask(); {
		if time.Now().After(end) {
			t.Fatalf("not within %v: %s", within, what)
		}
		time.Sleep(50 * time.Millisecond) // between two looks
	}
}
