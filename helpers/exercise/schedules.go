package exercise

import (
	"strings"
	"sync"
	"unicode"

	"example.com/multithreading/helpers/predict"
)

// additions is the program for which schedules are written: A and B each add 1 to a counter n times. It returns where it ends.
func additions(n int) int {
	counter := 0
	together(2, n, func() { counter++ })
	return counter
}

// CheckLostUpdate checks a schedule for two goroutines, A and B, of which each does counter++ once: it reads the counter in one step and
// writes it in a second. The schedule says who makes each step, such as "A:2 B:2" or, a letter a step, "AABB". It is right when an
// update is lost.
func CheckLostUpdate(schedule string) {
	by("lost-update", schedule, scenario{title: "Two goroutines add once each", run: func() {
		end := additions(1)
		expect(end == 1, "the counter ends at %d, so nothing is lost", end)
		praise("one update is lost: two were added, and the counter ends at 1")
	}})
}

// CheckSchedule is CheckLostUpdate for two goroutines that each do counter++ three times, twelve steps in all. The schedule is right when
// the counter ends at 2, the least there is.
func CheckSchedule(schedule string) {
	by("schedule", schedule, scenario{title: "Two goroutines add three times each", run: func() {
		end := additions(3)
		expect(end != 6, "the counter ends at 6, so nothing is lost. Wanted is 2")
		expect(end == 2, "the counter ends at %d. Wanted is 2", end)
		praise("six were added, and the counter ends at 2. Less is not possible")
	}})
}

// leastSplit is the least that CheckPrediction's program can end with.
const leastSplit = 2

// CheckPrediction checks a guess of the least value with which a counter can end when two goroutines each do this twice: read it under a
// lock, and write it plus 1 under the same lock, taken anew. because is the reason, in a sentence: at least eight words, or ten different
// letters of a script that has no spaces between words. Whether it is a good one is for a teacher to say.
func CheckPrediction(least float64, because string) {
	check("prediction", scenario{run: func() {
		expect(least != predict.Unanswered, "there is no number yet. Put yours in the place of predict.Unanswered")
		expect(reason(because), "say why, in a sentence of at least eight words")
		expect(least <= leastSplit, "it can end with less. Look for an order in which more gets lost")
		expect(least >= leastSplit, "it cannot end with so little. What has the last write read, at the least?")
		counter := 0
		var mu sync.Mutex
		together(2, 2, func() {
			mu.Lock()
			seen := counter
			mu.Unlock()
			mu.Lock()
			counter = seen + 1
			mu.Unlock()
		})
		expect(counter >= leastSplit, "it ends at %d", counter)
		if counter == leastSplit {
			witness("%d is the least, and the steps show how it comes about. A lock around each step does not keep the two together", leastSplit)
		}
	}})
}

// reason tells whether a text is words enough to be a reason.
func reason(text string) bool {
	letters, wide := 0, map[rune]bool{}
	for _, r := range text {
		if unicode.IsLetter(r) {
			letters++
			// Chinese, Japanese and Korean, where a letter is much of a word
			chinese := r >= 0x2e80
			// Thai, Lao, Burmese and Khmer, which have no spaces between words either
			thai := 0x0e00 <= r && r <= 0x0eff || 0x1000 <= r && r <= 0x109f || 0x1780 <= r && r <= 0x17ff
			if chinese || thai {
				wide[r] = true
			}
		}
	}
	words := map[string]bool{}
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		words[strings.ToLower(word)] = true
	}
	return len(wide) >= 10 || len(words) >= 6 && len(strings.Fields(text)) >= 8 && letters >= 20
}

// CheckOwnSchedule stands in the first line of main. The rest of main is a program of the student's own, and the schedule is right when it
// brings the program to another end than it has when each goroutine goes on as long as it can.
func CheckOwnSchedule(schedule string) { own("own-schedule", schedule) }
