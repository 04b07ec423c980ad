package cognitotest

import (
	"crypto/subtle"
	"time"
)

const (
	signUpCodeLife = 24 * time.Hour
	resetCodeLife  = time.Hour

	temporaryPasswordLife = 7 * 24 * time.Hour
)

// A oneTimeCode is a code sent to a user. The zero value accepts nothing.
type oneTimeCode struct {
	code    string
	expires time.Time
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
