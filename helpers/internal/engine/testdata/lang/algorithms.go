package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"
)

type graph map[string][]string

func (g graph) order() (sorted []string) {
	seen := map[string]bool{}
	var visit func(string)
	visit = func(n string) {
		if seen[n] {
			return
		}
		seen[n] = true
		for _, m := range g[n] {
			visit(m)
		}
		sorted = append(sorted, n)
	}
	names := make([]string, 0, len(g))
	for n := range g {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		visit(n)
	}
	return sorted
}

func sieve(n int) (primes []int) {
	composite := make([]bool, n+1)
	for i := 2; i <= n; i++ {
		if composite[i] {
			continue
		}
		primes = append(primes, i)
		for j := i * i; j <= n; j += i {
			composite[j] = true
		}
	}
	return
}

func permutations(s []int, f func([]int)) {
	if len(s) <= 1 {
		f(s)
		return
	}
	var rec func(int)
	rec = func(k int) {
		if k == len(s) {
			f(s)
			return
		}
		for i := k; i < len(s); i++ {
			s[k], s[i] = s[i], s[k]
			rec(k + 1)
			s[k], s[i] = s[i], s[k]
		}
	}
	rec(0)
}

func quicksort(s []int) {
	if len(s) < 2 {
		return
	}
	pivot, i := s[len(s)/2], 0
	j := len(s) - 1
	for i <= j {
		for s[i] < pivot {
			i++
		}
		for s[j] > pivot {
			j--
		}
		if i <= j {
			s[i], s[j] = s[j], s[i]
			i, j = i+1, j-1
		}
	}
	quicksort(s[:j+1])
	quicksort(s[i:])
}

func gcd(a, b int) int {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

func queens(n int) int {
	var columns, up, down [32]bool
	var place func(int) int
	place = func(row int) (count int) {
		if row == n {
			return 1
		}
		for c := range n {
			if columns[c] || up[row+c] || down[row-c+n] {
				continue
			}
			columns[c], up[row+c], down[row-c+n] = true, true, true
			count += place(row + 1)
			columns[c], up[row+c], down[row-c+n] = false, false, false
		}
		return
	}
	return place(0)
}

func main() {
	fmt.Println(graph{"a": {"b", "c"}, "b": {"c"}, "c": nil, "d": {"a"}}.order())
	fmt.Println(sieve(50))
	count := 0
	permutations([]int{1, 2, 3, 4}, func(p []int) {
		if p[0] < p[3] {
			count++
		}
	})
	fmt.Println(count, gcd(84, 36), queens(6))
	s := []int{9, 3, 7, 1, 8, 2, 5, 5, 0}
	quicksort(s)
	fmt.Println(s)
	memo := map[int]int{}
	var collatz func(int) int
	collatz = func(n int) int {
		if n == 1 {
			return 0
		}
		if steps, ok := memo[n]; ok {
			return steps
		}
		next := n / 2
		if n%2 == 1 {
			next = 3*n + 1
		}
		memo[n] = 1 + collatz(next)
		return memo[n]
	}
	fmt.Println(collatz(27), len(memo))
	words := strings.Fields("the cat and the dog and the bird")
	counts := map[string]int{}
	for _, w := range words {
		counts[w]++
	}
	keys := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(counts[b]-counts[a], strings.Compare(a, b))
	})
	for _, k := range keys {
		fmt.Printf("%-5s%s\n", k, strings.Repeat("*", counts[k]))
	}
	reversed := []rune("reverse 世界")
	slices.Reverse(reversed)
	fmt.Println(string(reversed))
}
