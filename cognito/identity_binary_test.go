package cognito_test

import (
	"bytes"
	"encoding"
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
)

var (
	_ encoding.BinaryMarshaler   = (*cognito.Identity)(nil)
	_ encoding.BinaryAppender    = (*cognito.Identity)(nil)
	_ encoding.BinaryUnmarshaler = (*cognito.Identity)(nil)
)

// wantSameIdentity fails the test unless both say the same of the user.
func wantSameIdentity(t testing.TB, got, want *cognito.Identity) {
	t.Helper()
	g, w := reflect.ValueOf(*got), reflect.ValueOf(*want)
	for i := range g.NumField() {
		field := g.Type().Field(i)
		if !field.IsExported() {
			continue
		}
		a, b := g.Field(i).Interface(), w.Field(i).Interface()
		switch a := a.(type) {
		case []string:
			if len(a) == 0 && len(b.([]string)) == 0 {
				continue
			}
		case time.Time:
			if a.Equal(b.(time.Time)) && a.IsZero() == b.(time.Time).IsZero() {
				continue
			}
		}
		if !reflect.DeepEqual(a, b) {
			t.Fatalf("identity.%s = %q, want %q", field.Name, a, b)
		}
	}
	var a, b map[string]any
	errA, errB := got.Claims(&a), want.Claims(&b)
	if (errA == nil) != (errB == nil) || !reflect.DeepEqual(a, b) {
		t.Fatalf("identity.Claims = %v, %v, want %v, %v", a, errA, b, errB)
	}
}

// fullIdentity has every exported field set. It fails the test when a field
// is added and forgotten here. Audience stays empty: the binary form has none.
func fullIdentity(t testing.TB) *cognito.Identity {
	t.Helper()
	pool := newPool(t)
	r := rawToken(t, pool, "id").set("picture", `"https:\/\/example.com\/jane.png"`).set("tenant", `{"a" : [1, 2.50, null]}`).set("caf\u00e9", `"\ud83d\ude00"`)
	c, err := newVerifier(t, pool).VerifyID(t.Context(), cognito.IDToken(r.sign(pool, "id")))
	if err != nil {
		t.Fatal(err)
	}
	id := c.Identity()
	id.UserID, id.Scopes, id.Roles, id.PreferredRole = "row 42\x00\xff", []string{"openid", ""}, []string{"arn:a", "arn:b"}, "arn:a"
	for v, i := reflect.ValueOf(*id), 0; i < v.NumField(); i++ {
		if f := v.Type().Field(i); f.IsExported() && f.Name != "Audience" && v.Field(i).IsZero() {
			t.Fatalf("the test leaves Identity.%s out", f.Name)
		}
	}
	return id
}

// TestT2_IdentityBinaryHasNoAudience: a session does not stand for a resource,
// and the binary form is the same with an Audience as without.
func TestT2_IdentityBinaryHasNoAudience(t *testing.T) {
	full := fullIdentity(t)
	want, err := full.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	full.Audience = []string{"https://api.example.com"}
	form, err := full.MarshalBinary()
	if err != nil || !bytes.Equal(form, want) {
		t.Errorf("MarshalBinary with an Audience = %x, %v, want %x", form, err, want)
	}
	got := cognito.Identity{Audience: full.Audience}
	if err := got.UnmarshalBinary(form); err != nil || got.Audience != nil {
		t.Errorf("UnmarshalBinary = %v with the Audience %q, want none", err, got.Audience)
	}
}

func TestIdentityBinaryRoundTrip(t *testing.T) {
	full := fullIdentity(t)
	form, err := full.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	var got cognito.Identity
	if err := got.UnmarshalBinary(form); err != nil {
		t.Fatal(err)
	}
	wantSameIdentity(t, &got, full)
	for _, name := range []string{"picture", "tenant", "café", "custom:plan"} {
		a, okA := got.Claim(name)
		b, okB := full.Claim(name)
		if !okA || !okB || string(a) != string(b) {
			t.Errorf("Claim(%q) = %s, %v after the round trip, want %s", name, a, okA, b)
		}
	}
	if again, err := got.MarshalBinary(); err != nil || !bytes.Equal(again, form) {
		t.Errorf("MarshalBinary after the round trip = %x, %v, want %x", again, err, form)
	}
	if prefixed, err := got.AppendBinary([]byte("prefix")); err != nil || string(prefixed) != "prefix"+string(form) {
		t.Errorf("AppendBinary(prefix) = %x, %v, want the form behind the prefix", prefixed, err)
	}
}

// TestIdentityBinaryOneFieldAtATime finds a field that is written in the
// place of another.
func TestIdentityBinaryOneFieldAtATime(t *testing.T) {
	full := fullIdentity(t)
	for i := range reflect.TypeFor[cognito.Identity]().NumField() {
		field := reflect.TypeFor[cognito.Identity]().Field(i)
		if !field.IsExported() || field.Name == "Audience" {
			continue
		}
		var one, got cognito.Identity
		reflect.ValueOf(&one).Elem().Field(i).Set(reflect.ValueOf(*full).Field(i))
		form, err := one.MarshalBinary()
		if err == nil {
			err = got.UnmarshalBinary(form)
		}
		if err != nil {
			t.Fatalf("round trip of %s = %v, want nil", field.Name, err)
		}
		wantSameIdentity(t, &got, &one)
	}
	var zero, got cognito.Identity
	form, err := zero.MarshalBinary()
	if err != nil || got.UnmarshalBinary(form) != nil {
		t.Fatalf("round trip of the zero Identity = %v, want nil", err)
	}
	wantSameIdentity(t, &got, &zero)
}

