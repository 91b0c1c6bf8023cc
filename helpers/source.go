// Package helpers holds the source of package exercise, and of what package show says in words, for the engine to interpret. What cells
// call stands in the folders below.
package helpers

import "embed"

// Interpreted has the folder exercise, the scenarios in which a student's function is tried, and of the folder show what draws nothing.
//
//go:embed exercise/*.go show/text.go
var Interpreted embed.FS
