package engine

import (
	"math/big"
	"regexp"
)

var numbers = regexp.MustCompile(`-?\d+(\.\d+)?`)

// Extremes finds the least and the greatest of the one number in which the outputs differ. It is
// false where they differ in more than one number, or in text.
func Extremes(outcomes []Outcome) (least, greatest string, ok bool) {
	low, high, ok := extremes(outcomes)
	if !ok {
		return "", "", false
	}
	return low.text, high.text, true
}

type varying struct {
	text  string
	value *big.Rat
	of    *Outcome
}

func extremes(outcomes []Outcome) (low, high varying, ok bool) {
	place := -1
	var first []string
	frame := ""
	n := 0
	for i := range outcomes {
		o := &outcomes[i]
		if o.Kind != Ends {
			continue
		}
		found := numbers.FindAllString(o.Output, -1)
		shape := numbers.ReplaceAllString(o.Output, "#")
		if n++; n == 1 {
			first, frame = found, shape
			continue
		}
		if shape != frame || len(found) != len(first) {
			return low, high, false
		}
		for at := range found {
			if found[at] == first[at] {
				continue
			}
			if place >= 0 && place != at {
				return low, high, false
			}
			place = at
		}
	}
	if place < 0 {
		return low, high, false
	}
	for i := range outcomes {
		o := &outcomes[i]
		if o.Kind != Ends {
			continue
		}
		text := numbers.FindAllString(o.Output, -1)[place]
		value, _ := new(big.Rat).SetString(text)
		if low.of == nil || value.Cmp(low.value) < 0 {
			low = varying{text, value, o}
		}
		if high.of == nil || value.Cmp(high.value) > 0 {
			high = varying{text, value, o}
		}
	}
	return low, high, true
}

// Worst is the outcome whose schedule a reader will want to see first: a panic, a deadlock or no
// end if there is one; else the one with the least number; else the one that fewest interleavings
// end in. It is nil where there is one outcome, and main's end is it.
func Worst(outcomes []Outcome) *Outcome {
	var worst *Outcome
	for _, kind := range []Kind{Crash, Deadlock, Endless} {
		for i := range outcomes {
			if o := &outcomes[i]; o.Kind == kind && (worst == nil || o.Switches < worst.Switches) {
				worst = o
			}
		}
		if worst != nil {
			return worst
		}
	}
	if len(outcomes) < 2 {
		return nil
	}
	if low, _, ok := extremes(outcomes); ok {
		return low.of
	}
	worst = &outcomes[0]
	for i := range outcomes {
		o := &outcomes[i]
		if o.Count != nil && worst.Count != nil && o.Count.Cmp(worst.Count) < 0 ||
			o.Count == nil && o.Switches > worst.Switches {
			worst = o
		}
	}
	return worst
}
