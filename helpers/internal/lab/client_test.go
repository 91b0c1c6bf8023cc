package lab

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
)

// api asks the server's own interface, as JupyterLab does, and reads the answer into answer, where there is one.
func (s *server) api(t *testing.T, method, path string, question, answer any) {
	t.Helper()
	text, err := s.try(t, method, path, question)
	if err == nil && answer != nil {
		err = json.Unmarshal([]byte(text), answer)
	}
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", method, path, err, text)
	}
}

// try asks the server's own interface, and returns what it says.
func (s *server) try(t *testing.T, method, path string, question any) (answer string, err error) {
	t.Helper()
	address, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	token := address.Query().Get("token")
	address.Path, address.RawQuery = path, ""
	body, err := json.Marshal(question)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(t.Context(), method, address.String(), bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "token "+token)
	request.Header.Set("Content-Type", "application/json")
	client := http.Client{Timeout: 30 * time.Second} // a restart waits for the new kernel
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode >= 300 {
		err = errors.New(response.Status)
	}
	return string(text), err
}

// A kernel is a running kernel and the connection of a notebook to it.
type kernel struct {
	s      *server
	id     string
	socket *websocket.Conn

	mu     sync.Mutex
	cells  map[string]*execution
	sent   int
	states []string // what the server said of the kernel as such: "restarting", "dead"
}

// An execution is a cell that runs or has run.
type execution struct {
	begin time.Time
	done  chan struct{} // closed when the kernel has replied and is idle again

	mu            sync.Mutex
	shown         strings.Builder // streams and errors, as a student sees them; a text of megabytes is kept in part
	bytes         int             // the length of all streams
	displays      int
	begun         bool // the kernel has taken it up
	replied, idle bool
	reply         map[string]any // its content
}

type message struct {
	Header  header
	Parent  header `json:"parent_header"`
	Content map[string]any
}

type header struct {
	ID   string `json:"msg_id"`
	Type string `json:"msg_type"`
}

// newKernel starts a kernel, and connects to it.
func (s *server) newKernel(t *testing.T) *kernel {
	t.Helper()
	k := &kernel{s: s, cells: map[string]*execution{}}
	var created struct{ ID string }
	s.api(t, "POST", "/api/kernels", map[string]string{"name": "gonb", "path": "notebooks"}, &created) // in that folder, as a notebook of it
	k.id = created.ID
	k.connect(t)
	return k
}

// connect opens the notebook's connection to the kernel, and takes in what comes over it until it ends.
func (k *kernel) connect(t *testing.T) {
	t.Helper()
	address, err := url.Parse(k.s.url)
	if err != nil {
		t.Fatal(err)
	}
	address.Path = "/api/kernels/" + k.id + "/channels"
	socket, _, err := websocket.Dial(t.Context(), address.String(), nil)
	if err != nil {
		t.Fatal(err)
	}
	socket.SetReadLimit(-1) // a cell may show megabytes
	k.socket = socket
	t.Cleanup(func() { socket.CloseNow() })
	go func() {
		for {
			var m message
			if wsjson.Read(context.Background(), socket, &m) != nil {
				return
			}
			k.take(m)
		}
	}()
}

