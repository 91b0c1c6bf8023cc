// Package values is what models ask of the type of a value. All of it is native.
package values

// Comparable tells whether == on the value cannot panic.
func Comparable(x any) bool

// SameType tells whether two values have one dynamic type.
func SameType(x, y any) bool

// IsNil tells whether the value is a pointer that is nil.
func IsNil(x any) bool

// Len is the length of a slice.
func Len(slice any) int

// Swap swaps two elements of a slice.
func Swap(slice any, i, j int)

// Unfit is empty if target is a pointer, not nil, to an interface or to a type that is an error;
// else it says what is wrong.
func Unfit(target any) string

// Assign stores x where target points if it is of that type, or has its methods, and tells whether
// it is.
func Assign(x, target any) bool
