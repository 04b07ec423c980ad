package cognitotest

import (
	"fmt"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
)

// TOTP returns the code that the authenticator app of a user would show by
// the pool's clock: for the secret of [User.TOTPSecret], or for the one that
// the enrolment page shows. A code serves once, so after a sign-in TOTP
// returns the following one; for a third sign-in within half a minute,
// [Pool.Advance] the clock.
//
// It panics if there is no such user, or the user has no secret.
func (p *Pool) TOTP(username string) string {
	a := p.mustUser(username)
	f := a.factors.totp
	if a.factors.pending != nil {
		f = credential.TOTP{Key: a.factors.pending}
	}
	if f.Key == nil {
		panic(fmt.Sprintf("cognitotest: user %q has no TOTP secret: set User.TOTPSecret, or open the enrolment page first", username))
	}
	return f.Next(p.Now())
}
