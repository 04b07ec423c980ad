package cognitotest

import (
	"crypto/subtle"
	"time"
)

const (
	signUpCodeLife = 24 * time.Hour
	resetCodeLife  = time.Hour
	verifyCodeLife = 24 * time.Hour

	temporaryPasswordLife = 7 * 24 * time.Hour
)

// A oneTimeCode is a code sent to a user. The zero value accepts nothing.
type oneTimeCode struct {
	code      string
	expires   time.Time
	attribute string // that it went to, where that matters: "email" or "phone_number"
	address   string // likewise, for an attribute that is being verified
}

// check reports whether code is the one sent; it does not use it up.
func (c oneTimeCode) check(code string, now time.Time) error {
	switch {
	case c.code == "":
		return errCodeExpired
	case subtle.ConstantTimeCompare([]byte(c.code), []byte(code)) != 1:
		return errCodeMismatch
	case !now.Before(c.expires):
		return errCodeExpired
	}
	return nil
}

// expectCode keeps the code that is to verify an attribute.
func (a *account) expectCode(attribute string, code oneTimeCode) {
	if a.verify == nil {
		a.verify = make(map[string]oneTimeCode)
	}
	a.verify[attribute] = code
}
