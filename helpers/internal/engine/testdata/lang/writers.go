package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"
)

func main() {
	scanner := bufio.NewScanner(strings.NewReader("a b\nc"))
	for scanner.Scan() {
		fmt.Println(scanner.Text())
	}
	writer := bufio.NewWriter(os.Stdout)
	fmt.Fprintf(writer, "%s\n", "buffered")
	writer.Flush()
	fmt.Fprintln(os.Stdout, "to standard output")
	os.Stdout.WriteString("text\n")
	println("to standard error")
}
