package session

import (
	"errors"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/signouts"
	"github.com/seed75762126/cognito-go/internal/tokenform"
	"github.com/seed75762126/cognito-go/internal/wire"
)

// sid names a session inside its sealed parts. Knowing one gives no access.
type sid = signouts.ID

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
	// when the session began: see signouts.Record.
	everywhere uint64

	marks signouts.Marks

	// What the app chose at the sign-in: see [StartOptions].
	idle, absolute time.Duration // zero means the Manager's
	transient      bool          // the cookies end with the browser
}

// grant is the tokens part of a session.
type grant struct {
	sid       sid
	version   uint64
	refreshAt time.Time
	tokens    cognito.Tokens
}

// Formats of the parts. A new field needs no new format: readers skip
// fields that they do not know, so that two releases can run side by side. A
// part of another format is not a session.
const (
	stateFormat = 2
	grantFormat = 2
)

// Fields of the identity part that may be missing. A number is never given to
// another field.
const (
	fieldIdle      = 1 // state.idle, in seconds
	fieldAbsolute  = 2 // state.absolute, in seconds
	fieldTransient = 3 // there if state.transient
	fieldGroups    = 4 // the identity's groups, compressed
	// 5 to 7 are those of signouts.Marks
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
	who, groups := st.identity, tokenform.PackList(st.identity.Groups)
	if groups != nil {
		rest := *who
		rest.Groups = nil
		who = &rest
	}
	id, err := who.MarshalBinary()
	if err != nil {
		return nil, err
	}
	b = wire.AppendString(b, string(id))
	if groups != nil {
		b = wire.AppendField(b, fieldGroups, groups)
	}
	b = wire.AppendSeconds(b, fieldIdle, st.idle)
	b = wire.AppendSeconds(b, fieldAbsolute, st.absolute)
	if st.transient {
		b = wire.AppendField(b, fieldTransient, nil)
	}
	return st.marks.Append(b), nil
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
	if st.identity.UnmarshalBinary([]byte(r.String())) != nil {
		return nil, errRecord
	}
	for r.More() {
		switch field, value := r.Uvarint(), r.String(); field {
		case fieldIdle:
			st.idle = wire.ReadSeconds(value)
		case fieldAbsolute:
			st.absolute = wire.ReadSeconds(value)
		case fieldTransient:
			st.transient = true
		case fieldGroups:
			groups, err := tokenform.UnpackList(value)
			if err != nil {
				return nil, err
			}
			st.identity.Groups = groups
		default:
			st.marks.Read(field, value)
		}
	}
	if !r.Done() {
		return nil, errRecord
	}
	return st, nil
}

// encode writes the tokens part. The ID token is left out unless withID says
// so: cookies have little room, and few apps need the token once it has been
// verified.
func (g *grant) encode(withID bool) []byte {
	b := make([]byte, 0, 4096)
	b = append(b, grantFormat)
	b = append(b, g.sid[:]...)
	b = wire.AppendUvarint(b, g.version)
	b = wire.AppendTime(b, g.refreshAt)
	b = wire.AppendTime(b, g.tokens.Expiry)
	b = wire.AppendString(b, g.tokens.Nonce)
	id := g.tokens.ID
	if !withID {
		id = ""
	}
	b = tokenform.Append(b, string(id), true)
	b = tokenform.Append(b, string(g.tokens.Access), true)
	return tokenform.Append(b, string(g.tokens.Refresh), false)
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
	g.tokens.ID = cognito.IDToken(tokenform.Read(r))
	g.tokens.Access = cognito.AccessToken(tokenform.Read(r))
	g.tokens.Refresh = cognito.RefreshToken(tokenform.Read(r))
	r.SkipFields()
	if !r.Done() {
		return nil, errRecord
	}
	return g, nil
}
