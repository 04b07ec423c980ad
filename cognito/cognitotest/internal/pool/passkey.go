package pool

import (
	"cmp"
	"slices"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/passkeys"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/settings"
)

// RelyingParty is whose passkeys a user registers and uses.
func (p *Pool) RelyingParty(a *directory.Account) passkeys.Party {
	w := p.Rules().WebAuthn
	party := passkeys.Party{ID: cmp.Or(w.RelyingPartyID, passkeys.Host(p.URL(), p.SocketURL() != "")), Verification: cmp.Or(w.UserVerification, "preferred")}
	if a.Factors.Passkey {
		party.Verification = passkeys.Required
	}
	return party
}

// PasskeysOn reports whether the pool takes passkeys at all.
func (p *Pool) PasskeysOn() bool {
	return slices.Contains(p.Rules().First, settings.FirstFactorPasskey)
}

// PasskeyServes reports whether a passkey may begin the user's sign-in. Where a
// second factor is due it must count as both.
func (p *Pool) PasskeyServes(a *directory.Account) bool {
	rules := p.Rules()
	single := rules.MFA.Mode != "ON" && len(p.FactorsOf(a)) == 0
	return len(a.Passkeys) > 0 && a.Pending == "" && (single || a.Factors.Passkey && rules.WebAuthn.FactorConfiguration == passkeys.AsBoth)
}
