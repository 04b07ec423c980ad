package clients

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// SettingsInput are the parameters that CreateUserPoolClient and
// UpdateUserPoolClient share. What is left out gets its default, in both.
type SettingsInput struct {
	ClientName                               string         `json:",omitempty"`
	RefreshTokenValidity                     int            `json:",omitempty"`
	AccessTokenValidity                      int            `json:",omitempty"`
	IdTokenValidity                          int            `json:",omitempty"`
	TokenValidityUnits                       *validityUnits `json:",omitempty"`
	ReadAttributes                           []string       `json:",omitempty"`
	WriteAttributes                          []string       `json:",omitempty"`
	ExplicitAuthFlows                        []string       `json:",omitempty"`
	SupportedIdentityProviders               []string       `json:",omitempty"`
	CallbackURLs                             []string       `json:",omitempty"`
	LogoutURLs                               []string       `json:",omitempty"`
	DefaultRedirectURI                       string         `json:",omitempty"`
	AllowedOAuthFlows                        []string       `json:",omitempty"`
	AllowedOAuthScopes                       []string       `json:",omitempty"`
	AllowedOAuthFlowsUserPoolClient          bool
	AnalyticsConfiguration                   awsjson.Kept      `json:",omitempty" api:"inert"`
	PreventUserExistenceErrors               string            `json:",omitempty"`
	EnableTokenRevocation                    *bool             `json:",omitempty"`
	EnablePropagateAdditionalUserContextData bool              `json:",omitempty"`
	AuthSessionValidity                      int               `json:",omitempty"`
	RefreshTokenRotation                     *rotationSettings `json:",omitempty"`
}

type validityUnits struct {
	AccessToken  string `json:",omitempty"`
	IdToken      string `json:",omitempty"`
	RefreshToken string `json:",omitempty"`
}

type rotationSettings struct {
	Feature                 string
	RetryGracePeriodSeconds int
}

// unit is how long one of a unit is, or what is usual where none is given.
func unit(name string, usual time.Duration) time.Duration {
	switch name {
	case "seconds":
		return time.Second
	case "minutes":
		return time.Minute
	case "hours":
		return time.Hour
	case "days":
		return 24 * time.Hour
	}
	return usual
}

// The ranges of token lifetimes.
const (
	minTokenLife   = 5 * time.Minute
	maxTokenLife   = 24 * time.Hour
	minRefreshLife = time.Hour
	maxRefreshLife = 3650 * 24 * time.Hour
)

// Client is the app client that the parameters describe.
func (in *SettingsInput) Client(id string) (Client, error) {
	units := validityUnits{}
	if in.TokenValidityUnits != nil {
		units = *in.TokenValidityUnits
	}
	c := Client{
		ID: id, CallbackURLs: in.CallbackURLs, LogoutURLs: in.LogoutURLs, DefaultRedirectURI: in.DefaultRedirectURI,
		ReadAttributes: in.ReadAttributes, WriteAttributes: in.WriteAttributes, ExplicitAuthFlows: authFlowNames(in.ExplicitAuthFlows),
		RevealUserExistence:  in.PreventUserExistenceErrors != "ENABLED",
		AccessTokenValidity:  time.Duration(in.AccessTokenValidity) * unit(units.AccessToken, time.Hour),
		IDTokenValidity:      time.Duration(in.IdTokenValidity) * unit(units.IdToken, time.Hour),
		RefreshTokenValidity: time.Duration(in.RefreshTokenValidity) * unit(units.RefreshToken, 24*time.Hour),
		AuthSessionValidity:  time.Duration(in.AuthSessionValidity) * time.Minute,
		DisableRevocation:    in.EnableTokenRevocation != nil && !*in.EnableTokenRevocation,
	}
	if r := in.RefreshTokenRotation; r != nil && r.Feature == "ENABLED" {
		c.RefreshTokenRotation, c.RetryGracePeriod = true, time.Duration(r.RetryGracePeriodSeconds)*time.Second
	}
	c.Providers = append([]string{}, in.SupportedIdentityProviders...)
	in.oauth(&c)
	return c, in.check(&c)
}

// oauth sets the OAuth half, which is off unless the client says otherwise.
func (in *SettingsInput) oauth(c *Client) {
	c.Flows, c.Scopes = []string{}, []string{}
	if in.AllowedOAuthFlowsUserPoolClient {
		c.Flows = slices.DeleteFunc(slices.Clone(in.AllowedOAuthFlows), func(flow string) bool { return flow == flowImplicit })
		c.Scopes = append(c.Scopes, in.AllowedOAuthScopes...)
	}
}

// flowImplicit is the implicit grant, which no client has here.
const flowImplicit = "implicit"

