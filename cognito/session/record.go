package session

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
)

// sid names a session inside its sealed parts. Knowing one gives no access.
type sid [16]byte

func newSID() (id sid) {
	_, _ = rand.Read(id[:]) // never fails
	return id
}

// state is the identity part of a session.
type state struct {
	sid       sid
	created   time.Time // when the user signed in
	seen      time.Time // when the session was last written because it was used
	version   uint64    // counts refreshes; the tokens part has the same one
	refreshAt time.Time // when the access token is due for a refresh
	expiry    time.Time // when the access token ends
	identity  *cognito.Identity
}

// grant is the tokens part of a session.
type grant struct {
	sid       sid
	version   uint64
	refreshAt time.Time
	tokens    cognito.Tokens
}

const (
	stateFormat = 1
	grantFormat = 1
)

var errRecord = errors.New("session: not a session part")

func (st *state) encode() ([]byte, error) {
	b := make([]byte, 0, 512)
	b = append(b, stateFormat)
	b = append(b, st.sid[:]...)
	for _, t := range []time.Time{st.created, st.seen, st.refreshAt, st.expiry} {
		b = appendTime(b, t)
	}
	b = binary.AppendUvarint(b, st.version)
	return st.identity.AppendBinary(b)
}

func decodeState(b []byte) (*state, error) {
	st := &state{identity: new(cognito.Identity)}
	r := reader{b: b}
	if r.byte() != stateFormat {
		return nil, errRecord
	}
	copy(st.sid[:], r.bytes(uint64(len(st.sid))))
	st.created, st.seen, st.refreshAt, st.expiry = r.time(), r.time(), r.time(), r.time()
	st.version = r.uvarint()
	if r.bad || st.identity.UnmarshalBinary(r.b) != nil {
		return nil, errRecord
	}
	return st, nil
}

func (g *grant) encode() []byte {
	b := make([]byte, 0, 4096)
	b = append(b, grantFormat)
	b = append(b, g.sid[:]...)
	b = binary.AppendUvarint(b, g.version)
	b = appendTime(b, g.refreshAt)
	b = appendTime(b, g.tokens.Expiry)
	b = appendBytes(b, g.tokens.Nonce)
	for _, token := range []string{string(g.tokens.ID), string(g.tokens.Access), string(g.tokens.Refresh)} {
		b = appendToken(b, token)
	}
	return b
}

func decodeGrant(b []byte) (*grant, error) {
	g := new(grant)
	r := reader{b: b}
	if r.byte() != grantFormat {
		return nil, errRecord
	}
	copy(g.sid[:], r.bytes(uint64(len(g.sid))))
	g.version = r.uvarint()
	g.refreshAt, g.tokens.Expiry = r.time(), r.time()
	g.tokens.Nonce = r.string()
	g.tokens.ID = cognito.IDToken(r.token())
	g.tokens.Access = cognito.AccessToken(r.token())
	g.tokens.Refresh = cognito.RefreshToken(r.token())
	if r.bad || len(r.b) > 0 {
		return nil, errRecord
	}
	return g, nil
}

var segment = base64.RawURLEncoding.Strict()

// appendToken writes a token. Its parts are base64url, which sealing would
// encode once more: they are decoded, which saves a quarter of the cookies. A
// token that is not made like that is written as it is.
func appendToken(b []byte, token string) []byte {
	parts := strings.Split(token, ".")
	decoded := make([][]byte, len(parts))
	for i, part := range parts {
		var err error
		if decoded[i], err = segment.DecodeString(part); err != nil || segment.EncodeToString(decoded[i]) != part {
			return appendBytes(append(b, 0), token)
		}
	}
	b = binary.AppendUvarint(b, uint64(len(parts)))
	for _, part := range decoded {
		b = appendBytes(b, string(part))
	}
	return b
}

// appendTime writes a time in seconds. One before 1970, such as the zero
// Time, becomes 1970: it is over either way.
func appendTime(b []byte, t time.Time) []byte {
	return binary.AppendUvarint(b, uint64(max(0, t.Unix())))
}

func appendBytes(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// A reader takes values off the front of b; bad is set once one is not there.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) byte() byte {
	if b := r.bytes(1); b != nil {
		return b[0]
	}
	return 0
}

func (r *reader) bytes(n uint64) []byte {
	if n > uint64(len(r.b)) {
		r.bad, r.b = true, nil
		return nil
	}
	b := r.b[:n]
	r.b = r.b[n:]
	return b
}

func (r *reader) uvarint() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 {
		r.bad, r.b = true, nil
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *reader) time() time.Time { return time.Unix(int64(r.uvarint()&(1<<40-1)), 0) }

func (r *reader) string() string { return string(r.bytes(r.uvarint())) }

func (r *reader) token() string {
	n := r.uvarint()
	if n == 0 {
		return r.string()
	}
	if n > uint64(len(r.b)) {
		r.bad = true
		return ""
	}
	parts := make([]string, n)
	for i := range parts {
		parts[i] = segment.EncodeToString(r.bytes(r.uvarint()))
	}
	return strings.Join(parts, ".")
}
