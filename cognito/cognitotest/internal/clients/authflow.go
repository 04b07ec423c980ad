package clients

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
	FlowSRP      = "USER_SRP_AUTH"
	FlowPassword = "USER_PASSWORD_AUTH"
	FlowChoice   = "USER_AUTH"
	FlowCustom   = "CUSTOM_AUTH"
	FlowRefresh  = "REFRESH_TOKEN_AUTH"
	FlowAdmin    = "ADMIN_USER_PASSWORD_AUTH"
)

// AuthFlows are the names that requests use, the old ones too, with the flow
// that each means.
var AuthFlows = map[string]string{
	FlowSRP: FlowSRP, FlowPassword: FlowPassword, FlowChoice: FlowChoice, FlowCustom: FlowCustom,
	FlowRefresh: FlowRefresh, "REFRESH_TOKEN": FlowRefresh,
	FlowAdmin: FlowAdmin, "ADMIN_NO_SRP_AUTH": FlowAdmin,
}

// defaultAuthFlows are the flows of a client that names none.
var defaultAuthFlows = []string{"ALLOW_" + FlowRefresh, "ALLOW_" + FlowSRP, "ALLOW_" + FlowCustom}

// allowClientToken lets an app client call GetClientToken, and do nothing else.
const allowClientToken = "ALLOW_CLIENT_TOKEN_AUTH"

// AllowsClientToken reports whether the client may call GetClientToken.
func (c *Client) AllowsClientToken() bool {
	return slices.Contains(c.ExplicitAuthFlows, allowClientToken)
}

// The bounds of [AppClient.AuthSessionValidity].
const (
	minAuthSession = 3 * time.Minute
	maxAuthSession = 15 * time.Minute
)

func (c *Client) validateAuthFlows() error {
	for _, allowed := range c.ExplicitAuthFlows {
		if allowed == allowClientToken {
			if len(c.ExplicitAuthFlows) > 1 {
				return fmt.Errorf("%s beside other ExplicitAuthFlows: it has to be the only one", allowed)
			}
			continue
		}
		flow, ok := strings.CutPrefix(allowed, "ALLOW_")
		if !ok || AuthFlows[flow] != flow {
			return fmt.Errorf("%q is none of the ExplicitAuthFlows, such as ALLOW_%s", allowed, FlowSRP)
		}
	}
	if c.AuthSessionValidity < minAuthSession || c.AuthSessionValidity > maxAuthSession {
		return fmt.Errorf("an AuthSessionValidity of %v: it must be 3 to 15 minutes", c.AuthSessionValidity)
	}
	return nil
}

// AllowsAuth refuses a flow that the client does not allow, in Cognito's
// words, which differ from flow to flow.
func (c *Client) AllowsAuth(flow string) error {
	if slices.Contains(c.ExplicitAuthFlows, "ALLOW_"+flow) {
		return nil
	}
	switch flow {
	case FlowAdmin:
		return refusal.New(refusal.InvalidParameterException, "Auth flow not enabled for this client")
	case FlowSRP:
		return refusal.New(refusal.InvalidParameterException, flow+" is not enabled for the client.")
	}
	return refusal.New(refusal.InvalidParameterException, flow+" flow not enabled for this client")
}

// The values of Flows.
const (
	FlowCode              = "code"
	FlowClientCredentials = "client_credentials"
)
