// Package time is a model in which time is the machine's: it begins at one fixed moment and only
// sleeping lets it pass.
package time

import "internal/machine"

type Duration int64

const (
	Nanosecond  Duration = 1
	Microsecond          = 1000 * Nanosecond
	Millisecond          = 1000 * Microsecond
	Second               = 1000 * Millisecond
	Minute               = 60 * Second
	Hour                 = 60 * Minute
)

const (
	least    Duration = -1 << 63
	greatest Duration = 1<<63 - 1
)

func (d Duration) Nanoseconds() int64  { return int64(d) }
func (d Duration) Microseconds() int64 { return int64(d) / 1e3 }
func (d Duration) Milliseconds() int64 { return int64(d) / 1e6 }
func (d Duration) Seconds() float64    { return d.in(Second) }
func (d Duration) Minutes() float64    { return d.in(Minute) }
func (d Duration) Hours() float64      { return d.in(Hour) }

func (d Duration) in(unit Duration) float64 { return float64(d/unit) + float64(d%unit)/float64(unit) }

func (d Duration) Abs() Duration {
	if d == least {
		return greatest
	}
	return max(d, -d)
}

func (d Duration) Truncate(m Duration) Duration {
	if m <= 0 {
		return d
	}
	return d - d%m
}

func (d Duration) Round(m Duration) Duration { return Duration(round(int64(d), int64(m))) }

func (d Duration) String() string { return durationString(int64(d)) }

func ParseDuration(s string) (Duration, error) {
	d, why := parseDuration(s)
	if why != "" {
		return 0, &textError{why}
	}
	return Duration(d), nil
}

type textError struct{ text string }

func (e *textError) Error() string { return e.text }

// Natives.
func round(d, m int64) int64
func durationString(d int64) string
func parseDuration(s string) (d int64, why string)

type Month int

const (
	January Month = 1 + iota
	February
	March
	April
	May
	June
	July
	August
	September
	October
	November
	December
)

func (m Month) String() string { return monthString(int(m)) }

type Weekday int

const (
	Sunday Weekday = iota
	Monday
	Tuesday
	Wednesday
	Thursday
	Friday
	Saturday
)

func (d Weekday) String() string { return weekdayString(int(d)) }

func monthString(m int) string
func weekdayString(d int) string

// Location: there is one.
type Location struct{ name string }

var (
	UTC   = &Location{"UTC"}
	Local = UTC
)

func (l *Location) String() string { return "UTC" }

const (
	Layout      = "01/02 03:04:05PM '06 -0700"
	ANSIC       = "Mon Jan _2 15:04:05 2006"
	UnixDate    = "Mon Jan _2 15:04:05 MST 2006"
	RubyDate    = "Mon Jan 02 15:04:05 -0700 2006"
	RFC822      = "02 Jan 06 15:04 MST"
	RFC822Z     = "02 Jan 06 15:04 -0700"
	RFC850      = "Monday, 02-Jan-06 15:04:05 MST"
	RFC1123     = "Mon, 02 Jan 2006 15:04:05 MST"
	RFC1123Z    = "Mon, 02 Jan 2006 15:04:05 -0700"
	RFC3339     = "2006-01-02T15:04:05Z07:00"
	RFC3339Nano = "2006-01-02T15:04:05.999999999Z07:00"
	Kitchen     = "3:04PM"
	Stamp       = "Jan _2 15:04:05"
	StampMilli  = "Jan _2 15:04:05.000"
	StampMicro  = "Jan _2 15:04:05.000000"
	StampNano   = "Jan _2 15:04:05.000000000"
	DateTime    = "2006-01-02 15:04:05"
	DateOnly    = "2006-01-02"
	TimeOnly    = "15:04:05"
)

// Time is in UTC, in seconds since the start of year 1.
type Time struct {
	sec  int64
	nsec int64 // 0 to 999,999,999
}

const (
	toUnix    = 62135596800         // seconds from year 1 to 1970
	beginning = toUnix + 1767225600 // when the program begins: 1 January 2026
)

func make_(sec, nsec int64) Time {
	sec += nsec / 1e9
	nsec %= 1e9
	if nsec < 0 {
		sec, nsec = sec-1, nsec+1e9
	}
	return Time{sec, nsec}
}

func Now() Time { return make_(beginning, machine.Now()) }

func Unix(sec int64, nsec int64) Time { return make_(sec+toUnix, nsec) }
func UnixMilli(msec int64) Time       { return Unix(msec/1e3, msec%1e3*1e6) }
func UnixMicro(usec int64) Time       { return Unix(usec/1e6, usec%1e6*1e3) }

func Date(year int, month Month, day, hour, min, sec, nsec int, loc *Location) Time {
	if loc == nil {
		panic("time: missing Location in call to Date")
	}
	s, ns := date(year, int(month), day, hour, min, sec, nsec)
	return Time{s + toUnix, ns}
}

