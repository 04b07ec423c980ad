package cognito_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

func TestT4_Dates(t *testing.T) {
	pool := newPool(t)
	v := newVerifier(t, pool)
	now := pool.Now().Unix()
	in := func(d time.Duration, tail string) string {
		return strconv.FormatInt(now+int64(d/time.Second), 10) + tail
	}
	bad := []string{
		`"` + in(time.Hour, "") + `"`, `null`, `true`, `false`, `[]`, `{}`, `[` + in(time.Hour, "") + `]`, `"NaN"`, `"Infinity"`, `""`,
		`0`, `-0`, `0.0`, `0.5`, `-1`, `-1e300`, `1e-300`, `-9223372036854775808`,
		`253402300800`, `253402300800.5`, `1e12`, `1e300`, `1e400`, `9223372036854775807`, `9223372036854775808`, `99999999999999999999999999`,
		in(time.Hour, "000"), // milliseconds
	}
	for u, use := range uses {
		base := rawToken(t, pool, use)
		for at, name := range []string{"exp", "iat", "nbf", "auth_time"} {
			for _, value := range thorough.Sample(bad, 6, at+3*u) {
				token := base.clone().set(name, value).sign(pool, use)
				err := verify(t, v, use, token)
				wantCheck(t, verifyCall(use, name+" "+value), err, name, token)
				if errors.Is(err, cognito.ErrExpired) {
					t.Errorf("%s = ErrExpired, want an error that no refresh cures", verifyCall(use, name+" "+value))
				}
			}
		}
		tests := []struct{ name, value, check string }{
			{"exp", in(time.Hour, ""), ""},
			{"exp", in(time.Hour, ".75"), ""},
			{"exp", in(time.Hour, "e0"), ""},
			{"exp", "9E10", ""},
			{"exp", "253402300799", ""},
			{"exp", in(-time.Hour, ""), "exp"},
			{"exp", "1", "exp"},
			{"exp", "1e9", "exp"},
			{"iat", in(-24*time.Hour, ""), ""},
			{"iat", in(-time.Hour, ".5"), ""},
			{"iat", "1", ""},
			{"iat", in(time.Hour, ""), "iat"},
			{"iat", "253402300799", "iat"},
			{"nbf", in(-time.Hour, ""), ""},
			{"nbf", in(-time.Hour, ".5"), ""},
			{"nbf", in(4*time.Minute, ""), "nbf"},
			{"nbf", in(time.Hour, ""), "nbf"},
			{"nbf", "253402300799", "nbf"},
			{"auth_time", in(time.Hour, ""), ""}, // decides nothing here
		}
		for _, tt := range thorough.Sample(tests, 2, u) {
			token := base.clone().set(tt.name, tt.value).sign(pool, use)
			wantCheck(t, verifyCall(use, tt.name+" "+tt.value), verify(t, v, use, token), tt.check, token)
		}
		token := mint(pool, use, without("exp"))
		err := verify(t, v, use, token)
		wantCheck(t, verifyCall(use, "no exp"), err, "exp", token)
		if errors.Is(err, cognito.ErrExpired) {
			t.Errorf("%s = ErrExpired, want an error that no refresh cures", verifyCall(use, "no exp"))
		}
		for name, check := range map[string]string{"iat": map[string]string{"id": "iat"}[use], "nbf": "", "auth_time": ""} {
			token := mint(pool, use, without(name))
			wantCheck(t, verifyCall(use, "no "+name), verify(t, v, use, token), check, token)
		}
	}
}

func TestT4_ClockSkew(t *testing.T) {
	pool := newPool(t)
	now := time.Unix(1_800_000_000, 0)
	tests := []struct {
		skew   time.Duration // as configured
		leeway time.Duration // in seconds that count
	}{
		{0, time.Minute}, {30 * time.Second, 30 * time.Second}, {5 * time.Minute, 5 * time.Minute}, {-1, 0}, {-time.Hour, 0},
	}
	for i, tt := range tests {
		v := newVerifier(t, pool, func(c *cognito.Config) { c.ClockSkew, c.Now = tt.skew, func() time.Time { return now } })
		for _, use := range thorough.Sample(uses, 2, i) {
			for _, c := range []struct {
				name  string
				at    time.Time
				check string
			}{
				{"exp", now.Add(-tt.leeway + time.Second), ""},
				{"exp", now.Add(-tt.leeway - time.Second), "exp"},
				{"iat", now.Add(tt.leeway), ""},
				{"iat", now.Add(tt.leeway + time.Second), "iat"},
				{"nbf", now.Add(tt.leeway), ""},
				{"nbf", now.Add(tt.leeway + time.Second), "nbf"},
			} {
				token := mint(pool, use, set("iat", now.Unix()), set("exp", now.Add(time.Hour).Unix()), set(c.name, c.at.Unix()))
				err := verify(t, v, use, token)
				wantCheck(t, fmt.Sprintf("skew %v: %s", tt.skew, verifyCall(use, c.name+" "+c.at.Sub(now).String())), err, c.check, token)
				if got := errors.Is(err, cognito.ErrExpired); got != (c.check == "exp") {
					t.Errorf("skew %v: %s: ErrExpired = %v, want %v", tt.skew, verifyCall(use, c.name), got, c.check == "exp")
				}
			}
		}
	}
}

