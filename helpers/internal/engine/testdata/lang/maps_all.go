package main

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
)

type key struct {
	x, y int
}

func main() {
	m := map[string]int{"a": 1, "b": 2}
	m["c"]++
	m["a"] += 10
	delete(m, "b")
	delete(m, "zzz")
	v, ok := m["b"]
	fmt.Println(m, len(m), v, ok, m["none"])
	grid := map[key]string{{1, 2}: "a", {0, 5}: "b"}
	grid[key{1, 2}] += "!"
	fmt.Println(grid, grid[key{1, 2}], grid[key{9, 9}] == "")
	any1 := map[any]string{1: "int", "1": "string", 1.0: "float", key{}: "struct", [2]int{1, 2}: "array"}
	fmt.Println(any1[1], any1["1"], any1[1.0], any1[key{}], any1[[2]int{1, 2}], any1[int64(1)] == "")
	counts := map[rune]int{}
	for _, r := range "mississippi" {
		counts[r]++
	}
	letters := slices.Sorted(maps.Keys(counts))
	for _, r := range letters {
		fmt.Printf("%c%d ", r, counts[r])
	}
	fmt.Println()
	nested := map[string]map[string]int{}
	for _, w := range []string{"ab", "ac", "bc"} {
		first := w[:1]
		if nested[first] == nil {
			nested[first] = map[string]int{}
		}
		nested[first][w]++
	}
	fmt.Println(nested, len(nested["a"]))
	groups := map[int][]string{}
	for _, w := range strings.Fields("one two three four five") {
		groups[len(w)] = append(groups[len(w)], w)
	}
	fmt.Println(groups)
	nan := math.NaN()
	nans := map[float64]int{nan: 1}
	nans[nan] = 2
	_, ok = nans[nan]
	fmt.Println(len(nans), ok)
	same := m
	same["d"] = 4
	fmt.Println(m["d"], maps.Equal(m, maps.Clone(m)))
	clear(m)
	fmt.Println(len(same), m)
	var none map[string]int
	fmt.Println(none["x"], len(none), none == nil, none)
	set := map[string]struct{}{}
	set["x"] = struct{}{}
	_, in := set["x"]
	_, out := set["y"]
	fmt.Println(in, out)
	sum := 0
	for k, v := range map[int]int{1: 10, 2: 20, 3: 30} {
		sum += k * v
	}
	fmt.Println(sum)
	m2 := map[int]bool{1: true, 2: true, 3: true}
	for k := range m2 {
		delete(m2, k)
	}
	fmt.Println(len(m2))
	bools := map[bool]int{true: 1}
	ptr := map[*int]int{new(int): 1}
	fmt.Println(bools[true], bools[false], len(ptr))
	funcs := map[string]func(int) int{"neg": func(n int) int { return -n }}
	fmt.Println(funcs["neg"](3), funcs["none"] == nil)
}
