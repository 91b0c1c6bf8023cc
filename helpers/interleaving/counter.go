package interleaving

import "fmt"

// Increments is the lesson's program: n threads that each add 1 to a shared
// counter k times, with no coordination. An increment is two turns, the Load and
// the Store. n is 1 to 64, k is 0 to 66,666.
func Increments(n, k int) Program {
	return Program{
		Title:  fmt.Sprintf("%s × %s", plural(n, "thread"), plural(k, "increment")),
		Shared: map[string]int{"counter": 0},
		Threads: Copies(n, Repeat(k,
			Load("new", "counter"),
			AddTo("new", 1),
			Store("counter", "new"),
		)),
	}
}

// WorstSchedule is a schedule of Increments(n, k), and of any n threads whose k
// increments are a read turn and a write turn, that ends at the least value there
// is: 2 for n, k ≥ 2. (One thread alone can only end at k; with k = 1 the least is
// 1.) It has 2nk turns and is made in as many steps. It panics if n or k is below
// 1 or 2nk above 100,000,000.
//
// Why it ends at 2. Thread 0 reads 0. All others do all their increments, except
// that thread 1 keeps its last one. Then thread 0 writes its 1 over everything.
// Thread 1 reads this 1 and stops before its write. Thread 0 does its other k - 1
// increments. Last, thread 1 writes 1 + 1 = 2 over everything.
//
// Why it cannot end lower. Every write puts in 1 more than its thread read, and
// nothing read is below 0, so after the first write the counter is never below 1.
// The thread that writes last has written before, as k ≥ 2, and read after that;
// so it read at least 1 and writes at least 2.
func WorstSchedule(n, k int) []int {
	const most = 100_000_000
	if n < 1 || k < 1 || n > most/2/k {
		panic(fmt.Sprintf("interleaving: WorstSchedule(%d, %d): n and k must be at least 1, and 2nk at most %d", n, k, most))
	}
	schedule := make([]int, 0, 2*n*k)
	turns := func(thread, count int) {
		for range count {
			schedule = append(schedule, thread)
		}
	}
	if n == 1 {
		turns(0, 2*k)
		return schedule
	}
	turns(0, 1)
	for t := 2; t < n; t++ {
		turns(t, 2*k)
	}
	if k == 1 { // thread 1 has no increment before its last
		turns(1, 2)
		turns(0, 1)
		return schedule
	}
	turns(1, 2*k-2)
	turns(0, 1)
	turns(1, 1)
	turns(0, 2*k-2)
	turns(1, 1)
	return schedule
}
