package main

// children lists the processes whose parent is pid.
func children(pid int) []int { return childrenOf()[pid] }

// descendants lists the processes below pid.
func descendants(pid int) []int {
	of := childrenOf()
	list := of[pid]
	for i := 0; i < len(list); i++ {
		list = append(list, of[list[i]]...)
	}
	return list
}
