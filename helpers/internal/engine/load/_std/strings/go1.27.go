//go:build go1.27

package strings

func CutLast(s, sep string) (before, after string, found bool) {
	before = s
	if at := LastIndex(s, sep); at >= 0 {
		before, after, found = s[:at], s[at+len(sep):], true
	}
	return before, after, found
}
