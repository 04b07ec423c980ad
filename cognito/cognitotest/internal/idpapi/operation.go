package idpapi

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
)

// OnPool is an operation for administrators on the pool that its
// UserPoolId names.
func OnPool[C, In, Out any](handle func(*request.Call) C, answer func(C, *In) (Out, error)) request.Operation {
	return request.Signed(itself, func(c *request.Call, in *In) (Out, error) {
		if id := c.Form.Get("UserPoolId"); id != c.ID {
			var none Out
			return none, request.NoPool(id)
		}
		return answer(handle(c), in)
	})
}

// itself leaves a call as it is.
func itself(c *request.Call) *request.Call { return c }

// OnUser is OnPool for the user that its Username names: a username, a verified
// alias or a sub.
func OnUser[C, In, Out any](handle func(*request.Call) C, answer func(C, *In, directory.Account) (Out, error)) request.Operation {
	return OnPool(itself, func(c *request.Call, in *In) (Out, error) {
		a, known := c.FindNamed(c.Form.Get("Username"))
		if !known {
			var none Out
			return none, refusal.UnknownUser
		}
		c.Event.Username = a.Username
		return answer(handle(c), in, a)
	})
}
