package python_test

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"example.com/multithreading/helpers/python"
)

// usual returns the machine's python3, without which the course cannot be set up.
func usual(t *testing.T) python.Interpreter {
	t.Helper()
	found, err := python.Find("3")
	if err != nil {
		t.Skip(err)
	}
	return found
}

func TestOutput(t *testing.T) {
	found := usual(t)
	got, err := found.Output("import sys\nprint(sys.argv[1:], sys.version.split()[0])", "a b", "ü")
	if want := "['a b', 'ü'] " + strings.TrimSuffix(found.Version, " free-threaded") + "\n"; err != nil || got != want {
		t.Errorf("%q, %v; want %q", got, err, want)
	}
}

// The error is one line, whatever Python says; what was printed before is kept.
func TestOutputOfAFailure(t *testing.T) {
	got, err := usual(t).Output("print('before')\nraise ValueError('so it is')")
	if got != "before\n" || err == nil || err.Error() != "python3: ValueError: so it is" {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := usual(t).Output("import sys; sys.exit(3)"); err == nil || err.Error() != "python3: exit status 3" {
		t.Error(err)
	}
}

// A process that Python starts anew reads the program once more. So the program is a file.
func TestOutputOfSpawnedProcesses(t *testing.T) {
	const source = `
import multiprocessing

def square(n):
    return n * n

if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        print(pool.map(square, [2, 3]))
`
	if got, err := usual(t).Output(source); err != nil || got != "[4, 9]\n" {
		t.Errorf("%q, %v", got, err)
	}
}

// printed returns what f prints.
func printed(t *testing.T, f func()) string {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	old := os.Stdout
	os.Stdout = write
	f()
	os.Stdout = old
	write.Close()
	text, err := io.ReadAll(read)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestRun(t *testing.T) {
	usual(t)
	for source, well := range map[string]bool{"print(6 * 7)": true, "import sys\nsys.exit(print(6 * 7))": true, "print(6 * 7)\nexit(1)": false} {
		ran := !well
		if got := printed(t, func() { ran = python.Run(source) }); !strings.HasPrefix(got, "42\n") || ran != well {
			t.Errorf("%q: %q, went well: %v", source, got, ran)
		}
	}
}

// A Python that is missing, broken or another one gives one line.
func TestFindSaysInOneLineWhatIsWrong(t *testing.T) {
	usual(t) // so that pyenv has been asked
	dir := t.TempDir()
	t.Setenv("PATH", dir)
	for name, script := range map[string]string{
		"python3.10": "#!/bin/sh\necho \"pyenv: python3.10: command not found\" >&2\nexit 127\n",
		"python3.11": "#!/bin/sh\nprintf 'pypy\\n/bin/false\\n3.11.9\\n'\n",
		"python3.12": "#!/bin/sh\nprintf 'cpython\\n/bin/false\\n3.12.9\\n'\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for version, want := range map[string]string{
		"3":    "python3 is not on this machine",
		"3.10": "python3.10 does not work on this machine",
		"3.11": "python3.11 is pypy on this machine, not CPython",
	} {
		if _, err := python.Find(version); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", version, err, want)
		}
	}
	if found, err := python.Find("3.12"); err != nil || found.Name != "python3.12" || found.Version != "3.12.9" {
		t.Errorf("%+v, %v", found, err)
	}
	if got := printed(t, func() { python.Run("print(1)") }); got != "python3 is not on this machine\n" {
		t.Errorf("Run printed %q", got)
	}
	if _, err := python.Output("print(1)"); err == nil || err.Error() != "python3 is not on this machine" {
		t.Error(err)
	}
	if _, err := (python.Interpreter{}).Output("print(1)"); err == nil {
		t.Error("an Interpreter that Find has not found ran")
	}
}
