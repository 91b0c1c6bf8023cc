package main

import (
	"bytes"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

func main() {
	s := "héllo, 世界"
	fmt.Println(len(s), utf8.RuneCountInString(s), s[1], s[1:3], []byte(s[:3]), []rune(s)[1], string([]rune(s)[7:]))
	fmt.Println(strings.ToUpper(s), strings.Fields(" a  b c "), strings.Split("a,b,c", ","),
		strings.SplitN("a,b,c", ",", 2))
	fmt.Println(strings.Contains(s, "世"), strings.Index(s, "l"), strings.LastIndex(s, "l"),
		strings.IndexByte(s, 'o'), strings.Count("cheese", "e"))
	fmt.Println(strings.Replace("aaaa", "a", "b", 2), strings.ReplaceAll("aaaa", "a", "b"),
		strings.TrimSpace(" x\n"), strings.Trim("--x--", "-"),
		strings.TrimLeft("xxy", "x"), strings.TrimPrefix("prefix", "pre"), strings.TrimSuffix("file.go", ".go"))
	fmt.Println(strings.Join([]string{"a", "b"}, "-"), strings.Repeat("ab", 3),
		strings.HasPrefix("golang", "go"), strings.HasSuffix("golang", "ng"))
	fmt.Println(strings.Map(func(r rune) rune {
		if unicode.IsUpper(r) {
			return unicode.ToLower(r)
		}
		return unicode.ToUpper(r)
	}, "Hello"), strings.EqualFold("Go", "GO"), strings.Compare("a", "b"), strings.ContainsAny("abc", "xyzc"))
	before, after, found := strings.Cut("key=value", "=")
	fmt.Println(before, after, found)
	var b strings.Builder
	for i := range 3 {
		fmt.Fprintf(&b, "%d;", i)
	}
	b.WriteByte('x')
	b.WriteRune('世')
	b.WriteString("!")
	fmt.Println(b.String(), b.Len())
	var buf bytes.Buffer
	buf.WriteString("line 1\nline 2\n")
	line, err := buf.ReadString('\n')
	fmt.Printf("%q %v %q\n", line, err, buf.String())
	bs := []byte("abc")
	bs[0] = 'X'
	copy(bs[1:], "YZW")
	fmt.Println(string(bs), bytes.Equal(bs, []byte("XYZ")), bytes.ToLower(bs), bytes.Contains(bs, []byte("Y")))
	fmt.Println("a" < "b", "a" < "B", "abc" < "abd", "" == "", "x"+"y")
	fmt.Println(utf8.ValidString("\xff"), []rune("\xff"), utf8.RuneLen('世'), string([]byte{0xe4, 0xb8, 0x96}))
	raw := `raw \n
line`
	fmt.Println(len(raw), raw)
	r := strings.NewReplacer("<", "&lt;", ">", "&gt;")
	fmt.Println(r.Replace("<b>"), strings.Title("go gopher"))
	for part := range strings.SplitSeq("x y z", " ") {
		fmt.Print(part, ".")
	}
	fmt.Println(strings.FieldsFunc("a1b2c", unicode.IsDigit), strings.IndexFunc("abc1", unicode.IsDigit))
	var text string
	text += "abc"
	text += text
	fmt.Println(text, unicode.IsLetter('é'), unicode.IsSpace('\t'), unicode.IsPunct('!'))
}
