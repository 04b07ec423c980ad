package cognitotest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// The flows of InitiateAuth and AdminInitiateAuth. A client allows one as
// ALLOW_ and its name.
const (
	flowSRP      = "USER_SRP_AUTH"
	flowPassword = "USER_PASSWORD_AUTH"
	flowChoice   = "USER_AUTH"
	flowCustom   = "CUSTOM_AUTH"
	flowRefresh  = "REFRESH_TOKEN_AUTH"
	flowAdmin    = "ADMIN_USER_PASSWORD_AUTH"
)

// authFlows are the names that requests use, the old ones too, with the flow
// that each means.
var authFlows = map[string]string{
	flowSRP: flowSRP, flowPassword: flowPassword, flowChoice: flowChoice, flowCustom: flowCustom,
	flowRefresh: flowRefresh, "REFRESH_TOKEN": flowRefresh,
	flowAdmin: flowAdmin, "ADMIN_NO_SRP_AUTH": flowAdmin,
}

// defaultAuthFlows are the flows of a client that names none.
var defaultAuthFlows = []string{"ALLOW_" + flowRefresh, "ALLOW_" + flowSRP, "ALLOW_" + flowCustom}

// The bounds of [AppClient.AuthSessionValidity].
const (
	minAuthSession = 3 * time.Minute
	maxAuthSession = 15 * time.Minute
)

func (c *AppClient) validateAuthFlows() error {
	for _, allowed := range c.ExplicitAuthFlows {
		flow, ok := strings.CutPrefix(allowed, "ALLOW_")
		if !ok || authFlows[flow] != flow {
			return fmt.Errorf("%q is none of the ExplicitAuthFlows, such as ALLOW_%s", allowed, flowSRP)
		}
	}
	if c.AuthSessionValidity < minAuthSession || c.AuthSessionValidity > maxAuthSession {
		return fmt.Errorf("an AuthSessionValidity of %v: it must be 3 to 15 minutes", c.AuthSessionValidity)
	}
	return nil
}

// allowsAuth refuses a flow that the client does not allow, in Cognito's
// words, which differ from flow to flow.
func (c *AppClient) allowsAuth(flow string) error {
	if slices.Contains(c.ExplicitAuthFlows, "ALLOW_"+flow) {
		return nil
	}
	switch flow {
	case flowAdmin:
		return refusal.New(refusal.InvalidParameterException, "Auth flow not enabled for this client")
	case flowSRP:
		return refusal.New(refusal.InvalidParameterException, flow+" is not enabled for the client.")
	}
	return refusal.New(refusal.InvalidParameterException, flow+" flow not enabled for this client")
}

// The first factors that a pool may allow for USER_AUTH, by Cognito's names.
const (
	FirstFactorPassword = "PASSWORD"
	FirstFactorEmail    = "EMAIL_OTP" // a code by e-mail
	FirstFactorSMS      = "SMS_OTP"   // a code by text message
	FirstFactorPasskey  = "WEB_AUTHN" // see [WithWebAuthn]
)

// WithFirstAuthFactors sets the pool's AllowedFirstAuthFactors: what users may
// begin a sign-in of the flow USER_AUTH with, such as [FirstFactorPassword]
// and [FirstFactorEmail]. Without it that is the password alone.
func WithFirstAuthFactors(factors ...string) Option {
	return func(o *options) { o.rules.first = factors }
}

func validateFirstFactors(factors []string) error {
	known := []string{FirstFactorPassword, FirstFactorEmail, FirstFactorSMS, FirstFactorPasskey}
	for i, factor := range factors {
		switch {
		case !slices.Contains(known, factor):
			return fmt.Errorf("%q is none of %s", factor, strings.Join(known, ", "))
		case slices.Contains(factors[:i], factor):
			return fmt.Errorf("%s is there twice", factor)
		}
	}
	if len(factors) == 1 && factors[0] == FirstFactorPasskey {
		return fmt.Errorf("%s cannot be the only one", FirstFactorPasskey)
	}
	return nil
}
