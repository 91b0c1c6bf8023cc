package main

import (
	"fmt"
	"math"
	"strconv"
)

func main() {
	fmt.Println(strconv.Itoa(-45), strconv.FormatInt(255, 16), strconv.FormatInt(-8, 2),
		strconv.FormatFloat(3.14159, 'f', 2, 64), strconv.FormatBool(true))
	n, err := strconv.Atoi("123")
	fmt.Println(n, err)
	_, err = strconv.Atoi("")
	fmt.Println(err)
	_, err = strconv.Atoi("99999999999999999999")
	fmt.Println(err)
	u, err := strconv.ParseUint("ff", 16, 64)
	fmt.Println(u, err)
	i, err := strconv.ParseInt("0x1f", 0, 64)
	fmt.Println(i, err)
	f, err := strconv.ParseFloat("1e3", 64)
	fmt.Println(f, err)
	_, err = strconv.ParseFloat("abc", 64)
	fmt.Println(err)
	b, err := strconv.ParseBool("T")
	fmt.Println(b, err)
	_, err = strconv.ParseBool("maybe")
	fmt.Println(err)
	fmt.Println(strconv.Quote("a\tb\"世\x00"), strconv.QuoteToASCII("世"), strconv.QuoteRune('x'))
	s, err := strconv.Unquote(`"a\nb"`)
	fmt.Printf("%q %v\n", s, err)
	fmt.Println(string(strconv.AppendInt([]byte("n="), 5, 10)), strconv.FormatFloat(0.1, 'g', -1, 32),
		strconv.FormatFloat(1e21, 'e', 3, 64), strconv.FormatUint(math.MaxUint64, 36))
	for _, f := range []float64{0, 1, -1.5, 1e100, 1e-5, 123456789, math.Pi, math.MaxFloat64, 5e-324,
		0.30000000000000004} {
		fmt.Print(strconv.FormatFloat(f, 'g', -1, 64), " ")
	}
	fmt.Println()
}
