package session

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session/internal/records"
	"github.com/seed75762126/cognito-go/cognito/session/internal/userindex"
	"github.com/seed75762126/cognito-go/internal/seal"
	"github.com/seed75762126/cognito-go/internal/signouts"
	"github.com/seed75762126/cognito-go/internal/wire"
)

// IndexID is the id of a user's index in the store.
func IndexID(who *cognito.Identity) string { return handleOfUser(who).ID(records.Index) }

// SignOutsID is the id of what is noted of a user's sessions that have ended.
func SignOutsID(who *cognito.Identity) string { return handleOfUser(who).ID(records.SignOuts) }

// ReadBack decodes a user's records and checks that what can be decoded is
// encoded to something that decodes to the same.
func ReadBack(index, noted []byte) error {
	if list, err := userindex.Decode(index); err == nil {
		again, err := userindex.Decode(userindex.Encode(list))
		if err != nil || !slices.EqualFunc(list, again, func(a, b *userindex.Entry) bool {
			return a.ID == b.ID && a.Handle == b.Handle && a.Started.Equal(b.Started) && a.Ends.Equal(b.Ends) && a.UserAgent == b.UserAgent && a.Address == b.Address
		}) {
			return fmt.Errorf("index %v, read back as %v, %v", list, again, err)
		}
	}
	if d, err := signouts.Decode(noted); err == nil {
		again, err := signouts.Decode(d.Encode())
		if err != nil || again.Everywhere != d.Everywhere || again.Kept != d.Kept || len(again.Ended) != len(d.Ended) {
			return fmt.Errorf("signOuts %v, read back as %v, %v", d, again, err)
		}
	}
	return nil
}

// CutCookies makes chunks smaller, so that usual tokens take two.
func CutCookies(m *Manager, most int) { m.cookies.Most = most }

// unknown is a field that this release does not know.
var unknown = wire.AppendField(nil, 1<<20, []byte("of a later release"))

// WithUnknownField returns a record of a store with a field more.
func WithUnknownField(m *Manager, id string, record []byte) []byte {
	for _, box := range []*seal.Box{m.identities, m.tokens} {
		if plain, _, err := box.Open(context.Background(), record, id); err == nil {
			return box.Seal(append(plain, unknown...), id)
		}
	}
	if plain, _, err := m.indexes.Open(context.Background(), record, id); err == nil {
		return m.indexes.Seal(indexWithUnknownFields(plain), id)
	}
	if len(record) > 1 && record[0] == signouts.Format {
		return append(slices.Clone(record), unknown...)
	}
	return record
}

func indexWithUnknownFields(plain []byte) []byte {
	list, err := userindex.Decode(plain)
	if err != nil {
		panic(err)
	}
	b := wire.AppendUvarint([]byte{userindex.Format}, uint64(len(list)))
	for _, e := range list {
		b = wire.AppendString(b, string(append(e.Encode(), unknown...)))
	}
	return b
}

// CookiesWithUnknownField gives the parts in an answer's cookies a field more.
func CookiesWithUnknownField(m *Manager, h http.Header) {
	lines := h["Set-Cookie"]
	var kept []string
	var chunks []string
	var id sid
	for _, line := range lines {
		k, err := http.ParseSetCookie(line)
		if err != nil || k.Value == "" {
			kept = append(kept, line)
			continue
		}
		if k.Name != m.cookies.Name {
			chunks = append(chunks, k.Name+"="+k.Value)
			continue
		}
		sealed, _ := seal.Decode(k.Value)
		st, err := m.openState(context.Background(), sealed, m.cookies.Name)
		if err != nil {
			panic(err)
		}
		id = st.sid
		k.Value = seal.Encode(WithUnknownField(m, m.cookies.Name, sealed))
		kept = append(kept, k.String())
	}
	if len(chunks) > 0 {
		sealed, ok := m.cookies.Join(chunks, id)
		if !ok {
			panic("chunks")
		}
		for _, k := range m.cookies.Chunks(id, WithUnknownField(m, m.cookies.Name, sealed), time.Hour*24) {
			kept = append(kept, k.String())
		}
	}
	h["Set-Cookie"] = kept
}

// MinSweep is how many records there are before old ones are swept.
const MinSweep = minSweep

// MaxHeld is how many sessions a process holds for browsers that may not have
// their new cookies.
const MaxHeld = maxHeld

// Held is how many it holds now.
func Held(m *Manager) int {
	m.renewals.mu.Lock()
	defer m.renewals.mu.Unlock()
	return m.renewals.held.Len()
}

// SealTokens seals a tokens part as a Manager does.
func SealTokens(m *Manager) []byte { return m.tokens.Seal((&grant{}).encode(true), "name") }

// OpensTokens reports whether a Manager opens what SealTokens returned.
func OpensTokens(m *Manager, sealed []byte) bool {
	_, err := m.openGrant(context.Background(), sealed, "name", sid{})
	return err == nil
}
