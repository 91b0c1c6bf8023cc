// Package detector does nothing in a program that is being explored: its data races are found
// anyway.
package detector

func On() {}
