package counter

import "unsafe"

// shardOf returns a number from 0 to 63 that is usually another one on another goroutine and the same one on the same.
//
// It makes a number of the address of a local variable. The address is never used to read or write, so this is as safe as a random
// number would be. But a random number takes longer than the whole increment saves, and spreads each core's writes over all shards.
func shardOf() uint64 {
	var local byte
	stack := uint64(uintptr(unsafe.Pointer(&local))) >> 11 // a stack has at least 2 KB
	// Stacks lie at regular distances. The multiplication (with 2⁶⁴ over the golden ratio) mixes their bits; the upper six are mixed best.
	return stack * 0x9E3779B97F4A7C15 >> (64 - 6)
}
