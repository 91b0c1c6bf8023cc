// Package show is helpers/show without its pictures: it prints what that prints outside a notebook.
package show

import "fmt"

func (f Figure) Show() { fmt.Print(f.String()) }

// HTML is empty, as nobody sees it here.
func (f Figure) HTML() string { return "" }

func HTML(html string) {}

func Both(html, text string) { fmt.Print(text) }

func InNotebook() bool { return false }

// Progress prints nothing, as a program that is explored does not run long.
func Progress(now func() string) (stop func()) { return func() {} }

func barsSVG(bars []Bar, full float64) string { return "" }

func dotsSVG(labels []string, scales []Series) string { return "" }

func (c Chart) svg() string { return "" }
