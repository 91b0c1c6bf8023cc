package main

import (
	"fmt"
	"time"
)

func main() {
	fmt.Println(time.Duration(0), time.Nanosecond, 1500*time.Microsecond, 36*time.Hour,
		(2500 * time.Millisecond).Seconds(), (90 * time.Second).Minutes())
	fmt.Println((1234 * time.Millisecond).Round(time.Second), (1999 * time.Millisecond).Truncate(time.Second),
		time.Duration(1e9), time.Millisecond*time.Duration(3))
	d, err := time.ParseDuration("1h15m30.5s")
	fmt.Println(d, err, d.Milliseconds(), time.Time{}.IsZero())
	time.Sleep(0)
	time.Sleep(-time.Second)
	var total time.Duration
	for i := range 3 {
		total += time.Duration(i) * time.Second
	}
	fmt.Println(total, total > 2*time.Second, fmt.Sprintf("%.1f", total.Seconds()))
}
