package userpool

import (
	"encoding/json"
	"net/http"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/userpool/internal/record"
	"github.com/seed75762126/cognito-go/cognito/userpool/internal/vault"
)

// KeepPasskeyUser notes in a cookie that a user has a passkey in this browser.
// Call it when a passkey was added, and after a sign-in with a passkey. Cognito
// needs the user name before it accepts a passkey. With the noted name, a
// sign-in page can suggest passkeys in the name field. The cookie keeps the
// last four users. It is encrypted: a visitor cannot put in other names.
func (p *Pending) KeepPasskeyUser(w http.ResponseWriter, r *http.Request, who *cognito.Identity) {
	users := p.passkeyUsers(r).With(record.PasskeyUser{Name: who.Username, Sub: who.Subject})
	p.passkeys.Put(w, users.Encode(), vault.Longest)
}

// PasskeyUsers returns the user names that [Pending.KeepPasskeyUser] noted in
// the browser, the newest first. For these users the page may use
// [WebAuthn.Options], because they have signed in with this browser before.
func (p *Pending) PasskeyUsers(r *http.Request) (names []string) {
	for _, u := range p.passkeyUsers(r) {
		names = append(names, u.Name)
	}
	return names
}

// PasskeyUser returns the name of the user whose passkey the browser sent, or
// "" if the browser has no note of that user. A browser suggests the passkeys
// of all users of a device, and Cognito refuses a passkey of another user. If
// the pending sign-in has another name, begin a new one with the returned name.
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
