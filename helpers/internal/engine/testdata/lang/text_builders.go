package main

import (
	"fmt"
	"io"
	"strings"
)

func main() {
	var rows []string
	for i := 1; i <= 3; i++ {
		var cells []string
		for j := 1; j <= 3; j++ {
			cells = append(cells, fmt.Sprintf("%2d", i*j))
		}
		rows = append(rows, strings.Join(cells, " "))
	}
	fmt.Println(strings.Join(rows, "\n"))
	reader := strings.NewReader("line one\nline two\n")
	data, err := io.ReadAll(reader)
	fmt.Printf("%q %v\n", data, err)
}
