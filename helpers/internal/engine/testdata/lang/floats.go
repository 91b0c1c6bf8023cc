package main

import (
	"fmt"
	"math"
	"math/cmplx"
)

func main() {
	zero := 0.0
	inf, nan := 1/zero, zero/zero
	fmt.Println(inf, -inf, nan, nan == nan, nan < inf, 1/inf, -zero, math.Copysign(0, -1))
	fmt.Println(0.1+0.2, float32(0.1)+float32(0.2), 1e21, 1e20, 1e-7, 123456789.0, 1.0)
	fmt.Println(math.Sqrt(2), math.Pow(2, 10), math.Floor(-1.5), math.Ceil(1.2), math.Trunc(-1.7),
		math.Round(2.5), math.RoundToEven(2.5))
	fmt.Println(math.Abs(-3), math.Max(1, 2), math.Min(1, nan), math.Mod(7, 3), math.Hypot(3, 4), math.Inf(1),
		math.IsNaN(nan), math.IsInf(inf, -1))
	fmt.Printf("%.6f %.6f %.6f %.6f %.6f\n", math.Sin(1), math.Cos(1), math.Exp(1), math.Log(10), math.Atan2(1, 1))
	fmt.Println(math.Pi, math.MaxFloat64, math.SmallestNonzeroFloat64, math.Float64bits(1.5),
		math.Float32frombits(0x40490fdb))
	var f32 float32 = 16777216
	fmt.Println(f32+1 == f32, float32(1)/3, 1.0/3)
	c := complex(3, 4)
	fmt.Println(c, real(c), imag(c), c*c, c/complex(0, 1), c == 3+4i, -c)
	var c64 complex64 = 1 + 2i
	fmt.Println(c64*c64, cmplx.Abs(c))
	fmt.Printf("%v %.1f %T %T\n", c, c, c, c64)
	m, e := math.Frexp(8)
	i, frac := math.Modf(3.25)
	fmt.Println(m, e, i, frac, min(2.5, 1, nan), max(3, 1.5))
	fmt.Println(max(2.5, 1, nan), max(nan, 1), min(zero, -zero), max(-zero, zero), 1/min(zero, math.Copysign(0, -1)))
	var small uint8 = 200
	var wide uint64 = 1 << 63
	var low int8 = -100
	n := 3
	fmt.Println(small<<n, small>>n, wide>>n, wide<<n, low>>n, low<<n, low>>100, small<<100, -low, ^small, ^low, -small)
}
