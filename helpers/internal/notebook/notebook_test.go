package notebook

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Tools that rewrite a whole file make its history unreadable: what this package reads and writes again is the same file.
func TestWriteKeepsEveryByte(t *testing.T) {
	for _, path := range Paths() {
		nb, err := Read(path)
		if err != nil {
			t.Fatal(err)
		}
		copy := filepath.Join(t.TempDir(), "copy.ipynb")
		if err := nb.Write(copy); err != nil {
			t.Fatal(err)
		}
		before, _ := os.ReadFile(path)
		after, _ := os.ReadFile(copy)
		if !bytes.Equal(before, after) {
			t.Errorf("%s: read and written again, it differs", filepath.Base(path))
		}
	}
}

func TestReadSaysWhatIsWrong(t *testing.T) {
	for name, text := range map[string]string{"not JSON": "{", "no cells": "{}", "no object": "[]"} {
		path := filepath.Join(t.TempDir(), "bad.ipynb")
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(path); err == nil || !strings.Contains(err.Error(), "bad.ipynb is not a notebook") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// notebookOf makes a notebook of code cells with the given sources.
func notebookOf(sources ...string) *Notebook {
	var cells []any
	for i, source := range sources {
		cells = append(cells, map[string]any{
			"cell_type": "code", "id": string(rune('a' + i)), "metadata": map[string]any{}, "source": source, "execution_count": nil, "outputs": []any{},
		})
	}
	return &Notebook{map[string]any{
		"cells": cells, "nbformat": 4, "nbformat_minor": 5,
		"metadata": map[string]any{"kernelspec": map[string]any{"name": "gonb", "display_name": "Go (gonb)", "language": "go"}},
	}}
}

func TestFormatted(t *testing.T) {
	for source, want := range map[string]string{
		"func main() {\n\tx()\n}":                 "func main() {\n\tx()\n}",
		"func main(){x()}":                        "func main() { x() }",
		"%%\nx:=1\nfmt.Println( x )":              "%%\nx := 1\nfmt.Println(x)",
		"%goflags -race\n\nfunc main(){ x() }":    "%goflags -race\n\nfunc main() { x() }",
		"!ls   -l":                                "!ls   -l",
		"%%script python3\nx = ( 1 )":             "%%script python3\nx = ( 1 )",
		"import \"sync\"\nvar  wg sync.WaitGroup": "import \"sync\"\n\nvar wg sync.WaitGroup",
	} {
		got, err := notebookOf(source).Cells()[0].Formatted()
		if err != nil || got != want {
			t.Errorf("%q: got %q, %v; want %q", source, got, err, want)
		}
	}
	if _, err := notebookOf("func main() {").Cells()[0].Formatted(); err == nil {
		t.Error("no error for a cell that does not parse")
	}
}

func stream(name, text string) map[string]any {
	return map[string]any{"output_type": "stream", "name": name, "text": text}
}

func TestMergeStreamsJoinsNeighboursOnly(t *testing.T) {
	nb := notebookOf("x")
	picture := map[string]any{"output_type": "display_data", "data": map[string]any{"text/html": "<img>"}, "metadata": map[string]any{}}
	nb.Cells()[0].raw["outputs"] = []any{stream("stdout", "a"), stream("stdout", "b\nc"), stream("stderr", "d"), stream("stdout", "e"), picture, stream("stdout", "f")}
	nb.mergeStreams()
	var got []string
	for _, output := range nb.Cells()[0].Outputs() {
		got = append(got, output.Name+":"+output.Text+output.HTML)
	}
	if want := "stdout:ab\nc|stderr:d|stdout:e|:<img>|stdout:f"; strings.Join(got, "|") != want {
		t.Errorf("got %q, want %q", strings.Join(got, "|"), want)
	}
}

func TestPrepareLeavesNothingOfTheMachine(t *testing.T) {
	nb := notebookOf("x")
	nb.Cells()[0].Metadata()["execution"] = map[string]any{"iopub.status.busy": "2026-01-01T00:00:00Z"}
	nb.Cells()[0].raw["outputs"] = []any{
		stream("stderr", "\t/var/folders/xy/T/gonb-kernel-123456/gonb_9a930862/main.go:8 +0x28\n# gonb_9a930862\n"),
		stream("stdout", Root()+"/helpers/race/race.go:12\n"),
	}
	if err := nb.Prepare(); err != nil {
		t.Fatal(err)
	}
	outputs := nb.Cells()[0].Outputs()
	if want := "\t/tmp/gonb/main.go:8 +0x28\n# gonb\n"; outputs[0].Text != want {
		t.Errorf("got %q, want %q", outputs[0].Text, want)
	}
	if want := "/course/helpers/race/race.go:12\n"; outputs[1].Text != want {
		t.Errorf("got %q, want %q", outputs[1].Text, want)
	}
	if nb.Cells()[0].Metadata()["execution"] != nil {
		t.Error("a time stamp is left")
	}
	if recorded := nb.Metadata()["recorded"].(map[string]any); !strings.HasPrefix(recorded["go"].(string), "go1.") || recorded["cores"].(int) < 1 {
		t.Errorf("recorded: %v", recorded)
	}
}

// What the scripts of several outputs share stands in the first of them.
func TestPrepareSharesScripts(t *testing.T) {
	nb := notebookOf("x", "y")
	for _, cell := range nb.Cells() {
		html := "<p>" + cell.ID() + "</p><script>/*shared*/all\n/*end*/own</script>"
		data := map[string]any{"text/html": []any{html[:20], html[20:]}}
		cell.raw["outputs"] = []any{map[string]any{"output_type": "display_data", "data": data, "metadata": map[string]any{}}}
	}
	if err := nb.Prepare(); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"<p>a</p><script>/*shared*/all\n/*end*/own</script>", "<p>b</p><script>own</script>"} {
		if got := nb.Cells()[i].Outputs()[0].HTML; got != want {
			t.Errorf("cell %d has %q, want %q", i, got, want)
		}
	}
}

// What a student meets who makes mistakes: each cell says what is wrong in its own words, and the one after it runs.
func TestKernelAfterMistakes(t *testing.T) {
	NeedsKernel(t)
	mistakes := []struct{ source, want string }{
		{"import \"example.org/no/such\"\n\nfunc main() { such.Thing() }", "!*go get example.org/no/such@latest"},
		{"func main() { x := 1 }", "declared and not used: x"},
		{"func main( {", "Cell"},
		{"func main() { panic(\"on purpose\") }", "exit status 2"},
		{"import \"sync\"\n\nfunc main() {\n\tvar m sync.Mutex\n\tm.Lock()\n\tm.Lock()\n}", "exit status 2"},
		{"import (\n\t\"sync\"\n\n\t\"example.com/multithreading/helpers/show\"\n)\n\nfunc main() {\n\tvar m sync.Mutex\n\tm.Lock()\n\tm.Lock()\n\tshow.HTML(\"\")\n}", "exit status 2"},
		{"import \"os\"\n\nfunc main() { os.Exit(3) }", "exit status 3"},
		{"%nonsense", "there is no command %nonsense"},
		{"%goflags -race", ""},
		{"import \"sync\"\n\nfunc main() {\n\tn := 0\n\tvar wg sync.WaitGroup\n\tfor range 2 {\n\t\twg.Go(func() { n++ })\n\t}\n\twg.Wait()\n}", "exit status 66"},
		{"%goflags \"\"", ""},
	}
	var sources []string
	for _, m := range mistakes {
		sources = append(sources, m.source, "import \"fmt\"\n\nfunc main() { fmt.Println(\"all well\") }")
	}
	path := filepath.Join(t.TempDir(), "mistakes.ipynb")
	if err := notebookOf(sources...).Write(path); err != nil {
		t.Fatal(err)
	}
	if err := Execute(t.Context(), 60, path); err != nil {
		t.Fatal(err)
	}
	nb, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range mistakes {
		cell, next := nb.Cells()[2*i], nb.Cells()[2*i+1]
		if got := cell.Error(); !strings.Contains(got, m.want) || (m.want == "") != (got == "") {
			t.Errorf("%s\nerror %q, want one with %q; stderr %q", m.source, got, m.want, cell.Complained())
		}
		if strings.Contains(m.source, "m.Lock()") && !strings.Contains(cell.Complained(), "all goroutines are asleep - deadlock!") {
			t.Errorf("%s\nthe deadlock is not told: %q", m.source, cell.Complained())
		}
		if next.Printed() != "all well\n" {
			t.Errorf("after\n%s\nthe next cell printed %q, error %q", m.source, next.Printed(), next.Error())
		}
	}
}
