// Package packed compresses records before they are encrypted. It also pads
// them to a few fixed lengths if the length would reveal something.
package packed

import (
	"bytes"
	"compress/flate"
	"io"
)

// maxPlain bounds what Unpack makes of a record, in bytes.
const maxPlain = 1 << 20

// Pack shortens a record: base64 and text take more bytes than they need. It
// uses only Huffman codes, and does not look for repetitions: their number
// would let the length reveal something about secrets.
func Pack(format byte, b []byte) []byte {
	out := bytes.NewBuffer([]byte{format})
	w, _ := flate.NewWriter(out, flate.HuffmanOnly) // the level is valid
	_, _ = w.Write(b)                               // to memory
	_ = w.Close()
	return out.Bytes()
}

// Unpack is the inverse of Pack, and skips padding. It reports false for a
// record of another format, or a damaged one.
func Unpack(format byte, packed []byte) ([]byte, bool) {
	if len(packed) == 0 || packed[0] != format {
		return nil, false
	}
	b, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(packed[1:])), maxPlain))
	return b, err == nil
}

// Pad makes a packed record longer, so that records have only a few lengths.
func Pad(packed []byte) []byte {
	const least, unit = 1536, 512
	n := max(least, (len(packed)+unit-1)/unit*unit)
	return append(packed, make([]byte, n-len(packed))...)
}
