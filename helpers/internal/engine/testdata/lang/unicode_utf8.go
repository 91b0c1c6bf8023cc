package main

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

func main() {
	for _, s := range []string{"", "a", "é", "世", "🙂", "e\u0301", "\xc3\x28", "a\xffb"} {
		fmt.Printf("%q %d %d %v % x", s, len(s), utf8.RuneCountInString(s), utf8.ValidString(s), s)
		for len(s) > 0 {
			r, size := utf8.DecodeRuneInString(s)
			fmt.Printf(" %U/%d", r, size)
			s = s[size:]
		}
		fmt.Println()
	}
	buf := utf8.AppendRune(nil, 'ß')
	fmt.Println(buf, string(rune(0x1F600)), string(rune(-1)), strings.ToUpper("straße"), strings.ToLower("ÄÖ"),
		strings.ToValidUTF8("a\xffb", "?"))
	fmt.Println(unicode.IsUpper('Ä'), unicode.IsDigit('५'), unicode.ToTitle('ǆ'))
	r := []rune("añb")
	r[1] = 'n'
	fmt.Println(string(r), strings.IndexRune("chicken", 'k'), strings.ContainsRune("abc", 'b'))
	b := []byte("日本")
	for i, c := range string(b) {
		fmt.Print(i, string(c), " ")
	}
	fmt.Println(strings.Count("cheese", ""), strings.SplitAfter("a,b", ","), strings.Split("日本", ""))
}
