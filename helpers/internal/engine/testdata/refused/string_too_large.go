// refused: line 8 make it smaller

package main

func main() {
	text := "x"
	for {
		text += text
		println(len(text))
	}
}
