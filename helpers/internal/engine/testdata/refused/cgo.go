// refused: line 8 C

package main

/*
static int twice(int n) { return 2 * n; }
*/
import "C"
import "fmt"

func main() {
	fmt.Println(C.twice(21))
}
