// refused: line 14 address

package main

import "fmt"

type node struct {
	value int
	next  *node
}

func main() {
	list := node{1, &node{2, nil}}
	fmt.Printf("%+v\n", list)
}
