// refused: line 7 net/http

package main

import (
	"fmt"
	"net/http"
)

func main() {
	response, err := http.Get("http://localhost:1/")
	if err != nil {
		fmt.Println("no answer")
		return
	}
	response.Body.Close()
}
