// Package flows has what the hosted pages and the user-pool API share: sign-up,
// passwords and their reset, messages, hooks and the users that hooks describe.
package flows

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
)

// A Flow is a call with what pages and API share.
type Flow struct{ *request.Call }
