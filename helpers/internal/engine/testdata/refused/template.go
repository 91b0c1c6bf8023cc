// refused: line 8 text/template

package main

import (
	"fmt"
	"strings"
	"text/template"
)

func main() {
	t := template.Must(template.New("t").Parse("{{.}}"))
	var b strings.Builder
	t.Execute(&b, "x")
	fmt.Println(b.String())
}
