package main

import "fmt"

func add(s []int, n int) { s = append(s, n); s[0] = 99 }

func main() {
	a := make([]int, 3, 10)
	b := append(a, 1)
	c := append(a, 2)
	fmt.Println(b[3], c[3], len(a), cap(a), &b[0] == &a[0])
	add(a, 5)
	fmt.Println(a, a[:4])
	full := a[:3:3]
	d := append(full, 7)
	d[0] = 1
	fmt.Println(a[0], d[0], len(d), cap(full))
	x := []int{1, 2, 3, 4, 5}
	fmt.Println(copy(x[1:], x), x)
	fmt.Println(append([]int(nil), x[1:3]...), append(x[:1], x[3:]...), x)
	var n []int
	fmt.Println(n == nil, len(n), cap(n), append(n, n...) == nil, []int{} == nil)
	n = append(n, 1, 2, 3)
	clear(n)
	fmt.Println(n)
	grid := make([][]rune, 2)
	for i := range grid {
		grid[i] = []rune("...")
	}
	grid[1][2] = 'x'
	for _, row := range grid {
		fmt.Println(string(row))
	}
	arr := [5]int{1, 2, 3}
	part := arr[1:3]
	part[0] = 20
	part = append(part, 40)
	fmt.Println(arr, part, cap(part))
	copied := arr
	copied[0] = 100
	pointer := &arr
	pointer[4] = 50
	fmt.Println(arr[0], copied[0], len(pointer), arr == copied, arr == *pointer)
	bytes := append([]byte("ab"), "cd"...)
	fmt.Println(string(bytes), [...]string{2: "c", 0: "a"}, len([...]int{9: 1}))
	fmt.Println([4]int(x[:4]), [2][2]int{{1, 2}, {3, 4}})
	queue := []string{"a", "b", "c"}
	for len(queue) > 0 {
		head := queue[0]
		queue = queue[1:]
		fmt.Print(head, len(queue), cap(queue) >= len(queue), " ")
	}
	fmt.Println()
	s := []int{0, 1, 2, 3}
	i := 1
	i, s[i] = 2, 10
	fmt.Println(i, s)
	matrix := [3][3]int{}
	for i := range matrix {
		for j := range matrix[i] {
			matrix[i][j] = i * j
		}
	}
	fmt.Println(matrix, min(3, 1, 2), max("a", "b"))
}
