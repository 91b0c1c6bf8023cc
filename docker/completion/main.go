// Command completion is the "gopls" that GoNB speaks to. It listens at once and costs next to nothing, and starts the real gopls, through
// command kernel, when a student first presses Tab (see standIn). It is a program of its own because every cell starts command kernel four
// times, and what this one is made of would make each of these starts half as long again.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"

	"go.lsp.dev/jsonrpc2"
	"golang.org/x/mod/modfile"
)

func main() {
	var err error
	switch args := os.Args[1:]; {
	case len(args) == 2 && args[0] == "-listen":
		err = listen(strings.TrimPrefix(args[1], "unix;"))
	case len(args) > 1 && args[0] == "warm":
		err = warm(args[1], args[2:])
	default:
		err = errors.New("usage: completion -listen unix;SOCKET, or completion warm FOLDER PACKAGE...")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "completion:", err)
		os.Exit(1)
	}
}

// goplsRests is how long gopls is kept without a question. The next one then waits for a new gopls, half a second.
var goplsRests = 30 * time.Second

// goplsHangs is when a question is given up, and gopls with it. GoNB has then long done so.
var goplsHangs = 20 * time.Second

// settings keep gopls to what it is asked. By itself it would type-check and analyse all that it can see when it is shown a file and after
// each change: four fifths of the work of a first Tab, of a whole class at once perhaps.
var settings = map[string]any{
	"diagnosticsDelay":        "24h",  // which outlives it
	"diagnosticsTrigger":      "Save", // nothing is ever saved
	"pullDiagnostics":         true,
	"expandWorkspaceToModule": false,
}

// listen answers GoNB on a socket until it is killed, which GoNB does at its end.
func listen(address string) error {
	listener, err := net.Listen("unix", address)
	if err != nil {
		return err
	}
	for {
		connection, err := listener.Accept()
		if err != nil {
			return err
		}
		s := &standIn{cells: map[string]string{}}
		gonb := jsonrpc2.NewConn(jsonrpc2.NewStream(connection))
		gonb.Go(context.Background(), s.handle)
		<-gonb.Done()
		s.rest(0)
	}
}

// standIn speaks to GoNB as gopls does. It remembers the cells that GoNB shows it, and when there is a question about them, it starts
// gopls, shows it the cells and passes on question and answer. When there has been none for a while, it ends gopls.
type standIn struct {
	mu     sync.Mutex
	folder string            // GoNB's, where it writes the cell as a program
	cells  map[string]string // the texts of the files in folder, by URI
	gopls  *gopls            // nil while none runs
	asked  time.Time
}

// message is what of GoNB's notifications and of its first call is looked at.
type message struct {
	WorkspaceFolders []struct{ URI string }
	TextDocument     struct{ URI, Text string }
	ContentChanges   []struct{ Text string }
}

// handle answers one message of GoNB's, which sends one after the other.
func (s *standIn) handle(ctx context.Context, reply jsonrpc2.Replier, request jsonrpc2.Request) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var m message
	if err := json.Unmarshal(request.Params(), &m); err != nil && len(request.Params()) > 0 {
		return reply(ctx, nil, fmt.Errorf("%w: %v", jsonrpc2.ErrInvalidParams, err))
	}
	switch method := request.Method(); method {
	case "initialize":
		if len(m.WorkspaceFolders) > 0 {
			s.folder = pathOf(m.WorkspaceFolders[0].URI)
		}
		return reply(ctx, map[string]any{"capabilities": map[string]any{}}, nil) // GoNB does not look at them.
	case "textDocument/didOpen":
		s.changed(m.TextDocument.URI, m.TextDocument.Text)
	case "textDocument/didChange":
		for _, change := range m.ContentChanges {
			// The whole text, although GoNB names an empty range at its beginning, which to gopls means to insert it there.
			s.changed(m.TextDocument.URI, change.Text)
		}
	case "textDocument/didClose":
		delete(s.cells, m.TextDocument.URI)
		if s.gopls != nil {
			s.gopls.close(m.TextDocument.URI)
		}
	default:
		if _, isCall := request.(*jsonrpc2.Call); isCall {
			answer, err := s.ask(ctx, method, request.Params())
			return reply(ctx, answer, err)
		}
	}
	return nil
}

// changed notes a text. GoNB shows all files of the course; those gopls had better read from disk, when it needs them.
func (s *standIn) changed(uri, text string) {
	isCell := filepath.Dir(pathOf(uri)) == s.folder && strings.HasSuffix(uri, ".go")
	if isCell {
		s.cells[uri] = text
	}
	switch {
	case s.gopls == nil:
	case isCell:
		s.gopls.show(uri, text)
	default:
		s.gopls.notify("workspace/didChangeWatchedFiles", map[string]any{"changes": []any{map[string]any{"uri": uri, "type": 2}}})
	}
}

