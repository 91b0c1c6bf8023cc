// Package load plays a class of students against the real hub of docker/hub, and measures what they feel. `make test-hub` runs it.
package load

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/coder/websocket"
)

const lesson = "notebooks/01-multi-threading.ipynb"

// A student is one browser: its cookies, its kernel, its open notebook. It does one thing at a time.
type student struct {
	name    string
	hub     string // the hub's address, without a path
	browser *http.Client
	kernel  string // the kernel's number, once the lesson is open
	socket  *websocket.Conn
	heard   chan message // what the kernel sends; closed with the socket
	asked   int
}

// A message is one of Jupyter's, as its websocket carries them.
type message struct {
	Header  header         `json:"header"`
	Parent  header         `json:"parent_header"`
	Meta    map[string]any `json:"metadata"`
	Content map[string]any `json:"content"`
	Channel string         `json:"channel"`
}

type header struct {
	ID      string `json:"msg_id,omitempty"`
	Type    string `json:"msg_type,omitempty"`
	User    string `json:"username,omitempty"`
	Session string `json:"session,omitempty"`
	Version string `json:"version,omitempty"`
}

func newStudent(hub, name string) *student {
	jar, err := cookiejar.New(nil)
	if err != nil {
		panic(err) // It has no way to fail.
	}
	return &student{name: name, hub: hub, browser: &http.Client{Jar: jar}}
}

// server is the address of the student's own server.
func (s *student) server() string { return s.hub + "/user/" + s.name }

// ask sends a request as the student's browser would, cookies and all, and gives the body of an answer that is not an error.
func (s *student) ask(ctx context.Context, method, address string, body any) ([]byte, error) {
	var text io.Reader
	kind := "application/json"
	switch body := body.(type) {
	case nil:
	case url.Values:
		text, kind = strings.NewReader(body.Encode()), "application/x-www-form-urlencoded"
	default:
		encoded, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		text = bytes.NewReader(encoded)
	}
	request, err := http.NewRequestWithContext(ctx, method, address, text)
	if err != nil {
		return nil, err
	}
	if body != nil {
		request.Header.Set("Content-Type", kind)
	}
	request.Header.Set("Accept", "text/html,application/json,*/*")
	if token := s.cookie(address, "_xsrf"); token != "" {
		request.Header.Set("X-XSRFToken", token)
	}
	response, err := s.browser.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode >= 400 {
		err = fmt.Errorf("%s %s: %s", method, request.URL.Path, response.Status)
	}
	return answer, err
}

func (s *student) cookie(address, name string) string {
	at, err := url.Parse(address)
	if err != nil {
		return ""
	}
	for _, cookie := range s.browser.Jar.Cookies(at) {
		if cookie.Name == name {
			return cookie.Value
		}
	}
	return ""
}

// signIn signs in, which starts the student's server, and waits until the hub says that it runs, as the hub's own page does.
func (s *student) signIn(ctx context.Context) error {
	if _, err := s.ask(ctx, "GET", s.hub+"/hub/login", nil); err != nil {
		return err
	}
	form := url.Values{"username": {s.name}, "password": {"any"}, "_xsrf": {s.cookie(s.hub+"/hub/", "_xsrf")}}
	if _, err := s.ask(ctx, "POST", s.hub+"/hub/login", form); err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, "GET", s.hub+"/hub/api/users/"+s.name+"/server/progress", nil)
	if err != nil {
		return err
	}
	request.Header.Set("X-XSRFToken", s.cookie(s.hub+"/hub/", "_xsrf"))
	response, err := s.browser.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	said := response.Status
	for lines := bufio.NewScanner(response.Body); lines.Scan(); {
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok {
			continue
		}
		said = data
		var event struct{ Ready, Failed bool }
		if err := json.Unmarshal([]byte(data), &event); err == nil && event.Ready {
			return nil
		} else if event.Failed {
			break
		}
	}
	return fmt.Errorf("the server does not start: %s", said)
}

var source = regexp.MustCompile(`(?:src|href)="(/user/[^"]+\.(?:js|css))[?"]`)

// open loads the lesson's page with its scripts, the notebook and what else JupyterLab asks for, and starts its kernel.
func (s *student) open(ctx context.Context) error {
	page, err := s.ask(ctx, "GET", s.server()+"/lab/tree/"+lesson, nil)
	if err != nil {
		return err
	}
	for _, match := range source.FindAllSubmatch(page, -1) {
		if _, err := s.ask(ctx, "GET", s.hub+string(match[1]), nil); err != nil {
			return err
		}
	}
	for _, path := range []string{"/api/kernelspecs", "/lab/api/settings", "/lab/api/workspaces", "/api/contents/notebooks", "/api/contents/" + lesson, "/api/sessions", "/api/me"} {
		if _, err := s.ask(ctx, "GET", s.server()+path, nil); err != nil {
			return err
		}
	}
	answer, err := s.ask(ctx, "POST", s.server()+"/api/sessions",
		map[string]any{"path": lesson, "name": lesson, "type": "notebook", "kernel": map[string]string{"name": "gonb"}})
	if err != nil {
		return err
	}
	var session struct{ Kernel struct{ ID string } }
	if err := json.Unmarshal(answer, &session); err != nil {
		return err
	}
	s.kernel = session.Kernel.ID
	if err := s.listen(ctx); err != nil {
		return err
	}
	// What a kernel says before its server listens to it is lost. JupyterLab gives the answer three seconds, and then goes on all the same.
	for {
		soon, cancel := context.WithTimeout(ctx, 3*time.Second)
		_, err := s.tell(soon, "kernel_info_request", map[string]any{})
		cancel()
		if err == nil || soon.Err() == nil || ctx.Err() != nil {
			return err
		}
	}
}

