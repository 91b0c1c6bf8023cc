package engine

import (
	"bytes"
	"fmt"
	"go/types"
	"math"
	"math/bits"
	"math/cmplx"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/tools/go/ssa"
)

// pureNative is a native that only computes, nil if there is none of that name.
func (p *Program) pureNative(fn *ssa.Function, name string) *native {
	if n := valueNatives[name]; n != nil {
		return n
	}
	real, ok := pureFunctions[name]
	if !ok {
		return nil
	}
	f := reflect.ValueOf(real)
	sig := fn.Signature
	return &native{
		step:   readsSlices,
		access: firstSlice,
		tell:   func(t *thread, a []Value) string { return "calls " + name },
		run: func(t *thread, a []Value) Value {
			in := make([]reflect.Value, len(a))
			for i, v := range a {
				in[i] = t.toGo(v, f.Type().In(i))
			}
			out := t.guarded(f, in)
			results := sig.Results()
			if len(out) == 1 {
				return t.fromGo(out[0], results.At(0).Type())
			}
			var all Tuple
			for i, v := range out {
				all = append(all, t.fromGo(v, results.At(i).Type()))
			}
			return all
		},
	}
}

// guarded calls a function of Go's library; if that panics, the interpreted program does.
func (t *thread) guarded(f reflect.Value, in []reflect.Value) []reflect.Value {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case refusal:
			panic(r)
		case runtime.Error:
			panic(goPanic{t.s.p.runtimeError(strings.TrimPrefix(r.Error(), "runtime error: "))})
		default:
			panic(goPanic{t.s.p.text(fmt.Sprint(r))})
		}
	}()
	if f.Type().IsVariadic() {
		return f.CallSlice(in)
	}
	return f.Call(in)
}

// toGo is a value as Go's own function takes it: a basic value, or a slice of such.
func (t *thread) toGo(v Value, as reflect.Type) reflect.Value {
	if as.Kind() != reflect.Slice {
		return reflect.ValueOf(v).Convert(as)
	}
	ref, _ := v.(Slice)
	all := reflect.MakeSlice(as, int(ref.Len), int(ref.Len))
	for i, c := range t.s.contents(ref, 1) {
		all.Index(i).Set(reflect.ValueOf(c).Convert(as.Elem()))
	}
	return all
}

// fromGo is what Go's own function gave. A slice is a new one.
func (t *thread) fromGo(v reflect.Value, as types.Type) Value {
	switch v.Kind() {
	case reflect.Slice:
		if v.IsNil() {
			return Slice{}
		}
		elem := as.Underlying().(*types.Slice).Elem()
		all := make([]Value, v.Len())
		for i := range all {
			all[i] = t.fromGo(v.Index(i), elem)
		}
		n := int32(len(all))
		return Slice{Obj: t.s.alloc(&object{site: t.s.p.siteOf(as, "", as), cells: all}), Len: n, Cap: n}
	case reflect.Bool:
		return v.Bool()
	case reflect.String:
		return v.String()
	case reflect.Int:
		return int(v.Int())
	case reflect.Int32:
		return int32(v.Int())
	case reflect.Int64:
		return v.Int()
	}
	return v.Interface()
}

// readsSlices tells whether a slice among the arguments holds what another goroutine may change
// meanwhile.
func readsSlices(t *thread, a []Value) bool {
	for _, v := range a {
		if s, ok := v.(Slice); ok && s.Obj != 0 && t.s.touches(s.Obj, s.Off, s.Len, false) {
			return true
		}
	}
	return false
}

func firstSlice(t *thread, a []Value) access {
	for _, v := range a {
		if s, ok := v.(Slice); ok && s.Obj != 0 && t.s.touches(s.Obj, s.Off, s.Len, false) {
			return access{at: Ptr{s.Obj, s.Off}, n: s.Len}
		}
	}
	return access{}
}

// longest is how long a string a function of the library may make, and how precise a number.
const longest = 1 << 20

