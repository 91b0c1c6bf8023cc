package load

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// goroot holds Go's own sources.
func goroot() fs.FS { return os.DirFS(filepath.Join(runtime.GOROOT(), "src")) }

const counter = `package main

import (
	"fmt"
	"sync"
)

func main() {
	counter := 0
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() { counter++ })
	}
	wg.Wait()
	fmt.Println(counter)
}
`

func TestLoad(t *testing.T) {
	p, err := Load(goroot(), map[string]string{"main.go": counter})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range p.Natives {
		t.Log(f)
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := Load(goroot(), map[string]string{"main.go": counter}); err != nil {
			b.Fatal(err)
		}
	}
}

// allowed are all packages that a program may import.
func allowed() []string {
	var names []string
	for name := range pure {
		names = append(names, name)
	}
	fs.WalkDir(embedded, "_std", func(path string, entry fs.DirEntry, err error) error {
		name := strings.TrimPrefix(path, "_std/")
		if entry.IsDir() && !strings.HasPrefix(name, "internal/") && hasModel(name) {
			names = append(names, name)
		}
		return err
	})
	slices.Sort(names)
	return slices.Compact(names)
}

func TestEveryPackageLoads(t *testing.T) {
	for _, name := range allowed() {
		t.Run(strings.ReplaceAll(name, "/", "_"), func(t *testing.T) {
			p, err := Load(goroot(), map[string]string{"main.go": "package main\n\nimport _ " + strconv.Quote(name) + "\n\nfunc main() {}\n"})
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range p.Natives {
				t.Log(f)
			}
		})
	}
}
