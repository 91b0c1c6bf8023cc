// Package log prints to the error output, one line a call.
package log

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"
)

const (
	Ldate = 1 << iota
	Ltime
	Lmicroseconds
	_ // the file and the line, which are not known here
	_
	LUTC
	Lmsgprefix
	LstdFlags = Ldate | Ltime
)

type Logger struct {
	mu     sync.Mutex // for outputs that are the program's own
	out    io.Writer
	prefix string
	flag   int
}

func New(out io.Writer, prefix string, flag int) *Logger {
	return &Logger{out: out, prefix: prefix, flag: flag}
}

var std = New(os.Stderr, "", LstdFlags)

func Default() *Logger { return std }

func (l *Logger) Output(calldepth int, s string) error {
	text := ""
	if l.flag&Lmsgprefix == 0 {
		text += l.prefix
	}
	now := time.Now()
	if l.flag&Ldate != 0 {
		text += now.Format("2006/01/02 ")
	}
	switch {
	case l.flag&Lmicroseconds != 0:
		text += now.Format("15:04:05.000000 ")
	case l.flag&Ltime != 0:
		text += now.Format("15:04:05 ")
	}
	if l.flag&Lmsgprefix != 0 {
		text += l.prefix
	}
	text += s
	if s == "" || s[len(s)-1] != '\n' {
		text += "\n"
	}
	if f, ok := l.out.(*os.File); ok {
		_, err := f.WriteString(text)
		return err
	}
	if l.out == io.Discard {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	_, err := l.out.Write([]byte(text))
	return err
}

func (l *Logger) Print(v ...any)                 { l.Output(2, fmt.Sprint(v...)) }
func (l *Logger) Printf(format string, v ...any) { l.Output(2, fmt.Sprintf(format, v...)) }
func (l *Logger) Println(v ...any)               { l.Output(2, fmt.Sprintln(v...)) }

func (l *Logger) Fatal(v ...any)                 { l.fatal(fmt.Sprint(v...)) }
func (l *Logger) Fatalf(format string, v ...any) { l.fatal(fmt.Sprintf(format, v...)) }
func (l *Logger) Fatalln(v ...any)               { l.fatal(fmt.Sprintln(v...)) }

func (l *Logger) fatal(text string) {
	l.Output(2, text)
	os.Exit(1)
}

func (l *Logger) Panic(v ...any)                 { l.panic(fmt.Sprint(v...)) }
func (l *Logger) Panicf(format string, v ...any) { l.panic(fmt.Sprintf(format, v...)) }
func (l *Logger) Panicln(v ...any)               { l.panic(fmt.Sprintln(v...)) }

func (l *Logger) panic(text string) {
	l.Output(2, text)
	panic(text)
}

func (l *Logger) Flags() int              { return l.flag }
func (l *Logger) SetFlags(flag int)       { l.flag = flag }
func (l *Logger) Prefix() string          { return l.prefix }
func (l *Logger) SetPrefix(prefix string) { l.prefix = prefix }
func (l *Logger) Writer() io.Writer       { return l.out }
func (l *Logger) SetOutput(w io.Writer)   { l.out = w }

func Output(calldepth int, s string) error { return std.Output(calldepth+1, s) }

func Print(v ...any)                 { std.Print(v...) }
func Printf(format string, v ...any) { std.Printf(format, v...) }
func Println(v ...any)               { std.Println(v...) }
func Fatal(v ...any)                 { std.Fatal(v...) }
func Fatalf(format string, v ...any) { std.Fatalf(format, v...) }
func Fatalln(v ...any)               { std.Fatalln(v...) }
func Panic(v ...any)                 { std.Panic(v...) }
func Panicf(format string, v ...any) { std.Panicf(format, v...) }
func Panicln(v ...any)               { std.Panicln(v...) }
func Flags() int                     { return std.Flags() }
func SetFlags(flag int)              { std.SetFlags(flag) }
func Prefix() string                 { return std.Prefix() }
func SetPrefix(prefix string)        { std.SetPrefix(prefix) }
func Writer() io.Writer              { return std.Writer() }
func SetOutput(w io.Writer)          { std.SetOutput(w) }