// ask passes a question on to gopls, which is started if none runs, and once more should it end meanwhile.
func (s *standIn) ask(ctx context.Context, method string, params json.RawMessage) (answer json.RawMessage, err error) {
	for range 2 {
		if s.gopls != nil && s.gopls.alive.Err() != nil {
			s.end()
		}
		if s.gopls == nil {
			if s.gopls, err = startGopls(s.folder); err != nil {
				return nil, err
			}
			for uri, text := range s.cells {
				s.gopls.show(uri, text)
			}
		}
		answer, err = s.gopls.ask(ctx, method, params)
		if s.gopls.alive.Err() == nil {
			break
		}
	}
	s.asked = time.Now()
	time.AfterFunc(goplsRests, func() { s.rest(goplsRests) })
	return answer, err
}

// rest ends gopls if there was no question for so long.
func (s *standIn) rest(since time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.gopls != nil && time.Since(s.asked) >= since {
		s.end()
	}
}

func (s *standIn) end() {
	s.gopls.end()
	s.gopls = nil
}

// gopls is a running gopls.
type gopls struct {
	conn    jsonrpc2.Conn
	alive   context.Context // done when the process has ended
	end     context.CancelFunc
	version map[string]int // of each file that it was shown
}

// startGopls starts gopls on a folder of GoNB's, through command kernel, which on Linux sees to it that it ends
// with this process; elsewhere the closed pipe does.
func startGopls(folder string) (*gopls, error) {
	environment, err := goplsEnvironment(folder)
	if err != nil {
		return nil, err
	}
	g := &gopls{version: map[string]int{}}
	g.alive, g.end = context.WithCancel(context.Background())
	command := exec.Command("gopls", "serve")
	command.Dir = folder
	command.Env = environment
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	in, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	g.conn = jsonrpc2.NewConn(jsonrpc2.NewStream(pipe{out, in}))
	g.conn.Go(context.Background(), func(ctx context.Context, reply jsonrpc2.Replier, _ jsonrpc2.Request) error {
		return reply(ctx, nil, nil) // It tells much and may ask for something; GoNB wants answers only.
	})
	go func() {
		select {
		case <-g.conn.Done():
		case <-g.alive.Done():
		}
		g.end()
		syscall.Kill(-command.Process.Pid, syscall.SIGKILL) // with the go commands that it may just be running
		command.Wait()
	}()
	if _, err := g.ask(g.alive, "initialize", map[string]any{
		"capabilities":          map[string]any{},
		"workspaceFolders":      []any{map[string]any{"uri": uriOf(folder), "name": filepath.Base(folder)}},
		"initializationOptions": settings,
	}); err != nil {
		g.end()
		return nil, err
	}
	g.notify("initialized", map[string]any{})
	return g, nil
}

// ask returns the answer to a call. Without one in goplsHangs it ends gopls.
func (g *gopls) ask(ctx context.Context, method string, params any) (answer json.RawMessage, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(g.alive, cancel)()
	defer time.AfterFunc(goplsHangs, g.end).Stop()
	_, err = g.conn.Call(ctx, method, params, &answer)
	if g.alive.Err() != nil {
		return nil, errors.New("gopls ended before it had an answer: ask again")
	}
	return answer, err
}

func (g *gopls) notify(method string, params any) {
	g.conn.Notify(g.alive, method, params) // An error means that it has ended, which the next question finds.
}

func (g *gopls) show(uri, text string) {
	g.version[uri]++
	if version := g.version[uri]; version == 1 {
		g.notify("textDocument/didOpen", map[string]any{"textDocument": map[string]any{
			"uri": uri, "languageId": "go", "version": version, "text": text}})
	} else {
		g.notify("textDocument/didChange", map[string]any{"textDocument": map[string]any{"uri": uri, "version": version},
			"contentChanges": []any{map[string]any{"text": text}}})
	}
}

func (g *gopls) close(uri string) {
	if g.version[uri] > 0 {
		delete(g.version, uri)
		g.notify("textDocument/didClose", map[string]any{"textDocument": map[string]any{"uri": uri}})
	}
}

// pipe is the two ends of gopls that are here.
type pipe struct {
	io.Reader
	io.WriteCloser
}

// goplsEnvironment is this process's, with a workspace of gopls' own, and with telemetry off: else gopls has a second process for that.
// The files that it names lie in the folder, for GoNB to remove, in a place that Go's "./..." passes over. XDG's names are heeded on Linux
// only.
func goplsEnvironment(folder string) ([]string, error) {
	own := filepath.Join(folder, ".gopls")
	config := filepath.Join(own, "config")
	telemetry := filepath.Join(config, "go", "telemetry")
	if err := os.MkdirAll(telemetry, 0o700); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(telemetry, "mode"), []byte("off"), 0o600); err != nil {
		return nil, err
	}
	workspace, err := lightWorkspace(folder, own)
	if err != nil {
		return nil, err
	}
	environment := append(os.Environ(), "GOWORK="+workspace)
	// Where the go command finds its own, it is to go on finding it: the next lines would lead it elsewhere.
	goEnv := exec.Command("go", "env", "GOCACHE", "GOENV")
	goEnv.Dir = folder
	text, err := goEnv.Output()
	if err != nil {
		return nil, err
	}
	paths := strings.Split(string(text), "\n")
	environment = append(environment, "GOCACHE="+paths[0], "GOENV="+paths[1], "XDG_CONFIG_HOME="+config)
	if cache := os.Getenv("GOPLSCACHE"); cache != "" {
		// gopls keeps a list of all packages in the module cache, here too. Where it has none, it makes one: 1.5 s of work.
		environment = append(environment, "XDG_CACHE_HOME="+cache)
	}
	return environment, nil
}

