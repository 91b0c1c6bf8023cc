package judge

import (
	_ "embed"
	"fmt"
	"hash/fnv"
	"io"
	"os"
	"strings"

	"golang.org/x/tools/txtar"
)

// Write tells a verdict to a student: what was found, and what the answer printed. The steps of the run it
// leaves to the caller.
func Write(w io.Writer, v Verdict) {
	fmt.Fprintf(w, "%s %s: %s\n", v.Sign(), v.Exercise, v.Says)
	if len(v.Printed) > 0 {
		fmt.Fprintln(w, "In that order it printed:")
		for _, line := range v.Printed {
			fmt.Fprintln(w, "    "+line)
		}
	}
}

//go:embed hints.txtar
var hintTexts []byte

// hints are those of each exercise, in their order.
var hints = func() map[string][]string {
	all := map[string][]string{}
	for _, exercise := range txtar.Parse(hintTexts).Files {
		for _, hint := range strings.Split("\n"+string(exercise.Data), "\n- ")[1:] {
			all[exercise.Name] = append(all[exercise.Name], strings.Join(strings.Fields(hint), " "))
		}
	}
	return all
}()

// WriteHints gives hints where the answer is wrong, one more with each changed answer. They stand last, so
// that the steps are looked at first. tries is how many answers there have been, this one among them.
func WriteHints(w io.Writer, v Verdict, tries int) {
	if v.Right || v.Undecided || v.Unread {
		return
	}
	hints := hints[v.Exercise]
	for i := range min(tries, len(hints)) {
		fmt.Fprintf(w, "Hint %d of %d: %s\n", i+1, len(hints), hints[i])
	}
}

// Tried is how many different answers there have been, this one among them. They are counted in a
// file. Where that cannot be, each is the first; so it is if the file has no name.
func Tried(file, source string) int {
	if file == "" {
		return 1
	}
	sum := fnv.New128a()
	io.WriteString(sum, source)
	this := fmt.Sprintf("%x", sum.Sum(nil))
	text, _ := os.ReadFile(file)
	all := strings.Fields(string(text))
	for i, other := range all {
		if other == this {
			return max(i+1, len(all))
		}
	}
	all = append(all, this)
	// Where it cannot be written, the first hint is all there is.
	os.WriteFile(file, []byte(strings.Join(all, "\n")), 0o600)
	return len(all)
}
