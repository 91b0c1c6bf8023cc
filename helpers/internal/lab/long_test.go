package lab

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// long is how many times of something a long life has: few in CI, many with COURSE_LONG set, as `make test-long` does.
func long(few, many int) int {
	if os.Getenv("COURSE_LONG") != "" {
		return many
	}
	return few
}

// memory is the resident memory of the server's processes whose command line holds a word, in MB, and how many they are.
func (s *server) memory(word string) (megabytes, processes int) {
	for _, p := range s.processes(word) {
		stat, _ := p.Stat()
		megabytes += stat.ResidentMemory() >> 20
		processes++
	}
	return megabytes, processes
}

// files counts the files below the temporary folder.
func (s *server) files() (count int) {
	filepath.WalkDir(s.tmp, func(_ string, _ fs.DirEntry, err error) error {
		if err == nil {
			count++
		}
		return nil
	})
	return count
}

// sizeOf is the size of what is below a folder, in bytes.
func sizeOf(dir string) (bytes int64) {
	filepath.WalkDir(dir, func(_ string, entry fs.DirEntry, err error) error {
		if err == nil {
			if info, err := entry.Info(); err == nil && info.Mode().IsRegular() {
				bytes += info.Size()
			}
		}
		return nil
	})
	return bytes
}

// counted is the n-th of many cells, no two alike.
func counted(n int) string {
	return fmt.Sprintf("import \"fmt\"\n\nfunc main() { fmt.Println(%d) }", n)
}

// Many cells in one kernel: neither memory nor processes nor files grow with their number, and the build cache by a little each.
func TestLongManyCells(t *testing.T) {
	t.Parallel()
	needsLinux(t)
	// Its own cache: links to the files of the machine's, which count for nothing, so that only what the cells add does.
	cache := t.TempDir()
	linkCache(t, cache)
	s := startServer(t, "GOCACHE="+cache)
	k := s.newKernel(t)
	cells := long(100, 1000)
	var memory, processes, files int
	var size int64
	for n := range cells {
		k.prints(t, counted(n), fmt.Sprintf("%d\n", n))
		if n == cells/5 { // By then everything has been made that is made once.
			memory, processes = s.memory("gonb -kernel")
			files, size = s.files(), sizeOf(cache)
		}
	}
	memoryAfter, processesAfter := s.memory("gonb -kernel")
	filesAfter := s.files()
	each := (sizeOf(cache) - size) / int64(cells-cells/5)
	t.Logf("after %d cells: GoNB %d MB (after a fifth %d), %d processes (%d), %d files (%d), a cell adds %d KB to the build cache", cells, memoryAfter, memory, processesAfter, processes, filesAfter, files, each>>10)
	if memoryAfter > memory+20 { // Go's heap comes and goes by some MB
		t.Errorf("GoNB grew from %d to %d MB", memory, memoryAfter)
	}
	if processesAfter != processes {
		t.Errorf("%d processes, %d before", processesAfter, processes)
	}
	if filesAfter > files+5 { // one cell's own, which GoNB takes away a moment after
		t.Errorf("%d files in the temporary folder, %d before", filesAfter, files)
	}
	if each > 100<<10 { // so that a thousand cells stay below 100 MB; Go removes what five days have not used
		t.Errorf("a cell adds %d KB to the build cache", each>>10)
	}
	k.end(t)
	s.nothingIsLeft(t)
}

// linkCache fills a build cache with links to the machine's.
func linkCache(t *testing.T, dir string) {
	t.Helper()
	machine := os.Getenv("GOCACHE")
	if machine == "" {
		caches, err := os.UserCacheDir()
		if err != nil {
			t.Fatal(err)
		}
		machine = filepath.Join(caches, "go-build")
	}
	err := filepath.WalkDir(machine, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return nil // Go has just removed it
		}
		name := filepath.Join(dir, strings.TrimPrefix(path, machine))
		if entry.IsDir() {
			return os.MkdirAll(name, 0o755)
		}
		return os.Symlink(path, name)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Many restarts of one kernel: each starts and answers, and only one kernel is there in the end.
func TestLongManyRestarts(t *testing.T) {
	t.Parallel()
	needsLinux(t)
	s := startServer(t)
	k := s.newKernel(t)
	k.prints(t, hello, "all well\n")
	restarts := long(20, 200)
	var server, files int
	for n := range restarts {
		k.restart(t)
		k.prints(t, counted(n), fmt.Sprintf("%d\n", n))
		if n == restarts/5 {
			server, _ = s.memory("jupyter-lab")
			files = s.files()
		}
	}
	after, _ := s.memory("jupyter-lab")
	eventually(t.Context(), t, "one kernel is there", 15*time.Second, func() bool {
		_, kernels := s.memory("gonb -kernel")
		return kernels == 3 // GoNB, and the two processes that watch over it
	})
	t.Logf("after %d restarts: the server %d MB (after a fifth %d), %d files (%d)", restarts, after, server, s.files(), files)
	if after > server+30 { // a restart may leave it 0.2 MB: JupyterLab keeps its events
		t.Errorf("the server grew from %d to %d MB", server, after)
	}
	if now := s.files(); now > files+5 {
		t.Errorf("%d files in the temporary folder, %d before", now, files)
	}
	k.end(t)
	s.nothingIsLeft(t)
}

// Many notebooks at once: each gets its own answer.
func TestLongManyNotebooks(t *testing.T) {
	t.Parallel()
	needsLinux(t)
	s := startServer(t)
	kernels := make([]*kernel, long(5, 20))
	for i := range kernels {
		kernels[i] = s.newKernel(t)
	}
	for round := range 3 {
		var all sync.WaitGroup
		for i, k := range kernels {
			n := 1000*round + i
			e := k.run(t, counted(n))
			all.Go(func() {
				if !e.ended(2*time.Minute) || e.text() != fmt.Sprintf("%d\n", n) { // twenty builds on two cores, the first with cold files
					t.Errorf("notebook %d shows %q", i, cut(e.text()))
				}
			})
		}
		all.Wait()
	}
	memory, _ := s.memory("gonb -kernel")
	t.Logf("%d notebooks: GoNB with its watchers takes %d MB each", len(kernels), memory/len(kernels))
	for _, k := range kernels {
		k.end(t)
	}
	s.nothingIsLeft(t)
}
