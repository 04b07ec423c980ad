package passkeys

import (
	"fmt"
	"net/url"
	"slices"

	"github.com/seed75762126/cognito-go/internal/hosts"
)

// Words of a WebAuthnConfiguration.
const (
	Required = "required"
	AsBoth   = "MULTI_FACTOR_WITH_USER_VERIFICATION"
)

// CheckConfiguration refuses words that a WebAuthnConfiguration does not have.
func CheckConfiguration(verification, factor string) error {
	switch {
	case !slices.Contains([]string{"", "preferred", Required}, verification):
		return fmt.Errorf("a UserVerification of %q: it must be preferred or required", verification)
	case !slices.Contains([]string{"", "SINGLE_FACTOR", AsBoth}, factor):
		return fmt.Errorf("a FactorConfiguration of %q: it must be SINGLE_FACTOR or %s", factor, AsBoth)
	}
	return nil
}

// Host returns the relying party id of a pool that names none: the host of its
// domain, or "". Browsers accept no address as an id, so it is "localhost" for
// a socket of this machine.
func Host(domain string, socket bool) string {
	u, err := url.Parse(domain)
	switch {
	case err != nil:
		return ""
	case socket && hosts.IsLoopback(u.Hostname()):
		return "localhost"
	}
	return u.Hostname()
}