func bounded(n int, what string) {
	if n > longest {
		panic(refusal{excess: true, what: fmt.Sprintf("%s makes a text of more than %d bytes", what, longest)})
	}
}

// why is an error in words, for the models that make errors of their own.
func why(err error) string {
	if err == nil {
		return ""
	}
	if e, ok := err.(*strconv.NumError); ok {
		return e.Err.Error()
	}
	return err.Error()
}

// pureFunctions are functions of Go's library that are called as they are.
var pureFunctions = map[string]any{
	"runtime.Version": runtime.Version,

	"strings.Compare":       strings.Compare,
	"strings.Contains":      strings.Contains,
	"strings.ContainsAny":   strings.ContainsAny,
	"strings.ContainsRune":  strings.ContainsRune,
	"strings.Count":         strings.Count,
	"strings.Cut":           strings.Cut,
	"strings.CutPrefix":     strings.CutPrefix,
	"strings.CutSuffix":     strings.CutSuffix,
	"strings.EqualFold":     strings.EqualFold,
	"strings.Fields":        strings.Fields,
	"strings.HasPrefix":     strings.HasPrefix,
	"strings.HasSuffix":     strings.HasSuffix,
	"strings.Index":         strings.Index,
	"strings.IndexAny":      strings.IndexAny,
	"strings.IndexByte":     strings.IndexByte,
	"strings.IndexRune":     strings.IndexRune,
	"strings.Join":          strings.Join,
	"strings.LastIndex":     strings.LastIndex,
	"strings.LastIndexAny":  strings.LastIndexAny,
	"strings.LastIndexByte": strings.LastIndexByte,
	"strings.Repeat": func(s string, n int) string {
		if len(s) > 0 && n > longest/len(s) {
			bounded(longest+1, "strings.Repeat")
		}
		return strings.Repeat(s, n)
	},
	"strings.Replace":     strings.Replace,
	"strings.ReplaceAll":  strings.ReplaceAll,
	"strings.Split":       strings.Split,
	"strings.SplitAfter":  strings.SplitAfter,
	"strings.SplitAfterN": strings.SplitAfterN,
	"strings.SplitN":      strings.SplitN,
	"strings.Title": func(s string) string {
		return strings.Title(s) //lint:ignore SA1019 a program may call it
	},
	"strings.ToLower":     strings.ToLower,
	"strings.ToTitle":     strings.ToTitle,
	"strings.ToUpper":     strings.ToUpper,
	"strings.ToValidUTF8": strings.ToValidUTF8,
	"strings.Trim":        strings.Trim,
	"strings.TrimLeft":    strings.TrimLeft,
	"strings.TrimPrefix":  strings.TrimPrefix,
	"strings.TrimRight":   strings.TrimRight,
	"strings.TrimSpace":   strings.TrimSpace,
	"strings.TrimSuffix":  strings.TrimSuffix,
	"strings.replace": func(s string, oldnew []string) string {
		return strings.NewReplacer(oldnew...).Replace(s)
	},

	"internal/bytealg.Compare":         bytes.Compare,
	"internal/bytealg.CompareString":   strings.Compare,
	"internal/bytealg.Count":           func(b []byte, c byte) int { return bytes.Count(b, []byte{c}) },
	"internal/bytealg.CountString":     func(s string, c byte) int { return strings.Count(s, string([]byte{c})) },
	"internal/bytealg.Equal":           bytes.Equal,
	"internal/bytealg.Index":           bytes.Index,
	"internal/bytealg.IndexString":     strings.Index,
	"internal/bytealg.IndexByte":       bytes.IndexByte,
	"internal/bytealg.IndexByteString": strings.IndexByte,

	"internal/bytealg.LastIndexByte":       bytes.LastIndexByte,
	"internal/bytealg.LastIndexByteString": strings.LastIndexByte,

	"strconv.CanBackquote": strconv.CanBackquote,
	"strconv.FormatBool":   strconv.FormatBool,
	"strconv.FormatComplex": func(c complex128, format byte, prec, bitSize int) string {
		bounded(prec, "strconv.FormatComplex")
		return strconv.FormatComplex(c, format, prec, bitSize)
	},
	"strconv.FormatFloat": func(f float64, format byte, prec, bitSize int) string {
		bounded(prec, "strconv.FormatFloat")
		return strconv.FormatFloat(f, format, prec, bitSize)
	},
	"strconv.FormatInt":          strconv.FormatInt,
	"strconv.FormatUint":         strconv.FormatUint,
	"strconv.IsGraphic":          strconv.IsGraphic,
	"strconv.IsPrint":            strconv.IsPrint,
	"strconv.Itoa":               strconv.Itoa,
	"strconv.Quote":              strconv.Quote,
	"strconv.QuoteRune":          strconv.QuoteRune,
	"strconv.QuoteRuneToASCII":   strconv.QuoteRuneToASCII,
	"strconv.QuoteRuneToGraphic": strconv.QuoteRuneToGraphic,
	"strconv.QuoteToASCII":       strconv.QuoteToASCII,
	"strconv.QuoteToGraphic":     strconv.QuoteToGraphic,
	"strconv.parseInt": func(s string, base, bitSize int) (int64, string) {
		i, err := strconv.ParseInt(s, base, bitSize)
		return i, why(err)
	},
	"strconv.parseUint": func(s string, base, bitSize int) (uint64, string) {
		i, err := strconv.ParseUint(s, base, bitSize)
		return i, why(err)
	},
	"strconv.parseFloat": func(s string, bitSize int) (float64, string) {
		f, err := strconv.ParseFloat(s, bitSize)
		return f, why(err)
	},
	"strconv.parseComplex": func(s string, bitSize int) (complex128, string) {
		c, err := strconv.ParseComplex(s, bitSize)
		return c, why(err)
	},
	"strconv.unquote": func(s string) (string, bool) {
		text, err := strconv.Unquote(s)
		return text, err == nil
	},
	"strconv.quotedPrefix": func(s string) (string, bool) {
		text, err := strconv.QuotedPrefix(s)
		return text, err == nil
	},
	"strconv.unquoteChar": func(s string, quote byte) (rune, bool, string, bool) {
		value, multibyte, tail, err := strconv.UnquoteChar(s, quote)
		return value, multibyte, tail, err == nil
	},

	"unicode.IsControl":  unicode.IsControl,
	"unicode.IsDigit":    unicode.IsDigit,
	"unicode.IsGraphic":  unicode.IsGraphic,
	"unicode.IsLetter":   unicode.IsLetter,
	"unicode.IsLower":    unicode.IsLower,
	"unicode.IsMark":     unicode.IsMark,
	"unicode.IsNumber":   unicode.IsNumber,
	"unicode.IsPrint":    unicode.IsPrint,
	"unicode.IsPunct":    unicode.IsPunct,
	"unicode.IsSpace":    unicode.IsSpace,
	"unicode.IsSymbol":   unicode.IsSymbol,
	"unicode.IsTitle":    unicode.IsTitle,
	"unicode.IsUpper":    unicode.IsUpper,
	"unicode.SimpleFold": unicode.SimpleFold,
	"unicode.To":         unicode.To,
	"unicode.ToLower":    unicode.ToLower,
	"unicode.ToTitle":    unicode.ToTitle,
	"unicode.ToUpper":    unicode.ToUpper,

	"unicode/utf8.DecodeLastRune":         utf8.DecodeLastRune,
	"unicode/utf8.DecodeLastRuneInString": utf8.DecodeLastRuneInString,
	"unicode/utf8.DecodeRune":             utf8.DecodeRune,
	"unicode/utf8.DecodeRuneInString":     utf8.DecodeRuneInString,
	"unicode/utf8.FullRune":               utf8.FullRune,
	"unicode/utf8.FullRuneInString":       utf8.FullRuneInString,
	"unicode/utf8.RuneCount":              utf8.RuneCount,
	"unicode/utf8.RuneCountInString":      utf8.RuneCountInString,
	"unicode/utf8.RuneLen":                utf8.RuneLen,
	"unicode/utf8.RuneStart":              utf8.RuneStart,
	"unicode/utf8.Valid":                  utf8.Valid,
	"unicode/utf8.ValidRune":              utf8.ValidRune,
	"unicode/utf8.ValidString":            utf8.ValidString,

	"time.round": func(d, m int64) int64 { return int64(time.Duration(d).Round(time.Duration(m))) },
	"time.durationString": func(d int64) string {
		return time.Duration(d).String()
	},
	"time.parseDuration": func(s string) (int64, string) {
		d, err := time.ParseDuration(s)
		return int64(d), why(err)
	},
	"time.monthString":   func(m int) string { return time.Month(m).String() },
	"time.weekdayString": func(d int) string { return time.Weekday(d).String() },
	"time.date": func(year, month, day, hour, min, sec, nsec int) (int64, int64) {
		t := time.Date(year, time.Month(month), day, hour, min, sec, nsec, time.UTC)
		return t.Unix(), int64(t.Nanosecond())
	},
	"time.parse": func(layout, value string) (int64, int64, string) {
		t, err := time.Parse(layout, value)
		return t.Unix(), int64(t.Nanosecond()), why(err)
	},
	"time.format": func(sec, nsec int64, layout string) string { return time.Unix(sec, nsec).UTC().Format(layout) },
	"time.field": func(sec int64, name string) int {
		t := time.Unix(sec, 0).UTC()
		switch name {
		case "year":
			return t.Year()
		case "month":
			return int(t.Month())
		case "day":
			return t.Day()
		case "yearday":
			return t.YearDay()
		case "weekday":
			return int(t.Weekday())
		case "isoyear":
			year, _ := t.ISOWeek()
			return year
		case "isoweek":
			_, week := t.ISOWeek()
			return week
		case "hour":
			return t.Hour()
		case "minute":
			return t.Minute()
		}
		return t.Second()
	},
	"time.remainder": func(sec, nsec, d int64) int64 {
		hi, lo := bits.Mul64(uint64(max(sec, -sec)), 1e9)
		r := int64(bits.Rem64(hi, lo, uint64(d)))
		if sec < 0 {
			r = -r
		}
		r = (r + nsec%d) % d
		if r < 0 {
			r += d
		}
		return r
	},

	"math.Abs": math.Abs, "math.Acos": math.Acos, "math.Acosh": math.Acosh, "math.Asin": math.Asin,
	"math.Asinh": math.Asinh, "math.Atan": math.Atan, "math.Atan2": math.Atan2, "math.Atanh": math.Atanh,
	"math.Cbrt": math.Cbrt, "math.Ceil": math.Ceil, "math.Copysign": math.Copysign, "math.Cos": math.Cos,
	"math.Cosh": math.Cosh, "math.Dim": math.Dim, "math.Erf": math.Erf, "math.Erfc": math.Erfc,
	"math.Erfcinv": math.Erfcinv, "math.Erfinv": math.Erfinv, "math.Exp": math.Exp, "math.Exp2": math.Exp2,
	"math.Expm1": math.Expm1, "math.FMA": math.FMA, "math.Float32bits": math.Float32bits,
	"math.Float32frombits": math.Float32frombits, "math.Float64bits": math.Float64bits,
	"math.Float64frombits": math.Float64frombits, "math.Floor": math.Floor, "math.Frexp": math.Frexp,
	"math.Gamma": math.Gamma, "math.Hypot": math.Hypot, "math.Ilogb": math.Ilogb, "math.Inf": math.Inf,
	"math.IsInf": math.IsInf, "math.IsNaN": math.IsNaN, "math.J0": math.J0, "math.J1": math.J1,
	"math.Jn": math.Jn, "math.Ldexp": math.Ldexp, "math.Lgamma": math.Lgamma, "math.Log": math.Log,
	"math.Log10": math.Log10, "math.Log1p": math.Log1p, "math.Log2": math.Log2, "math.Logb": math.Logb,
	"math.Max": math.Max, "math.Min": math.Min, "math.Mod": math.Mod, "math.Modf": math.Modf,
	"math.NaN": math.NaN, "math.Nextafter": math.Nextafter, "math.Nextafter32": math.Nextafter32,
	"math.Pow": math.Pow, "math.Pow10": math.Pow10, "math.Remainder": math.Remainder,
	"math.Round": math.Round, "math.RoundToEven": math.RoundToEven, "math.Signbit": math.Signbit,
	"math.Sin": math.Sin, "math.Sincos": math.Sincos, "math.Sinh": math.Sinh, "math.Sqrt": math.Sqrt,
	"math.Tan": math.Tan, "math.Tanh": math.Tanh, "math.Trunc": math.Trunc, "math.Y0": math.Y0,
	"math.Y1": math.Y1, "math.Yn": math.Yn,

	"math/cmplx.Abs": cmplx.Abs, "math/cmplx.Sqrt": cmplx.Sqrt, "math/cmplx.Exp": cmplx.Exp,
	"math/cmplx.Pow": cmplx.Pow,

	"math/bits.Add": bits.Add, "math/bits.Add32": bits.Add32, "math/bits.Add64": bits.Add64,
	"math/bits.Div": bits.Div, "math/bits.Div32": bits.Div32, "math/bits.Div64": bits.Div64,
	"math/bits.LeadingZeros": bits.LeadingZeros, "math/bits.LeadingZeros8": bits.LeadingZeros8,
	"math/bits.LeadingZeros16": bits.LeadingZeros16, "math/bits.LeadingZeros32": bits.LeadingZeros32,
	"math/bits.LeadingZeros64": bits.LeadingZeros64, "math/bits.Len": bits.Len, "math/bits.Len8": bits.Len8,
	"math/bits.Len16": bits.Len16, "math/bits.Len32": bits.Len32, "math/bits.Len64": bits.Len64,
	"math/bits.Mul": bits.Mul, "math/bits.Mul32": bits.Mul32, "math/bits.Mul64": bits.Mul64,
	"math/bits.OnesCount": bits.OnesCount, "math/bits.OnesCount8": bits.OnesCount8,
	"math/bits.OnesCount16": bits.OnesCount16, "math/bits.OnesCount32": bits.OnesCount32,
	"math/bits.OnesCount64": bits.OnesCount64, "math/bits.Rem": bits.Rem, "math/bits.Rem32": bits.Rem32,
	"math/bits.Rem64": bits.Rem64, "math/bits.Reverse": bits.Reverse, "math/bits.Reverse8": bits.Reverse8,
	"math/bits.Reverse16": bits.Reverse16, "math/bits.Reverse32": bits.Reverse32,
	"math/bits.Reverse64": bits.Reverse64, "math/bits.ReverseBytes": bits.ReverseBytes,
	"math/bits.ReverseBytes16": bits.ReverseBytes16, "math/bits.ReverseBytes32": bits.ReverseBytes32,
	"math/bits.ReverseBytes64": bits.ReverseBytes64, "math/bits.RotateLeft": bits.RotateLeft,
	"math/bits.RotateLeft8": bits.RotateLeft8, "math/bits.RotateLeft16": bits.RotateLeft16,
	"math/bits.RotateLeft32": bits.RotateLeft32, "math/bits.RotateLeft64": bits.RotateLeft64,
	"math/bits.Sub": bits.Sub, "math/bits.Sub32": bits.Sub32, "math/bits.Sub64": bits.Sub64,
	"math/bits.TrailingZeros": bits.TrailingZeros, "math/bits.TrailingZeros8": bits.TrailingZeros8,
	"math/bits.TrailingZeros16": bits.TrailingZeros16, "math/bits.TrailingZeros32": bits.TrailingZeros32,
	"math/bits.TrailingZeros64": bits.TrailingZeros64,
}

