package main

import (
	"fmt"
	"iter"
	"maps"
	"slices"
)

func upTo(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		defer fmt.Print("(end of ", n, ") ")
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

func pairs[K, V any](keys []K, values []V) iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		for i, k := range keys {
			if !yield(k, values[i]) {
				return
			}
		}
	}
}

func find(n int) int {
	for i := range upTo(10) {
		if i*i >= n {
			return i
		}
	}
	return -1
}

func main() {
	for i := range upTo(3) {
		fmt.Print(i, " ")
	}
	fmt.Println()
	for i := range upTo(10) {
		if i == 1 {
			continue
		}
		if i == 4 {
			break
		}
		fmt.Print(i, " ")
	}
	fmt.Println()
	fmt.Println(find(17))
	for k, v := range pairs([]string{"a", "b"}, []int{1, 2}) {
		func() {
			defer fmt.Println("deferred", k, v)
		}()
	}
outer:
	for i := range upTo(3) {
		for j := range upTo(3) {
			if j == 1 {
				continue outer
			}
			if i == 2 {
				break outer
			}
			fmt.Print(i, j, " ")
		}
	}
	fmt.Println()
	fmt.Println(slices.Collect(upTo(4)), slices.Sorted(maps.Keys(map[int]bool{3: true, 1: true})))
	for range upTo(2) {
		fmt.Print("x ")
	}
	fmt.Println()
}
