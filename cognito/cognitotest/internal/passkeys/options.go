package passkeys

import (
	"crypto/rand"
	"encoding/base64"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/webauthn"
)

// timeout is what options give the user, in milliseconds.
const timeout = 60_000

// A Party is the relying party that asks for passkeys.
type Party struct {
	ID           string // the relying party id; "" means that there is none
	Verification string // of users: "preferred" or "required"
}

func (p Party) checks() webauthn.RelyingParty {
	return webauthn.RelyingParty{ID: p.ID, UserVerified: p.Verification == Required}
}

// CreationOptions are what navigator.credentials.create takes, as JSON.
type CreationOptions struct {
	RP struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	} `json:"rp"`
	User struct {
		ID          string `json:"id"`
		Name        string `json:"name"`
		DisplayName string `json:"displayName"`
	} `json:"user"`
	Challenge              string       `json:"challenge"`
	PubKeyCredParams       []parameters `json:"pubKeyCredParams"`
	Timeout                int          `json:"timeout"`
	ExcludeCredentials     []descriptor `json:"excludeCredentials"`
	AuthenticatorSelection selection    `json:"authenticatorSelection"`
}

// RequestOptions are what navigator.credentials.get takes, as JSON.
type RequestOptions struct {
	Challenge        string       `json:"challenge"`
	Timeout          int          `json:"timeout"`
	RPID             string       `json:"rpId"`
	AllowCredentials []descriptor `json:"allowCredentials"`
	UserVerification string       `json:"userVerification"`
}

type parameters struct {
	Type string `json:"type"`
	Alg  int    `json:"alg"`
}

type descriptor struct {
	Type       string   `json:"type"`
	ID         string   `json:"id"`
	Transports []string `json:"transports,omitempty"`
}

type selection struct {
	RequireResidentKey bool   `json:"requireResidentKey"`
	ResidentKey        string `json:"residentKey"`
	UserVerification   string `json:"userVerification"`
}

func newChallenge() []byte {
	b := make([]byte, 32)
	_, _ = rand.Read(b) // never fails
	return b
}

func (all Keys) descriptors() []descriptor {
	list := []descriptor{}
	for _, k := range all {
		list = append(list, descriptor{"public-key", k.Name(), k.Transports})
	}
	return list
}

// A User is who registers a passkey.
type User struct {
	Sub         string
	Name        string // which the browser shows
	DisplayName string
	Keys        Keys
}

func (u User) creation(p Party, challenge []byte) *CreationOptions {
	o := &CreationOptions{
		Challenge: encode(challenge), Timeout: timeout, ExcludeCredentials: u.Keys.descriptors(),
		PubKeyCredParams:       []parameters{{"public-key", webauthn.ES256}, {"public-key", webauthn.RS256}},
		AuthenticatorSelection: selection{true, "required", p.Verification},
	}
	o.RP.ID, o.RP.Name = p.ID, p.ID
	o.User.ID, o.User.Name, o.User.DisplayName = encode([]byte(u.Sub)), u.Name, u.DisplayName
	return o
}

// Ask returns the options for a sign-in with one of the passkeys, and their
// challenge.
func (all Keys) Ask(p Party) (challenge []byte, o *RequestOptions) {
	challenge = newChallenge()
	return challenge, &RequestOptions{
		Challenge: encode(challenge), Timeout: timeout, RPID: p.ID, AllowCredentials: all.descriptors(), UserVerification: p.Verification,
	}
}

func encode(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }
