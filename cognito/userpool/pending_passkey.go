package userpool

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/seal"
	"github.com/seed75762126/cognito-go/internal/wire"
)

const (
	passkeyUsersFormat = 1
	maxPasskeyUsers    = 4
)

// A passkeyUser is a user who has a passkey in this browser.
type passkeyUser struct{ name, sub string }

// KeepPasskeyUser keeps in the browser that a user has a passkey there: call it
// when one was added, and after a sign-in with one. Cognito wants the user name
// before a passkey: with it, a sign-in page can suggest passkeys in the name
// field. A browser keeps its last four users, sealed, so that nobody can ask in
// the name of others.
func (p *Pending) KeepPasskeyUser(w http.ResponseWriter, r *http.Request, who *cognito.Identity) {
	users := slices.DeleteFunc(p.passkeyUsers(r), func(u passkeyUser) bool { return u.sub == who.Subject })
	users = append([]passkeyUser{{who.Username, who.Subject}}, users...)
	b := []byte{passkeyUsersFormat}
	for _, u := range users[:min(len(users), maxPasskeyUsers)] {
		b = wire.AppendString(wire.AppendString(b, u.name), u.sub)
	}
	name := p.passkeyCookie()
	p.set(w, p.site.Cookie(name, seal.Encode(p.passkeys.Seal(b, p.boundTo(name))), deviceLife))
}

// PasskeyUsers returns the user names that [Pending.KeepPasskeyUser] kept in the
// browser, the last one first. The page of such a browser may show
// [WebAuthn.Options]: it has signed these users in before.
func (p *Pending) PasskeyUsers(r *http.Request) (names []string) {
	for _, u := range p.passkeyUsers(r) {
		names = append(names, u.name)
	}
	return names
}

// PasskeyUser returns the name of the user whose passkey the browser offered,
// or "" where the browser keeps no such user. Suggestions show the passkeys of
// all users of a device, and Cognito refuses the passkey of another user. Ask
// for it again under the name of its own user.
func (p *Pending) PasskeyUser(r *http.Request, credential json.RawMessage) string {
	var offered struct {
		Response struct {
			UserHandle string `json:"userHandle"` // the user's sub
		} `json:"response"`
	}
	if json.Unmarshal(credential, &offered) != nil {
		return ""
	}
	sub, err := base64.RawURLEncoding.DecodeString(offered.Response.UserHandle)
	if err != nil {
		return ""
	}
	for _, u := range p.passkeyUsers(r) {
		if u.sub == string(sub) {
			return u.name
		}
	}
	return ""
}

func (p *Pending) passkeyUsers(r *http.Request) (users []passkeyUser) {
	plain, err := p.read(r, p.passkeys, p.passkeyCookie())
	if err != nil {
		return nil
	}
	record := wire.NewReader(string(plain))
	if record.Byte() != passkeyUsersFormat {
		return nil
	}
	for record.More() {
		users = append(users, passkeyUser{record.String(), record.String()})
	}
	if !record.Done() {
		return nil
	}
	return users
}

func (p *Pending) passkeyCookie() string { return p.name + "-passkeys" }
