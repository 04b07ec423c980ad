package cognito_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/internal/thorough"
)

// A forgery is a token that a good key has signed, and whether a verifier may
// accept it.
type forgery struct {
	name   string
	token  string
	accept bool
}

// A kind is one JSON value of each sort that a member can have in place of its
// own.
type kind struct{ name, text string }

var kinds = []kind{
	{"null", `null`}, {"true", `true`}, {"false", `false`}, {"zero", `0`}, {"one", `1`}, {"negative", `-1`}, {"a fraction", `0.5`},
	{"a huge number", `1e400`}, {"many digits", strings.Repeat("9", 400)}, {"empty text", `""`}, {"a text", `"x"`}, {"a number as text", `"1790000000"`},
	{"an escaped text", `"\u0078"`}, {"a lone surrogate", `"\ud800"`}, {"a text with NUL", `"x\u0000"`}, {"an empty list", `[]`},
	{"a list", `["x"]`}, {"a list of lists", `[["x"]]`}, {"a list with null", `[null]`}, {"an empty object", `{}`}, {"an object", `{"x":"x"}`}, {"nested objects", `{"x":{"iss":"x"}}`},
}

// A forge makes tokens of one use. In their quick form the two uses share the
// work: at is the index of the use.
type forge struct {
	*attacker
	at int
}

// kindsOf returns kinds, or an eleventh of them, others for each member and use.
func (f forge) kindsOf(member int) []kind { return thorough.Sample(kinds, 11, 2*member+f.at) }

// TestT4_Forge has a few hundred tokens, each signed with the pool's own key.
// The verdict of each follows from RFC 7515, RFC 7519, RFC 8725, RFC 9068 and
// OpenID Connect Core, as the comments beside the rules say.
func TestT4_Forge(t *testing.T) {
	total := 0
	for at, use := range uses {
		f := forge{newAttacker(t, use), at}
		for _, part := range []struct {
			name      string
			forgeries []forgery
		}{
			{"header members", f.headerMembers()},
			{"types", f.types()},
			{"claims that are checked", f.checkedClaims()},
			{"claims that decide nothing", f.freeClaims()},
			{"claims that are missing", f.missingClaims()},
			{"names", f.names()},
			{"segments", f.segments()},
		} {
			total += len(part.forgeries)
			t.Run(use+"/"+part.name, func(t *testing.T) {
				for _, x := range part.forgeries {
					if err := verify(t, f.victim, use, x.token); (err == nil) != x.accept {
						t.Errorf("%s = %v, want accepted %t", verifyCall(use, x.name), err, x.accept)
					}
				}
			})
		}
	}
	if least := thorough.Or(250, 600); total < least {
		t.Errorf("%d tokens, want at least %d", total, least)
	}
}

// headerMembers: RFC 7515 section 4 ignores what nobody knows. Section 4.1.11,
// RFC 7797 and the members of JWE change what a token means. With section 4.1.10
// the payload is something else, and 4.1.2 to 4.1.6 bring a key along.
func (f forge) headerMembers() (list []forgery) {
	refused := []string{"crit", "b64", "cty", "jwk", "jku", "x5u", "x5c", "enc", "zip", "epk", "apu", "apv", "iv", "tag", "p2s", "p2c"}
	for i, name := range slices.Concat(refused, []string{"x5t", "x5t#S256", "nonce", "iss", "url", "ppt", "awsRegion", ""}) {
		for _, k := range f.kindsOf(i) {
			list = append(list, forgery{"header member " + name + ": " + k.name, f.signed(f.head(fmt.Sprintf(`,%q:%s`, name, k.text)), f.payload), !slices.Contains(refused, name)})
		}
	}
	for _, k := range thorough.Sample(kinds, 2, f.at) { // alg and kid have to be the right text
		list = append(list,
			forgery{"alg: " + k.name, f.signed(fmt.Sprintf(`{"kid":%q,"alg":%s}`, f.kid, k.text), f.payload), false},
			forgery{"kid: " + k.name, f.signed(fmt.Sprintf(`{"kid":%s,"alg":"RS256"}`, k.text), f.payload), false})
	}
	return append(list, forgery{"alg with an escape", f.signed(fmt.Sprintf(`{"kid":%q,"\u0061lg":"\u0052S256"}`, f.kid), f.payload), true})
}

