// Package pipe lets a cell's program show things in the notebook: what package show needs of GoNB's
// own package gonbui, with three packages of the standard library instead of ninety packages, which
// the linker would take 60 ms a cell to look through.
//
// GoNB reads gob messages from a named pipe, GONB_PIPE, and answers through another,
// GONB_PIPE_BACK. The few messages there are to send are written here byte by byte, because
// encoding/gob, too, is dear to link, and because gonbui may be in the same program: a gob stream
// must not define a type twice, so the types here have numbers that gonbui's never reach.
//
// For the same reason there are pipes of our own, SHOW_PIPE and SHOW_PIPE_BACK, where the process
// that runs the cell's program offers them (docker/kernel/pictures.go): it puts the messages of
// both into one stream and gives each the answers that are its own.
package pipe

import (
	"bytes"
	"errors"
	"io"
	"os"
)

// The variables in a cell's environment that name the pipes: GoNB's, and those which docker/kernel
// offers to package show alone.
const (
	GoNB     = "GONB_PIPE"
	GoNBBack = "GONB_PIPE_BACK"
	Show     = "SHOW_PIPE"
	ShowBack = "SHOW_PIPE_BACK"
)

// Here reports whether this program runs as a notebook's cell.
func Here() bool { return os.Getenv(GoNB) != "" }

// A Notebook is an open way to the notebook. It is not for several goroutines at a time.
type Notebook struct {
	to, from *os.File
	syncs    int
}

// Open opens both pipes. It has no time limit: where nobody listens it waits for ever.
func Open() (*Notebook, error) {
	there, back := os.Getenv(Show), os.Getenv(ShowBack)
	if there == "" {
		there, back = os.Getenv(GoNB), os.Getenv(GoNBBack)
	}
	to, err := os.OpenFile(there, os.O_WRONLY, 0)
	if err != nil {
		return nil, err
	}
	from, err := os.Open(back)
	if err == nil {
		_, err = to.Write(definitions())
	}
	return &Notebook{to: to, from: from}, err
}

// Display shows one thing in the forms that are given: text by its MIME type. The notebook chooses
// the form that it likes best.
func (n *Notebook) Display(forms ...Form) error {
	data := appendUint(nil, uint64(len(forms)))
	for _, form := range forms {
		data = appendString(data, form.MIME)
		data = appendInterface(data, "string", idString, append([]byte{0}, appendString(nil, form.Text)...))
	}
	return n.send(data)
}

// A Form is a text and its MIME type, text/html for one.
type Form struct{ MIME, Text string }

// Sync waits until GoNB has passed on all that was displayed before. Like Open, it has no time
// limit.
func (n *Notebook) Sync() error {
	n.syncs++
	id := -n.syncs // gonbui counts upwards from zero, and Answer must tell whose an answer is
	value := appendField(nil, 1, appendString(nil, syncAddress))
	value = appendField(value, 1, appendInterface(nil, "int", idInt, appendInt([]byte{0}, id)))
	data := appendString([]byte{1}, "gonb/comm_value")
	data = appendInterface(data, "github.com/janpfeifer/gonb/gonbui/protocol.CommValue", idCommValue, append(value, 0))
	if err := n.send(data); err != nil {
		return err
	}
	for {
		message, err := Read(n.from)
		if err != nil {
			return err
		}
		if Answer(message) && bytes.HasSuffix(message, append(appendInt(nil, id), 0)) {
			return nil
		}
	}
}

// send writes a protocol.DisplayData whose map Data is already encoded.
func (n *Notebook) send(data []byte) error {
	_, err := n.to.Write(appendMessage(nil, append(appendField(appendInt(nil, idDisplayData), 1, data), 0)))
	return err
}

const (
	syncAddress   = "#gonbui/sync"
	answerAddress = "#gonbui/sync_ack"
)

// Answer tells whether a message from GoNB answers a Sync of this package, not one of gonbui's. Its
// last field is the number of the Sync, then comes the zero that ends it; gob keeps a number's sign
// in the lowest bit.
func Answer(message []byte) bool {
	return bytes.Contains(message, []byte(answerAddress)) && message[len(message)-2]&1 == 1
}