// lightWorkspace writes a go.work for gopls into dir and returns its name. It is GoNB's in folder, but has in place of the course a module
// that requires the course and imports its helpers: gopls loads the modules of a workspace whole, with their tests and all that these
// import, and of other modules only what is imported. Where GoNB has no workspace, there is none: "off".
func lightWorkspace(folder, dir string) (string, error) {
	theirs, name := filepath.Join(folder, "go.work"), filepath.Join(dir, "go.work")
	text, err := os.ReadFile(theirs)
	if err != nil {
		return "off", nil
	}
	work, err := modfile.ParseWork("go.work", text, nil)
	if err != nil {
		return "", err
	}
	if work.Go == nil {
		return theirs, nil
	}
	var uses []string
	for i, use := range work.Use {
		path := use.Path
		if !filepath.IsAbs(path) {
			path = filepath.Join(folder, path)
		}
		if path != folder {
			if path, err = importer(filepath.Join(dir, fmt.Sprint("importer", i)), path, work.Go.Version); err != nil {
				return "", err
			}
		}
		uses = append(uses, path)
	}
	lines := "go " + work.Go.Version + "\n"
	for _, path := range uses {
		lines += "use " + modfile.AutoQuote(path) + "\n"
	}
	if sum, err := os.ReadFile(theirs + ".sum"); err == nil {
		if err := os.WriteFile(name+".sum", sum, 0o600); err != nil {
			return "", err
		}
	}
	return name, os.WriteFile(name, []byte(lines), 0o600)
}

// importer makes a module in dir that imports the helpers of the module in root, and returns dir.
func importer(dir, root, goVersion string) (string, error) {
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return "", err
	}
	sum, _ := os.ReadFile(filepath.Join(root, "go.sum")) // A module that requires none has none.
	module := modfile.ModulePath(mod)
	helpers, err := filepath.Glob(filepath.Join(root, "helpers", "*", "*.go"))
	if err != nil {
		return "", err
	}
	imports := "package importer\n"
	for _, file := range helpers {
		if line := fmt.Sprintf("import _ %q\n", module+"/helpers/"+filepath.Base(filepath.Dir(file))); !strings.Contains(imports, line) {
			imports += line
		}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	for name, text := range map[string]string{
		"go.mod":      fmt.Sprintf("module %s\ngo %s\nrequire %s v0.0.0\nreplace %[3]s => %[4]s\n", filepath.Base(dir), goVersion, module, modfile.AutoQuote(root)),
		"go.sum":      string(sum),
		"importer.go": imports,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return "", err
		}
	}
	return dir, nil
}

// warm has gopls read packages that cells may import, so that it finds them in its cache when a student first presses Tab. root is the
// course's folder.
func warm(root string, packages []string) error {
	goplsHangs, goplsRests = 10*time.Minute, 10*time.Minute // On a busy machine it takes a minute.
	folder, err := os.MkdirTemp("", "gopls-warm-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	for _, arguments := range []string{"mod init cell", "work init", "work use ."} {
		command := exec.Command("go", strings.Fields(arguments)...)
		if strings.HasSuffix(arguments, "use .") {
			command.Args = append(command.Args, root)
		}
		command.Dir = folder
		if text, err := command.CombinedOutput(); err != nil {
			return fmt.Errorf("%s: %w\n%s", command, err, text)
		}
	}
	cell := "package main\n"
	for _, name := range packages {
		cell += fmt.Sprintf("import _ %q\n", name)
	}
	file := uriOf(filepath.Join(folder, "main.go"))
	position, err := json.Marshal(map[string]any{"textDocument": map[string]any{"uri": file},
		"position": map[string]any{"line": strings.Count(cell, "\n"), "character": len("var x int = 1")}})
	if err != nil {
		return err
	}
	s := &standIn{folder: folder, cells: map[string]string{file: cell + "var x int = 1"}}
	// gopls writes its cache while it answers and after. So it is asked twice, and waited for where it makes its list of packages.
	for range 2 {
		if _, err := s.ask(context.Background(), "textDocument/completion", position); err != nil {
			return err
		}
		for end := time.Now().Add(time.Minute); runtime.GOOS == "linux" && time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
			if list, _ := filepath.Glob(filepath.Join(os.Getenv("GOPLSCACHE"), "goimports", "index-name-*")); len(list) > 0 {
				break
			}
		}
		s.end()
	}
	return nil
}

func uriOf(path string) string { return (&url.URL{Scheme: "file", Path: path}).String() }

// pathOf is "" for what is no file's URI.
func pathOf(uri string) string {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "file" {
		return ""
	}
	return filepath.Clean(u.Path)
}
