package packed_test

import (
	"bytes"
	"testing"

	"github.com/seed75762126/cognito-go/internal/packed"
)

func TestPad(t *testing.T) {
	for size, want := range map[int]int{0: 1536, 1: 1536, 1500: 1536, 1600: 2048, 4000: 4096} {
		text := bytes.Repeat([]byte{0}, size)
		for i := range text { // no two neighbours alike, and no code shorter than a byte
			text[i] = byte(i * 167)
		}
		record := packed.Pad(packed.Pack(7, text))
		if len(record) != want {
			t.Errorf("Pad(Pack(%d bytes)) has %d bytes, want %d", size, len(record), want)
		}
		if back, ok := packed.Unpack(7, record); !ok || !bytes.Equal(back, text) {
			t.Errorf("Unpack of %d bytes = %d bytes, %v", size, len(back), ok)
		}
	}
}

// FuzzUnpack: what was packed comes back, and nothing else makes it panic.
func FuzzUnpack(f *testing.F) {
	f.Add(packed.Pack(1, []byte("record")))
	f.Add([]byte{1})
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, ok := packed.Unpack(1, b); ok && b[0] != 1 {
			t.Errorf("Unpack(%x) takes another format", b)
		}
		if back, ok := packed.Unpack(2, packed.Pad(packed.Pack(2, b))); len(b) <= 1<<20 && (!ok || !bytes.Equal(back, b)) {
			t.Errorf("Unpack(Pack(%x)) = %x, %v", b, back, ok)
		}
	})
}
