// outcome: "smoked\n"
// outcome: deadlock ""
// race: no
// left behind: yes
// source: Little Book of Semaphores, section 4.5 Cigarette smokers, the non-solution #1: who
//   takes what they need blocks the other

package main

import "fmt"

func main() {
	tobacco, paper, match := make(chan bool, 1), make(chan bool, 1), make(chan bool, 1)
	smoked := make(chan bool)
	smoker := func(a, b chan bool) {
		<-a
		<-b
		smoked <- true
	}
	go smoker(tobacco, paper)
	go smoker(paper, match)
	go smoker(match, tobacco)
	tobacco <- true
	paper <- true
	<-smoked
	fmt.Println("smoked")
}
