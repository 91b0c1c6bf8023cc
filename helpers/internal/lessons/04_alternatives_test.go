package lessons

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"example.com/multithreading/helpers/internal/notebook"
)

func init() {
	expectations["04-alternatives"] = map[string]check{
		"predict-rows":      asks("loops swapped"),
		"predict-products":  asks("numpy"),
		"predict-training":  asks("training"),
		"product-by-hand":   productByHand,
		"rows-by-hand":      rowsByHand,
		"loops-swapped":     loopsSwapped,
		"rows-as-slices":    rowsAsSlices,
		"first-tensor":      firstTensor,
		"gomlx-product":     gomlxProduct,
		"all-products":      allProducts,
		"two-spirals":       drawsPictures(1),
		"first-steps":       firstSteps,
		"train-network":     trainNetwork,
		"decision-boundary": decisionBoundary,
		"training-cores":    trainingCores,
		"networks-together": networksTogether,
		"blur-picture":      blurPicture,
		"blur-by-hand":      blurByHand,
		"group-by":          groupBy,
		"shared-array":      sharedArray,
		"shared-map":        sharedMap,
		"shared-graph":      sharedGraph,
	}
}

// drawsPictures counts the outputs that hold a picture with a text alternative.
func drawsPictures(want int) check {
	return func(t *testing.T, cell notebook.Cell) {
		t.Helper()
		pictures := 0
		for _, output := range cell.Outputs() {
			if strings.Contains(output.HTML, `<img`) && strings.Contains(output.HTML, `alt="`) {
				pictures++
			}
		}
		if pictures != want {
			t.Errorf("%d pictures, want %d", pictures, want)
		}
	}
}

func prints(t *testing.T, cell notebook.Cell, sentence string) {
	t.Helper()
	if !strings.Contains(cell.Printed(), sentence) {
		t.Errorf("does not print %q", sentence)
	}
}

// between fails unless the number that the pattern's only group matches lies between low and high. The limits of times leave room for a
// machine that others use at the same time: there a second core may be worth nothing, and cost something.
func between(t *testing.T, cell notebook.Cell, low, high float64, pattern string) float64 {
	t.Helper()
	number := numberLike(t, cell, pattern)
	if number < low || number > high {
		t.Errorf("%q is %v, want %v to %v", pattern, number, low, high)
	}
	return number
}

const noGain = 2 // the worst ratio of a time on all cores to that on one, when others keep the cores busy; 1.5 was seen

func rowsByHand(t *testing.T, cell notebook.Cell) {
	prints(t, cell, "the two results are the same, bit for bit: true")
	between(t, cell, 0, noGain, `^rows in goroutines, all cores .* ([\d.]+) ×$`)
	drawsPictures(1)(t, cell)
}

// What is seen with the library's tensors later.
func productByHand(t *testing.T, cell notebook.Cell) {
	if cell.Printed() != "[10 200]\n[30 400]\n" {
		t.Error("not the product")
	}
}

func loopsSwapped(t *testing.T, cell notebook.Cell) {
	prints(t, cell, "the two results are the same, bit for bit: true")
	least, most := 0.4, 2.5
	if recorded(t) {
		least, most = 0.8, 1.4
	}
	between(t, cell, least, most, `^loops swapped, one core .* ([\d.]+) ×$`)
	drawsPictures(1)(t, cell)
}

func rowsAsSlices(t *testing.T, cell notebook.Cell) {
	prints(t, cell, "the two results are the same, bit for bit: true")
	worst := 1.0 // 0.84 was seen when others used the machine
	if recorded(t) {
		worst = 0.8 // 0.60 … 0.63 in ten runs
	}
	ratio := between(t, cell, 0, worst, `^swapped, with rows, one core .* ([\d.]+) ×$`)
	drawsPictures(1)(t, cell)
	answers("loops swapped", 0.95/ratio, 1.05/ratio)(t, cell)
}

func firstTensor(t *testing.T, cell notebook.Cell) {
	prints(t, cell, "{10, 200}")
	prints(t, cell, "{30, 400}")
}

// The text gives a tolerance of 0.0001, and says that most numbers differ.
func gomlxProduct(t *testing.T, cell notebook.Cell) {
	between(t, cell, 500_000, 1_000_000, `^(\d+) of 1000000 numbers differ, by at most [\d.]+ of the number$`)
	between(t, cell, 0, 1e-4, `^\d+ of 1000000 numbers differ, by at most ([\d.]+) of the number$`)
}

