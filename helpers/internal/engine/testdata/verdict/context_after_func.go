// outcome: "cleaned\n"
// race: no

package main

import (
	"context"
	"fmt"
)

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	cleaned := make(chan bool)
	context.AfterFunc(ctx, func() { close(cleaned) })
	cancel()
	<-cleaned
	fmt.Println("cleaned")
}
