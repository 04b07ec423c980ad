package userpool

import (
	"encoding/json"
	"net/http"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/userpool/internal/record"
	"github.com/seed75762126/cognito-go/cognito/userpool/internal/vault"
)

// KeepPasskeyUser keeps in the browser that a user has a passkey there: call it
// when one was added, and after a sign-in with one. Cognito wants the user name
// before a passkey: with it, a sign-in page can suggest passkeys in the name
// field. A browser keeps its last four users, sealed, so that nobody can ask in
// the name of others.
func (p *Pending) KeepPasskeyUser(w http.ResponseWriter, r *http.Request, who *cognito.Identity) {
	users := p.passkeyUsers(r).With(record.PasskeyUser{Name: who.Username, Sub: who.Subject})
	p.passkeys.Put(w, users.Encode(), vault.Longest)
}

// PasskeyUsers returns the user names that [Pending.KeepPasskeyUser] kept in the
// browser, the last one first. The page of such a browser may show
// [WebAuthn.Options]: it has signed these users in before.
func (p *Pending) PasskeyUsers(r *http.Request) (names []string) {
	for _, u := range p.passkeyUsers(r) {
		names = append(names, u.Name)
	}
	return names
}

// PasskeyUser returns the name of the user whose passkey the browser offered,
// or "" where the browser keeps no such user. Suggestions show the passkeys of
// all users of a device, and Cognito refuses the passkey of another user. Ask
// for it again under the name of its own user.
func (p *Pending) PasskeyUser(r *http.Request, credential json.RawMessage) string {
	return p.passkeyUsers(r).Of(credential)
}

func (p *Pending) passkeyUsers(r *http.Request) record.PasskeyUsers {
	plain, err := p.passkeys.Get(r)
	if err != nil {
		return nil
	}
	return record.DecodePasskeyUsers(plain)
}
