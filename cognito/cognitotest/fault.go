package cognitotest

import (
	"fmt"
	"slices"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/fault"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/identities"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/passkeys"
)

// anywhere are the kinds that can happen to any request.
var anywhere = []fault.Kind{
	fault.Slow, fault.Drop, fault.LostAnswer, fault.TooManyRequests, fault.ServerError, fault.Unavailable, fault.HTML,
	fault.Truncated, fault.Redirect302, fault.Redirect307, fault.Redirect308, fault.Huge, fault.GzipBomb, fault.OAuthError,
}

// faultOps says where the other kinds can happen, the usual endpoint first.
var faultOps = map[fault.Kind][]string{
	fault.WrongNonce: {"token"}, fault.NoNonce: {"token"}, fault.WrongKey: tokenOps, fault.WrongKid: tokenOps,
	fault.NoAtHash: {"token"}, fault.WrongAtHash: tokenOps, fault.NoIDToken: tokenOps, fault.NoAccessToken: tokenOps,
	fault.WrongTokenUse: tokenOps, fault.Swapped: tokenOps, fault.WrongIssuer: append([]string{"token", "discovery"}, tokenOps[1:]...),
	fault.WrongAudience: tokenOps, fault.Expired: tokenOps, fault.WrongSub: append([]string{"token", "userInfo"}, tokenOps[1:]...), fault.AlgNone: tokenOps,
	fault.Booleans: {"userInfo"}, fault.NoKeys: {"jwks"}, fault.State: {"authorize"}, fault.Unexpected: {"authorize"},
}

// tokenOps are the endpoints that give tokens.
var tokenOps = []string{
	"token", "InitiateAuth", "AdminInitiateAuth", "RespondToAuthChallenge", "AdminRespondToAuthChallenge", "GetTokensFromRefreshToken",
}

// Fault makes requests fail in the way that f describes. If several faults are
// set, a request gets only the oldest one that fits it. The event of the
// request names the fault. CORS preflight requests get none.
//
//	pool.Fault(fault.Fault{Op: "token", Kind: fault.Unavailable, Times: 2})
//
// Fault panics if there is no such endpoint or kind, or if this kind is not
// possible at this endpoint.
func (p *Pool) Fault(f fault.Fault) {
	if err := placeFault(&f); err != nil {
		panic("cognitotest: fault: " + err.Error())
	}
	p.core.Faults.Add(f)
}

// ClearFaults removes all faults.
func (p *Pool) ClearFaults() { p.core.Faults.Clear() }

// placeFault checks a fault and fills in its endpoint.
func placeFault(f *fault.Fault) error {
	ops, bound := faultOps[f.Kind]
	if !bound {
		ops, bound = passkeys.FaultOps[f.Kind]
	}
	if !bound && !slices.Contains(anywhere, f.Kind) {
		return fmt.Errorf("no kind %q", f.Kind)
	}
	if bound && f.Op == "" {
		f.Op = ops[0]
	}
	switch {
	case f.Op != "" && !isOp(f.Op):
		return fmt.Errorf("no endpoint %q", f.Op)
	case bound && !slices.Contains(ops, f.Op):
		return fmt.Errorf("%q happens at %q, not at %q", f.Kind, ops, f.Op)
	case f.Times < 0 || f.Delay < 0:
		return fmt.Errorf("a Times of %d and a Delay of %v: neither may be negative", f.Times, f.Delay)
	case f.Kind == fault.Slow && f.Delay == 0:
		return fmt.Errorf("%q without a Delay", f.Kind)
	}
	return nil
}

// isOp reports whether there is an endpoint of that name.
func isOp(op string) bool {
	if op == "discovery" || op == "jwks" || op == "idp" {
		return true
	}
	if _, ok := apiOperations[op]; ok {
		return true
	}
	if _, ok := identities.IdentityOperations[op]; ok || op == identities.STSAction {
		return true
	}
	for _, e := range domainEndpoints {
		if e.Op == op {
			return true
		}
	}
	return false
}
