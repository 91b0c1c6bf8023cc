//go:build !race

package interleaving

const raceDetector = false
