package page

import (
	"bytes"
	"encoding/binary"
	"errors"
	"slices"
)

// Sections of a WebAssembly module, by their numbers in its format
// (https://webassembly.github.io/spec/core/binary/modules.html).
const (
	memorySection = 5
	dataSection   = 11
)

// mostPages is how much memory the engine may have, in pages of 64 KB: more than what one exploration
// takes before it stops by itself, and less than what would make a laptop slow.
const mostPages = 1 << 30 >> 16

var errModule = errors.New("the engine is not a WebAssembly module as Go's linker writes them")

// slim makes a module smaller, once it is compressed, and bounds its memory. Go's linker leaves out
// each run of zeros in what is to stand in memory, which makes some hundred thousand pieces, each
// with its address. In one piece, zeros and all, they take a sixth less.
func slim(module []byte) ([]byte, error) {
	if len(module) < 8 {
		return nil, errModule
	}
	out := slices.Clone(module[:8]) // magic number and version
	for r := bytes.NewBuffer(module[8:]); r.Len() > 0; {
		id, _ := r.ReadByte()
		size, err := binary.ReadUvarint(r)
		body := r.Next(int(size))
		if err != nil || uint64(len(body)) != size {
			return nil, errModule
		}
		switch id {
		case memorySection:
			body, err = bounded(body)
		case dataSection:
			body, err = joined(body)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, id)
		out = binary.AppendUvarint(out, uint64(len(body)))
		out = append(out, body...)
	}
	return out, nil
}

// bounded is the section of the one memory, with its greatest size beside its first.
func bounded(section []byte) ([]byte, error) {
	r := bytes.NewBuffer(section)
	count, flags := r.Next(1), r.Next(1)
	least, err := binary.ReadUvarint(r)
	if err != nil || !slices.Equal(count, []byte{1}) || !slices.Equal(flags, []byte{0}) || r.Len() > 0 {
		return nil, errModule
	}
	out := binary.AppendUvarint([]byte{1, 1}, least)
	return binary.AppendUvarint(out, mostPages), nil
}

// joined is the section of data in one piece.
func joined(section []byte) ([]byte, error) {
	r := bytes.NewBuffer(section)
	count, err := binary.ReadUvarint(r)
	if err != nil {
		return nil, errModule
	}
	type piece struct {
		at   uint64
		data []byte
	}
	var pieces []piece
	first, end := ^uint64(0), uint64(0)
	for range count {
		if head := r.Next(2); !slices.Equal(head, []byte{0, 0x41}) { // at a place in memory, given by i32.const
			return nil, errModule
		}
		at, err := binary.ReadUvarint(r) // signed, but no address is so high that it would look negative
		if over := r.Next(1); err != nil || !slices.Equal(over, []byte{0x0b}) {
			return nil, errModule
		}
		size, err := binary.ReadUvarint(r)
		data := r.Next(int(size))
		if err != nil || uint64(len(data)) != size {
			return nil, errModule
		}
		pieces = append(pieces, piece{at, data})
		first, end = min(first, at), max(end, at+size)
	}
	if count == 0 || r.Len() > 0 {
		return nil, errModule
	}
	all := make([]byte, end-first)
	for _, p := range pieces {
		copy(all[p.at-first:], p.data)
	}
	out := append([]byte{1, 0, 0x41}, signed(first)...)
	out = append(out, 0x0b)
	out = binary.AppendUvarint(out, uint64(len(all)))
	return append(out, all...), nil
}

// signed is a number as i32.const takes it: seven bits a byte, and a last one whose sixth bit is 0.
func signed(n uint64) (out []byte) {
	for n >= 0x40 {
		out = append(out, byte(n&0x7f|0x80))
		n >>= 7
	}
	return append(out, byte(n))
}