// TestIdentityBinaryDropsTheToken: what is about the token rather than the
// user is not kept in a session.
func TestIdentityBinaryDropsTheToken(t *testing.T) {
	pool := newPool(t)
	c, err := newVerifier(t, pool).VerifyID(t.Context(), pool.IDToken("jane", set("nonce", "n-0S6_WzA2Mj")))
	if err != nil {
		t.Fatal(err)
	}
	form, err := c.Identity().MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	for _, gone := range []string{c.JWTID, c.EventID, c.OriginJWTID, "n-0S6_WzA2Mj", "token_use"} {
		if bytes.Contains(form, []byte(gone)) {
			t.Errorf("the binary form holds %q of the token", gone)
		}
	}
	if len(form) > 400 {
		t.Errorf("the binary form of a plain user has %d bytes, want at most 400", len(form))
	}
}

// TestIdentityBinaryRefusesDatesItCannotKeep: a session that could not be
// opened again would be worse than an error.
func TestIdentityBinaryRefusesDatesItCannotKeep(t *testing.T) {
	for _, at := range []time.Time{time.Unix(0, 0), time.Unix(-1, 0), time.Date(1969, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)} {
		if form, err := (&cognito.Identity{AuthTime: at}).MarshalBinary(); err == nil {
			t.Errorf("MarshalBinary(AuthTime %v) = %x, want an error", at, form)
		}
	}
	for _, at := range []time.Time{{}, time.Unix(1, 0), time.Unix(253402300799, 0)} {
		var got cognito.Identity
		form, err := (&cognito.Identity{AuthTime: at}).MarshalBinary()
		if err != nil || got.UnmarshalBinary(form) != nil || !got.AuthTime.Equal(at) {
			t.Errorf("round trip of AuthTime %v = %v, %v, want it back", at, got.AuthTime, err)
		}
	}
}

func TestE3_IdentityBinaryRefusesOtherBytes(t *testing.T) {
	full := fullIdentity(t)
	form, err := full.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	endless := bytes.Repeat([]byte{0xff}, 30)
	// Ten bytes stand before the first list: the format, eight empty texts
	// and email_verified.
	list := func(length ...byte) []byte {
		return append(append([]byte{1}, make([]byte, 9)...), append(length, 0, 0, 0, 0)...)
	}
	if err := new(cognito.Identity).UnmarshalBinary(list(0)); err != nil {
		t.Fatalf("UnmarshalBinary(an empty list) = %v: mend the test", err)
	}
	verified := bytes.Replace(form, []byte("jane@example.com\x08Jane Doe\x05arn:a\x01"), []byte("jane@example.com\x08Jane Doe\x05arn:a\x02"), 1)
	if bytes.Equal(verified, form) {
		t.Fatal("the form has changed: mend the test")
	}
	bad := map[string][]byte{
		"nothing": nil, "empty": {}, "another format": append([]byte{2}, form[1:]...), "format 0": append([]byte{0}, form[1:]...), "one byte more": append(bytes.Clone(form), 0),
		"lengths without end": append([]byte{1}, endless...), "a list of five in four bytes": list(5), "a list of a trillion": list(0x80, 0x80, 0x80, 0x80, 0x80, 0x20),
		"a list of 2^64-1": list(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1), "JSON": []byte(`{"Subject":"x"}`), "neither true nor false": verified,
	}
	for n := range form {
		bad["cut"] = form[:n]
		for name, data := range bad {
			before := *full
			if err := full.UnmarshalBinary(data); err == nil {
				t.Fatalf("UnmarshalBinary(%s: %x) = nil, want an error", name, data)
			}
			wantSameIdentity(t, full, &before)
			if name != "cut" {
				delete(bad, name)
			}
		}
	}
}

// FuzzUnmarshalBinary: nothing panics, and what is accepted is written again
// with the same meaning.
func FuzzUnmarshalBinary(f *testing.F) {
	form, _ := fullIdentity(f).MarshalBinary()
	f.Add(form)
	f.Add(form[:len(form)/2])
	zero, _ := (&cognito.Identity{}).MarshalBinary()
	f.Add(zero)
	tail := func(extra string) []byte {
		return append(zero[:len(zero)-1:len(zero)-1], append([]byte{byte(len(extra))}, extra...)...)
	}
	f.Add(tail(`{"x":1,"x":2}`))
	f.Add(tail(`{"x":1,`))
	f.Add(tail(`{"sub":"root","exp":1,"a":"\ud800"}`))
	f.Add(tail("{\"\\u003c\":\"<\u2028\"}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var id cognito.Identity
		if err := id.UnmarshalBinary(data); err != nil {
			wantSameIdentity(t, &id, &cognito.Identity{})
			return
		}
		form, err := id.MarshalBinary()
		if err != nil {
			t.Fatalf("UnmarshalBinary(%x) = nil, but MarshalBinary = %v", data, err)
		}
		var again cognito.Identity
		if err := again.UnmarshalBinary(form); err != nil {
			t.Fatalf("UnmarshalBinary(%x) = nil, but of what it writes, %x: %v", data, form, err)
		}
		wantSameIdentity(t, &again, &id)
		if settled, err := again.MarshalBinary(); err != nil || !bytes.Equal(settled, form) {
			t.Fatalf("MarshalBinary of %x = %x, %v, want it to settle", form, settled, err)
		}
		var claims map[string]json.RawMessage
		if err := id.Claims(&claims); err == nil && len(claims) > 0 {
			for name, value := range claims {
				if _, ok := id.Claim(name); !ok && json.Valid(value) && name != "" && !bytes.ContainsRune([]byte(name), '\ufffd') {
					t.Fatalf("Claims has %q, Claim has not", name)
				}
			}
		}
		_ = id.LogValue()
	})
}
