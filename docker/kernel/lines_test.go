package main

import (
	"os"
	"testing"
	"time"
)

// A line of standard error comes whole, however it was written, and the beginning of one that nobody ends comes too.
func TestStandardErrorComesInLines(t *testing.T) {
	stderr := os.Stderr
	t.Cleanup(func() { os.Stderr, lineGrace = stderr, 30*time.Millisecond })
	for name, test := range map[string]struct {
		grace time.Duration
		write [2]string
		want  []string
	}{
		"the end comes": {time.Minute, [2]string{"main.go:", "11\n"}, []string{"main.go:11\n"}},
		"no end comes":  {time.Millisecond, [2]string{"name? ", ""}, []string{"name? "}},
	} {
		t.Run(name, func(t *testing.T) {
			lineGrace = test.grace
			from, program, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			gonb, to, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			os.Stderr = to
			s := &stream{name: "standard error", from: from, to: to, valve: &valve{quick: 10, pace: time.Millisecond}}
			done := make(chan struct{})
			go func() { defer close(done); s.pass() }()
			program.WriteString(test.write[0])
			if test.write[1] != "" {
				time.Sleep(50 * time.Millisecond) // so that the first piece is read by itself; were it not, the test would pass too
				program.WriteString(test.write[1])
			}
			for _, want := range test.want {
				piece := make([]byte, 100)
				n, err := gonb.Read(piece)
				if err != nil || string(piece[:n]) != want {
					t.Errorf("got %q, %v, want %q", piece[:n], err, want)
				}
			}
			program.Close()
			<-done
		})
	}
}
