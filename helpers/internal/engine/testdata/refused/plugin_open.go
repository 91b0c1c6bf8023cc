// refused: line 7 plugin

package main

import (
	"fmt"
	"plugin"
)

func main() {
	_, err := plugin.Open("none.so")
	fmt.Println(err != nil)
}
