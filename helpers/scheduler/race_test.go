//go:build race

package scheduler_test

// The race detector makes a hand-over several times slower.
const raceDetector = true
