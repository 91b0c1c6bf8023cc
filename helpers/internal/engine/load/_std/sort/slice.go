package sort

import (
	"internal/values"
	"math/bits"
)

// Slice and those like it find out about the slice without reflection.
func Slice(x any, less func(i, j int) bool) {
	n := values.Len(x)
	pdqsort_func(swapper(x, less), 0, n, bits.Len(uint(n)))
}

func SliceStable(x any, less func(i, j int) bool) { stable_func(swapper(x, less), values.Len(x)) }

func SliceIsSorted(x any, less func(i, j int) bool) bool {
	for i := values.Len(x) - 1; i > 0; i-- {
		if less(i, i-1) {
			return false
		}
	}
	return true
}

func swapper(x any, less func(i, j int) bool) lessSwap {
	return lessSwap{less, func(i, j int) { values.Swap(x, i, j) }}
}
