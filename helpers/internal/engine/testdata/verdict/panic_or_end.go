// outcome: panic "boom" ""
// outcome: panic "boom" "main\n"
// outcome: "main\n"
// race: no
// left behind: yes

package main

import "fmt"

func main() {
	go func() { panic("boom") }()
	fmt.Println("main")
}
