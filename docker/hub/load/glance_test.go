//go:build linux

package load

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// atOneGlance has twenty students tell what they predict, all at once and again and again, through
// the real hub's sign-in, and the teacher, who is an administrator, look on as often as the page does.
func atOneGlance(t *testing.T, h *hub, ada, teacher *student) {
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	at := h.address + "/services/glance/"
	for s, title := range map[*student]string{teacher: "The class at one glance", ada: "What I share"} {
		if text, err := s.ask(ctx, "GET", at, nil); err != nil || !strings.Contains(string(text), title) {
			t.Fatalf("%s's page: %v %.300s", s.name, err, text)
		}
	}
	if text, err := ada.ask(ctx, "GET", at+"numbers", nil); err == nil || !strings.Contains(err.Error(), "403") {
		t.Errorf("a student sees the numbers: %v %s", err, text)
	}
	// A check's verdict is put where a student may share it.
	if err := ada.open(ctx); err != nil {
		t.Fatal(err)
	}
	defer ada.hangUp()
	verdict, err := ada.execute(ctx, cells(t, "notebooks/07-exercises.ipynb")["mutex"])
	if err != nil || !strings.Contains(verdict.shown, "exercise mutex") || !strings.Contains(verdict.shown, "'wrong'") {
		t.Errorf("the verdict of a check: %v %+v", err, verdict)
	}

	// A class that only looks at this page: nobody's server is needed for it.
	const size, rounds = 20, 8
	const look = 500 * time.Millisecond // between two looks of the teacher's page
	var names []string
	for i := range size {
		names = append(names, fmt.Sprintf("glance-%02d", i+1))
	}
	class(t, true, append([]string{"add"}, names...)...)
	// all lets every student do the same at the same time.
	students := make([]*student, size)
	all := func(do func(i int) error) {
		t.Helper()
		var group sync.WaitGroup
		for i := range size {
			group.Go(func() {
				if err := do(i); err != nil {
					t.Error(names[i], err)
				}
			})
		}
		group.Wait()
		if t.Failed() {
			t.FailNow()
		}
	}
	all(func(i int) error {
		s := newStudent(h.address, names[i])
		students[i] = s
		login := h.address + "/hub/login?next=" + url.QueryEscape("/services/glance/")
		if _, err := s.ask(ctx, "GET", login, nil); err != nil {
			return err
		}
		form := url.Values{"username": {s.name}, "password": {"any"}, "_xsrf": {s.cookie(h.address+"/hub/", "_xsrf")}}
		text, err := s.ask(ctx, "POST", login, form)
		if err == nil && !strings.Contains(string(text), "What I share") {
			err = fmt.Errorf("sees %.300s", text)
		}
		return err
	})
	spent := func() (seconds float64) {
		for p := range processesOf("nobody") {
			if stat, err := p.Stat(); err == nil && stat.Comm == "glance" && stat.PPID == h.process.Process.Pid { // this hub's
				seconds += stat.CPUTime()
			}
		}
		return seconds
	}
	question, code := "", cells(t, lesson)
	for _, id := range slices.Sorted(maps.Keys(code)) {
		if _, rest, asks := strings.Cut(code[id], "predict.Ask(\""); asks {
			question, _, _ = strings.Cut(rest, "\"")
			break
		}
	}
	if question == "" {
		t.Fatal("no cell asks for a prediction")
	}
	// shown is how many the teacher sees to have told this number.
	shown := func(value int) int {
		t.Helper()
		text, err := teacher.ask(ctx, "GET", at+"numbers", nil)
		var g struct {
			Predictions []struct {
				Answers []struct {
					Value float64
					Count int
				}
			}
		}
		if err != nil || json.Unmarshal(text, &g) != nil {
			t.Fatalf("the numbers: %v %s", err, text)
		}
		if strings.Contains(string(text), "glance-") {
			t.Fatalf("a name is shown that nobody asked for: %s", text)
		}
		for _, p := range g.Predictions {
			for _, a := range p.Answers {
				if a.Value == float64(value) {
					return a.Count
				}
			}
		}
		return 0
	}
	begin, before, slowest := time.Now(), spent(), 0.
	for round := range rounds {
		told := time.Now()
		all(func(i int) error {
			_, err := students[i].ask(ctx, "PUT", at+"mine", map[string]any{"predictions": map[string]int{question: round}})
			return err
		})
		for shown(round) < size {
			select {
			case <-ctx.Done():
				t.Fatalf("round %d: the bars never show all", round)
			case <-time.After(look):
			}
		}
		slowest = max(slowest, (time.Since(told) + look).Seconds()) // The page may have looked just before.
		time.Sleep(time.Second)                                     // A class does not guess again at once.
	}
	used := 100 * (spent() - before) / time.Since(begin).Seconds()
	if used <= 0 {
		t.Error("the service is not found among the processes, or its processor time is not")
	}
	goal(t, "twenty predictions told at once, until the teacher sees the last, s", slowest, 1, 5)
	goal(t, "the service's part of one processor meanwhile, %", used, 1, 3)
}
