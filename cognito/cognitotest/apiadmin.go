package cognitotest

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// poolOperation is an operation for administrators on the pool that its
// UserPoolId names.
func poolOperation[In, Out any](answer func(*call, *In) (Out, error)) apiOperation {
	return signedOperation(func(c *call, in *In) (Out, error) {
		if id := c.form.Get("UserPoolId"); id != c.id {
			var none Out
			return none, refusal.New(refusal.NotFoundException, "User pool "+id+" does not exist.")
		}
		return answer(c, in)
	})
}

// userOperation is a poolOperation on the user that its Username names: a
// username, an alias or a sub.
func userOperation[In, Out any](answer func(*call, *In, account) (Out, error)) apiOperation {
	return poolOperation(func(c *call, in *In) (Out, error) {
		a, known := c.users.find(c.form.Get("Username"))
		if !known {
			var none Out
			return none, refusal.UnknownUser
		}
		c.event.Username = a.username
		return answer(c, in, a)
	})
}
