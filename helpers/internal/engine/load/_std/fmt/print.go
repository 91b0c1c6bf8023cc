// Package fmt prints. The text is made by natives, which ask for what an Error, String, GoString or
// Format method says.
package fmt

import (
	"errors"
	"internal/machine"
	"internal/values"
	"io"
	"os"
	"strings"
)

type Stringer interface{ String() string }

type GoStringer interface{ GoString() string }

type State interface {
	Write(b []byte) (n int, err error)
	Width() (wid int, ok bool)
	Precision() (prec int, ok bool)
	Flag(c int) bool
}

type Formatter interface{ Format(f State, verb rune) }

func Print(a ...any) (n int, err error) { return print_(Sprint(a...)) }

func Println(a ...any) (n int, err error) { return print_(Sprintln(a...)) }

func Printf(format string, a ...any) (n int, err error) { return print_(Sprintf(format, a...)) }

func print_(text string) (int, error) {
	machine.Print(text)
	return len(text), nil
}

func Fprint(w io.Writer, a ...any) (n int, err error) { return write(w, Sprint(a...)) }

func Fprintln(w io.Writer, a ...any) (n int, err error) { return write(w, Sprintln(a...)) }

func Fprintf(w io.Writer, format string, a ...any) (n int, err error) {
	return write(w, Sprintf(format, a...))
}

func write(w io.Writer, text string) (int, error) {
	switch w := w.(type) {
	case *os.File:
		return w.WriteString(text)
	case *strings.Builder:
		return w.WriteString(text)
	}
	return w.Write([]byte(text))
}

func Append(b []byte, a ...any) []byte { return append(b, Sprint(a...)...) }

func Appendln(b []byte, a ...any) []byte { return append(b, Sprintln(a...)...) }

func Appendf(b []byte, format string, a ...any) []byte { return append(b, Sprintf(format, a...)...) }

func Sprint(a ...any) string {
	return complete(func(said []string) (string, any, string) { return sprint(a, said) })
}

func Sprintln(a ...any) string {
	return complete(func(said []string) (string, any, string) { return sprintln(a, said) })
}

func Sprintf(format string, a ...any) string {
	return complete(func(said []string) (string, any, string) { return sprintf(format, a, said) })
}

// The natives that make the text. said is what the methods asked for so far have answered, in
// order. If one more is to be asked, ask is its value and how its name and the directive, such as
// "String%-8v". Otherwise how is empty, and text is complete.
func sprint(a []any, said []string) (text string, ask any, how string)
func sprintln(a []any, said []string) (text string, ask any, how string)
func sprintf(format string, a []any, said []string) (text string, ask any, how string)
func errorf(format string, a []any, said []string) (text string, ask any, how string) // %w is %v

func complete(next func(said []string) (string, any, string)) string {
	var said []string
	for {
		text, ask, how := next(said)
		if how == "" {
			return text
		}
		said = append(said, answer(ask, how))
	}
}

// answer is = and what a method says. One that panics is told of in its place, and a nil pointer is
// <nil>, after an !.
func answer(value any, how string) (text string) {
	at := strings.IndexByte(how, '%')
	method, directive := how[:at], how[at:]
	defer func() {
		if p := recover(); p != nil {
			text = "!<nil>"
			if !values.IsNil(value) {
				text = "!%!" + string(verb(directive)) + "(PANIC=" + method + " method: " + Sprint(p) + ")"
			}
		}
	}()
	switch method {
	case "Error":
		return "=" + value.(error).Error()
	case "String":
		return "=" + value.(Stringer).String()
	case "GoString":
		return "=" + value.(GoStringer).GoString()
	}
	s := &state{directive: directive}
	value.(Formatter).Format(s, verb(directive))
	return "=" + s.text
}

// verb is the last letter of a directive.
func verb(directive string) rune {
	all := []rune(directive)
	return all[len(all)-1]
}

// state is what a Format method writes to.
type state struct {
	directive string
	text      string
}

func (s *state) Write(b []byte) (int, error) {
	s.text += string(b)
	return len(b), nil
}

func (s *state) WriteString(text string) (int, error) {
	s.text += text
	return len(text), nil
}

func (s *state) Flag(c int) bool {
	for i := 1; i < len(s.directive) && strings.Contains("+-# 0", s.directive[i:i+1]); i++ {
		if int(s.directive[i]) == c {
			return true
		}
	}
	return false
}

func (s *state) Width() (int, bool) {
	i := 1
	for i < len(s.directive) && strings.Contains("+-# 0", s.directive[i:i+1]) {
		i++
	}
	return number(s.directive[i:])
}

func (s *state) Precision() (int, bool) {
	dot := strings.IndexByte(s.directive, '.')
	if dot < 0 {
		return 0, false
	}
	n, _ := number(s.directive[dot+1:])
	return n, true
}

func number(text string) (n int, ok bool) {
	for i := 0; i < len(text) && '0' <= text[i] && text[i] <= '9'; i++ {
		n, ok = n*10+int(text[i]-'0'), true
	}
	return n, ok
}

// FormatString is the directive that made Go call a Format method.
func FormatString(s State, verb rune) string {
	text := "%"
	for _, flag := range " +-#0" {
		if s.Flag(int(flag)) {
			text += string(flag)
		}
	}
	if width, ok := s.Width(); ok {
		text += Sprint(width)
	}
	if precision, ok := s.Precision(); ok {
		text += "." + Sprint(precision)
	}
	return text + string(verb)
}

func Errorf(format string, a ...any) error {
	text := complete(func(said []string) (string, any, string) { return errorf(format, a, said) })
	var errs []error
	for i := wrapped(format, a, 0); i >= 0; i = wrapped(format, a, i+1) {
		errs = append(errs, a[i].(error))
	}
	switch len(errs) {
	case 0:
		return errors.New(text)
	case 1:
		return &wrapError{text, errs[0]}
	}
	return &wrapErrors{text, errs}
}

// wrapped is the index of the first argument, of those from the given one on, that is an error and
// that %w stands for; or -1.
func wrapped(format string, a []any, from int) int

type wrapError struct {
	msg string
	err error
}

func (e *wrapError) Error() string { return e.msg }

func (e *wrapError) Unwrap() error { return e.err }

type wrapErrors struct {
	msg  string
	errs []error
}

func (e *wrapErrors) Error() string { return e.msg }

func (e *wrapErrors) Unwrap() []error { return e.errs }