func allProducts(t *testing.T, cell notebook.Cell) {
	speed := map[string]float64{}
	for _, row := range printedLike(t, cell, `^(\S.*?) +\|█+ ([\d.]+) \([\d.]+ ×\)$`) {
		speed[row[0]], _ = strconv.ParseFloat(row[1], 64)
	}
	pairs := [][2]string{{"three loops, one core", "rows in goroutines, all cores"}, {"GoMLX, one core", "GoMLX, all cores"}, {"numpy, one thread", "numpy, all threads"}}
	// Go's SIMD experiment has no instructions for others, and changes from one Go to the next; but it was there when this was recorded.
	leftOut := strings.Count(cell.Printed(), "is left out: Go's SIMD experiment")
	if leftOut != 2 || recorded(t) {
		pairs = append(pairs, [2]string{"GoMLX with SIMD, one core", "GoMLX with SIMD, all cores"})
	}
	for _, pair := range pairs {
		one, all := speed[pair[0]], speed[pair[1]]
		if one == 0 || all == 0 {
			t.Fatalf("no speed for %q or %q", pair[0], pair[1])
		}
		// Under a millisecond of disturbance counts for the fast ones, so they get more room.
		if all < one/4 || recorded(t) && all > 2.2*one {
			t.Errorf("%s: %v GFLOP/s, %s: %v", pair[0], one, pair[1], all)
		}
	}
	// On one core: what the text says is not due to threads. Measured: 1.6, 25 and 45 times the loops.
	for name, least := range map[string]float64{"GoMLX, one core": 1, "GoMLX with SIMD, one core": 4, "numpy, one thread": 8} {
		if s, ok := speed[name]; ok && s < least*speed["three loops, one core"] {
			t.Errorf("%s is %.1f times as fast as the loops, want %v at least", name, s/speed["three loops, one core"], least)
		}
	}
	drawsPictures(1)(t, cell)
	answers("numpy", 1, 1000)(t, cell)
}

// Who guesses has a loss of 0.69, random weights a little more (0.81), and five steps bring little (0.69).
func firstSteps(t *testing.T, cell notebook.Cell) {
	if n := len(printedLike(t, cell, `^step (\d), loss [\d.]+$`)); n != 5 {
		t.Errorf("%d steps, want 5", n)
	}
	between(t, cell, 0.6, 1, `^step 1, loss ([\d.]+)$`)
	between(t, cell, 0.5, 0.7, `^step 5, loss ([\d.]+)$`)
}

func trainNetwork(t *testing.T, cell notebook.Cell) {
	steps := printedLike(t, cell, `^\[#+\.*\] step (\d+), loss ([\d.]+)$`)
	if len(steps) != 6 || steps[5][0] != "300" {
		t.Errorf("progress at %v, want six steps up to 300", steps)
	}
	between(t, cell, 0.2, 10, `^ *15 +([\d.]+)$`)  // the loss when the network has learnt little
	between(t, cell, 0, 0.05, `^ *300 +([\d.]+)$`) // and at the end
	drawsPictures(1)(t, cell)
}

// 0.95 of 512 points are 486.4.
func decisionBoundary(t *testing.T, cell notebook.Cell) {
	between(t, cell, 487, 512, `^right on the points it learnt from: (\d+) of 512$`)
	between(t, cell, 487, 512, `^right on new points: (\d+) of 512$`)
	drawsPictures(1)(t, cell)
}

func trainingCores(t *testing.T, cell notebook.Cell) {
	between(t, cell, 0.4, 4, `^30 steps of training .* ([\d.]+)$`) // nothing is gained: 1.04, and by chance 0.68 at a load of 12
	between(t, cell, 0, noGain, `^one big product .* ([\d.]+)$`)   // much is gained: 0.55 on a machine that nobody else uses
	if recorded(t) {
		between(t, cell, 0, 0.8, `^one big product .* ([\d.]+)$`)
	}
	answers("training", 0.4, 4)(t, cell)
}

func networksTogether(t *testing.T, cell notebook.Cell) {
	prints(t, cell, "the same in both ways, bit for bit: true")
	between(t, cell, 0, noGain, `^each in a goroutine .* ([\d.]+) ×$`)
}

func blurPicture(t *testing.T, cell notebook.Cell) {
	between(t, cell, 0, 6, `^gift, all cores .* ([\d.]+) ×$`) // gift waits for its slowest part: 3.04 while another program took a core
	if recorded(t) {
		between(t, cell, 0, 1, `^gift, all cores .* ([\d.]+) ×$`)
	}
	drawsPictures(2)(t, cell)
}

func blurByHand(t *testing.T, cell notebook.Cell) {
	between(t, cell, 0, 1, `^the two blurred pictures differ by at most (\d+) of 255 levels of grey$`)
	byHand := between(t, cell, 0, 1, `^by hand, one core .* ([\d.]+) ×$`) // 0.39 measured
	between(t, cell, 0, noGain*byHand, `^by hand, all cores .* ([\d.]+) ×$`)
	drawsPictures(1)(t, cell)
}

