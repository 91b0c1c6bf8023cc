// Package helpers holds the source of package exercise, for the engine to interpret. What cells call stands in the folders below.
package helpers

import "embed"

// Exercise is the folder exercise: the scenarios in which a student's function is tried.
//
//go:embed exercise/*.go
var Exercise embed.FS