func Parse(layout, value string) (Time, error) {
	sec, nsec, why := parse(layout, value)
	if why != "" {
		return Time{}, &textError{why}
	}
	return Time{sec + toUnix, nsec}, nil
}

func ParseInLocation(layout, value string, loc *Location) (Time, error) { return Parse(layout, value) }

// Natives; seconds are since 1970.
func date(year, month, day, hour, min, sec, nsec int) (s, ns int64)
func parse(layout, value string) (sec, nsec int64, why string)
func format(sec, nsec int64, layout string) string
func field(sec int64, name string) int

func (t Time) field(name string) int { return field(t.sec-toUnix, name) }

func Since(t Time) Duration { return Now().Sub(t) }
func Until(t Time) Duration { return t.Sub(Now()) }

func (t Time) Add(d Duration) Time {
	return make_(t.sec, t.nsec+int64(d%Second)).seconds(int64(d / Second))
}

func (t Time) seconds(s int64) Time { return Time{t.sec + s, t.nsec} }

func (t Time) Sub(u Time) Duration {
	s := t.sec - u.sec
	switch {
	case s > int64(greatest/Second):
		return greatest
	case s < int64(least/Second):
		return least
	}
	return Duration(s)*Second + Duration(t.nsec-u.nsec)
}

func (t Time) AddDate(years int, months int, days int) Time {
	year, month, day := t.Date()
	hour, min, sec := t.Clock()
	return Date(year+years, month+Month(months), day+days, hour, min, sec, int(t.nsec), UTC)
}

func (t Time) Compare(u Time) int {
	switch {
	case t.Before(u):
		return -1
	case t.After(u):
		return 1
	}
	return 0
}

func (t Time) Before(u Time) bool { return t.sec < u.sec || t.sec == u.sec && t.nsec < u.nsec }
func (t Time) After(u Time) bool  { return u.Before(t) }
func (t Time) Equal(u Time) bool  { return t == u }
func (t Time) IsZero() bool       { return t == Time{} }

func (t Time) Unix() int64      { return t.sec - toUnix }
func (t Time) UnixMilli() int64 { return t.Unix()*1e3 + t.nsec/1e6 }
func (t Time) UnixMicro() int64 { return t.Unix()*1e6 + t.nsec/1e3 }
func (t Time) UnixNano() int64  { return t.Unix()*1e9 + t.nsec }

func (t Time) Date() (year int, month Month, day int) { return t.Year(), t.Month(), t.Day() }
func (t Time) Clock() (hour, min, sec int)            { return t.Hour(), t.Minute(), t.Second() }
func (t Time) Year() int                              { return t.field("year") }
func (t Time) Month() Month                           { return Month(t.field("month")) }
func (t Time) Day() int                               { return t.field("day") }
func (t Time) YearDay() int                           { return t.field("yearday") }
func (t Time) Weekday() Weekday                       { return Weekday(t.field("weekday")) }
func (t Time) ISOWeek() (year, week int)              { return t.field("isoyear"), t.field("isoweek") }
func (t Time) Hour() int                              { return t.field("hour") }
func (t Time) Minute() int                            { return t.field("minute") }
func (t Time) Second() int                            { return t.field("second") }
func (t Time) Nanosecond() int                        { return int(t.nsec) }

func (t Time) UTC() Time                       { return t }
func (t Time) Local() Time                     { return t }
func (t Time) In(loc *Location) Time           { return t }
func (t Time) Location() *Location             { return UTC }
func (t Time) Zone() (name string, offset int) { return "UTC", 0 }
func (t Time) ZoneBounds() (start, end Time)   { return Time{}, Time{} }
func (t Time) IsDST() bool                     { return false }
func (t Time) Format(layout string) string     { return format(t.Unix(), t.nsec, layout) }

func (t Time) String() string {
	return t.Format("2006-01-02 15:04:05.999999999 -0700 MST")
}

func (t Time) AppendFormat(b []byte, layout string) []byte { return append(b, t.Format(layout)...) }

// fromEpoch is how far t lies beyond a multiple of d since year 1.
func (t Time) beyond(d Duration) Duration {
	if d <= 0 {
		return 0
	}
	return Duration(remainder(t.sec, t.nsec, int64(d)))
}

// remainder is sec seconds and nsec nanoseconds modulo d.
func remainder(sec, nsec, d int64) int64

func (t Time) Truncate(d Duration) Time { return t.Add(-t.beyond(d)) }

func (t Time) Round(d Duration) Time {
	if d <= 0 {
		return t
	}
	r := t.beyond(d)
	if r+r < d {
		return t.Add(-r)
	}
	return t.Add(d - r)
}
