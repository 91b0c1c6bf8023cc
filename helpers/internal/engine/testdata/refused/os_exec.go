// refused: line 7 os/exec

package main

import (
	"fmt"
	"os/exec"
)

func main() {
	err := exec.Command("true").Run()
	fmt.Println(err)
}
