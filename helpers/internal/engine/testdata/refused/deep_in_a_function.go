// refused: line 8 os/exec
// why: what is refused need not be called

package main

import (
	"fmt"
	"os/exec"
)

func never() error {
	return exec.Command("rm", "x").Run()
}

func main() {
	if false {
		fmt.Println(never())
	}
}