// TestT4_ExpiresAsTimePasses takes the default skew through the pool's clock.
func TestT4_ExpiresAsTimePasses(t *testing.T) {
	pool := newPool(t)
	v := newVerifier(t, pool)
	id, access := mint(pool, "id"), mint(pool, "access")
	pool.Advance(time.Hour + 58*time.Second)
	wantCheck(t, "VerifyID(58 seconds after exp)", verify(t, v, "id", id), "", id)
	wantCheck(t, "VerifyAccess(58 seconds after exp)", verify(t, v, "access", access), "", access)
	pool.Advance(2 * time.Second)
	wantCheck(t, "VerifyID(60 seconds after exp)", verify(t, v, "id", id), "exp", id)
	wantCheck(t, "VerifyAccess(60 seconds after exp)", verify(t, v, "access", access), "exp", access)
}

// foldings are names that encoding/json takes for the claim.
func foldings(name string) []string {
	list := []string{strings.ToUpper(name), strings.ToUpper(name[:1]) + name[1:]}
	for _, fold := range []struct{ ascii, like string }{{"s", "\u017f"}, {"k", "\u212a"}} {
		if strings.Contains(name, fold.ascii) {
			list = append(list, strings.Replace(name, fold.ascii, fold.like, 1))
		}
	}
	return list
}

func TestT5_ExactCaseClaimNames(t *testing.T) {
	pool := newPool(t)
	v := newVerifier(t, pool)
	pair := pool.Tokens("jane")
	header, payload := parts(t, string(pair.ID))
	opts := []cognito.IDOption{cognito.Nonce("n-1"), cognito.IssuedWith(pair.Access)}
	// Each claim that is checked, with a value that would refuse the token.
	foul := map[string]map[string]string{
		"id": {
			"iss": `"https://evil.example"`, "sub": `7`, "aud": `"6mallory"`, "token_use": `"access"`, "exp": `1`, "iat": `4000000000`,
			"nbf": `4000000000`, "nonce": `"n-other"`, "at_hash": `"x"`, "auth_time": `"x"`,
		},
		"access": {
			"iss": `"https://evil.example"`, "sub": `7`, "aud": `"6mallory"`, "client_id": `"6mallory"`, "token_use": `"id"`, "exp": `1`,
			"iat": `4000000000`, "nbf": `4000000000`, "auth_time": `"x"`,
		},
	}
	optional := map[string]bool{"access iat": true, "nbf": true, "auth_time": true, "at_hash": true, "access aud": true}
	misled := map[string]string{"id iss": "claims", "id sub": "claims", "id aud": "claims", "id exp": "claims", "id nbf": "claims"}
	for u, use := range uses {
		base := rawToken(t, pool, use)
		if use == "id" { // the one with the hash of the access token
			base = (&raw{header: header, members: membersOf(t, payload)}).set("nonce", `"n-1"`)
		}
		good := base.clone
		check := func(name, check, token string) {
			t.Helper()
			var o []cognito.IDOption
			if use == "id" {
				o = opts
			}
			wantCheck(t, verifyCall(use, name), verify(t, v, use, token, o...), check, token)
		}
		check("as issued", "", good().sign(pool, use))
		for i, name := range slices.Sorted(maps.Keys(foul[use])) {
			value := foul[use][name]
			check(name+" foul", name, good().set(name, value).sign(pool, use))
			for _, folded := range thorough.Sample(foldings(name), 2, i+u) {
				// Beside the right name a look-alike changes nothing, first or last,
				// unless go-oidc is misled by it: then it refuses.
				check(folded+" beside", misled[use+" "+name], good().set(folded, value).sign(pool, use))
				r := good()
				r.members = append([]string{fmt.Sprintf("%q:%s", folded, value)}, r.members...)
				before := misled[use+" "+name]
				if name == "iss" || name == "aud" || name == "exp" { // the right one comes last
					before = ""
				}
				check(folded+" before", before, r.sign(pool, use))
				// And it never stands in for it.
				r = good()
				r.rename(name, folded)
				want := name
				if optional[name] || optional[use+" "+name] {
					want = ""
				}
				check(folded+" instead", want, r.sign(pool, use))
			}
		}
	}
}

