package seal_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/internal/seal"
)

func key(n byte) []byte { return bytes.Repeat([]byte{n}, seal.MinKey) }

func newBox(t testing.TB, purpose string, keys ...[]byte) *seal.Box {
	t.Helper()
	b, err := seal.NewBox(keys, purpose)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestS2_SealBinds opens with everything right, then with one thing wrong.
func TestS2_SealBinds(t *testing.T) {
	sealed := newBox(t, "identity", key(1)).Seal([]byte("jane"), "session")
	tests := []struct {
		name    string
		box     *seal.Box
		as      string
		opens   bool
		isStale bool
	}{
		{name: "as sealed", box: newBox(t, "identity", key(1)), as: "session", opens: true},
		{name: "key behind a new one", box: newBox(t, "identity", key(2), key(1)), as: "session", opens: true, isStale: true},
		{name: "key behind two new ones", box: newBox(t, "identity", key(3), key(2), key(1)), as: "session", opens: true, isStale: true},
		{name: "key in front of an old one", box: newBox(t, "identity", key(1), key(2)), as: "session", opens: true},
		{name: "other name", box: newBox(t, "identity", key(1)), as: "session-1"},
		{name: "no name", box: newBox(t, "identity", key(1))},
		{name: "other purpose", box: newBox(t, "tokens", key(1)), as: "session"},
		{name: "purpose and name exchanged", box: newBox(t, "session", key(1)), as: "identity"},
		{name: "other key", box: newBox(t, "identity", key(2)), as: "session"},
		{name: "longer key", box: newBox(t, "identity", append(key(1), 1)), as: "session"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			plain, stale, err := tt.box.Open(t.Context(), sealed, tt.as)
			switch {
			case tt.opens && (err != nil || string(plain) != "jane" || stale != tt.isStale):
				t.Errorf("Open = %q, stale %v, %v, want jane, stale %v", plain, stale, err, tt.isStale)
			case !tt.opens && (!errors.Is(err, seal.ErrOpen) || plain != nil):
				t.Errorf("Open = %q, %v, want ErrOpen", plain, err)
			}
		})
	}
}

// TestS2_SealBound opens with a Box that is bound to the same and to others.
// Parts that are moved, joined or left out are others.
func TestS2_SealBound(t *testing.T) {
	bound := func(parts ...string) *seal.Box {
		b, err := seal.NewBox([][]byte{key(1)}, "identity", parts...)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	sealed := bound("pool", "client").Seal([]byte("jane"), "session")
	for _, tt := range []struct {
		parts []string
		name  string
		opens bool
	}{
		{parts: []string{"pool", "client"}, name: "session", opens: true},
		{parts: []string{"pool", "client2"}, name: "session"},
		{parts: []string{"pool2", "client"}, name: "session"},
		{parts: []string{"client", "pool"}, name: "session"},
		{parts: []string{"pool"}, name: "session"},
		{parts: []string{"pool"}, name: "clientsession"},
		{parts: []string{"poolclient"}, name: "session"},
		{parts: []string{"pool", "client", ""}, name: "session"},
		{parts: []string{"pool", "client"}, name: "session-1"},
		{name: "session"},
		{name: "poolclientsession"},
	} {
		plain, _, err := bound(tt.parts...).Open(t.Context(), sealed, tt.name)
		if opens := err == nil && string(plain) == "jane"; opens != tt.opens {
			t.Errorf("bound to %q: Open(%q) = %q, %v, want it to open: %v", tt.parts, tt.name, plain, err, tt.opens)
		}
	}
	if _, err := seal.NewBox([][]byte{key(1)}, "identity", "pool\x00client"); err == nil {
		t.Error("NewBox(bound to text with a zero byte) = nil, want an error")
	}
}

func TestS2_SealEveryBit(t *testing.T) {
	b := newBox(t, "identity", key(1), key(2))
	sealed := b.Seal([]byte("jane"), "session")
	for i := range len(sealed) * 8 {
		changed := bytes.Clone(sealed)
		changed[i/8] ^= 1 << (i % 8)
		if plain, _, err := b.Open(t.Context(), changed, "session"); !errors.Is(err, seal.ErrOpen) {
			t.Fatalf("Open(bit %d flipped) = %q, %v, want ErrOpen", i, plain, err)
		}
	}
	for n := range len(sealed) {
		if _, _, err := b.Open(t.Context(), sealed[:n], "session"); !errors.Is(err, seal.ErrOpen) {
			t.Fatalf("Open(first %d bytes) = %v, want ErrOpen", n, err)
		}
	}
	if _, _, err := b.Open(t.Context(), append(sealed, 0), "session"); !errors.Is(err, seal.ErrOpen) {
		t.Errorf("Open(one byte more) = %v, want ErrOpen", err)
	}
}

func TestS2_SealIsRandomized(t *testing.T) {
	b := newBox(t, "identity", key(1))
	first, second := b.Seal([]byte("jane"), "session"), b.Seal([]byte("jane"), "session")
	if bytes.Equal(first, second) {
		t.Error("Seal gave the same bytes twice, want a nonce of its own each time")
	}
	if got, want := len(first), len("jane")+seal.Overhead; got != want {
		t.Errorf("Seal(4 bytes) = %d bytes, want %d", got, want)
	}
}

func TestS2_SealKeys(t *testing.T) {
	tests := []struct {
		name string
		keys [][]byte
		text string // in the error; "" means accepted
	}{
		{name: "nil", keys: nil, text: "no session key"},
		{name: "none", keys: [][]byte{}, text: "no session key"},
		{name: "empty", keys: [][]byte{nil}, text: "key 1 has 0 bytes"},
		{name: "a byte short", keys: [][]byte{key(1)[1:]}, text: "key 1 has 31 bytes"},
		{name: "second short", keys: [][]byte{key(1), key(2)[:16]}, text: "key 2 has 16 bytes"},
		{name: "32 bytes", keys: [][]byte{key(1)}},
		{name: "64 bytes", keys: [][]byte{append(key(1), key(2)...)}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b, err := seal.NewBox(tt.keys, "identity")
			if tt.text == "" {
				if err != nil {
					t.Errorf("NewBox = %v, want no error", err)
				}
				return
			}
			if err == nil || b != nil {
				t.Fatalf("NewBox = %v, nil, want an error", b)
			}
			if !strings.Contains(err.Error(), tt.text) || !strings.Contains(err.Error(), "openssl rand") {
				t.Errorf("NewBox = %q, want %q and how to make a key", err, tt.text)
			}
		})
	}
}

