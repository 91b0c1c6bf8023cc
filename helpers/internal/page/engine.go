// Package page makes the exported pages run: the engine as one file beside them, and in the pages the
// buttons by which a cell is edited, run, explored, stepped through and judged.
package page

import (
	"bytes"
	"compress/gzip"
	"context"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/zstd"

	"example.com/multithreading/helpers/internal/engine/goroot"
	"example.com/multithreading/helpers/internal/notebook"
)

//go:embed worker.js
var worker string

// inlined are the packages in which the time goes.
var inlined = []string{"example.com/multithreading/helpers/internal/engine", "runtime", "internal/runtime/...", "internal/abi",
	"internal/byteorder", "encoding/binary"}

// Engine builds engine.js, the file that a page loads when a reader first runs something. In it are,
// compressed, the engine as WebAssembly and Go's sources that it reads, the script of the worker in
// which it runs, and the editor. What Go has built once, it finds again in its cache. Where npm is
// missing, or gets nothing, it says so and is as [PlainEngine].
func Engine(ctx context.Context) ([]byte, error) {
	script, err := editor(ctx)
	if errors.Is(err, errNoParts) {
		fmt.Fprintln(os.Stderr, "The pages have a plain editor, without colours, and engine.js is a little larger:", err)
		return PlainEngine(ctx)
	}
	if err != nil {
		return nil, err
	}
	return engine(ctx, script, "zstd", tightly)
}

// PlainEngine is the engine without what npm gets: there is no editor but the browser's own, and
// nothing that unpacks what is packed more tightly than by gzip.
func PlainEngine(ctx context.Context) ([]byte, error) { return engine(ctx, nil, "gzip", compress) }

func engine(ctx context.Context, editor []byte, packing string, pack func([]byte) ([]byte, error)) ([]byte, error) {
	dir, err := os.MkdirTemp("", "engine-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	out := filepath.Join(dir, "worker.wasm")
	// Without inlining it is a seventh smaller, and would be twice as slow if that were so everywhere.
	args := []string{"build", "-trimpath", "-buildvcs=false", "-ldflags=-s -w", "-gcflags=all=-l"}
	for _, name := range inlined {
		args = append(args, "-gcflags="+name+"=")
	}
	build := exec.CommandContext(ctx, "go", append(args, "-o", out, "./helpers/internal/page/worker")...)
	build.Dir = notebook.Root()
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm", "GOFLAGS=", "GOEXPERIMENT=")
	if output, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("the engine of the pages cannot be built: %w\n%s", err, output)
	}
	wasm, err := os.ReadFile(out)
	if err != nil {
		return nil, err
	}
	if wasm, err = slim(wasm); err != nil {
		return nil, err
	}
	root, err := goroot.Dir()
	if err != nil {
		return nil, err
	}
	archive, err := sources(os.DirFS(filepath.Join(root, "src")))
	if err != nil {
		return nil, err
	}
	start, err := os.ReadFile(filepath.Join(root, "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		return nil, fmt.Errorf("Go's own script that starts WebAssembly is not there: %w", err)
	}
	js := bytes.NewBuffer(editor)
	tight, err := pack(wasm)
	if err != nil {
		return nil, err
	}
	small, err := compress(archive)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(js, "courseEngine = {\npacking: %q,\nwasm: %q,\nsources: %q,\n", packing,
		base64.StdEncoding.EncodeToString(tight), base64.StdEncoding.EncodeToString(small))
	script, err := json.Marshal(string(start) + "\n" + shipped(worker))
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(js, "worker: %s\n};\n", script)
	return js.Bytes(), nil
}

// tightly packs as far as no browser unpacks by itself.
func tightly(data []byte) ([]byte, error) {
	z, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithWindowSize(16<<20))
	if err != nil {
		return nil, err
	}
	defer z.Close()
	return z.EncodeAll(data, nil), nil
}

func compress(data []byte) ([]byte, error) {
	var packed bytes.Buffer
	z, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(data); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return packed.Bytes(), nil
}

// shipped is a script without indentation and without the lines that are comments.
func shipped(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
			b.WriteString(line + "\n")
		}
	}
	return b.String()
}
