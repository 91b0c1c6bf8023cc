package lab

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"example.com/multithreading/helpers/internal/notebook"
)

// The lesson opens, is Idle without having run, and runs, in versions of Jupyter that the course does not bring. (Its own JupyterLab is in
// TestStudentInJupyterLab.)
func TestOtherVersionsOfJupyter(t *testing.T) {
	t.Parallel()
	nb, err := notebook.Read(filepath.Join(notebook.Root(), "notebooks", lesson+".ipynb"))
	if err != nil {
		t.Fatal(err)
	}
	last := index(t, lesson, func(c notebook.Cell) bool { return c.ID() == nb.Code()[len(nb.Code())-1].ID() })
	for name, module := range map[string]string{"lab-4.4": "jupyterlab", "notebook-7.5": "notebook"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// Its packages lie over the course's own, and so do its pages.
			place := notebook.NeedsCompat(t, name)
			s := startJupyter(t, []string{
				"JUPYTER_PATH=" + filepath.Join(place, "share", "jupyter"), "JUPYTERLAB_DIR=" + filepath.Join(place, "share", "jupyter", "lab"),
			}, "env", "PYTHONPATH="+place, "python", "-m", module) // docker/start passes no PYTHONPATH on.
			// Notebook tells the address of its list of files.
			p := openTab(t, strings.Replace(s.url, "/tree?", "/notebooks/notebooks/"+lesson+".ipynb?", 1))
			version := strings.TrimLeft(name, "abeklnot-")
			shown := ask[string](p, `JSON.parse(document.querySelector('#jupyter-config-data').textContent).appVersion`)
			if !strings.HasPrefix(shown, version+".") {
				t.Fatalf("this is version %s, want %s", shown, version)
			}
			const state = `document.querySelector('.jp-Notebook-ExecutionIndicator')?.dataset.status`
			p.wait("the notebook is there", `document.querySelectorAll('.jp-NotebookPanel .jp-Cell').length > 3`, 60*time.Second)
			p.wait("Idle, before a cell has run", state+` === 'idle'`, 30*time.Second)
			// The sign says so from the first moment, before there is a kernel; the server knows whether the page has one.
			eventually(p.ctx, t, "the page has a kernel that is idle", 60*time.Second, func() bool { return s.kernelIsIdle(t) })
			p.click("the menu Run", `[...document.querySelectorAll('.lm-MenuBar-item')].find(e => e.innerText.trim() === 'Run')`)
			p.click("Run All Cells", `document.querySelector('.lm-Menu li[data-command="runmenu:run-all"]')`)
			p.wait("busy", state+` === 'busy'`, 30*time.Second)
			// Between two cells the kernel is Idle too, so it is the number of the last one that tells the end. Only what is near is drawn: go there.
			p.goTo(last)
			p.wait("the last code cell has run, and as often as there are code cells",
				fmt.Sprintf(`/\[%d\]/.test(%s?.querySelector('.jp-InputPrompt').innerText)`, len(nb.Code()), cell(last)),
				180*time.Second)
			p.wait("Idle after the last cell", state+` === 'idle'`, 20*time.Second)
			p.goTo(index(t, lesson, isUnit(12)))
			p.wait("what unit 12 printed",
				cell(index(t, lesson, isUnit(12)))+`?.querySelector('.jp-OutputArea')?.innerText.includes('Final counter value: 50000')`,
				10*time.Second)
			p.screenshot("lesson-in-" + name)
		})
	}
}

// kernelIsIdle tells whether the server has one kernel, to which a page is connected, and which has nothing to do.
func (s *server) kernelIsIdle(t *testing.T) bool {
	t.Helper()
	address, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	address.Path = "/api/kernels"
	response, err := http.Get(address.String())
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK { // while a kernel starts, the server may have no list to give
		text, _ := io.ReadAll(response.Body)
		t.Logf("the server says of its kernels: %s: %s", response.Status, text)
		return false
	}
	var kernels []struct {
		State       string `json:"execution_state"`
		Connections int
	}
	if err := json.NewDecoder(response.Body).Decode(&kernels); err != nil {
		t.Fatal(err)
	}
	return len(kernels) == 1 && kernels[0].State == "idle" && kernels[0].Connections > 0
}
