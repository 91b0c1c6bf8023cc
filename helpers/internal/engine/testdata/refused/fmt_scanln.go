// refused: line 9 fmt.Scanln

package main

import "fmt"

func main() {
	var name string
	if _, err := fmt.Scanln(&name); err != nil {
		fmt.Println("nobody")
	}
}
