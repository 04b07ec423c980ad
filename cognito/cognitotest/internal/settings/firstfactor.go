package settings

import (
	"fmt"
	"slices"
	"strings"
)

func validateFirstFactors(factors []string) error {
	known := []string{FirstFactorPassword, FirstFactorEmail, FirstFactorSMS, FirstFactorPasskey}
	for i, factor := range factors {
		switch {
		case !slices.Contains(known, factor):
			return fmt.Errorf("%q is none of %s", factor, strings.Join(known, ", "))
		case slices.Contains(factors[:i], factor):
			return fmt.Errorf("%s is there twice", factor)
		}
	}
	if len(factors) == 1 && factors[0] == FirstFactorPasskey {
		return fmt.Errorf("%s cannot be the only one", FirstFactorPasskey)
	}
	return nil
}

// The first factors that a pool may allow for USER_AUTH, by Cognito's names.
const (
	FirstFactorPassword = "PASSWORD"
	FirstFactorEmail    = "EMAIL_OTP" // a code by e-mail
	FirstFactorSMS      = "SMS_OTP"   // a code by text message
	FirstFactorPasskey  = "WEB_AUTHN" // see [WithWebAuthn]
)
