package cognitotest

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
)

// expectCode keeps the code that is to verify an attribute.
func (a *account) expectCode(attribute string, code credential.Code) {
	if a.verify == nil {
		a.verify = make(map[string]credential.Code)
	}
	a.verify[attribute] = code
}
