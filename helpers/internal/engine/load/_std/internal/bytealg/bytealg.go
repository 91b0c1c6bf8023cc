// Package bytealg is what Go's bytes and path take from assembly elsewhere. All of it is native.
package bytealg

const (
	MaxBruteForce = 1 << 30
	PrimeRK       = 16777619
)

var MaxLen = 1 << 30

func Compare(a, b []byte) int
func CompareString(a, b string) int
func Count(b []byte, c byte) int
func CountString(s string, c byte) int
func Equal(a, b []byte) bool
func Index(a, b []byte) int
func IndexString(a, b string) int
func IndexByte(b []byte, c byte) int
func IndexByteString(s string, c byte) int
func LastIndexByte(s []byte, c byte) int
func LastIndexByteString(s string, c byte) int

func Cutover(n int) int { return 1 << 30 }

func IndexRabinKarp[T string | []byte](s, sep T) int { return IndexString(string(s), string(sep)) }

func LastIndexRabinKarp[T string | []byte](s, sep T) int {
	for i := len(s) - len(sep); i >= 0; i-- {
		if string(s[i:i+len(sep)]) == string(sep) {
			return i
		}
	}
	return -1
}

func MakeNoZero(n int) []byte { return make([]byte, n) }
