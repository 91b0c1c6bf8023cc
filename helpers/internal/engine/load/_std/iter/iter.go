// Package iter names the functions that a range can go over. Pull, which needs a coroutine, is not there.
package iter

type Seq[V any] func(yield func(V) bool)

type Seq2[K, V any] func(yield func(K, V) bool)
