package main

import "fmt"

func main() {
	var a, b int
	n, err := fmt.Sscanf("3-4", "%d-%d", &a, &b)
	fmt.Println(n, err, a, b)
}
