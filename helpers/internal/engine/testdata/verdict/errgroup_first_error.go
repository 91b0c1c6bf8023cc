// outcome: "first\n"
// outcome: "second\n"
// race: no

package main

import (
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"
)

func main() {
	var group errgroup.Group
	for _, name := range []string{"first", "second"} {
		group.Go(func() error { return errors.New(name) })
	}
	fmt.Println(group.Wait())
}
