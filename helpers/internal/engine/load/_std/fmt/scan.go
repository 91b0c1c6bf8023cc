package fmt

import (
	"errors"
	"io"
)

func Sscan(str string, a ...any) (n int, err error) { return scanned(sscan(str, a)) }

func Sscanln(str string, a ...any) (n int, err error) { return scanned(sscanln(str, a)) }

func Sscanf(str string, format string, a ...any) (n int, err error) {
	return scanned(sscanf(str, format, a))
}

// The natives store what they read where a points to. why is empty, or says what is wrong.
func sscan(str string, a []any) (n int, why string)
func sscanln(str string, a []any) (n int, why string)
func sscanf(str string, format string, a []any) (n int, why string)

func scanned(n int, why string) (int, error) {
	switch why {
	case "":
		return n, nil
	case io.EOF.Error():
		return n, io.EOF
	case io.ErrUnexpectedEOF.Error():
		return n, io.ErrUnexpectedEOF
	}
	return n, errors.New(why)
}
