// Package strconv: the work is native; the errors are made here.
package strconv

import "errors"

const IntSize = 64

var (
	ErrRange  = errors.New("value out of range")
	ErrSyntax = errors.New("invalid syntax")
)

type NumError struct {
	Func string
	Num  string
	Err  error
}

func (e *NumError) Error() string {
	return "strconv." + e.Func + ": parsing " + Quote(e.Num) + ": " + e.Err.Error()
}

func (e *NumError) Unwrap() error { return e.Err }

// failure is the error that a native tells in words; empty words are none.
func failure(from, num, why string) error {
	switch why {
	case "":
		return nil
	case "value out of range":
		return &NumError{from, num, ErrRange}
	case "invalid syntax":
		return &NumError{from, num, ErrSyntax}
	}
	return &NumError{from, num, errors.New(why)}
}

func Atoi(s string) (int, error) {
	i, why := parseInt(s, 10, 0)
	return int(i), failure("Atoi", s, why)
}

func ParseInt(s string, base int, bitSize int) (i int64, err error) {
	i, why := parseInt(s, base, bitSize)
	return i, failure("ParseInt", s, why)
}

func ParseUint(s string, base int, bitSize int) (uint64, error) {
	u, why := parseUint(s, base, bitSize)
	return u, failure("ParseUint", s, why)
}

func ParseFloat(s string, bitSize int) (float64, error) {
	f, why := parseFloat(s, bitSize)
	return f, failure("ParseFloat", s, why)
}

func ParseComplex(s string, bitSize int) (complex128, error) {
	c, why := parseComplex(s, bitSize)
	return c, failure("ParseComplex", s, why)
}

func ParseBool(str string) (bool, error) {
	switch str {
	case "1", "t", "T", "true", "TRUE", "True":
		return true, nil
	case "0", "f", "F", "false", "FALSE", "False":
		return false, nil
	}
	return false, &NumError{"ParseBool", str, ErrSyntax}
}

// The second result is empty, or says what is wrong.
func parseInt(s string, base int, bitSize int) (int64, string)
func parseUint(s string, base int, bitSize int) (uint64, string)
func parseFloat(s string, bitSize int) (float64, string)
func parseComplex(s string, bitSize int) (complex128, string)

func Unquote(s string) (string, error) {
	text, ok := unquote(s)
	if !ok {
		return "", ErrSyntax
	}
	return text, nil
}

func QuotedPrefix(s string) (string, error) {
	text, ok := quotedPrefix(s)
	if !ok {
		return "", ErrSyntax
	}
	return text, nil
}

func UnquoteChar(s string, quote byte) (value rune, multibyte bool, tail string, err error) {
	value, multibyte, tail, ok := unquoteChar(s, quote)
	if !ok {
		err = ErrSyntax
	}
	return value, multibyte, tail, err
}

func unquote(s string) (string, bool)
func quotedPrefix(s string) (string, bool)
func unquoteChar(s string, quote byte) (value rune, multibyte bool, tail string, ok bool)

func CanBackquote(s string) bool
func FormatBool(b bool) string
func FormatComplex(c complex128, fmt byte, prec, bitSize int) string
func FormatFloat(f float64, fmt byte, prec, bitSize int) string
func FormatInt(i int64, base int) string
func FormatUint(i uint64, base int) string
func IsGraphic(r rune) bool
func IsPrint(r rune) bool
func Itoa(i int) string
func Quote(s string) string
func QuoteRune(r rune) string
func QuoteRuneToASCII(r rune) string
func QuoteRuneToGraphic(r rune) string
func QuoteToASCII(s string) string
func QuoteToGraphic(s string) string

func AppendBool(dst []byte, b bool) []byte             { return append(dst, FormatBool(b)...) }
func AppendInt(dst []byte, i int64, base int) []byte   { return append(dst, FormatInt(i, base)...) }
func AppendUint(dst []byte, i uint64, base int) []byte { return append(dst, FormatUint(i, base)...) }
func AppendQuote(dst []byte, s string) []byte          { return append(dst, Quote(s)...) }
func AppendQuoteRune(dst []byte, r rune) []byte        { return append(dst, QuoteRune(r)...) }
func AppendQuoteToASCII(dst []byte, s string) []byte   { return append(dst, QuoteToASCII(s)...) }
func AppendQuoteToGraphic(dst []byte, s string) []byte { return append(dst, QuoteToGraphic(s)...) }

func AppendQuoteRuneToASCII(dst []byte, r rune) []byte {
	return append(dst, QuoteRuneToASCII(r)...)
}

func AppendQuoteRuneToGraphic(dst []byte, r rune) []byte {
	return append(dst, QuoteRuneToGraphic(r)...)
}

func AppendFloat(dst []byte, f float64, fmt byte, prec, bitSize int) []byte {
	return append(dst, FormatFloat(f, fmt, prec, bitSize)...)
}
