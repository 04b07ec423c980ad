package cognitotest

import (
	"maps"
	"net/http"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/identities"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/idpapi/account"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/idpapi/admin"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/idpapi/provision"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/idpapi/signin"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
)

// apiOperations are all operations, by name.
var apiOperations = func() map[string]request.Operation {
	all := make(map[string]request.Operation)
	for _, group := range []map[string]request.Operation{
		account.ProfileOperations, signin.Operations, account.PasskeyOperations,
		admin.GroupOperations,
		admin.ListUserOperations,
		account.SignUpOperations,
		admin.AdminUserOperations,
		admin.AdminPasswordOperations,
		provision.PoolOperations,
		provision.ClientOperations,
		provision.DomainOperations,
		provision.BrandingOperations,
		provision.ResourceServerOperations,
		provision.ProviderOperations,
		provision.TagOperations,
		provision.ConfigurationOperations,
		provision.CustomizationOperations,
		provision.TermsOperations,
	} {
		maps.Copy(all, group)
	}
	return all
}()

// findOperation returns the operation that a target names: one of the user
// pool's or one of the identity pool's.
func findOperation(target string) (name string, op request.Operation, known bool) {
	if name, ok := strings.CutPrefix(target, identities.IdentityTarget); ok {
		op, known = identities.IdentityOperations[name]
		return name, op, known
	}
	name, ok := strings.CutPrefix(target, request.APITarget)
	op, known = apiOperations[name]
	return name, op, known && ok
}

// apiEndpoint is the endpoint of an operation, which need not exist.
func apiEndpoint(r *http.Request) request.Endpoint {
	target, _ := request.IsAPI(r)
	name, op, known := findOperation(target)
	if !known {
		name = "api"
	}
	return request.Endpoint{Op: name, JSON: true, API: true, Post: func(c *request.Call) { c.ServeAPI(op, known) }}
}