func (k *kernel) take(m message) {
	k.mu.Lock()
	e := k.cells[m.Parent.ID]
	if state, _ := m.Content["execution_state"].(string); state == "restarting" || state == "dead" {
		k.states = append(k.states, state)
	}
	k.mu.Unlock()
	if e == nil {
		return
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	switch m.Header.Type {
	case "stream":
		text, _ := m.Content["text"].(string)
		e.bytes += len(text)
		e.shown.WriteString(text)
	case "error":
		fmt.Fprintf(&e.shown, "%v: %v\n", m.Content["ename"], m.Content["evalue"])
	case "display_data", "execute_result", "update_display_data":
		e.displays++
	case "execute_reply", "complete_reply", "inspect_reply":
		e.replied, e.reply = true, m.Content
	case "status":
		e.idle = m.Content["execution_state"] == "idle"
		e.begun = true
	}
	if e.replied && e.idle {
		select {
		case <-e.done:
		default:
			close(e.done)
		}
	}
}

// run asks the kernel to run a cell, and does not wait for it.
func (k *kernel) run(t *testing.T, source string) *execution {
	t.Helper()
	return k.send(t, "execute_request", toRun(source), nil)
}

// toRun is the content of a request to run a cell, as JupyterLab sends it.
func toRun(source string) map[string]any {
	return map[string]any{"code": source, "silent": false, "store_history": true, "allow_stdin": true, "stop_on_error": true}
}

// ask asks the kernel to complete ("complete") or to explain ("inspect") what stands at the ‸ of a cell, which is its only one.
func (k *kernel) ask(t *testing.T, kind, source string) *execution {
	t.Helper()
	before, after, _ := strings.Cut(source, "‸")
	return k.send(t, kind+"_request",
		map[string]any{"code": before + after, "cursor_pos": utf8.RuneCountInString(before), "detail_level": 0}, nil)
}

// send sends the kernel a request, and does not wait for the answer.
func (k *kernel) send(t *testing.T, kind string, content, metadata map[string]any) *execution {
	t.Helper()
	e := &execution{begin: time.Now(), done: make(chan struct{})}
	k.mu.Lock()
	k.sent++
	id := fmt.Sprintf("%s-%d", k.id, k.sent)
	k.cells[id] = e
	k.mu.Unlock()
	if metadata == nil {
		metadata = map[string]any{}
	}
	err := wsjson.Write(t.Context(), k.socket, map[string]any{
		"channel": "shell", "parent_header": map[string]any{}, "metadata": metadata, "buffers": []any{},
		"header": map[string]any{
			"msg_id": id, "msg_type": kind, "session": k.id, "username": "", "version": "5.3",
			"date": time.Now().Format(time.RFC3339),
		},
		"content": content,
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// status is how the kernel has answered: "ok", "error", "aborted", or "" where it has not.
func (e *execution) status() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	status, _ := e.reply["status"].(string)
	return status
}

// matches are what an answered completion offers.
func (e *execution) matches() (list []string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	all, _ := e.reply["matches"].([]any)
	for _, match := range all {
		list = append(list, fmt.Sprint(match))
	}
	return list
}

// help is what an answered question about a name shows, or "".
func (e *execution) help() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	data, _ := e.reply["data"].(map[string]any)
	if text, ok := data["text/markdown"].(string); ok {
		return text
	}
	text, _ := data["text/plain"].(string)
	return text
}

// text is what the student sees by now.
func (e *execution) text() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.shown.String()
}

// ended waits until the cell has ended, and tells whether it has within so long.
func (e *execution) ended(within time.Duration) bool {
	select {
	case <-e.done:
		return true
	case <-time.After(within):
		return false
	}
}

// shows waits until the student sees a text, and tells whether it came within so long.
func (e *execution) shows(text string, within time.Duration) bool {
	for end := time.Now().Add(within); !strings.Contains(e.text(), text); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			return false
		}
	}
	return true
}

// prints runs a cell and wants it to end and to print this, whatever was before.
func (k *kernel) prints(t *testing.T, source, want string) {
	t.Helper()
	e := k.run(t, source)
	if !e.ended(patience) {
		t.Fatalf("the next cell has not ended after %v; it shows %q", patience, cut(e.text()))
	}
	if got := e.text(); got != want {
		t.Errorf("the next cell shows %q, want %q", cut(got), want)
	}
}

func (k *kernel) interrupt(t *testing.T) {
	t.Helper()
	k.s.api(t, "POST", "/api/kernels/"+k.id+"/interrupt", nil, nil)
}

func (k *kernel) restart(t *testing.T) {
	t.Helper()
	k.s.api(t, "POST", "/api/kernels/"+k.id+"/restart", nil, nil)
}

func (k *kernel) end(t *testing.T) {
	t.Helper()
	k.s.api(t, "DELETE", "/api/kernels/"+k.id, nil, nil)
	k.socket.CloseNow()
}

// cut shortens a text for a message.
func cut(text string) string {
	if len(text) <= 1000 {
		return text
	}
	return text[:500] + " … " + text[len(text)-500:]
}
