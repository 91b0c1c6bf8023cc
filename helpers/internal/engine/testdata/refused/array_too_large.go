// refused: line 8 make it smaller

package main

import "fmt"

func main() {
	big := make([]int, 1<<28)
	fmt.Println(len(big))
}
