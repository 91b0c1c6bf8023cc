package browser

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"

	"example.com/multithreading/helpers/internal/notebook"
)

// A Firefox is one tab of the Firefox of this machine, without a network. It is driven by WebDriver
// BiDi, the browsers' common protocol, which Firefox speaks by itself.
type Firefox struct {
	t    *testing.T
	ctx  context.Context
	conn *websocket.Conn
	last int    // the id of the last command
	tab  string // its browsing context
}

// What a test's Firefox is told before it starts. Nothing is asked of anybody, and a file sees of
// other files what it does for a reader: WebDriver would loosen that.
const firefoxPrefs = `user_pref("remote.prefs.recommended", false);
user_pref("security.fileuri.strict_origin_policy", true);
user_pref("network.proxy.type", 1);
user_pref("network.proxy.socks", "127.0.0.1");
user_pref("network.proxy.socks_port", 9);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("app.update.disabledForTesting", true);
user_pref("app.normandy.enabled", false);
user_pref("browser.aboutwelcome.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("focusmanager.testmode", true);
user_pref("browser.startup.page", 0);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("toolkit.telemetry.reportingpolicy.firstRun", false);
`

// StartFirefox starts a Firefox with a profile of its own, which ends with the test. Where there is
// no Firefox, or none that a test can drive, the test is left out.
func StartFirefox(t *testing.T) *Firefox {
	t.Helper()
	program := ""
	for _, name := range []string{"firefox-esr", "firefox", "/Applications/Firefox.app/Contents/MacOS/firefox"} {
		if path, err := exec.LookPath(name); err == nil {
			program = path
			break
		}
	}
	if program == "" {
		notebook.LeftOut(t, "no Firefox: install it (Debian: apt install firefox-esr)")
	}
	profile := t.TempDir()
	if err := os.WriteFile(filepath.Join(profile, "user.js"), []byte(firefoxPrefs), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	command := exec.Command(program, "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0", "about:blank")
	command.Env = append(os.Environ(), "HOME="+profile, "MOZ_CRASHREPORTER_DISABLE=1")
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	said, err := command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	end := func() {
		cancel()
		syscall.Kill(-command.Process.Pid, syscall.SIGKILL) // its helpers too; fails where it has ended by itself
		command.Wait()
	}
	t.Cleanup(end)
	address := make(chan string, 1)
	go func() {
		defer close(address)
		for lines := bufio.NewScanner(said); lines.Scan(); {
			if _, rest, ok := strings.Cut(lines.Text(), "WebDriver BiDi listening on "); ok {
				address <- rest
				break
			}
		}
		io.Copy(io.Discard, said) // so that it never waits for a reader
	}()
	f := &Firefox{t: t, ctx: ctx}
	select {
	case at, ok := <-address:
		if !ok {
			notebook.LeftOut(t, "this Firefox ends at once with a profile in the folder for temporary files, as one from a snap does")
		}
		if f.conn, _, err = websocket.Dial(ctx, at+"/session", nil); err != nil {
			t.Fatal(err)
		}
	case <-ctx.Done():
		t.Fatal("Firefox does not say where it can be driven")
	}
	f.conn.SetReadLimit(64 << 20)
	f.Call("session.new", map[string]any{"capabilities": map[string]any{}}, nil)
	// In a window of its own: in the first one the line for an address has the keys, and keeps them.
	var made struct{ Context string }
	f.Call("browsingContext.create", map[string]any{"type": "window"}, &made)
	f.tab = made.Context
	return f
}

// Call calls a command of the protocol and reads its result.
func (f *Firefox) Call(method string, params map[string]any, result any) {
	f.t.Helper()
	f.last++
	if err := wsjson.Write(f.ctx, f.conn, map[string]any{"id": f.last, "method": method, "params": params}); err != nil {
		f.t.Fatal(err)
	}
	for {
		var answer struct {
			ID             int
			Error, Message string
			Result         json.RawMessage
		}
		if err := wsjson.Read(f.ctx, f.conn, &answer); err != nil {
			f.t.Fatalf("%s: %v", method, err)
		}
		switch {
		case answer.ID != f.last: // an event
		case answer.Error != "":
			f.t.Fatalf("%s: %s: %s", method, answer.Error, answer.Message)
		case result != nil:
			if err := json.Unmarshal(answer.Result, result); err != nil {
				f.t.Fatal(err)
			}
			return
		default:
			return
		}
	}
}

// Open opens a page and waits until it is loaded.
func (f *Firefox) Open(address string) {
	f.t.Helper()
	f.Call("browsingContext.navigate", map[string]any{"context": f.tab, "url": address, "wait": "complete"}, nil)
}

// Ask evaluates an expression in the page, waits for a promise, and returns it as a string.
func (f *Firefox) Ask(expression string) string {
	f.t.Helper()
	var answer struct {
		Result           struct{ Value any }
		ExceptionDetails struct{ Text string }
	}
	f.Call("script.evaluate", map[string]any{
		"expression": "(async () => String(await (" + expression + ")))()", "awaitPromise": true, "target": map[string]any{"context": f.tab},
	}, &answer)
	if text := answer.ExceptionDetails.Text; text != "" {
		f.t.Fatalf("%s: %.300s", text, expression)
	}
	return fmt.Sprint(answer.Result.Value)
}

// Type presses keys, one after the other, where the focus is.
func (f *Firefox) Type(keys string) {
	f.t.Helper()
	var actions []map[string]any
	for _, key := range keys {
		actions = append(actions, map[string]any{"type": "keyDown", "value": string(key)}, map[string]any{"type": "keyUp", "value": string(key)})
	}
	f.Call("input.performActions", map[string]any{
		"context": f.tab, "actions": []any{map[string]any{"type": "key", "id": "keyboard", "actions": actions}},
	}, nil)
}