// TestT5_LookAlikesFillNoField: not even fields that decide nothing here, for
// somebody will decide by them.
func TestT5_LookAlikesFillNoField(t *testing.T) {
	pool := cognitotest.NewPool(cognitotest.WithID(poolID), cognitotest.WithClient(cognitotest.AppClient{ID: clientID}))
	if _, err := pool.AddUser(cognitotest.User{Username: "jane"}); err != nil {
		t.Fatal(err)
	}
	v := newVerifier(t, pool)
	r, a := rawToken(t, pool, "id"), rawToken(t, pool, "access")
	for name, value := range map[string]string{
		"cognito:groups": `["admins"]`, "cognito:roles": `["arn"]`, "email": `"root@example.com"`, "email_verified": `true`, "name": `"root"`,
		"identities": `[{"userId":"1"}]`, "cognito:preferred_role": `"arn"`, "phone_number_verified": `true`, "nonce": `"n"`,
	} {
		for _, folded := range foldings(name) {
			r.add(fmt.Sprintf("%q:%s", folded, value))
		}
	}
	r.add(`"CUSTOM:plan":"gold"`).add(`"cu\u017ftom:plan":"gold"`)
	for _, folded := range append(foldings("cognito:groups"), foldings("scope")...) {
		a.add(fmt.Sprintf("%q:%s", folded, `["admins"]`))
	}
	a.remove("scope")
	c, err := v.VerifyID(t.Context(), cognito.IDToken(r.sign(pool, "id")))
	if err != nil {
		t.Fatal(err)
	}
	if c.Groups != nil || c.Roles != nil || c.Email != "" || c.EmailVerified || c.Name != "" || c.Identities != nil || c.PreferredRole != "" || c.PhoneNumberVerified || c.Nonce != "" || c.Custom != nil {
		t.Errorf("VerifyID(look-alikes) = %+v, want every field empty", c)
	}
	if id := c.Identity(); id.HasGroup("admins") || id.Email != "" || id.EmailVerified || id.Attribute("email") != "" || id.Attribute("custom:plan") != "" {
		t.Errorf("Identity = %+v, want it without the look-alikes", id)
	}
	ac, err := v.VerifyAccess(t.Context(), cognito.AccessToken(a.sign(pool, "access")))
	if err != nil || ac.Groups != nil || len(ac.Scopes) != 0 {
		t.Errorf("VerifyAccess(look-alikes) = %+v, %v, want neither groups nor scopes", ac, err)
	}
}

func TestT5_DuplicateClaims(t *testing.T) {
	pool := newPool(t)
	v := newVerifier(t, pool)
	for u, use := range uses {
		base := rawToken(t, pool, use)
		for i, tt := range []struct{ name, member, check string }{
			{"iss again", `"iss":"` + issuer + `"`, "claims"},
			{"exp again", `"exp":4000000000`, "claims"},
			{"sub again", `"sub":"x"`, "claims"},
			{"token_use again", `"token_use":"` + use + `"`, "claims"},
			{"escaped exp", `"\u0065xp":4000000000`, "claims"},
			{"all escaped sub", `"\u0073\u0075\u0062":"x"`, "claims"},
			{"escaped token_use", `"token\u005fuse":"x"`, "claims"},
			{"foreign name twice", `"x":1,"x":1`, "claims"},
			{"empty name twice", `"":1,"":2`, "claims"},
			{"lone surrogates, which decode alike", `"\ud800":1,"\ud801":2`, "claims"},
			{"foreign name twice, once escaped", `"https:\/\/a.example":1,"https://a.example":2`, "claims"},
			{"twice within a foreign claim", `"x":{"a":1,"a":2}`, ""},
			{"the name of a claim within a foreign one", `"x":{"exp":1,"sub":null}`, ""},
			{"AUD, which is not aud", `"AUD":1`, map[string]string{"id": "claims"}[use]},
		} {
			for _, first := range thorough.Sample([]bool{false, true}, 2, i+u) {
				r := base.clone().add(tt.member)
				if first {
					n := len(r.members) - 1
					r.members = append([]string{r.members[n]}, r.members[:n]...)
				}
				token := r.sign(pool, use)
				wantCheck(t, verifyCall(use, tt.name), verify(t, v, use, token), tt.check, token)
			}
		}
	}
	token := rawToken(t, pool, "id").add(`"\u0061ud":"`+clientID+`"`).sign(pool, "id")
	wantCheck(t, `VerifyID(\u0061ud beside aud)`, verify(t, v, "id", token), "claims", token)
	token = rawToken(t, pool, "id").remove("aud").add(`"\u0061ud":"`+clientID+`"`).sign(pool, "id")
	wantCheck(t, `VerifyID(\u0061ud alone, which is aud)`, verify(t, v, "id", token), "", token)
	token = rawToken(t, pool, "access").add(`"client\u005Fid":"`+clientID+`"`).sign(pool, "access")
	wantCheck(t, `VerifyAccess(client\u005Fid beside client_id)`, verify(t, v, "access", token), "claims", token)
}

