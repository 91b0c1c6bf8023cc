package main

import (
	"slices"
	"testing"
)

func TestSummary(t *testing.T) {
	got := summary([]string{
		"Final counter value: 50000\nbars |███ 1.5 ms\nluck\nbars |█ 70 ms\n",
		"Final counter value: 9\nbars    |█ 10 ms\n",
		"Final counter value: 100\nbars |█ 2 ms\n",
	})
	want := []string{"Final counter value: 9…50000 (100)", "bars | 1.5…10 (2) ms", "luck   [in 1 of 3]", "bars | 70 ms   [in 1 of 3]"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}