// types: RFC 7519 section 5.1 has JWT, RFC 9068 section 2.1 at+jwt for access
// tokens. RFC 7515 section 4.1.9 leaves "application/" out and ignores case.
// RFC 8725 section 3.11 refuses the types of other tokens; "" names none.
func (f forge) types() (list []forgery) {
	add := func(value string, accept bool) {
		list = append(list, forgery{"typ " + value, f.signed(f.head(`,"typ":`+value), f.payload), accept})
	}
	for _, k := range thorough.Sample(kinds, 2, f.at) {
		add(k.text, k.text == `""`)
	}
	for _, typ := range []string{"JWT", "jwt", "Jwt", "application/jwt", "APPLICATION/JWT", "application/JWT"} {
		add(jsonText(typ), true)
	}
	for _, typ := range []string{"at+jwt", "AT+JWT", "application/at+jwt"} {
		add(jsonText(typ), f.use == "access")
	}
	others := []string{"logout+jwt", "dpop+jwt", "secevent+jwt", "oauth-authz-req+jwt", "token-introspection+jwt", "kb+jwt", "dc+sd-jwt", "entity-statement+jwt", "JOSE", "JWE", "JWS", "text/jwt", "jwt ", " jwt", "application/application/jwt", "jwt;charset=utf-8", "id+jwt"}
	for _, typ := range thorough.Sample(others, 2, f.at) {
		add(jsonText(typ), false)
	}
	return list
}

// checkedClaims: RFC 7519 section 4.1 and OpenID Connect Core section 2 give
// each its type, and none of the values is the right one. A number is a time in
// section 4.1.4 to 4.1.6; only nbf and auth_time may be any time that has passed.
func (f forge) checkedClaims() (list []forgery) {
	names := []string{"iss", "sub", "token_use", "exp", "iat", "nbf", "auth_time", "azp"}
	if f.use == "id" {
		names = append(names, "aud", "nonce", "at_hash")
	} else {
		names = append(names, "aud", "client_id")
	}
	past := []string{"one"} // 1970 and a second
	for i, name := range names {
		for _, k := range f.kindsOf(i) {
			accept := false
			switch name {
			case "sub": // any text of 1 to 255 bytes
				accept = strings.HasPrefix(k.text, `"`) && k.text != `""`
			case "iat", "nbf", "auth_time":
				accept = slices.Contains(past, k.name)
			case "nonce": // nobody asks for one in this verification
				accept = strings.HasPrefix(k.text, `"`)
			}
			list = append(list, forgery{name + ": " + k.name, f.with(name, k.text), accept})
		}
		list = append(list, forgery{name + " in a list with itself", f.with(name, `["x","x"]`), false})
	}
	return list
}

// freeClaims may have any type: a trigger puts there what it likes.
func (f forge) freeClaims() (list []forgery) {
	for i, name := range []string{"jti", "origin_jti", "event_id", "cognito:groups", "scope", "username", "email", "email_verified", "device_key", "cnf", "act", "https://example.com/claim"} {
		for _, k := range f.kindsOf(i) {
			list = append(list, forgery{name + ": " + k.name, f.with(name, k.text), true})
		}
	}
	return list
}

// missingClaims: OpenID Connect Core section 2 demands iat of ID tokens; Cognito
// writes the others into every token.
func (f forge) missingClaims() (list []forgery) {
	must := map[string]bool{"iss": true, "sub": true, "exp": true, "token_use": true, "iat": f.use == "id", "aud": f.use == "id", "client_id": f.use == "access"}
	for _, name := range []string{"iss", "sub", "exp", "token_use", "iat", "aud", "client_id", "nbf", "auth_time", "jti", "origin_jti", "event_id", "scope", "username", "cognito:username", "cognito:groups"} {
		list = append(list, forgery{"without " + name, f.base.clone().remove(name).sign(f.pool, f.use), !must[name]})
	}
	return list
}

