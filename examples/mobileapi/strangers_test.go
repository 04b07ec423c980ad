package main

import (
	"io"
	"log"
	"maps"
	"net/http"
	"os"
	"slices"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/examples/internal/strangers"
)

// TestU3_Strangers: over every call, all kinds of accounts and no account look
// the same: status, headers, body, calls to Cognito and time.
func TestU3_Strangers(t *testing.T) {
	log.SetOutput(io.Discard)
	t.Cleanup(func() { log.SetOutput(os.Stderr) })
	with := func(path string, in doc) func(*strangers.Visitor) {
		return func(v *strangers.Visitor) {
			sent := maps.Clone(in)
			sent["username"], sent["attributes"] = v.Name, doc{"email": v.Name}
			v.JSON(path, sent)
		}
	}
	answer := func(first, name string, answer any) func(*strangers.Visitor) {
		return func(v *strangers.Visitor) {
			ch, _ := v.JSON("/signin", doc{"username": v.Name, "first": first})["challenge"].(doc)
			if ch["name"] != first {
				t.Fatalf("%s is asked for %v, want %s", v.Name, ch, first)
			}
			v.JSON("/challenge", doc{"state": ch["state"], name: answer})
		}
	}
	a := new(api)
	strangers.Run(t, strangers.App{
		New: func(cfg cognito.Config) (http.Handler, error) {
			return newAPI(cfg, []session.Key{session.NewKey()}, strangers.RelyingPartyID)
		},
		Open: slices.Collect(maps.Keys(a.open())), SignedIn: slices.Collect(maps.Keys(a.signedIn())),
		Forms: map[string]func(*strangers.Visitor){
			"POST /signin (password)":   with("/signin", doc{"password": "Wr0ng-password"}),
			"POST /signin (code)":       with("/signin", doc{"first": "EMAIL_OTP"}),
			"POST /signin (SMS)":        with("/signin", doc{"first": "SMS_OTP"}),
			"POST /signin (passkey)":    with("/signin", doc{"first": "WEB_AUTHN"}),
			"POST /challenge (code)":    answer("EMAIL_OTP", "code", "00000000"),
			"POST /challenge (passkey)": answer("WEB_AUTHN", "credential", doc{"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": doc{}}),
			"POST /signup":              with("/signup", doc{"password": "N3w-password"}),
			"POST /signup (weak)":       with("/signup", doc{"password": "weak"}),
			"POST /confirm":             with("/confirm", doc{"code": "000000"}),
			"POST /resend":              with("/resend", doc{}),
			"POST /forgot":              with("/forgot", doc{}),
			"POST /reset":               with("/reset", doc{"code": "000000", "password": "N3w-password"}),
			"POST /reset (weak)":        with("/reset", doc{"code": "000000", "password": "weak"}),
		},
		Nameless: map[string]string{
			"POST /refresh": "a refresh token names the user",
			"POST /signout": "a refresh token names the user",
		},
	})
}