// valueNatives look at the types of values, or at what values lead to.
var valueNatives = map[string]*native{}

// set adds one of them, which is no step.
func set(name string, run func(t *thread, a []Value) Value) *native {
	n := &native{run: run}
	valueNatives[name] = n
	return n
}

func init() {
	iface := func(v Value) Iface { i, _ := v.(Iface); return i }

	set("internal/values.Comparable", func(t *thread, a []Value) Value {
		x := iface(a[0])
		return x.T == nil || types.Comparable(x.T)
	})
	set("internal/values.SameType", func(t *thread, a []Value) Value {
		x, y := iface(a[0]), iface(a[1])
		return x.T != nil && y.T != nil && types.Identical(x.T, y.T)
	})
	set("internal/values.IsNil", func(t *thread, a []Value) Value {
		p, ok := iface(a[0]).V.(Ptr)
		return ok && p.Obj == 0
	})
	slice := func(t *thread, v Value) (Slice, int32) {
		x := iface(v)
		if x.T != nil {
			if st, ok := x.T.Underlying().(*types.Slice); ok {
				s, _ := x.V.(Slice)
				return s, int32(cells(st.Elem()))
			}
		}
		name := "nil"
		if x.T != nil {
			name = reflectName(x.T)
		}
		panic(goPanic{t.s.p.text("sort: a slice is wanted, not " + name)})
	}
	set("internal/values.Len", func(t *thread, a []Value) Value {
		s, _ := slice(t, a[0])
		return int(s.Len)
	})
	swap := set("internal/values.Swap", func(t *thread, a []Value) Value {
		s, size := slice(t, a[0])
		i, j := int32(mustInt(a[1])), int32(mustInt(a[2]))
		if i == j || size == 0 {
			return nil
		}
		all := t.s.writable(s.Obj).cells
		x, y := all[s.Off+i*size:][:size], all[s.Off+j*size:][:size]
		kept := slices.Clone(x)
		copy(x, y)
		copy(y, kept)
		return nil
	})
	swap.step = func(t *thread, a []Value) bool {
		s, size := slice(t, a[0])
		return s.Obj != 0 && t.s.touches(s.Obj, s.Off, s.Len*size, true)
	}
	swap.access = func(t *thread, a []Value) access {
		s, size := slice(t, a[0])
		return access{at: Ptr{s.Obj, s.Off}, n: s.Len * size, write: true}
	}
	swap.tell = func(t *thread, a []Value) string {
		s, _ := slice(t, a[0])
		return fmt.Sprintf("swaps two elements of %s", t.s.nameOf(s))
	}

	set("internal/values.Unfit", func(t *thread, a []Value) Value {
		x := iface(a[0])
		if x.T == nil {
			return "errors: target cannot be nil"
		}
		pt, ok := x.T.Underlying().(*types.Pointer)
		if p, _ := x.V.(Ptr); !ok || p.Obj == 0 {
			return "errors: target must be a non-nil pointer"
		}
		if !types.IsInterface(pt.Elem()) && !hasText(pt.Elem(), "Error") {
			return "errors: *target must be interface or implement error"
		}
		return ""
	})
	set("internal/values.Assign", func(t *thread, a []Value) Value {
		x, target := iface(a[0]), iface(a[1])
		elem := target.T.Underlying().(*types.Pointer).Elem()
		if x.T == nil || !types.AssignableTo(x.T, elem) {
			return false
		}
		if types.IsInterface(elem) {
			t.s.store(target.V.(Ptr), x)
		} else {
			t.s.store(target.V.(Ptr), x.V)
		}
		return true
	})
}

