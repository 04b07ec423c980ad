package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/federation"
)

// A rule is one line about a pool on the index page.
type rule struct{ Name, Text string }

// rulesOf says in words what a pool asks of its users.
func rulesOf(s cognitotest.Settings) []rule {
	rules := []rule{
		{"Passwords", passwordWords(s.PasswordPolicy)},
		{"Second factor", mfaWords(s.MFA)},
		{"First factor", firstWords(s.FirstAuthFactors)},
		{"Sign-up verifies", listed(named(s.AutoVerified), "and")},
	}
	if s.AutoVerified == nil {
		rules[3].Text = "email, or the phone number of a user without one"
	} else if len(s.AutoVerified) == 0 {
		rules[3].Text = "nothing: an administrator confirms users"
	}
	if len(s.Required) > 0 {
		rules = append(rules, rule{"Required", listed(named(s.Required), "and")})
	}
	if len(s.Immutable) > 0 {
		rules = append(rules, rule{"Set once", listed(named(s.Immutable), "and")})
	}
	return append(rules, rule{"Devices", deviceWords(s.Devices)})
}

func passwordWords(p cognitotest.PasswordPolicy) string {
	text := fmt.Sprintf("at least %d characters", p.MinimumLength)
	var kinds []string
	for _, kind := range []struct {
		name string
		must bool
	}{
		{"an upper-case letter", p.RequireUppercase}, {"a lower-case letter", p.RequireLowercase},
		{"a digit", p.RequireNumbers}, {"a symbol", p.RequireSymbols},
	} {
		if kind.must {
			kinds = append(kinds, kind.name)
		}
	}
	if len(kinds) > 0 {
		text += ", with " + listed(kinds, "and")
	}
	if p.History > 0 {
		text += fmt.Sprintf("; none of the last %d", p.History)
	}
	return text
}

func firstWords(factors []string) string {
	var names []string
	for _, factor := range factors {
		if factor == cognitotest.FirstFactorEmail {
			names = append(names, "code by e-mail")
			continue
		}
		names = append(names, factorNames[factor])
	}
	return listed(names, "or")
}

func mfaWords(m cognitotest.MFA) string {
	var factors []string
	for _, factor := range []struct {
		name    string
		offered bool
	}{{"from an app", m.TOTP}, {"by e-mail", m.Email}, {"by text message", m.SMS}} {
		if factor.offered {
			factors = append(factors, factor.name)
		}
	}
	codes := "a code " + listed(factors, "or")
	switch m.Mode {
	case "ON":
		return "always: " + codes
	case "OPTIONAL":
		return "asked of users who have one: " + codes
	}
	return "never asked"
}

func deviceWords(d *cognitotest.DeviceTracking) string {
	switch {
	case d == nil:
		return "not remembered"
	case d.DeviceOnlyRememberedOnUserPrompt && d.ChallengeRequiredOnNewDevice:
		return "remembered when the user asks for it; these need no second factor"
	case d.DeviceOnlyRememberedOnUserPrompt:
		return "remembered when the user asks for it"
	case d.ChallengeRequiredOnNewDevice:
		return "remembered; these need no second factor"
	}
	return "remembered"
}

// stateWords says what a user in a state can do, and what is asked of them.
func stateWords(u cognitotest.User, factors []string, mfa cognitotest.MFA) string {
	text := map[cognitotest.UserStatus]string{
		cognitotest.StatusUnconfirmed:         "has to enter the code of the sign-up",
		cognitotest.StatusConfirmed:           "can sign in",
		cognitotest.StatusForceChangePassword: "has a temporary password, and sets a new one at the next sign-in",
		cognitotest.StatusResetRequired:       "has to set a new password with a code",
		cognitotest.StatusExternalProvider:    "signs in through an identity provider",
	}[u.Status]
	if u.Disabled {
		return "disabled by an administrator: cannot sign in"
	}
	var names []string
	for _, factor := range factors {
		names = append(names, factorNames[factor])
	}
	switch {
	case len(names) > 0:
		text += "; second factor: " + listed(names, "or")
	case mfa.Mode != "ON" || u.Status == cognitotest.StatusExternalProvider:
	case mfa.TOTP, mfa.Email && u.Email != "", mfa.SMS && u.Phone != "":
		text += "; has to set up a second factor first"
	default:
		text = "cannot sign in: the pool demands a second factor, and offers none that this user can have"
	}
	if u.Email != "" && !u.EmailVerified {
		text += "; e-mail not verified"
	}
	if u.Phone != "" && !u.PhoneVerified {
		text += "; phone number not verified"
	}
	return text
}

// factorNames are the factors in words.
var factorNames = map[string]string{
	cognitotest.FactorTOTP:          "app",
	cognitotest.FactorEmail:         "e-mail",
	cognitotest.FactorSMS:           "text message",
	cognitotest.FirstFactorPassword: "password",
	cognitotest.FirstFactorSMS:      "code by text message",
	cognitotest.FirstFactorPasskey:  "passkey",
}

// kindWords is what a type of identity provider is called.
func kindWords(kind federation.Type) string {
	return cmp.Or(map[federation.Type]string{
		federation.LoginWithAmazon: "Login with Amazon",
		federation.SignInWithApple: "Sign in with Apple",
	}[kind], string(kind))
}

// named are attributes as people name them.
func named(attributes []string) (names []string) {
	for _, a := range attributes {
		names = append(names, strings.ReplaceAll(strings.TrimPrefix(a, "custom:"), "_", " "))
	}
	return names
}

// listed joins words as a sentence has them: a, b and c.
func listed(all []string, word string) string {
	if len(all) < 2 {
		return strings.Join(all, "")
	}
	last := len(all) - 1
	return strings.Join(all[:last], ", ") + " " + word + " " + all[last]
}