func TestT5_PayloadForm(t *testing.T) {
	pool := newPool(t)
	v := newVerifier(t, pool)
	for _, use := range uses {
		good := rawToken(t, pool, use)
		body := good.payload()
		for name, payload := range map[string]string{
			"empty": "", "null": "null", "array": "[" + body + "]", "text": strconv.Quote(body), "two": body + body, "trailing comma": body[:len(body)-1] + ",}",
			"cut": body[:len(body)-1], "comment": body[:len(body)-1] + "/**/}", "byte order mark": "\ufeff" + body, "NUL after": body + "\x00",
			"not UTF-8":              body[:len(body)-1] + ",\"x\":\"\xff\"}",
			"UTF-8 that is too long": body[:len(body)-1] + ",\"x\":\"\xc0\xaf\"}",
			"single quotes":          strings.ReplaceAll(body, `"`, `'`),
			"control character":      body[:len(body)-1] + ",\"x\":\"\n\"}",
			"NaN":                    body[:len(body)-1] + `,"x":NaN}`,
			"hexadecimal":            body[:len(body)-1] + `,"x":0x10}`,
			"too deep":               body[:len(body)-1] + `,"x":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + "}",
		} {
			token := pool.Sign(use, good.header, payload)
			wantCheck(t, verifyCall(use, name), verify(t, v, use, token), "claims", token)
		}
		token := pool.Sign(use, good.header, " \t\r\n"+body+"\n")
		wantCheck(t, verifyCall(use, "white space around"), verify(t, v, use, token), "", token)
	}
}

func TestT8_EmailVerified(t *testing.T) {
	pool := newPool(t)
	v := newVerifier(t, pool)
	base := rawToken(t, pool, "id")
	for value, want := range map[string]bool{
		`true`: true, `"true"`: true, `"\u0074rue"`: true,
		`false`: false, `"false"`: false, `"TRUE"`: false, `"True"`: false, `" true"`: false, `"1"`: false, `1`: false, `"yes"`: false, `"t"`: false,
		`null`: false, `[true]`: false, `{"true":true}`: false, `""`: false,
	} {
		token := base.clone().set("email_verified", value).set("phone_number_verified", value).set("phone_number", `"+15550100"`).sign(pool, "id")
		c, err := v.VerifyID(t.Context(), cognito.IDToken(token))
		if err != nil {
			t.Errorf("VerifyID(email_verified %s) = %v, want nil", value, err)
			continue
		}
		if c.EmailVerified != want || c.PhoneNumberVerified != want || c.Identity().EmailVerified != want {
			t.Errorf("VerifyID(email_verified %s) = %v, %v, want %v", value, c.EmailVerified, c.PhoneNumberVerified, want)
		}
	}
	c, err := v.VerifyID(t.Context(), pool.IDToken("jane", without("email_verified")))
	if err != nil || c.EmailVerified || c.Email != "jane@example.com" {
		t.Errorf("VerifyID(no email_verified) = %+v, %v, want an address that is not verified", c, err)
	}
}

// TestT8_TheKeyIsIssuerAndSub: two users of one address are two.
func TestT8_TheKeyIsIssuerAndSub(t *testing.T) {
	pool := newPool(t)
	v := newVerifier(t, pool)
	a, err1 := v.VerifyID(t.Context(), pool.IDToken("jane"))
	b, err2 := v.VerifyID(t.Context(), pool.IDToken("jane", set("sub", "another-sub")))
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	if a.Identity().Email != b.Identity().Email || a.Identity().Subject == b.Identity().Subject || a.Identity().Issuer != issuer {
		t.Errorf("Identity = %+v and %+v, want issuer and sub to tell them apart", a.Identity(), b.Identity())
	}
}

// jsonValues are values of every JSON type, whole and odd.
var jsonValues = []string{
	`null`, `true`, `false`, `0`, `-1.5e300`, `1e400`, `12345678901234567890`, `""`, `"text"`, `"\ud800"`, `"a,b"`, `"[{]"`,
	`[]`, `["a","b"]`, `["a",1,null]`, `[[]]`, `{}`, `{"a":{"b":[1]}}`, `[{"userId":1,"dateCreated":"x","primary":[]}]`, `{"JWT":"eyJ"}`,
}

// TestT10_ForeignClaimsFailNothing: names that nobody checks, known and
// unknown, may have any type.
func TestT10_ForeignClaimsFailNothing(t *testing.T) {
	pool := newPool(t)
	v := newVerifier(t, pool)
	names := []string{
		"x", "", "https://example.com/claim", "tenant", "permissions", "__proto__", "Token_Use", "Client_ID", "Auth_Time", "acr", "amr", "c_hash", "sid", "cnf", "address", "updated_at", "zoneinfo", "version",
		"jti", "origin_jti", "event_id", "cognito:groups", "cognito:roles", "cognito:preferred_role", "cognito:username", "identities",
		"email", "email_verified", "phone_number", "phone_number_verified", "name", "given_name", "family_name", "preferred_username", "picture", "locale",
		"custom:plan", "custom:", "dev:x", "username", "scope", "device_key",
	}
	// In an ID token go-oidc reads these, and their look-alikes.
	oidc := []string{"AUD", "Aud", "Iss", "EXP", "Sub", "NBF", "_claim_names", "_claim_sources", "_Claim_Names"}
	foreign := map[string][]string{"id": append(slices.Clone(names), "client_id"), "access": append(append(slices.Clone(names), oidc...), "nonce", "at_hash")}
	for _, use := range uses {
		base := rawToken(t, pool, use)
		for _, value := range jsonValues {
			all := base.clone()
			for _, name := range foreign[use] {
				all.set(name, value)
			}
			if verify(t, v, use, all.sign(pool, use)) == nil {
				continue
			}
			for _, name := range foreign[use] { // which one was it?
				token := base.clone().set(name, value).sign(pool, use)
				wantCheck(t, verifyCall(use, fmt.Sprintf("%q: %s", name, value)), verify(t, v, use, token), "", token)
			}
			t.Errorf("%s: refused with every name that is not checked", verifyCall(use, value))
		}
	}
}

// TestT10_CheckedClaimsHaveTheirType is the other side: what is checked is
// refused by its own name.
func TestT10_CheckedClaimsHaveTheirType(t *testing.T) {
	pool := newPool(t)
	v := newVerifier(t, pool)
	checked := map[string][]string{
		"id":     {"iss", "sub", "token_use", "aud", "exp", "iat", "nbf", "auth_time", "nonce", "at_hash"},
		"access": {"iss", "sub", "token_use", "client_id", "aud", "exp", "iat", "nbf", "auth_time"},
	}
	for u, use := range uses {
		base := rawToken(t, pool, use)
		for i, name := range checked[use] {
			for _, value := range thorough.Sample([]string{`null`, `true`, `{}`, `[]`, `[1]`, `{"a":"b"}`}, 3, i+u) {
				token := base.clone().set(name, value).sign(pool, use)
				wantCheck(t, verifyCall(use, name+" "+value), verify(t, v, use, token), name, token)
			}
		}
	}
}

func TestT10_TriggersClaimsAreThere(t *testing.T) {
	pool := newPool(t)
	v := newVerifier(t, pool)
	var got struct {
		Tenant map[string][]int `json:"tenant"`
		Big    json.Number      `json:"big"`
	}
	token := rawToken(t, pool, "id").set("tenant", `{"a":[1,2]}`).set("big", `12345678901234567890`).sign(pool, "id")
	c, err := v.VerifyID(t.Context(), cognito.IDToken(token))
	if err != nil {
		t.Fatal(err)
	}
	for call, claims := range map[string]func(any) error{"IDClaims.Claims": c.Claims, "Identity.Claims": c.Identity().Claims} {
		if err := claims(&got); err != nil || !reflect.DeepEqual(got.Tenant, map[string][]int{"a": {1, 2}}) || got.Big != "12345678901234567890" {
			t.Errorf("%s = %+v, %v, want the trigger's claims", call, got, err)
		}
		got.Tenant, got.Big = nil, ""
	}
	if err := c.Claims(&struct{ Sub int }{}); err == nil {
		t.Error("Claims(sub as a number) = nil, want json's error")
	}
}

func TestRolesAndGroups(t *testing.T) {
	pool := newPool(t)
	v := newVerifier(t, pool)
	bases := map[string]*raw{"id": rawToken(t, pool, "id"), "access": rawToken(t, pool, "access")}
	for value, want := range map[string][]string{
		`["arn:aws:iam::1:role/a","arn:aws:iam::1:role/b"]`: {"arn:aws:iam::1:role/a", "arn:aws:iam::1:role/b"},
		`"arn:aws:iam::1:role/a,arn:aws:iam::1:role/b"`:     {"arn:aws:iam::1:role/a", "arn:aws:iam::1:role/b"},
		`"arn:aws:iam::1:role\/a"`:                          {"arn:aws:iam::1:role/a"},
		`[]`:                                                nil, `""`: nil, `null`: nil, `7`: nil, `["a",7]`: nil, `{"a":"b"}`: nil,
	} {
		token := bases["id"].clone().set("cognito:roles", value).sign(pool, "id")
		c, err := v.VerifyID(t.Context(), cognito.IDToken(token))
		if err != nil || len(c.Roles) != len(want) || len(want) > 0 && !reflect.DeepEqual(c.Roles, want) {
			t.Errorf("VerifyID(cognito:roles %s) = %+v, %v, want %q", value, c, err, want)
		}
	}
	for value, want := range map[string][]string{
		`["admins","editors"]`: {"admins", "editors"}, `["a,b"]`: {"a,b"}, `["caf\u00e9"]`: {"café"},
		`"admins"`: nil, `[]`: nil, `["admins",7]`: nil, `["admins",null]`: nil, `[["admins"]]`: nil, `{"admins":true}`: nil, `null`: nil,
	} {
		for _, use := range uses {
			token := bases[use].clone().set("cognito:groups", value).sign(pool, use)
			var groups []string
			if use == "id" {
				c, err := v.VerifyID(t.Context(), cognito.IDToken(token))
				if err != nil {
					t.Fatal(err)
				}
				groups = c.Groups
			} else {
				c, err := v.VerifyAccess(t.Context(), cognito.AccessToken(token))
				if err != nil {
					t.Fatal(err)
				}
				groups = c.Identity().Groups
			}
			if len(groups) != len(want) || len(want) > 0 && !reflect.DeepEqual(groups, want) {
				t.Errorf("%s = groups %q, want %q", verifyCall(use, "cognito:groups "+value), groups, want)
			}
		}
	}
}

func TestIdentitiesAreTyped(t *testing.T) {
	pool := newPool(t)
	v := newVerifier(t, pool)
	const google = `{"userId":"1122","providerName":"Google","providerType":"Google","issuer":null,"primary":"true","dateCreated":"1700000000123"}`
	const saml = `{"userId":"jane@corp.example","providerName":"corp","providerType":"SAML","issuer":"https:\/\/idp.corp.example","primary":false,"dateCreated":1700000000000}`
	first := cognito.FederatedIdentity{UserID: "1122", ProviderName: "Google", ProviderType: "Google", Primary: true, Created: time.UnixMilli(1700000000123)}
	second := cognito.FederatedIdentity{UserID: "jane@corp.example", ProviderName: "corp", ProviderType: "SAML", Issuer: "https://idp.corp.example", Created: time.UnixMilli(1700000000000)}
	tests := []struct {
		value string
		want  []cognito.FederatedIdentity
	}{
		{`[` + google + `]`, []cognito.FederatedIdentity{first}},
		{`[` + google + `,` + saml + `]`, []cognito.FederatedIdentity{first, second}},
		{strconv.Quote(`[` + saml + `]`), []cognito.FederatedIdentity{second}}, // as in userInfo
		{`[7,` + google + `,null,{"userId":"a","userId":"b"}]`, []cognito.FederatedIdentity{first}},
		{`[{"userId":7,"dateCreated":"soon","primary":"TRUE","PROVIDERNAME":"x"}]`, []cognito.FederatedIdentity{{}}},
		{`[{"dateCreated":"-1"},{"dateCreated":"99999999999999999"},{"dateCreated":1e400}]`, []cognito.FederatedIdentity{{}, {}, {}}},
		{`[]`, nil}, {`null`, nil}, {`"null"`, nil}, {`"["`, nil}, {`{}`, nil}, {`7`, nil},
	}
	base := rawToken(t, pool, "id")
	for _, tt := range tests {
		token := base.clone().set("identities", tt.value).sign(pool, "id")
		c, err := v.VerifyID(t.Context(), cognito.IDToken(token))
		if err != nil || !reflect.DeepEqual(c.Identities, tt.want) {
			t.Errorf("VerifyID(identities %s) = %+v, %v, want %+v", tt.value, c, err, tt.want)
		}
	}
}

// FuzzClaims signs the fuzzed payload with a fixed key. Whatever VerifyAccess
// or VerifyID accepts has, read by exact names with encoding/json, the claims
// that make it a token of ours, each once. With a token cache the answers are
// the same, the first time and the second.
func FuzzClaims(f *testing.F) {
	key := ownKey()
	now := time.Unix(1_800_000_000, 0)
	cfg := cognito.Config{
		UserPoolID: poolID, ClientID: clientID, OtherClientIDs: []string{"6mobileapp"}, Resources: []string{"https://api.example.com"},
		JWKS: jwks(key.jwk()), Now: func() time.Time { return now },
	}
	v, err1 := cognito.NewVerifier(cfg)
	cfg.TokenCache = 100
	cached, err2 := cognito.NewVerifier(cfg)
	if err := errors.Join(err1, err2); err != nil {
		f.Fatal(err)
	}
	access := `{"sub":"a334","iss":"https:\/\/cognito-idp.eu-west-1.amazonaws.com\/` + poolID + `","version":2,"client_id":"` + clientID + `","token_use":"access","scope":"openid email","auth_time":1800000000,"exp":1800003600,"iat":1800000000,"jti":"c1d2","username":"jane","cognito:groups":["admins"]}`
	id := `{"sub":"a334","iss":"` + issuer + `","aud":"` + clientID + `","token_use":"id","exp":1800003600,"iat":1800000000,"nonce":"n","at_hash":"h","email":"jane@example.com","email_verified":"true","identities":[{"userId":"1","primary":"true","dateCreated":"1700000000000"}],"cognito:roles":"a,b","custom:plan":"gold"}`
	for _, base := range []string{access, id} {
		f.Add(base)
		f.Add(strings.Replace(base, `"exp":`, `"EXP":`, 1))
		f.Add(strings.Replace(base, `"exp":1800003600`, `"exp":18e8`, 1))
		f.Add(strings.Replace(base, `"sub":`, `"sub":null,"\u0073ub":`, 1))
		f.Add(strings.Replace(base, `}`, `,"aud":["`+clientID+`","x"]}`, 1))
		f.Add(strings.Replace(base, `}`, `,"nbf":1800000061.5}`, 1))
		f.Add(strings.Replace(base, `cognito-idp`, `issuer-cognito-idp`, 1))
	}
	f.Fuzz(func(t *testing.T, payload string) {
		token := key.sign(key.header(), payload)
		c, err := v.VerifyAccess(t.Context(), cognito.AccessToken(token))
		if err == nil {
			m := wantToken(t, payload, "access", now)
			if s := m.text("client_id"); s != c.ClientID || s != clientID && s != "6mobileapp" {
				t.Fatalf("VerifyAccess(%s): client_id %q read as %q", payload, s, c.ClientID)
			}
			if aud, ok := m["aud"]; ok && !strings.Contains(string(aud), `"`) {
				t.Fatalf("VerifyAccess(%s): aud %s accepted", payload, aud)
			}
			wantSame(t, payload, c.Identity(), m)
		} else {
			wantFuzzError(t, c == nil, err)
		}
		for range 2 {
			again, errAgain := cached.VerifyAccess(t.Context(), cognito.AccessToken(token))
			if !reflect.DeepEqual(again, c) || fmt.Sprint(errAgain) != fmt.Sprint(err) {
				t.Fatalf("VerifyAccess(%s, cached) = %+v, %v, want %+v, %v", payload, again, errAgain, c, err)
			}
		}
		i, err := v.VerifyID(t.Context(), cognito.IDToken(token))
		if err == nil {
			m := wantToken(t, payload, "id", now)
			var list []string
			if s := m.text("aud"); s != i.Audience && (json.Unmarshal(m["aud"], &list) != nil || len(list) != 1 || list[0] != i.Audience) {
				t.Fatalf("VerifyID(%s): aud %s read as %q", payload, m["aud"], i.Audience)
			}
			if i.Audience != clientID && i.Audience != "6mobileapp" {
				t.Fatalf("VerifyID(%s): aud %q accepted", payload, i.Audience)
			}
			if i.Nonce != m.text("nonce") || i.EmailVerified != (string(m["email_verified"]) == "true" || m.text("email_verified") == "true") {
				t.Fatalf("VerifyID(%s) = nonce %q, email_verified %v, want what the payload says", payload, i.Nonce, i.EmailVerified)
			}
			wantSame(t, payload, i.Identity(), m)
		} else {
			wantFuzzError(t, i == nil, err)
		}
	})
}