func init() {
	printing := func(name string, run func(p *printer, t *thread, a []Value)) {
		n := set(name, func(t *thread, a []Value) Value {
			p := &printer{s: t.s}
			for _, s := range t.s.contents(a[len(a)-1], 1) {
				p.said = append(p.said, s.(string))
			}
			q := p.try(func() { run(p, t, a) })
			if q != nil {
				return Tuple{"", Iface{t.s.p.canonical(q.value.T), q.value.V}, q.how}
			}
			if p.out.Len() > longest {
				bounded(p.out.Len(), "fmt")
			}
			return Tuple{p.out.String(), Iface{}, ""}
		})
		n.step = func(t *thread, a []Value) bool { return t.s.printed(a[len(a)-2]).n > 0 }
		n.access = func(t *thread, a []Value) access { return t.s.printed(a[len(a)-2]) }
		n.tell = func(t *thread, a []Value) string {
			return "reads " + t.s.name(t.s.printed(a[len(a)-2]).at) + " to print it"
		}
	}
	list := func(t *thread, v Value) []Value { return t.s.contents(v, 1) }
	printing("fmt.sprint", func(p *printer, t *thread, a []Value) { p.print(list(t, a[0]), false) })
	printing("fmt.sprintln", func(p *printer, t *thread, a []Value) { p.print(list(t, a[0]), true) })
	printing("fmt.sprintf", func(p *printer, t *thread, a []Value) { p.printf(a[0].(string), list(t, a[1]), nil) })
	printing("fmt.errorf", func(p *printer, t *thread, a []Value) {
		p.wrapping = true
		p.printf(a[0].(string), list(t, a[1]), nil)
	})
	set("fmt.sscan", func(t *thread, a []Value) Value {
		return t.scan(list(t, a[1]), func(into []any) (int, error) { return fmt.Sscan(a[0].(string), into...) })
	})
	set("fmt.sscanln", func(t *thread, a []Value) Value {
		return t.scan(list(t, a[1]), func(into []any) (int, error) { return fmt.Sscanln(a[0].(string), into...) })
	})
	set("fmt.sscanf", func(t *thread, a []Value) Value {
		return t.scan(list(t, a[2]), func(into []any) (int, error) {
			return fmt.Sscanf(a[0].(string), a[1].(string), into...)
		})
	})
	set("fmt.wrapped", func(t *thread, a []Value) Value {
		p := &printer{s: t.s, silent: true}
		args, from, found := list(t, a[1]), int(mustInt(a[2])), -1
		p.printf(a[0].(string), args, func(verb rune, index int) {
			x := args[index].(Iface)
			if verb == 'w' && index >= from && (found < 0 || index < found) && x.T != nil && hasText(x.T, "Error") {
				found = index
			}
		})
		return found
	})
}

