package main

import (
	"fmt"
	"time"
)

func main() {
	start := time.Date(2026, time.November, 29, 21, 40, 5, 0, time.UTC)
	later := start.Add(90 * time.Minute)
	fmt.Println(later.Sub(start), later.After(start), start.Before(later), start.Equal(start))
	fmt.Println(start.Year(), start.Month(), start.Weekday(), later.Day(), later.Format("15:04:05"), time.March)
}