// exact are the members of an object by their exact names.
type exact map[string]json.RawMessage

func (m exact) text(name string) string {
	var s string
	if json.Unmarshal(m[name], &s) != nil {
		return ""
	}
	return s
}

// wantToken reads an accepted payload with encoding/json, member by member, so
// that names are exact. It fails the test unless it is a token of that use.
func wantToken(t *testing.T, payload, use string, now time.Time) exact {
	t.Helper()
	m := exact{}
	d := json.NewDecoder(strings.NewReader(payload))
	if start, err := d.Token(); start != json.Delim('{') {
		t.Fatalf("%s: accepted, but encoding/json says %v, %v", payload, start, err)
	}
	for d.More() {
		name, err1 := d.Token()
		var value json.RawMessage
		err2 := d.Decode(&value)
		if err := errors.Join(err1, err2); err != nil {
			t.Fatalf("%s: accepted, but encoding/json says %v", payload, err)
		}
		if _, again := m[name.(string)]; again {
			t.Fatalf("%s: accepted with %q twice", payload, name)
		}
		m[name.(string)] = value
	}
	if !json.Valid([]byte(payload)) {
		t.Fatalf("%s: accepted, but not valid JSON", payload)
	}
	var exp, iat, nbf float64
	_ = json.Unmarshal(m["iat"], &iat)
	_ = json.Unmarshal(m["nbf"], &nbf)
	limit := float64(now.Add(time.Minute).Unix()) + 1
	if err := json.Unmarshal(m["exp"], &exp); err != nil || exp < float64(now.Add(-time.Minute).Unix()) || exp >= 253402300800 || iat >= limit || nbf >= limit {
		t.Fatalf("%s: accepted with exp %s, iat %s, nbf %s", payload, m["exp"], m["iat"], m["nbf"])
	}
	iss := m.text("iss")
	if m.text("sub") == "" || m.text("token_use") != use || iss != issuer && iss != strings.Replace(issuer, "://", "://issuer-", 1) {
		t.Fatalf("%s: accepted with sub %s, token_use %s, iss %s", payload, m["sub"], m["token_use"], m["iss"])
	}
	return m
}

