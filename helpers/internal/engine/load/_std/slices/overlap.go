package slices

// overlaps tells whether two slices share an element, without arithmetic on addresses.
func overlaps[E any](a, b []E) bool {
	return len(a) > 0 && len(b) > 0 && (within(&a[0], b) || within(&b[0], a))
}

func within[E any](p *E, s []E) bool {
	for i := range s {
		if p == &s[i] {
			return true
		}
	}
	return false
}
