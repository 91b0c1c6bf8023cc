// Command course does what the Makefile offers beyond the tests: `course record`, `course handouts`, `course bench`.
package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"time"

	"example.com/multithreading/helpers/internal/notebook"
)

func main() {
	// Ctrl-C ends what runs; files are written only when all has gone well.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	commands := map[string]func(context.Context) error{"record": record, "handouts": handouts, "bench": bench}
	command := commands[append(os.Args, "")[1]]
	if command == nil {
		fmt.Fprintln(os.Stderr, "usage: course record [NOTEBOOK...] | handouts [NOTEBOOK...] | bench")
		os.Exit(2)
	}
	if err := command(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// runAll runs every notebook, or those named on the command line, with a line for each, and returns them by path.
func runAll(ctx context.Context) (map[string]*notebook.Notebook, error) {
	notebooks := map[string]*notebook.Notebook{}
	paths := notebook.Paths()
	if len(os.Args) > 2 {
		paths = os.Args[2:]
	}
	for _, path := range paths {
		fmt.Printf("%s ... ", filepath.Base(path))
		begin := time.Now()
		nb, err := notebook.Run(ctx, 300, path)
		if err == nil {
			err = nb.Prepare()
		}
		if err != nil {
			fmt.Println("failed")
			return nil, err
		}
		fmt.Printf("%.0f s\n", time.Since(begin).Seconds())
		notebooks[path] = nb
	}
	return notebooks, nil
}

func record(ctx context.Context) error {
	notebooks, err := runAll(ctx)
	if err != nil {
		return fmt.Errorf("no notebook was changed: %w", err)
	}
	for path, nb := range notebooks {
		if err := nb.Write(path); err != nil {
			return err
		}
	}
	return nil
}

func handouts(ctx context.Context) error {
	notebooks, err := runAll(ctx)
	if err != nil {
		return fmt.Errorf("handouts/ is as it was: %w", err)
	}
	dir, err := os.MkdirTemp("", "course-handouts-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	var copies []string
	for path, nb := range notebooks {
		copy := filepath.Join(dir, filepath.Base(path))
		if err := nb.Write(copy); err != nil {
			return err
		}
		copies = append(copies, copy)
	}
	out := filepath.Join(notebook.Root(), "handouts")
	args := append([]string{"jupyter", "nbconvert", "--log-level=ERROR", "--to=html", "--output-dir=" + out}, copies...)
	command := exec.CommandContext(ctx, filepath.Join(notebook.Root(), "docker", "start"), args...)
	command.Stdout, command.Stderr = os.Stdout, os.Stderr
	if err := command.Run(); err != nil {
		return fmt.Errorf("jupyter nbconvert: %w", err)
	}
	fmt.Println("written to", out)
	return nil
}
