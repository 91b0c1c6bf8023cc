package process

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestMain is also what Self runs here.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == "again" {
		fmt.Println(os.Args[2])
		return
	}
	os.Exit(m.Run())
}

// system has the package look at these files in the place of the machine's.
func system(t *testing.T, files map[string]string) {
	t.Helper()
	root = t.TempDir()
	t.Cleanup(func() { root = "/" })
	for name, text := range files {
		file := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSelfRunsThisProgram(t *testing.T) {
	output, err := Self("again", "two words").Output()
	if err != nil || string(output) != "two words\n" {
		t.Errorf("%q, %v", output, err)
	}
}

func TestMemory(t *testing.T) {
	before := Memory(os.Getpid())
	if before < 500 || before > 1e6 {
		t.Errorf("this program takes %v KB", before)
	}
	filled := make([]byte, 64<<20)
	for i := 0; i < len(filled); i += 4096 {
		filled[i] = 1
	}
	if grown := Memory(os.Getpid()) - before; grown < 60<<10 {
		t.Errorf("with %d MB more it has grown by %v KB", len(filled)>>20, grown)
	}
	filled[0] = 2 // alive until here
}

func TestMemoryOfNobody(t *testing.T) {
	gone := Self("again", "")
	if err := gone.Run(); err != nil {
		t.Fatal(err)
	}
	status := 0
	exit = func(s int) { status = s }
	defer func() { exit = os.Exit }()
	if Memory(gone.Process.Pid); status != 1 {
		t.Error("the program goes on with a number that nobody measured")
	}
}

func TestCPUTime(t *testing.T) {
	before := CPUTime()
	for begin := time.Now(); time.Since(begin) < 10*time.Second; {
		if CPUTime()-before > 5*time.Millisecond {
			return
		}
	}
	t.Error("ten seconds of work are not seen")
}

func TestLimits(t *testing.T) {
	const pids, meminfo = "sys/fs/cgroup/pids.", "MemTotal: 9 kB\nMemAvailable:   2048 kB\n"
	for name, c := range map[string]struct {
		files   map[string]string
		allowed int
		free    int     // 0: not known
		cores   float64 // 0: no limit
	}{
		"nothing is known": {allowed: 50},
		"no limit": {allowed: 50, free: 2 << 20, files: map[string]string{
			pids + "max": "max\n", pids + "current": "7\n", "proc/meminfo": meminfo, "sys/fs/cgroup/memory.max": "max\n",
			"sys/fs/cgroup/cpu.max": "max 100000\n", "proc/self/cgroup": "0::/\n",
		}},
		"tight": {allowed: 7, free: 1 << 20, cores: 1.5, files: map[string]string{
			pids + "max": "20\n", pids + "current": "8\n", "proc/meminfo": meminfo,
			"sys/fs/cgroup/memory.max": "3145728\n", "sys/fs/cgroup/memory.stat": "file 1\nanon 2097152\n",
			"sys/fs/cgroup/cpu.max": "150000 100000\n", "proc/self/cgroup": "12:pids:/a\n0::/\n",
		}},
		"used up": {allowed: 1, files: map[string]string{pids + "max": "8\n", pids + "current": "9\n"}},
		"the group above has less": {allowed: 50, cores: 0.5, files: map[string]string{
			"sys/fs/cgroup/a/cpu.max": "50000 100000\n", "sys/fs/cgroup/a/b/cpu.max": "200000 100000\n", "proc/self/cgroup": "0::/a/b\n",
		}},
		"nonsense": {allowed: 50, files: map[string]string{
			pids + "max": "many\n", pids + "current": "\n", "sys/fs/cgroup/cpu.max": "1 0\n", "proc/self/cgroup": "",
		}},
	} {
		t.Run(strings.ReplaceAll(name, " ", "-"), func(t *testing.T) {
			system(t, c.files)
			if got := Allowed(50); got != c.allowed {
				t.Errorf("%d of 50 are allowed, want %d", got, c.allowed)
			}
			if got, known := FreeMemory(); got != c.free || known != (c.free > 0) {
				t.Errorf("%d bytes are free (known: %v), want %d", got, known, c.free)
			}
			if got, limited := CPULimit(); math.Abs(got-c.cores) > 1e-9 || limited != (c.cores > 0) {
				t.Errorf("%v cores (limited: %v), want %v", got, limited, c.cores)
			}
		})
	}
}
