package session

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/wire"
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

	// everywhere is the number of the last "sign out everywhere" of the user
	// when the session began: see signOuts.
	everywhere uint64
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
		b = wire.AppendTime(b, t)
	}
	b = wire.AppendUvarint(wire.AppendUvarint(b, st.version), st.everywhere)
	return st.identity.AppendBinary(b)
}

func decodeState(b []byte) (*state, error) {
	st := &state{identity: new(cognito.Identity)}
	r := wire.NewReader(string(b))
	if r.Byte() != stateFormat {
		return nil, errRecord
	}
	copy(st.sid[:], r.Bytes(uint64(len(st.sid))))
	st.created, st.seen, st.refreshAt, st.expiry = r.Time(), r.Time(), r.Time(), r.Time()
	st.version, st.everywhere = r.Uvarint(), r.Uvarint()
	if st.identity.UnmarshalBinary([]byte(r.Rest())) != nil || !r.Done() {
		return nil, errRecord
	}
	return st, nil
}

func (g *grant) encode() []byte {
	b := make([]byte, 0, 4096)
	b = append(b, grantFormat)
	b = append(b, g.sid[:]...)
	b = wire.AppendUvarint(b, g.version)
	b = wire.AppendTime(b, g.refreshAt)
	b = wire.AppendTime(b, g.tokens.Expiry)
	b = wire.AppendString(b, g.tokens.Nonce)
	for _, token := range []string{string(g.tokens.ID), string(g.tokens.Access), string(g.tokens.Refresh)} {
		b = appendToken(b, token)
	}
	return b
}

func decodeGrant(b []byte) (*grant, error) {
	g := new(grant)
	r := wire.NewReader(string(b))
	if r.Byte() != grantFormat {
		return nil, errRecord
	}
	copy(g.sid[:], r.Bytes(uint64(len(g.sid))))
	g.version = r.Uvarint()
	g.refreshAt, g.tokens.Expiry = r.Time(), r.Time()
	g.tokens.Nonce = r.String()
	g.tokens.ID = cognito.IDToken(readToken(r))
	g.tokens.Access = cognito.AccessToken(readToken(r))
	g.tokens.Refresh = cognito.RefreshToken(readToken(r))
	if !r.Done() {
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
			return wire.AppendString(append(b, 0), token)
		}
	}
	b = wire.AppendUvarint(b, uint64(len(parts)))
	for _, part := range decoded {
		b = wire.AppendString(b, string(part))
	}
	return b
}

// readToken reads what appendToken wrote.
func readToken(r *wire.Reader) string {
	n := r.Count()
	if n == 0 {
		return r.String()
	}
	parts := make([]string, n)
	for i := range parts {
		parts[i] = segment.EncodeToString([]byte(r.String()))
	}
	return strings.Join(parts, ".")
}