// Read reads one message, whole: with the length that stands before it, which is one byte below 128, or the negated number of the
// big-endian bytes that follow.
func Read(from io.Reader) ([]byte, error) {
	message := make([]byte, 9)
	if _, err := io.ReadFull(from, message[:1]); err != nil {
		return nil, err
	}
	head, length := 1, uint64(message[0])
	if message[0] >= 0x80 {
		length = 0
		if head -= int(int8(message[0])); head > len(message) {
			return nil, errors.New("not a gob message")
		}
		if _, err := io.ReadFull(from, message[1:head]); err != nil {
			return nil, err
		}
		for _, next := range message[1:head] {
			length = length<<8 | uint64(next)
		}
	}
	if length > 1<<20 {
		return nil, errors.New("a message of more than a megabyte from GoNB")
	}
	message = append(message[:head], make([]byte, length)...)
	_, err := io.ReadFull(from, message[head:])
	return message, err
}

// The numbers of types in gob's messages: its own, and those that definitions defines.
const (
	idInt         = 2
	idString      = 6
	idInterface   = 8
	idDisplayData = 1<<20 + iota // gonbui's begin at 64
	idData
	idCommValue
)

// definitions says what the types are that messages are made of, of GoNB's package protocol:
//
//	type DisplayData struct{ Data map[string]any }
//	type CommValue struct{ Address string; Value any }
//
// The fields that are left out here stay empty there.
func definitions() []byte {
	mapType := appendField(nil, 1, appendField(nil, 2, appendInt(nil, idData))) // its common part, without a name
	mapType = append(mapType, 0)
	mapType = appendField(mapType, 1, appendInt(nil, idString))
	mapType = appendField(mapType, 1, appendInt(nil, idInterface))
	return bytes.Join([][]byte{
		// wireType.MapT is its fourth field.
		appendMessage(nil, append(appendField(appendInt(nil, -idData), 4, append(mapType, 0)), 0)),
		structDefinition(idDisplayData, "DisplayData", "Data", idData),
		structDefinition(idCommValue, "CommValue", "Address", idString, "Value", idInterface),
	}, nil)
}

// structDefinition defines a struct. The fields are names and the numbers of their types, by turns.
func structDefinition(id int, name string, fields ...any) []byte {
	common := appendField(appendField(nil, 1, appendString(nil, name)), 1, appendInt(nil, id))
	list := appendUint(nil, uint64(len(fields)/2))
	for i := 0; i < len(fields); i += 2 {
		list = appendField(list, 1, appendString(nil, fields[i].(string)))
		list = append(appendField(list, 1, appendInt(nil, fields[i+1].(int))), 0)
	}
	structType := appendField(nil, 1, append(common, 0))
	structType = append(appendField(structType, 1, list), 0)
	// wireType.StructT is its third field.
	return appendMessage(nil, append(appendField(appendInt(nil, -id), 3, structType), 0))
}

// appendField appends a struct's field: how many fields further it is than the last one that was
// written, then its value.
func appendField(b []byte, further byte, value []byte) []byte {
	return append(append(b, further), value...)
}

// appendInterface appends a value of a type that is known by its name only.
func appendInterface(b []byte, name string, id int, value []byte) []byte {
	b = appendInt(appendString(b, name), id)
	return append(appendUint(b, uint64(len(value))), value...)
}

func appendMessage(b, message []byte) []byte {
	return append(appendUint(b, uint64(len(message))), message...)
}

func appendString(b []byte, s string) []byte {
	return append(appendUint(b, uint64(len(s))), s...)
}

// appendInt appends a number with its sign, which gob moves into the lowest bit.
func appendInt(b []byte, i int) []byte {
	if i < 0 {
		return appendUint(b, uint64(^i)<<1|1)
	}
	return appendUint(b, uint64(i)<<1)
}

func appendUint(b []byte, u uint64) []byte {
	if u < 0x80 {
		return append(b, byte(u))
	}
	var bigEndian []byte
	for ; u > 0; u >>= 8 {
		bigEndian = append([]byte{byte(u)}, bigEndian...)
	}
	return append(append(b, byte(-len(bigEndian))), bigEndian...)
}
