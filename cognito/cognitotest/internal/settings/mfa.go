package settings

import (
	"fmt"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
)

func (m MFA) Validate() error {
	switch m.Mode {
	case "", "OFF":
		return nil
	case "OPTIONAL", "ON":
		if !m.TOTP && !m.Email && !m.SMS {
			return fmt.Errorf("MFA is %s and offers no factor", m.Mode)
		}
		return nil
	}
	return fmt.Errorf("an MFA mode of %q: it must be OFF, OPTIONAL or ON", m.Mode)
}

// Offered are the factors that the pool has.
func (m MFA) Offered() []string {
	var all []string
	if m.Mode != "OPTIONAL" && m.Mode != "ON" {
		return nil
	}
	if m.TOTP {
		all = append(all, directory.FactorTOTP)
	}
	if m.Email {
		all = append(all, directory.FactorEmail)
	}
	if m.SMS {
		all = append(all, directory.FactorSMS)
	}
	return all
}

// An MFA has the fields of cognitotest.MFA.
type MFA struct {
	Mode  string
	TOTP  bool
	Email bool
	SMS   bool
}