// scan has Go's own fmt read into variables of the basic types that args point to.
func (t *thread) scan(args []Value, read func(into []any) (int, error)) Value {
	var into []any
	var at []Ptr
	for _, a := range args {
		a := a.(Iface)
		var pt *types.Pointer
		if a.T != nil {
			pt, _ = a.T.Underlying().(*types.Pointer)
		}
		p, _ := a.V.(Ptr)
		if pt == nil || p.Obj == 0 {
			panic(refusal{what: "fmt.Sscan and its like are given pointers to variables"})
		}
		b, ok := pt.Elem().Underlying().(*types.Basic)
		method, _, _ := types.LookupFieldOrMethod(a.T, false, nil, "Scan")
		if !ok || method != nil || b.Kind() == types.UnsafePointer {
			panic(refusal{what: "fmt.Sscan and its like can only be explored with numbers, strings and bools"})
		}
		variable := reflect.New(reflect.TypeOf(zero(b)))
		variable.Elem().Set(reflect.ValueOf(t.s.load(p, b)))
		into = append(into, variable.Interface())
		at = append(at, p)
	}
	n, err := read(into)
	for i := range into {
		t.s.store(at[i], reflect.ValueOf(into[i]).Elem().Interface())
	}
	return Tuple{n, why(err)}
}