// wantSame fails the test unless the identity is who the payload names, and
// survives its binary form.
func wantSame(t *testing.T, payload string, id *cognito.Identity, m exact) {
	t.Helper()
	var groups []string
	if json.Unmarshal(m["cognito:groups"], &groups) != nil {
		groups = nil
	}
	if id.Subject != m.text("sub") || id.Issuer != m.text("iss") || len(id.Groups) > len(groups) {
		t.Fatalf("%s: Identity = %+v", payload, id)
	}
	for i, g := range id.Groups {
		if g != groups[i] {
			t.Fatalf("%s: Identity has the groups %q", payload, id.Groups)
		}
	}
	form, err := id.MarshalBinary()
	if err != nil {
		t.Fatalf("%s: MarshalBinary = %v", payload, err)
	}
	var again cognito.Identity
	if err := again.UnmarshalBinary(form); err != nil {
		t.Fatalf("%s: UnmarshalBinary = %v", payload, err)
	}
	wantSameIdentity(t, &again, id)
}

func wantFuzzError(t *testing.T, none bool, err error) {
	t.Helper()
	var refused *cognito.VerifyError
	if !none || !errors.As(err, &refused) || refused.Check == "" || refused.Check == "keys" || refused.Check == "signature" {
		t.Fatalf("Verify = %v, want nothing but a VerifyError of the payload", err)
	}
}
