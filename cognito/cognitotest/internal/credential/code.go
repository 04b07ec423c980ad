package credential

import (
	"crypto/subtle"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

const (
	SignUpCodeLife = 24 * time.Hour
	ResetCodeLife  = time.Hour
	VerifyCodeLife = 24 * time.Hour

	TemporaryPasswordLife = 7 * 24 * time.Hour
)

// A Code is a code sent to a user. The zero value accepts nothing.
type Code struct {
	Code      string
	Expires   time.Time
	Attribute string // that it went to, where that matters: "email" or "phone_number"
	Address   string // likewise, for an attribute that is being verified
}

// Check reports whether code is the one sent; it does not use it up.
func (c Code) Check(code string, now time.Time) error {
	switch {
	case c.Code == "":
		return refusal.CodeExpired
	case subtle.ConstantTimeCompare([]byte(c.Code), []byte(code)) != 1:
		return refusal.CodeMismatch
	case !now.Before(c.Expires):
		return refusal.CodeExpired
	}
	return nil
}

type SavedCode struct {
	Code      string
	Expires   time.Time
	Attribute string `json:",omitempty"` // that it went to
	Address   string `json:",omitempty"` // likewise
}

func (c Code) Save() SavedCode { return SavedCode(c) }

func (s SavedCode) Read() Code { return Code(s) }
