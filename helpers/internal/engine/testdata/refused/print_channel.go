// refused: line 9 address

package main

import "fmt"

func main() {
	done := make(chan bool)
	fmt.Println(done)
}
