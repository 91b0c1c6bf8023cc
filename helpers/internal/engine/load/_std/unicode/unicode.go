// Package unicode is native and has no tables.
package unicode

const (
	MaxRune         = '\U0010FFFF'
	ReplacementChar = '\uFFFD'
	MaxASCII        = '\u007F'
	MaxLatin1       = '\u00FF'
	UpperLower      = MaxRune + 1
)

const (
	UpperCase = iota
	LowerCase
	TitleCase
	MaxCase
)

// SpecialCase is not told apart: without tables there is none but the usual.
type SpecialCase []CaseRange

type CaseRange struct {
	Lo    uint32
	Hi    uint32
	Delta d
}

type d [MaxCase]rune

func (special SpecialCase) ToLower(r rune) rune { return special.to(LowerCase, r) }
func (special SpecialCase) ToTitle(r rune) rune { return special.to(TitleCase, r) }
func (special SpecialCase) ToUpper(r rune) rune { return special.to(UpperCase, r) }

func (special SpecialCase) to(_case int, r rune) rune {
	for _, c := range special {
		if c.Lo <= uint32(r) && uint32(r) <= c.Hi {
			if delta := c.Delta[_case]; delta <= MaxRune {
				return r + delta
			}
			// Upper and lower alternate: upper at even distances.
			return rune(c.Lo) + ((r-rune(c.Lo))&^1 | rune(_case&1))
		}
	}
	return To(_case, r)
}

func IsControl(r rune) bool
func IsDigit(r rune) bool
func IsGraphic(r rune) bool
func IsLetter(r rune) bool
func IsLower(r rune) bool
func IsMark(r rune) bool
func IsNumber(r rune) bool
func IsPrint(r rune) bool
func IsPunct(r rune) bool
func IsSpace(r rune) bool
func IsSymbol(r rune) bool
func IsTitle(r rune) bool
func IsUpper(r rune) bool
func SimpleFold(r rune) rune
func To(_case int, r rune) rune
func ToLower(r rune) rune
func ToTitle(r rune) rune
func ToUpper(r rune) rune
