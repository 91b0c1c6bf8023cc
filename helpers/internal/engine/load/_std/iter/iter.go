// Package iter names the functions that a range can go over. What Pull makes is a goroutine here,
// and each value that it hands over is two steps.
package iter

type Seq[V any] func(yield func(V) bool)

type Seq2[K, V any] func(yield func(K, V) bool)

// handed is what comes from a sequence: a value, or its end, by a panic or without.
type handed[V any] struct {
	value V
	ok    bool
	panic any
}

func Pull[V any](seq Seq[V]) (next func() (V, bool), stop func()) {
	resume, values := make(chan bool), make(chan handed[V]) // resume tells whether another value is wanted
	started, ended := false, false
	run := func() {
		last := handed[V]{}
		defer func() {
			last.panic = recover()
			values <- last
		}()
		seq(func(v V) bool {
			values <- handed[V]{value: v, ok: true}
			return <-resume
		})
	}
	take := func() (V, bool) {
		h := <-values
		ended = !h.ok
		if h.panic != nil {
			panic(h.panic)
		}
		return h.value, h.ok
	}
	next = func() (V, bool) {
		switch {
		case ended:
			var none V
			return none, false
		case !started:
			started = true
			go run()
		default:
			resume <- true
		}
		return take()
	}
	stop = func() {
		switch {
		case ended:
		case !started:
			ended = true
		default:
			resume <- false
			take()
			ended = true
		}
	}
	return next, stop
}

func Pull2[K, V any](seq Seq2[K, V]) (next func() (K, V, bool), stop func()) {
	type pair struct {
		key   K
		value V
	}
	pull, stop := Pull(func(yield func(pair) bool) {
		seq(func(k K, v V) bool { return yield(pair{k, v}) })
	})
	return func() (K, V, bool) {
		p, ok := pull()
		return p.key, p.value, ok
	}, stop
}
