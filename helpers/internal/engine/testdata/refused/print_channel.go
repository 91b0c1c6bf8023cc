// refused: line 9 pointer

package main

import "fmt"

func main() {
	done := make(chan bool)
	fmt.Println(done)
}