func groupBy(t *testing.T, cell notebook.Cell) {
	prints(t, cell, "200 cities; the same totals in both ways: true")
	between(t, cell, 4500, 5500, `^mean of city 007: ([\d.]+) cents$`)
	between(t, cell, 0, noGain, `^a chunk for each core .* ([\d.]+) ×$`)
}

// numpy lost updates in each of 90 trials, half of them on one core.
func sharedArray(t *testing.T, cell notebook.Cell) {
	between(t, cell, 1, 1_000_000, `^without a lock: (\d+) of 1000000 numbers are wrong, the least is \d+$`)
	prints(t, cell, "with a lock:    0 of 1000000 numbers are wrong, the least is 400")
}

func sharedMap(t *testing.T, cell notebook.Cell) {
	if runtime.NumCPU() == 1 && cell.Error() == "" {
		prints(t, cell, "100000") // on one core it was never noticed, in 200 runs
		return
	}
	if !strings.Contains(cell.Complained(), "fatal error: concurrent map") {
		t.Error("Go's map did not notice that goroutines write at once")
	}
}

func sharedGraph(t *testing.T, cell notebook.Cell) {
	prints(t, cell, "200 calls from 8 goroutines: 0 wrong numbers")
}

// What the text says of GoMLX, and where it leads, is of the version that go.mod names.
func TestGoMLXIsTheOneInUse(t *testing.T) {
	mod, err := os.ReadFile(filepath.Join(notebook.Root(), "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	used := regexp.MustCompile(`(?m)^\s*github\.com/gomlx/gomlx v(\S+)`).FindSubmatch(mod)
	if used == nil {
		t.Fatal("go.mod does not name GoMLX")
	}
	text := markdown(t, filepath.Join(notebook.Root(), "notebooks", "04-alternatives.ipynb"))
	named := regexp.MustCompile(`(?:gomlx@v|with version )(\d+\.\d+\.\d+)`).FindAllStringSubmatch(text, -1)
	if len(named) < 3 {
		t.Errorf("the text names %d versions of GoMLX: %q", len(named), named)
	}
	for _, match := range named {
		if match[1] != string(used[1]) {
			t.Errorf("the text says %q, go.mod %s", match[0], used[1])
		}
	}
}

// A cell that imports GoMLX takes at most 2 s once the libraries have been built, all in all. (0.8 s with two other builds under way.) Each
// run is of a changed cell, so that it is built, and the best of four counts, because others use the machine too. Where these leave so little
// that a plain cell takes a third of a second and more, six times as long as that one is allowed.
func TestGoMLXCellIsQuick(t *testing.T) {
	notebook.NeedsKernel(t)
	nb := read(t, filepath.Join(notebook.Root(), "notebooks", "04-alternatives.ipynb"))
	var first notebook.Cell
	for _, cell := range nb.Code() {
		if cell.ID() == "first-tensor" {
			first = cell
		}
	}
	copyOf := func(source string) notebook.Cell {
		cell := nb.With(first).Code()[0]
		cell.SetSource(source)
		return cell
	}
	const clock = "!date +%s.%N"
	cells := []notebook.Cell{copyOf(first.Source()), copyOf(clock)}
	for n := range 4 {
		plain := fmt.Sprintf("import \"fmt\"\n\nfunc main() {\n\tfmt.Println(%d)\n}\n", n)
		library := strings.Replace(first.Source(), "fmt.Println(", fmt.Sprintf("fmt.Println(%d, ", n), 1)
		cells = append(cells, copyOf(library), copyOf(clock), copyOf(plain), copyOf(clock))
	}
	file := filepath.Join(t.TempDir(), "timed.ipynb")
	if err := nb.With(cells...).Write(file); err != nil {
		t.Fatal(err)
	}
	if err := notebook.Execute(t.Context(), 60, file); err != nil {
		t.Fatal(err)
	}
	best := map[bool]float64{true: 60, false: 60} // of cells with GoMLX, and of those without
	before := 0.0
	for i, cell := range read(t, file).Code() {
		library := i < 2 || i%4 >= 2
		if i%2 == 0 {
			if library {
				firstTensor(t, cell)
			}
			continue
		}
		now, err := strconv.ParseFloat(strings.TrimSpace(cell.Printed()), 64)
		if err != nil {
			t.Fatal(err)
		}
		if i > 1 {
			best[library] = min(best[library], now-before)
		}
		before = now
	}
	t.Logf("with GoMLX %.2f s, without %.2f s", best[true], best[false])
	if best[true] > max(2, 6*best[false]) {
		t.Errorf("a warm cell with GoMLX took %.2f s, want at most 2, or on a busy machine six times the %.2f s of a plain one", best[true], best[false])
	}
}
