package pipe

import (
	"bytes"
	"encoding/gob"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/janpfeifer/gonb/gonbui/protocol"
)

// GoNB's own decoder understands the messages, also where gonbui's encoder writes into the same
// stream.
func TestGoNBUnderstands(t *testing.T) {
	var stream bytes.Buffer
	there, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	n := &Notebook{to: out}
	gonbui := gob.NewEncoder(&stream)
	flush := func() {
		t.Helper()
		piece := make([]byte, 1<<16)
		count, err := there.Read(piece)
		if err != nil {
			t.Fatal(err)
		}
		stream.Write(piece[:count])
	}
	theirs := func(message protocol.DisplayData) {
		t.Helper()
		if err := gonbui.Encode(&message); err != nil {
			t.Fatal(err)
		}
	}
	ours := func(forms ...Form) {
		t.Helper()
		if err := n.Display(forms...); err != nil {
			t.Fatal(err)
		}
		flush()
	}
	long := strings.Repeat("ä", 10_000)
	theirs(protocol.DisplayData{Data: map[protocol.MIMEType]any{"text/html": "theirs"}})
	out.Write(definitions())
	flush()
	ours(Form{"text/html", "ours"}, Form{"text/plain", long})
	comm := protocol.CommValue{Address: "x", Value: 7}
	theirs(protocol.DisplayData{Data: map[protocol.MIMEType]any{"gonb/comm_value": comm}, DisplayID: "id"})
	ours(Form{"text/plain", ""})

	decoder := gob.NewDecoder(&stream)
	for i, want := range []map[protocol.MIMEType]any{
		{"text/html": "theirs"},
		{"text/html": "ours", "text/plain": long},
		{"gonb/comm_value": comm},
		{"text/plain": ""},
	} {
		var got protocol.DisplayData
		if err := decoder.Decode(&got); err != nil {
			t.Fatalf("message %d: %v", i, err)
		}
		for mime, value := range want {
			if len(got.Data) != len(want) || got.Data[mime] != value {
				t.Errorf("message %d: got %.200v, want %.200v", i, got.Data, want)
			}
		}
	}
}

// An answer belongs to the package that asked, whichever way GoNB has encoded it.
func TestAnswersAreToldApart(t *testing.T) {
	var stream bytes.Buffer
	encoder := gob.NewEncoder(&stream)
	ids := []int{0, -1, 1, 127, -64, -65, -1000, 1000, -70_000}
	for _, id := range ids {
		if err := encoder.Encode(&protocol.CommValue{Address: protocol.GonbuiSyncAckAddress, Value: id}); err != nil {
			t.Fatal(err)
		}
	}
	if err := encoder.Encode(&protocol.CommValue{Address: "/x", Value: -1}); err != nil {
		t.Fatal(err)
	}
	answers := 0
	for stream.Len() > 0 {
		message, err := Read(&stream)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(message, []byte(answerAddress)) {
			if Answer(message) {
				t.Errorf("%q is taken for an answer", message)
			}
			continue
		}
		if id := ids[answers]; Answer(message) != (id < 0) {
			t.Errorf("the answer to %d: ours is %v", id, Answer(message))
		}
		answers++
	}
	if answers != len(ids) {
		t.Errorf("%d answers, want %d", answers, len(ids))
	}
}

// Sync returns once GoNB has answered it, and not for the answer to another's.
func TestSyncWaitsForItsOwnAnswer(t *testing.T) {
	dir := t.TempDir()
	to, back := filepath.Join(dir, "to"), filepath.Join(dir, "back")
	for _, path := range []string{to, back} {
		if err := syscall.Mkfifo(path, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv(Show, to)
	t.Setenv(ShowBack, back)
	served := make(chan error, 1)
	displayed := make(chan string, 1)
	go func() {
		served <- func() error {
			in, err := os.Open(to)
			if err != nil {
				return err
			}
			defer in.Close()
			out, err := os.OpenFile(back, os.O_WRONLY, 0)
			if err != nil {
				return err
			}
			defer out.Close()
			decoder, encoder := gob.NewDecoder(in), gob.NewEncoder(out)
			var html, sync protocol.DisplayData
			if err := decoder.Decode(&html); err != nil {
				return err
			}
			if err := decoder.Decode(&sync); err != nil {
				return err
			}
			displayed <- html.Data["text/html"].(string)
			asked := sync.Data["gonb/comm_value"].(protocol.CommValue)
			for _, value := range []any{0, -77, asked.Value} {
				answer := protocol.CommValue{Address: protocol.GonbuiSyncAckAddress, Value: value}
				if err := encoder.Encode(&answer); err != nil {
					return err
				}
			}
			return nil
		}()
	}()
	n, err := Open()
	if err != nil {
		t.Fatal(err)
	}
	if err := n.Display(Form{"text/html", "<p>"}); err != nil {
		t.Fatal(err)
	}
	if err := n.Sync(); err != nil {
		t.Error(err)
	}
	if html := <-displayed; html != "<p>" {
		t.Errorf("displayed %q", html)
	}
	if err := <-served; err != nil {
		t.Error(err)
	}
	if err := n.Sync(); err == nil {
		t.Error("Sync returns without an error though GoNB has gone")
	}
}
