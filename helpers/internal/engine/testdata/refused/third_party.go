// refused: line 8 github.com/puzpuzpuz/xsync/v4

package main

import (
	"fmt"

	"github.com/puzpuzpuz/xsync/v4"
)

func main() {
	c := xsync.NewCounter()
	c.Inc()
	fmt.Println(c.Value())
}
