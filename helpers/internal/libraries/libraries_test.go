//go:build !race

// Not with the race detector: it turns on checks of pointers (checkptr) that the matrix product of compute's Go backend does not pass, as it
// computes addresses as numbers. With them turned off (-race -gcflags=all=-d=checkptr=0) it shows no race.

package libraries

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/gomlx/compute/gobackend"
	"github.com/gomlx/gomlx/core/graph"
	"github.com/gomlx/gomlx/core/tensors"
)

const asChild = "LIBRARIES_TEST_BACKEND"

// TestMain is, in a child, the program that may never end: a graph with eight products, run again and again, with a line for each run.
func TestMain(m *testing.M) {
	config, isChild := os.LookupEnv(asChild)
	if !isChild {
		os.Exit(m.Run())
	}
	backend, err := gobackend.New(config)
	if err != nil {
		panic(err)
	}
	exec := graph.MustNewExec(backend, func(x *graph.Node) *graph.Node {
		sum := x
		for i := range 8 {
			sum = graph.Add(sum, graph.MatMul(graph.AddScalar(x, float64(i)), x))
		}
		return sum
	})
	x := tensors.FromFlatDataAndDimensions(make([]float32, 200*200), 200, 200)
	for range runs {
		exec.MustCall1(x)
		fmt.Println("ran")
	}
}

const runs = 100

// ends reports whether the child ran to its end: false when no line came for so long that it waits for ever.
func ends(t *testing.T, config string) bool {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), asChild+"="+config, "GOMAXPROCS=2")
	output, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	lines := 0
	const patience = 5 * time.Second
	stuck := time.AfterFunc(patience, func() { child.Process.Kill() })
	defer stuck.Stop()
	for scanner := bufio.NewScanner(output); scanner.Scan(); stuck.Reset(patience) {
		lines++
	}
	child.Wait()
	t.Logf("%q: %d of %d runs", config, lines, runs)
	return lines == runs
}

// The notebook gives the backend "ops_sequential" in every cell, and says why.
func TestSequentialOperationsDoNotDeadlock(t *testing.T) {
	if !ends(t, "ops_sequential") {
		t.Error("the setting that the notebook uses can deadlock")
	}
}

// When this fails, GoMLX has been mended: notebook 04-alternatives can do without "ops_sequential".
func TestDefaultDeadlocks(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: takes as long as patience lasts")
	}
	if ends(t, "") {
		t.Error("eight products side by side no longer deadlock on two cores: say so in the notebook")
	}
}
