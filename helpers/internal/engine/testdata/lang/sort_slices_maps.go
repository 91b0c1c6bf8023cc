package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"
)

type person struct {
	name string
	age  int
}

type byAge []person

func (b byAge) Len() int           { return len(b) }
func (b byAge) Less(i, j int) bool { return b[i].age < b[j].age }
func (b byAge) Swap(i, j int)      { b[i], b[j] = b[j], b[i] }

func main() {
	people := []person{{"Ann", 30}, {"Bob", 25}, {"Cid", 30}, {"Dee", 20}}
	sort.Sort(byAge(people))
	fmt.Println(people[0], people[1])
	sort.SliceStable(people, func(i, j int) bool { return people[i].name > people[j].name })
	fmt.Println(people)
	slices.SortFunc(people, func(a, b person) int {
		return cmp.Or(cmp.Compare(a.age, b.age), strings.Compare(a.name, b.name))
	})
	fmt.Println(people)
	n := []int{5, 2, 8, 1, 9, 3}
	sort.Ints(n)
	fmt.Println(n, sort.SearchInts(n, 8), sort.IsSorted(sort.IntSlice(n)))
	sort.Sort(sort.Reverse(sort.IntSlice(n)))
	fmt.Println(n)
	words := []string{"pear", "fig", "apple"}
	sort.Strings(words)
	fmt.Println(words, sort.Search(100, func(i int) bool { return i*i >= 50 }))
	sort.Slice(words, func(i, j int) bool { return len(words[i]) < len(words[j]) })
	fmt.Println(words)
	long := make([]int, 100)
	for i := range long {
		long[i] = i * 37 % 101
	}
	slices.Sort(long)
	fmt.Println(slices.IsSorted(long), long[0], long[99])
	s := []int{1, 2, 3, 2, 1}
	fmt.Println(slices.Contains(s, 3), slices.Index(s, 2), slices.Max(s), slices.Min(s), slices.Equal(s, s[:3]))
	at, found := slices.BinarySearch([]int{1, 3, 5}, 4)
	fmt.Println(at, found, slices.Compact([]int{1, 1, 2, 2, 1}), slices.Clone(s),
		slices.IndexFunc(s, func(n int) bool { return n > 2 }))
	slices.Reverse(s[:4])
	fmt.Println(s, slices.Insert([]int{1, 4}, 1, 2, 3), slices.Delete([]int{0, 1, 2, 3}, 1, 3),
		slices.Concat([]int{1}, []int{2}), slices.Repeat([]int{7}, 3))
	fmt.Println(slices.ContainsFunc(s, func(n int) bool { return n == 9 }),
		slices.Compare([]int{1, 2}, []int{1, 3}), slices.Grow([]int{1}, 5)[:1])
	for chunk := range slices.Chunk([]int{1, 2, 3, 4, 5}, 2) {
		fmt.Print(chunk)
	}
	fmt.Println(slices.DeleteFunc([]int{1, 2, 3, 4}, func(n int) bool { return n%2 == 0 }),
		slices.Replace([]int{1, 2, 3}, 0, 2, 9))
	for i, v := range slices.Backward([]string{"a", "b"}) {
		fmt.Print(i, v, " ")
	}
	m := map[string]int{"x": 1, "y": 2}
	fmt.Println(slices.Sorted(maps.Keys(m)), slices.Sorted(maps.Values(m)), maps.Clone(m),
		maps.Equal(m, map[string]int{"x": 1}))
	maps.DeleteFunc(m, func(k string, v int) bool { return v == 1 })
	maps.Copy(m, map[string]int{"z": 3})
	fmt.Println(m, maps.Collect(slices.All([]string{"p", "q"})))
	fmt.Println(cmp.Compare(2, 1), cmp.Less("a", "b"), cmp.Or(0, 3, 5))
	oldest := slices.MaxFunc(people, func(a, b person) int { return a.age - b.age })
	fmt.Println(oldest)
}
