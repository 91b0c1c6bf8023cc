//go:build race

package interleaving

const raceDetector = true
