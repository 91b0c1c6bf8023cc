// outcome: "broken context canceled\n"
// race: no

package main

import (
	"context"
	"errors"
	"fmt"

	"golang.org/x/sync/errgroup"
)

func main() {
	group, ctx := errgroup.WithContext(context.Background())
	group.Go(func() error { return errors.New("broken") })
	var seen error
	group.Go(func() error {
		<-ctx.Done()
		seen = ctx.Err()
		return seen
	})
	err := group.Wait()
	fmt.Println(err, seen)
}
