// Package errors makes errors and looks through those that wrap others.
package errors

import "internal/values"

var ErrUnsupported = New("unsupported operation")

type errorString struct{ s string }

func (e *errorString) Error() string { return e.s }

func New(text string) error { return &errorString{text} }

func Unwrap(err error) error {
	if w, ok := err.(interface{ Unwrap() error }); ok {
		return w.Unwrap()
	}
	return nil
}

// each calls f with err and all that it wraps, in depth, until f is true.
func each(err error, f func(error) bool) bool {
	for err != nil {
		if f(err) {
			return true
		}
		switch w := err.(type) {
		case interface{ Unwrap() error }:
			err = w.Unwrap()
		case interface{ Unwrap() []error }:
			for _, inner := range w.Unwrap() {
				if each(inner, f) {
					return true
				}
			}
			return false
		default:
			return false
		}
	}
	return false
}

func Is(err, target error) bool {
	if err == nil || target == nil {
		return err == target
	}
	same := values.Comparable(target)
	return each(err, func(e error) bool {
		if same && e == target {
			return true
		}
		judge, ok := e.(interface{ Is(error) bool })
		return ok && judge.Is(target)
	})
}

func As(err error, target any) bool {
	if err == nil {
		return false
	}
	if why := values.Unfit(target); why != "" {
		panic(why)
	}
	return each(err, func(e error) bool {
		if values.Assign(e, target) {
			return true
		}
		judge, ok := e.(interface{ As(any) bool })
		return ok && judge.As(target)
	})
}

func AsType[E error](err error) (E, bool) {
	var found E
	ok := each(err, func(e error) bool {
		if x, ok := e.(E); ok {
			found = x
			return true
		}
		judge, ok := e.(interface{ As(any) bool })
		return ok && judge.As(&found)
	})
	return found, ok
}

type joinError struct{ errs []error }

func (e *joinError) Error() string {
	text := ""
	for i, err := range e.errs {
		if i > 0 {
			text += "\n"
		}
		text += err.Error()
	}
	return text
}

func (e *joinError) Unwrap() []error { return e.errs }

func Join(errs ...error) error {
	var some []error
	for _, err := range errs {
		if err != nil {
			some = append(some, err)
		}
	}
	if some == nil {
		return nil
	}
	return &joinError{some}
}
