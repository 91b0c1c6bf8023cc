// Command course does what the Makefile offers beyond the tests: `course record`, `course editions`, `course handouts`,
// `course bench`, `course ranges`, `course slides`, `course study`.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"example.com/multithreading/helpers/internal/exam"
	"example.com/multithreading/helpers/internal/handouts"
	"example.com/multithreading/helpers/internal/notebook"
	"example.com/multithreading/helpers/internal/page"
)

func main() {
	// Ctrl-C ends what runs; files are written only when all has gone well.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	commands := map[string]func(context.Context) error{
		"record": record, "editions": editions, "handouts": writeHandouts, "bench": bench, "ranges": ranges,
		"slides": slides, "study": study,
	}
	command := commands[append(os.Args, "")[1]]
	if command == nil {
		fmt.Fprintln(os.Stderr,
			"usage: course record [NOTEBOOK...] | editions | handouts [-recorded] [-single] [-pdf] | bench | ranges [-runs N] NOTEBOOK [CELL...] | slides | study FILE")
		os.Exit(2)
	}
	if err := command(ctx); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run runs a notebook, with a line that says so.
func run(ctx context.Context, path string) (*notebook.Notebook, error) {
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
	return nb, nil
}

// editions writes the student's edition of each of the teacher's notebooks.
func editions(ctx context.Context) error {
	for _, path := range notebook.Teachers() {
		student := notebook.StudentsPath(path)
		former, err := notebook.Read(student)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		nb, err := notebook.StudentsEdition(ctx, path, former)
		if err != nil {
			return err
		}
		if err := nb.Write(student); err != nil {
			return err
		}
		fmt.Println("written:", filepath.Join("notebooks", filepath.Base(student)))
	}
	return nil
}

// record runs every notebook, or those named on the command line, and writes them with their outputs.
func record(ctx context.Context) error {
	paths := notebook.Paths()
	if len(os.Args) > 2 {
		paths = os.Args[2:]
	}
	notebooks := map[string]*notebook.Notebook{}
	for _, path := range paths {
		nb, err := run(ctx, path)
		if err != nil {
			return fmt.Errorf("no notebook was changed: %w", err)
		}
		notebooks[path] = nb
	}
	for path, nb := range notebooks {
		if err := nb.Write(path); err != nil {
			return err
		}
	}
	return nil
}

func writeHandouts(ctx context.Context) error {
	flags := flag.NewFlagSet("handouts", flag.ExitOnError)
	pdf := flags.Bool("pdf", false, "print the pages to PDF too")
	single := flags.Bool("single", false, "put the engine into each page, so that a page goes alone")
	recorded := flags.Bool("recorded", false, "show the outputs that the notebooks have, and run none")
	if err := flags.Parse(os.Args[2:]); err != nil {
		return err
	}
	glossary := filepath.Join(notebook.Root(), "notebooks", "glossary.md")
	order := handouts.Order{
		Out:       filepath.Join(notebook.Root(), "handouts"),
		Single:    *single,
		Notebooks: append(notebook.Paths(), glossary),
		PDF:       *pdf,
		Engine:    page.Engine,
		Read:      run,
	}
	if *recorded {
		order.Read = func(_ context.Context, path string) (*notebook.Notebook, error) {
			fmt.Println(filepath.Base(path))
			return notebook.Read(path)
		}
	}
	for _, pattern := range []string{"*.md", "*.ipynb"} {
		files, err := filepath.Glob(filepath.Join(notebook.Root(), "notebooks", "instructor", pattern))
		if err != nil {
			return err
		}
		order.Teacher = append(order.Teacher, files...)
	}
	if err := order.Write(ctx); err != nil {
		return fmt.Errorf("handouts/ is as it was: %w", err)
	}
	fmt.Println("written: handouts/index.html, and for the teacher handouts/teacher/index.html")
	return nil
}

// slides writes the lesson as slides.
func slides(ctx context.Context) error {
	reveal, err := handouts.Reveal(ctx)
	if err != nil {
		return fmt.Errorf("slides: %w", err)
	}
	html, err := handouts.Slides(ctx, notebook.Paths()[0], reveal)
	if err != nil {
		return fmt.Errorf("slides: %w", err)
	}
	out := filepath.Join(notebook.Root(), "handouts", "slides.html")
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(out, html, 0o644); err != nil {
		return err
	}
	fmt.Println("written: handouts/slides.html")
	return nil
}

// study prints what a class has gained between two sittings of the twenty questions.
func study(context.Context) error {
	name := append(os.Args, "", "")[2]
	if name == "" {
		return errors.New("study: say which file has the answers: make study CSV=class.csv")
	}
	file, err := os.ReadFile(name)
	if problem := (*fs.PathError)(nil); errors.As(err, &problem) {
		return fmt.Errorf("study: %s cannot be read: %w", name, problem.Err)
	}
	if err := exam.Study(file, os.Stdout); err != nil {
		return fmt.Errorf("study: %s: %w", filepath.Base(name), err)
	}
	return nil
}
