package handouts

import (
	"context"
	"sync"


	enliven "example.com/multithreading/helpers/internal/page"
)

// engine is built once for all tests.
var engine = sync.OnceValues(func() ([]byte, error) { return enliven.Engine(context.Background()) })

func engineOnce(context.Context) ([]byte, error) { return engine() }