func TestS3_SealNewestKeySeals(t *testing.T) {
	sealed := newBox(t, "identity", key(2), key(1)).Seal([]byte("jane"), "session")
	if _, stale, err := newBox(t, "identity", key(2)).Open(t.Context(), sealed, "session"); err != nil || stale {
		t.Errorf("Open with the first key = stale %v, %v, want it to open", stale, err)
	}
	if _, _, err := newBox(t, "identity", key(1)).Open(t.Context(), sealed, "session"); !errors.Is(err, seal.ErrOpen) {
		t.Errorf("Open with the second key = %v, want ErrOpen", err)
	}
}

func TestS2_DecodeIsStrict(t *testing.T) {
	if got, err := seal.Decode(seal.Encode([]byte{0xfb, 0xff})); err != nil || !bytes.Equal(got, []byte{0xfb, 0xff}) {
		t.Errorf("Decode(Encode) = %x, %v, want fbff", got, err)
	}
	if got, err := seal.Decode(""); err != nil || len(got) != 0 {
		t.Errorf(`Decode("") = %x, %v, want nothing`, got, err)
	}
	for _, text := range []string{
		"-_8=", "-_8==", "+/8", "-_9", "-_\n8", "\r-_8", "-_8\r\n", " -_8", "-_8 ", "-_8\t", "-", "-_8-8", "-_8\x00", "é8", `"-_8"`,
	} {
		if got, err := seal.Decode(text); !errors.Is(err, seal.ErrOpen) {
			t.Errorf("Decode(%q) = %x, %v, want ErrOpen", text, got, err)
		}
	}
}

// FuzzOpen: nothing opens but what was sealed, and a text that Decode accepts
// is the one that Encode writes.
func FuzzOpen(f *testing.F) {
	box, err := seal.NewBox([][]byte{key(1), key(2)}, "identity")
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range []string{"", "AA", "AAAA", "-_8", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "A\nA"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		sealed, err := seal.Decode(text)
		if err != nil {
			return
		}
		if again := seal.Encode(sealed); again != text {
			t.Fatalf("Decode(%q) was accepted, and Encode gives %q", text, again)
		}
		if plain, _, err := box.Open(t.Context(), sealed, "session"); err == nil {
			t.Fatalf("Open(%q) = %q, which was never sealed", text, plain)
		}
		plain, stale, err := box.Open(t.Context(), box.Seal(sealed, text), text)
		if err != nil || stale || !bytes.Equal(plain, sealed) {
			t.Fatalf("Open(Seal) = %q, stale %v, %v, want %q", plain, stale, err, sealed)
		}
	})
}