// names: RFC 7519 section 4 compares them to the letter, and a name that is
// there twice can be read in two ways. An escape spells the same name (RFC 8259
// section 8.3).
func (f forge) names() (list []forgery) {
	names := []string{"iss", "sub", "exp", "iat", "token_use", "aud", "client_id", "nonce", "cognito:groups", "scope", "x"}
	for _, name := range thorough.Sample(names, 2, f.at) {
		first := fmt.Sprintf(`\u%04x`, name[0]) + name[1:]
		free := !slices.Contains([]string{"iss", "sub", "exp", "iat", "token_use", "aud", "client_id", "nonce"}, name)
		list = append(list,
			forgery{name + " twice", f.adding(`"` + name + `":"x","` + name + `":"x"`), false},
			forgery{name + " twice, once with an escape", f.adding(`"` + name + `":"x","` + first + `":"x"`), false},
			forgery{name + " with a space behind", f.adding(`"` + name + ` ":"x"`), true},
			forgery{name + " nested", f.adding(`"z":{"` + name + `":"x","` + name + `":"y"}`), true},
		)
		if free {
			list = append(list, forgery{name + " as an escape", f.base.clone().remove(name).add(`"`+first+`":["x"]`).sign(f.pool, f.use), true})
		}
	}
	return list
}

// segments: RFC 7515 section 2 has no padding, no white space and no line break,
// and section 7.1 three parts.
func (f forge) segments() (list []forgery) {
	good := strings.Split(f.good, ".")
	for i := range good {
		for name, edit := range map[string]func(string) string{
			"padded":                 func(s string) string { return s + "=" },
			"padded twice":           func(s string) string { return s + "==" },
			"a space behind":         func(s string) string { return s + " " },
			"a space before":         func(s string) string { return " " + s },
			"a tab within":           func(s string) string { return s[:4] + "\t" + s[4:] },
			"a line break behind":    func(s string) string { return s + "\n" },
			"a line break within":    func(s string) string { return s[:4] + "\r\n" + s[4:] },
			"empty":                  func(string) string { return "" },
			"one character more":     func(s string) string { return s + "A" },
			"one character less":     func(s string) string { return s[:len(s)-1] },
			"a plus":                 func(s string) string { return "+" + s[1:] },
			"a slash":                func(s string) string { return "/" + s[1:] },
			"a NUL":                  func(s string) string { return s[:4] + "\x00" + s[5:] },
			"a percent-escape":       func(s string) string { return "%41" + s[1:] },
			"a letter beyond ASCII":  func(s string) string { return "\u017f" + s[1:] },
			"a byte that is no text": func(s string) string { return "\xff" + s[1:] },
			"other trailing bits":    trailingBits,
		} {
			parts := slices.Clone(good)
			parts[i] = edit(parts[i])
			if parts[i] == good[i] { // no bits to spare
				continue
			}
			list = append(list, forgery{fmt.Sprintf("part %d: %s", i+1, name), strings.Join(parts, "."), false})
		}
	}
	for name, token := range map[string]string{
		"a dot before": "." + f.good, "a dot behind": f.good + ".", "two dots": strings.Replace(f.good, ".", "..", 1),
		"a fourth part": f.good + ".AA", "five parts": f.good + ".AA.AA", "two parts": good[0] + "." + good[1], "the scheme": "Bearer " + f.good,
		"quoted": `"` + f.good + `"`, "a byte order mark": "\ufeff" + f.good, "twice": f.good + "," + f.good,
	} {
		list = append(list, forgery{name, token, false})
	}
	return list
}

// trailingBits changes bits of the last character that no byte has.
func trailingBits(s string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	if len(s)%4 == 0 {
		return s
	}
	at := strings.IndexByte(alphabet, s[len(s)-1])
	return s[:len(s)-1] + string(alphabet[at^1])
}
