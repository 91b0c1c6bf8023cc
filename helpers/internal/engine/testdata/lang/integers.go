package main

import (
	"fmt"
	"math"
	"math/bits"
)

func main() {
	var i8 int8 = math.MaxInt8
	var u8 uint8 = 255
	var i32 int32 = math.MinInt32
	var i64 int64 = math.MaxInt64
	var u uint = 0
	i8++
	u8++
	i32--
	i64++
	u--
	fmt.Println(i8, u8, i32, i64, u)
	i32 = math.MinInt32
	minus := int32(-1)
	fmt.Println(i32/minus, i32%minus, -i32, -7/2, -7%2, 7/-2, 7%-2)
	big, negative := 300, -1
	fmt.Println(uint8(big), int8(big), uint16(negative), uint32(negative), uint64(negative), int64(int32(negative)))
	f := 3.99
	fmt.Println(int(f), int(-f), int64(1e15), float32(0.1), float64(float32(0.1)))
	fmt.Println(1<<10, -8>>1, uint8(0xf0)>>4, uint8(1)<<7, int8(-128)>>7)
	n := uint(70)
	fmt.Println(1<<n, int32(1)<<n, -1>>n, uint64(1)<<63)
	fmt.Println(6&3, 6|3, 6^3, 6&^3, ^6, ^uint8(6))
	x := 0b1010
	x <<= 2
	x |= 1
	x ^= 0o17
	x &^= 0x20
	x %= 7
	fmt.Println(x, 1_000_000, 'a', '\x41', '世')
	a, b := 3, 5
	a, b = b, a+b
	fmt.Println(a, b, uintptr(7), byte('z'), rune(65), string(rune(65)))
	fmt.Println(bits.OnesCount(255), bits.LeadingZeros32(1), bits.TrailingZeros(8), bits.Reverse8(1),
		bits.Len(1000), bits.RotateLeft8(0x81, 1))
	hi, lo := bits.Mul64(1<<63, 4)
	fmt.Println(hi, lo, math.MaxInt, math.MinInt64, uint64(math.MaxUint64))
	var h uint32 = 2166136261
	for _, c := range []byte("gopher") {
		h = (h ^ uint32(c)) * 16777619
	}
	fmt.Println(h)
}
