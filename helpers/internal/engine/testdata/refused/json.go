// refused: line 7 encoding/json
// why: it rests on reflect

package main

import (
	"encoding/json"
	"fmt"
)

func main() {
	text, _ := json.Marshal(map[string]int{"a": 1})
	fmt.Println(string(text))
}