// listen connects to the kernel, as an opened notebook does, and again after hangUp.
func (s *student) listen(ctx context.Context) error {
	address := "ws" + strings.TrimPrefix(s.server(), "http") + "/api/kernels/" + s.kernel + "/channels?session_id=" + s.name
	socket, _, err := websocket.Dial(ctx, address, &websocket.DialOptions{HTTPClient: s.browser, HTTPHeader: http.Header{"Origin": {s.hub}}})
	if err != nil {
		return err
	}
	socket.SetReadLimit(64 << 20)
	s.socket, s.heard = socket, make(chan message, 10_000)
	go func(heard chan<- message) {
		defer close(heard)
		for {
			_, text, err := socket.Read(context.Background())
			if err != nil {
				return
			}
			var m message
			if json.Unmarshal(text, &m) == nil {
				heard <- m
			}
		}
	}(s.heard)
	return nil
}

// hangUp closes the connection as a laptop's lid does: without a word.
func (s *student) hangUp() {
	if s.socket != nil {
		s.socket.CloseNow()
	}
}

// An answer is what a kernel said to one message: its reply, what the cell printed, and the HTML that it showed.
type answer struct {
	reply   map[string]any
	printed string
	shown   string
}

// tell sends a message to the kernel's shell, and waits for the reply and for the kernel to be idle again.
func (s *student) tell(ctx context.Context, kind string, content map[string]any) (answer, error) {
	if s.socket == nil {
		return answer{}, errors.New("no kernel")
	}
	s.asked++
	id := fmt.Sprintf("%s-%d-%d", s.name, time.Now().UnixNano(), s.asked)
	text, err := json.Marshal(message{
		Header:  header{ID: id, Type: kind, User: s.name, Session: s.name, Version: "5.3"},
		Meta:    map[string]any{},
		Content: content, Channel: "shell",
	})
	if err != nil {
		return answer{}, err
	}
	if err := s.socket.Write(ctx, websocket.MessageText, text); err != nil {
		return answer{}, err
	}
	var got answer
	for idle := false; !idle || got.reply == nil; {
		select {
		case <-ctx.Done():
			return got, fmt.Errorf("no answer to %s: %w", kind, context.Cause(ctx))
		case m, open := <-s.heard:
			switch {
			case !open:
				return got, errors.New("the connection to the kernel broke")
			case m.Parent.ID != id:
			case m.Channel == "shell":
				got.reply = m.Content
			case m.Header.Type == "status":
				idle = m.Content["execution_state"] == "idle"
			case m.Header.Type == "stream":
				got.printed += fmt.Sprint(m.Content["text"])
			case m.Header.Type == "display_data":
				if data, ok := m.Content["data"].(map[string]any); ok {
					got.shown += fmt.Sprint(data["text/html"])
				}
			}
		}
	}
	return got, nil
}

// run runs a cell. That the cell's program fails is an error too.
func (s *student) run(ctx context.Context, code string) (printed string, err error) {
	got, err := s.execute(ctx, code)
	return got.printed, err
}

// execute is run, with all that the kernel answers.
func (s *student) execute(ctx context.Context, code string) (answer, error) {
	got, err := s.tell(ctx, "execute_request",
		map[string]any{"code": code, "silent": false, "store_history": true, "allow_stdin": false, "stop_on_error": true})
	if err == nil && got.reply["status"] != "ok" {
		err = fmt.Errorf("the cell failed: %.300v", got.reply)
	}
	return got, err
}

// tab presses Tab after the code.
func (s *student) tab(ctx context.Context, code string) ([]any, error) {
	got, err := s.tell(ctx, "complete_request", map[string]any{"code": code, "cursor_pos": len(code)})
	matches, _ := got.reply["matches"].([]any)
	if err == nil && len(matches) == 0 {
		err = fmt.Errorf("nothing to complete it with: %.300v", got.reply)
	}
	return matches, err
}

// press presses one of the buttons above a notebook: "interrupt" or "restart".
func (s *student) press(ctx context.Context, button string) error {
	_, err := s.ask(ctx, "POST", s.server()+"/api/kernels/"+s.kernel+"/"+button, map[string]any{})
	return err
}