// HasImplicit reports whether the parameters ask for the implicit grant. Beside
// code it is kept, and has no effect.
func (in *SettingsInput) HasImplicit() bool {
	return slices.Contains(in.AllowedOAuthFlows, flowImplicit)
}

// check refuses what Cognito refuses and the emulator's own clients may have.
func (in *SettingsInput) check(c *Client) error {
	bad := func(format string, args ...any) error {
		return refusal.New(refusal.InvalidParameterException, fmt.Sprintf(format, args...))
	}
	between := func(d, low, high time.Duration) bool { return d == 0 || low <= d && d <= high }
	switch {
	case in.HasImplicit() && !slices.Contains(in.AllowedOAuthFlows, FlowCode):
		return bad("AllowedOAuthFlows implicit without code is not supported by the emulator")
	case in.AllowedOAuthFlowsUserPoolClient && len(in.AllowedOAuthFlows) == 0:
		return bad("AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.")
	case in.AllowedOAuthFlowsUserPoolClient && len(in.AllowedOAuthScopes) == 0:
		return bad("AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.")
	case !between(c.AccessTokenValidity, minTokenLife, maxTokenLife):
		return bad("Invalid range for token validity: AccessTokenValidity must be between 5 minutes and 1 day.")
	case !between(c.IDTokenValidity, minTokenLife, maxTokenLife):
		return bad("Invalid range for token validity: IdTokenValidity must be between 5 minutes and 1 day.")
	case !between(c.RefreshTokenValidity, minRefreshLife, maxRefreshLife):
		return bad("Invalid range for token validity: RefreshTokenValidity must be between 1 hour and 3650 days.")
	}
	return nil
}

// authFlowNames are flows by their present names. Nil stays nil.
func authFlowNames(flows []string) []string {
	old := map[string]string{
		"ADMIN_NO_SRP_AUTH": "ALLOW_ADMIN_USER_PASSWORD_AUTH", "CUSTOM_AUTH_FLOW_ONLY": "ALLOW_CUSTOM_AUTH", "USER_PASSWORD_AUTH": "ALLOW_USER_PASSWORD_AUTH",
	}
	var all []string
	for _, flow := range flows {
		all = append(all, cmp.Or(old[flow], flow))
	}
	return all
}

func NotFound(id string) error {
	return refusal.New(refusal.NotFoundException, "User pool client "+id+" does not exist.")
}

// Describe is the settings of a client in the API's words. Lifetimes are in
// the units that the client was made or changed with, which may be nil.
func (c *Client) Describe(given *validityUnits) SettingsInput {
	revocation := !c.DisableRevocation
	d := SettingsInput{
		ReadAttributes: c.ReadAttributes, WriteAttributes: c.WriteAttributes, ExplicitAuthFlows: c.ExplicitAuthFlows,
		SupportedIdentityProviders: c.Providers, CallbackURLs: c.CallbackURLs, LogoutURLs: c.LogoutURLs, DefaultRedirectURI: c.DefaultRedirectURI,
		AllowedOAuthFlows: c.Flows, AllowedOAuthScopes: c.Scopes, AllowedOAuthFlowsUserPoolClient: len(c.Flows) > 0,
		PreventUserExistenceErrors: "ENABLED", EnableTokenRevocation: &revocation,
		AuthSessionValidity: int(c.AuthSessionValidity / time.Minute),
		TokenValidityUnits:  new(validityUnits),
	}
	if c.RevealUserExistence {
		d.PreventUserExistenceErrors = "LEGACY"
	}
	if given == nil {
		given = new(validityUnits)
	}
	d.AccessTokenValidity, d.TokenValidityUnits.AccessToken = inUnits(c.AccessTokenValidity, cmp.Or(given.AccessToken, "hours"))
	d.IdTokenValidity, d.TokenValidityUnits.IdToken = inUnits(c.IDTokenValidity, cmp.Or(given.IdToken, "hours"))
	d.RefreshTokenValidity, d.TokenValidityUnits.RefreshToken = inUnits(c.RefreshTokenValidity, cmp.Or(given.RefreshToken, "days"))
	if c.RefreshTokenRotation {
		d.RefreshTokenRotation = &rotationSettings{"ENABLED", int(c.RetryGracePeriod / time.Second)}
	}
	return d
}

// inUnits is a lifetime as a whole number of a unit. That is the usual unit if
// possible, else the largest one.
func inUnits(d time.Duration, usual string) (n int, name string) {
	for _, name := range []string{usual, "days", "hours", "minutes"} {
		if u := unit(name, 0); u > 0 && d%u == 0 {
			return int(d / u), name
		}
	}
	return int(d / time.Second), "seconds"
}

func (d DatedSecret) ID(clientID string) string {
	return clientID + "--" + strconv.FormatInt(d.Created.Unix(), 10)
}