// try runs f until it is done or asks a question.
func (p *printer) try(f func()) (q *question) {
	defer func() {
		switch r := recover().(type) {
		case nil:
		case question:
			q = &r
		default:
			panic(r)
		}
	}()
	f()
	return nil
}

// printed is memory that printing these values reads and another goroutine may change meanwhile;
// the first there is.
func (s *state) printed(args Value) access {
	for _, a := range s.contents(args, 1) {
		if i, _ := a.(Iface); i.T != nil {
			if found := s.readBy(i.T, i.V, 0); found.n > 0 {
				return found
			}
		}
	}
	return access{}
}

// maxDepth is how deep values within values are looked at. Deeper ones hold themselves, which
// printing refuses.
const maxDepth = 100

// readBy is the first memory that printing a value reads and another goroutine may change
// meanwhile. The value was come to by following depth slices, maps, pointers and fields.
func (s *state) readBy(t types.Type, v Value, depth int) access {
	if depth > maxDepth || !refersType(t) {
		return access{}
	}
	switch u := t.Underlying().(type) {
	case *types.Interface:
		if i, _ := v.(Iface); i.T != nil {
			return s.readBy(i.T, i.V, depth)
		}
	case *types.Pointer:
		switch u.Elem().Underlying().(type) {
		case *types.Struct, *types.Array, *types.Slice, *types.Map:
			if p, _ := v.(Ptr); depth == 0 { // fmt follows no other pointers
				return s.readAt(p, cells(u.Elem()), u.Elem(), depth)
			}
		}
	case *types.Slice:
		ref, _ := v.(Slice)
		return s.readAt(Ptr{ref.Obj, ref.Off}, int(ref.Len)*cells(u.Elem()), u.Elem(), depth)
	case *types.Map:
		if ref, _ := v.(MapRef); ref.Obj != 0 {
			return s.readMap(ref.Obj, u, depth)
		}
	case *types.Struct:
		off := 0
		for i := range u.NumFields() {
			f := u.Field(i).Type()
			n := cells(f)
			if a := s.readBy(f, part(v.(Tuple), off, n, flat(f)), depth+1); a.n > 0 {
				return a
			}
			off += n
		}
	case *types.Array:
		n := cells(u.Elem())
		for i := range int(u.Len()) {
			if a := s.readBy(u.Elem(), part(v.(Tuple), i*n, n, flat(u.Elem())), depth+1); a.n > 0 {
				return a
			}
		}
	}
	return access{}
}

// readAt is readBy for n cells of memory, which hold values of type t.
func (s *state) readAt(at Ptr, n int, t types.Type, depth int) access {
	if n == 0 || at.Obj == 0 {
		return access{}
	}
	if s.touches(at.Obj, at.Off, int32(n), false) {
		return access{at: at, n: int32(n)}
	}
	size := cells(t)
	for off := 0; off < n && size > 0 && refersType(t); off += size {
		v := part(Tuple(s.objs[at.Obj].cells), int(at.Off)+off, size, flat(t))
		if a := s.readBy(t, v, depth+1); a.n > 0 {
			return a
		}
	}
	return access{}
}

// readMap is readBy for a map.
func (s *state) readMap(obj int32, t *types.Map, depth int) access {
	if s.touches(obj, 0, 1, false) {
		return access{at: Ptr{Obj: obj}, n: 1}
	}
	m := s.objs[obj].m
	for i, key := range m.keys {
		if a := s.readBy(t.Key(), key, depth+1); a.n > 0 {
			return a
		}
		if a := s.readBy(t.Elem(), m.vals[i], depth+1); a.n > 0 {
			return a
		}
	}
	return access{}
}
