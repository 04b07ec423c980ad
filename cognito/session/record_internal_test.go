package session

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
)

func sampleState() *state {
	at := time.Unix(1_700_000_000, 0)
	return &state{
		sid: sid{1, 2, 3}, created: at, seen: at.Add(time.Hour), version: 300, refreshAt: at.Add(2 * time.Hour), expiry: at.Add(3 * time.Hour),
		identity: &cognito.Identity{Issuer: "https://issuer.example", Subject: "jane", ClientID: "client1", UserID: "u1", Groups: []string{"admins", ""}, AuthTime: at},
	}
}

func sampleGrant() *grant {
	at := time.Unix(1_700_000_000, 0)
	return &grant{sid: sid{1, 2, 3}, version: 300, refreshAt: at, tokens: cognito.Tokens{
		ID: "aWQ.eA.eQ", Access: "not base64url.", Refresh: "YQ.YQ.YQ.YQ.YQ", Expiry: at.Add(time.Hour), Nonce: "n",
	}}
}

func TestStateRoundTrip(t *testing.T) {
	want := sampleState()
	b, err := want.encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := decodeState(b)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("decodeState(encode) = %+v, %v, want %+v", got, err, want)
	}
	for n := range b {
		if got, err := decodeState(b[:n]); err == nil {
			t.Errorf("decodeState(first %d of %d bytes) = %+v, want an error", n, len(b), got)
		}
	}
	if _, err := decodeState(append(b, 0)); err == nil {
		t.Error("decodeState(one byte more) = nil, want an error")
	}
	if b[0]++; len(b) > 0 {
		if _, err := decodeState(b); err == nil {
			t.Error("decodeState(another format) = nil, want an error")
		}
	}
}

func TestGrantRoundTrip(t *testing.T) {
	want := sampleGrant()
	b := want.encode(true)
	got, err := decodeGrant(b)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("decodeGrant(encode) = %+v, %v, want %+v", got, err, want)
	}
	for n := range b {
		if _, err := decodeGrant(b[:n]); err == nil {
			t.Errorf("decodeGrant(first %d of %d bytes) = nil, want an error", n, len(b))
		}
	}
	if _, err := decodeGrant(append(b, 0)); err == nil {
		t.Error("decodeGrant(one byte more) = nil, want an error")
	}
	b[0]++
	if _, err := decodeGrant(b); err == nil {
		t.Error("decodeGrant(another format) = nil, want an error")
	}
}

// TestGrantIsSmall: tokens are kept decoded, which is what lets them fit into
// cookies.
func TestGrantIsSmall(t *testing.T) {
	token := strings.Repeat("YWJj", 400) + "." + strings.Repeat("ZGVm", 400)
	g := &grant{tokens: cognito.Tokens{ID: cognito.IDToken(token)}}
	if got, most := len(g.encode(true)), len(token)*3/4+60; got > most {
		t.Errorf("encode(token of %d) = %d bytes, want at most %d", len(token), got, most)
	}
}

// TestTimesBefore1970: the zero Time is long over when it comes back, and not
// far in the future.
func TestTimesBefore1970(t *testing.T) {
	st := sampleState()
	st.expiry, st.refreshAt = time.Time{}, time.Time{}
	b, err := st.encode()
	if err != nil {
		t.Fatal(err)
	}
	gotState, err := decodeState(b)
	if err != nil || gotState.expiry.After(time.Unix(0, 0)) || gotState.refreshAt.After(time.Unix(0, 0)) {
		t.Errorf("decodeState = expiry %v, due %v, %v, want both over", gotState.expiry, gotState.refreshAt, err)
	}
	g := sampleGrant()
	g.refreshAt, g.tokens.Expiry = time.Time{}, time.Time{}
	gotGrant, err := decodeGrant(g.encode(true))
	if err != nil || gotGrant.tokens.Expiry.After(time.Unix(0, 0)) || gotGrant.refreshAt.After(time.Unix(0, 0)) {
		t.Errorf("decodeGrant = expiry %v, due %v, %v, want both over", gotGrant.tokens.Expiry, gotGrant.refreshAt, err)
	}
}

// FuzzDecodeState: any bytes are refused, or stand for a state that encodes to
// bytes which stand for the same.
func FuzzDecodeState(f *testing.F) {
	b, err := sampleState().encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add(b[:20])
	f.Add([]byte{})
	f.Add(append([]byte{stateFormat}, bytes.Repeat([]byte{0xff}, 60)...))
	f.Fuzz(func(t *testing.T, b []byte) {
		st, err := decodeState(b)
		if err != nil {
			if st != nil {
				t.Fatalf("decodeState(%x) = %+v with %v", b, st, err)
			}
			return
		}
		once, err := st.encode()
		if err != nil {
			t.Fatalf("encode after decodeState(%x) = %v", b, err)
		}
		again, err := decodeState(once)
		if err != nil {
			t.Fatalf("decodeState(encode(decodeState(%x))) = %v", b, err)
		}
		if twice, err := again.encode(); err != nil || !bytes.Equal(twice, once) {
			t.Fatalf("decodeState(%x) encodes to %x, and that to %x (%v)", b, once, twice, err)
		}
		if again.sid != st.sid || again.version != st.version || !again.created.Equal(st.created) || !again.seen.Equal(st.seen) ||
			!again.expiry.Equal(st.expiry) || !again.refreshAt.Equal(st.refreshAt) || again.identity.Subject != st.identity.Subject {
			t.Fatalf("decodeState(%x) = %+v, and encoded and decoded again %+v", b, st, again)
		}
	})
}

// FuzzDecodeGrant: as FuzzDecodeState. And whatever a token looks like, it
// comes back as it was.
func FuzzDecodeGrant(f *testing.F) {
	f.Add(sampleGrant().encode(true), "aWQ.eA.eQ")
	f.Add([]byte{}, "")
	f.Add(append([]byte{grantFormat}, bytes.Repeat([]byte{0xff}, 60)...), "YR.\n=")
	f.Add(append(append([]byte{grantFormat}, make([]byte, 20)...), 0xff, 0xff, 0xff, 0xff, 0x0f), "....")
	f.Fuzz(func(t *testing.T, b []byte, token string) {
		if g, err := decodeGrant(b); err == nil {
			again, err := decodeGrant(g.encode(true))
			if err != nil || !reflect.DeepEqual(again, g) {
				t.Fatalf("decodeGrant(%x) = %+v, and encoded and decoded again %+v, %v", b, g, again, err)
			}
		} else if g != nil {
			t.Fatalf("decodeGrant(%x) = %+v with %v", b, g, err)
		}
		want := sampleGrant()
		want.tokens.Access, want.tokens.Refresh, want.tokens.Nonce = cognito.AccessToken(token), cognito.RefreshToken("a."+token), token
		if got, err := decodeGrant(want.encode(true)); err != nil || !reflect.DeepEqual(got, want) {
			t.Fatalf("decodeGrant(encode(token %q)) = %q, %v", token, string(got.tokens.Access), err)
		}
	})
}

// TestManyGroups: a long list of groups is compressed, and comes back.
func TestManyGroups(t *testing.T) {
	want := sampleState()
	for n := range 40 {
		want.identity.Groups = append(want.identity.Groups, "department-"+strings.Repeat("x", n))
	}
	b, err := want.encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := decodeState(b)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("decodeState(encode) = %+v, %v, want %+v", got, err, want)
	}
	if len(b) > 500 {
		t.Errorf("encode = %d bytes, want the groups compressed", len(b))
	}
}
