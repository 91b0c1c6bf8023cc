package load

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
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
