package counter_test

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"

	"example.com/multithreading/helpers/counter"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestContract holds every safe counter to what Counter promises.
func TestContract(t *testing.T) {
	for _, v := range counter.Variants() {
		if !v.Safe {
			continue
		}
		t.Run(v.Name, func(t *testing.T) {
			c := v.New()
			if closer, ok := c.(io.Closer); ok {
				defer closer.Close()
			}
			if got := c.Value(); got != 0 {
				t.Fatalf("a new counter stands at %d", got)
			}
			const goroutines, increments = 8, 2_000
			counted := make(chan struct{}) // closed when all have been counted
			var counting, reading sync.WaitGroup
			for range goroutines {
				counting.Go(func() {
					for range increments {
						c.Increment()
					}
				})
			}
			for range 2 {
				reading.Go(func() {
					for last := 0; ; {
						now := c.Value()
						if now < last || now > goroutines*increments {
							t.Errorf("Value %d after %d, and there are %d increments", now, last, goroutines*increments)
							return
						}
						last = now
						select {
						case <-counted:
							return
						default:
						}
					}
				})
			}
			counting.Wait()
			if got := c.Value(); got != goroutines*increments {
				t.Errorf("Value = %d after %d increments", got, goroutines*increments)
			}
			close(counted)
			reading.Wait()
		})
	}
}

// Value must count an increment that has returned, at once and for the goroutine that made it.
func TestValueCountsWhatHasReturned(t *testing.T) {
	for _, v := range counter.Variants() { // with one goroutine the unsafe ones count rightly too
		t.Run(v.Name, func(t *testing.T) {
			c := v.New()
			if closer, ok := c.(io.Closer); ok {
				defer closer.Close()
			}
			for want := 1; want <= 100; want++ {
				c.Increment()
				if got := c.Value(); got != want {
					t.Fatalf("Value = %d after %d increments", got, want)
				}
			}
		})
	}
}

func TestVariantsAreAllThereOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, v := range counter.Variants() {
		if seen[v.Name] {
			t.Errorf("%s is there twice", v.Name)
		}
		seen[v.Name] = true
		first, second := v.New(), v.New()
		if got := reflect.TypeOf(first).Elem().Name(); got != v.Name {
			t.Errorf("%s makes a %s", v.Name, got)
		}
		first.Increment()
		if second.Value() != 0 {
			t.Errorf("two counters of %s are one", v.Name)
		}
		for _, c := range []counter.Counter{first, second} {
			if closer, ok := c.(io.Closer); ok {
				closer.Close()
			}
		}
		if v.Cost == "" || v.Use == "" || strings.Contains(v.Cost+v.Use, "\n") {
			t.Errorf("%s: cost %q and use %q must be one line each", v.Name, v.Cost, v.Use)
		}
	}
	for _, name := range countingTypes(t) {
		if !seen[name] {
			t.Errorf("%s counts, and Variants does not have it", name)
		}
	}
}

// countingTypes are the package's exported types with a method Increment, by their source.
func countingTypes(t *testing.T) (names []string) {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no source: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, method := range regexp.MustCompile(`(?m)^func \(\w+ \*?([A-Z]\w*)\) Increment\(`).FindAllStringSubmatch(string(text), -1) {
			names = append(names, method[1])
		}
	}
	return names
}

func TestOwnerCloses(t *testing.T) {
	t.Run("before its first use", func(t *testing.T) {
		var c counter.Owner
		c.Close()
		if got := c.Value(); got != 0 {
			t.Errorf("Value = %d", got)
		}
	})
	t.Run("twice and at once, and keeps the count", func(t *testing.T) {
		var c counter.Owner
		c.Increment()
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if err := c.Close(); err != nil {
					t.Error(err)
				}
				if got := c.Value(); got != 1 {
					t.Errorf("Value = %d, want 1", got)
				}
			})
		}
		wg.Wait()
		goleak.VerifyNone(t)
	})
	t.Run("and then takes no increment", func(t *testing.T) {
		var c counter.Owner
		c.Close()
		defer func() {
			if recover() == nil {
				t.Error("no panic, so an update was lost in silence")
			}
		}()
		c.Increment()
	})
}

func ExampleCounter() {
	var c counter.Mutex // the zero value stands at 0
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			for range 10_000 {
				c.Increment()
			}
		})
	}
	wg.Wait()
	fmt.Println("Final counter value:", c.Value())
	// Output: Final counter value: 50000
}

func ExampleOwner() {
	var c counter.Owner
	defer c.Close() // its goroutine would run on otherwise
	c.Increment()
	c.Increment()
	fmt.Println(c.Value())
	// Output: 2
}

func ExampleVariants() {
	for _, v := range counter.Variants() {
		if v.Safe {
			fmt.Printf("%s: %s\n", v.Name, v.Use)
		}
	}
	// Output:
	// Mutex: when more than one variable must change together
	// RWMutex: when reading is long and far more frequent than writing
	// Atomic: for a single number: the first choice
	// CompareAndSwap: when the new value is not just a sum
	// Owner: when what is owned is more than a number
	// Sharded: when many cores count and few read
	// Library: for Sharded's purpose in programs of your own
}
