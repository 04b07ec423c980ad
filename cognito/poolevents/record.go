package poolevents

import (
	"crypto/sha256"
	"errors"
	"slices"
	"time"

	"github.com/seed75762126/cognito-go/internal/signouts"
	"github.com/seed75762126/cognito-go/internal/wire"
)

// A noted is what the list says of one user.
type noted struct {
	issued   signouts.Before // ends tokens that were issued before
	signedIn signouts.Before // ends tokens of sign-ins from before
	signIns  []signIn        // single sign-ins that have ended
}

// A signIn is one that has ended, by the hash of its origin_jti.
type signIn struct {
	hash  [16]byte
	until time.Time
}

const notedFormat = 1

// maxSignIns bounds noted.signIns. The one that has ended longest ago goes.
const maxSignIns = 100

var errNoted = errors.New("poolevents: the list of sign-outs has a record that cannot be read")

func (n *noted) encode() []byte {
	b := wire.AppendString([]byte{notedFormat}, string(n.issued.Append(nil)))
	b = wire.AppendString(b, string(n.signedIn.Append(nil)))
	b = wire.AppendUvarint(b, uint64(len(n.signIns)))
	for _, s := range n.signIns {
		b = wire.AppendTime(append(b, s.hash[:]...), s.until)
	}
	return b
}

// decodeNoted reads a record. It skips what later releases append.
func decodeNoted(b []byte) (*noted, error) {
	r := wire.NewReader(string(b))
	if r.Byte() != notedFormat {
		return nil, errNoted
	}
	n := new(noted)
	issued, signedIn := wire.NewReader(r.String()), wire.NewReader(r.String())
	n.issued, n.signedIn = signouts.ReadBefore(issued), signouts.ReadBefore(signedIn)
	for range r.Count() {
		var s signIn
		copy(s.hash[:], r.Bytes(uint64(len(s.hash))))
		s.until = r.Time()
		n.signIns = append(n.signIns, s)
	}
	_ = r.Rest()
	if !r.Done() || !issued.Done() || !signedIn.Done() {
		return nil, errNoted
	}
	return n, nil
}

// add notes an event, and reports whether that changes anything.
func (n *noted) add(e *Event, now, until time.Time) bool {
	switch operations[e.Name] {
	case newPassword, ownPassword:
		issued := n.issued.Add(e.before(now), e.ID)
		signedIn := n.signedIn.Add(e.Time.Add(-time.Second), e.ID) // a sign-in of this second may be later
		return issued || signedIn
	case endsTokens:
		return n.issued.Add(e.before(now), e.ID)
	default:
		hash := hashOf(e.OriginJTI)
		n.signIns = slices.DeleteFunc(n.signIns, func(s signIn) bool { return s.hash == hash || !now.Before(s.until) })
		n.signIns = append(n.signIns, signIn{hash, until})
		if extra := len(n.signIns) - maxSignIns; extra > 0 {
			n.signIns = slices.Delete(n.signIns, 0, extra)
		}
		return true
	}
}

// covers reports whether a token has ended. One that was issued in the second of
// an event has: a refresh brings a later one.
func (n *noted) covers(issued, authTime time.Time, originJTI string) bool {
	if authTime.IsZero() {
		authTime = issued
	}
	hash := hashOf(originJTI)
	return n.issued.Covers(issued, 0) || n.signedIn.Covers(authTime, 0) ||
		originJTI != "" && slices.ContainsFunc(n.signIns, func(s signIn) bool { return s.hash == hash })
}

func hashOf(originJTI string) [16]byte {
	sum := sha256.Sum256([]byte(originJTI))
	return [16]byte(sum[:16])
}
