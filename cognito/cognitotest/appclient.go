package cognitotest

import (
	"fmt"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
)

// An AppClient is an app client of the pool. The zero value is a public
// client with no callback URL.
type AppClient struct {
	// ID is the client id. Empty means a generated one of 26 lower-case
	// letters and digits.
	ID string

	// Secret makes the client a confidential one. Empty means public.
	Secret cognito.Secret

	// SecondSecret is accepted beside Secret, as while secrets are being
	// exchanged. [Pool.AddClientSecret] and [Pool.DeleteClientSecret] do the
	// same later. Empty means that there is one secret.
	SecondSecret cognito.Secret

	// Flows are the OAuth grants the client may use: [FlowCode] or
	// [FlowClientCredentials]. AWS does not allow both together, and the second
	// needs a secret. Nil means [FlowCode].
	Flows []string

	// CallbackURLs are where a sign-in may end. They are compared letter for
	// letter, and must be absolute and without fragment.
	CallbackURLs []string

	// DefaultRedirectURI is the callback URL of an authorization request
	// without redirect_uri. Empty means the one in CallbackURLs, if there is
	// just one.
	DefaultRedirectURI string

	// LogoutURLs are where /logout may lead. They are compared letter for
	// letter.
	LogoutURLs []string

	// Scopes are the scopes a sign-in may ask for: openid, email, phone,
	// profile, aws.cognito.signin.user.admin, and custom ones of the form
	// <resource server>/<scope>. Nil means those five. A client with
	// [FlowClientCredentials] can have only custom scopes. For it, nil means
	// all scopes that the pool's resource servers have when the client is
	// added.
	Scopes []string

	// ReadAttributes are the user attributes the client may read, by their
	// Cognito names; ID tokens and userInfo show no others. Nil means all. The
	// scope email needs email and email_verified here, and phone needs
	// phone_number and phone_number_verified. Otherwise a sign-in with that
	// scope gets invalid_grant in place of tokens, as on AWS.
	ReadAttributes []string

	// WriteAttributes are the user attributes that users may set through the
	// client when they sign up and later, by their Cognito names. Nil means
	// all but the ones that no user sets: sub, identities, email_verified and
	// phone_number_verified.
	WriteAttributes []string

	// RevealUserExistence tells unknown user names apart from wrong passwords
	// (PreventUserExistenceErrors LEGACY). The console of AWS makes clients
	// that do not.
	RevealUserExistence bool

	// Providers are the identity providers whose users may sign in: names of
	// the pool's [federation.Provider]s, and "COGNITO" for its own directory. Nil means
	// all of them.
	Providers []string

	// ExplicitAuthFlows are the ways to sign in through the user-pool API, by
	// Cognito's names: ALLOW_USER_SRP_AUTH, ALLOW_USER_PASSWORD_AUTH,
	// ALLOW_USER_AUTH, ALLOW_CUSTOM_AUTH, ALLOW_ADMIN_USER_PASSWORD_AUTH and
	// ALLOW_REFRESH_TOKEN_AUTH. Nil means Cognito's default:
	// ALLOW_REFRESH_TOKEN_AUTH, ALLOW_USER_SRP_AUTH and ALLOW_CUSTOM_AUTH. The
	// pages do not look at them.
	ExplicitAuthFlows []string

	// AuthSessionValidity is how long each step of a sign-in through the API
	// may take: 3 to 15 minutes. The codes sent for the step are good for the
	// same time. Zero means 3.
	AuthSessionValidity time.Duration

	// AccessTokenValidity and IDTokenValidity are the tokens' lifetimes.
	// Zero means one hour. AWS allows 5 minutes to 24 hours; here any
	// positive whole number of seconds is possible.
	AccessTokenValidity, IDTokenValidity time.Duration

	// RefreshTokenValidity is the lifetime of refresh tokens, counted from
	// when the code was redeemed. Zero means 30 days.
	RefreshTokenValidity time.Duration

	// RefreshTokenRotation gives a new refresh token with every refresh. It
	// lives as long as the first one would have; the one before ends at once
	// or after RetryGracePeriod.
	RefreshTokenRotation bool

	// RetryGracePeriod is how long a rotated-out refresh token is still
	// accepted: 0 to 60 seconds.
	RetryGracePeriod time.Duration

	// DisableRevocation turns token revocation off, as for clients older than
	// that feature: /oauth2/revoke refuses, and without rotation tokens carry
	// no origin_jti.
	DisableRevocation bool
}

// The values of [AppClient.Flows].
const (
	FlowCode              = "code"
	FlowClientCredentials = "client_credentials"
)

// WithClient adds an app client. The first is the one [Pool.Config]
// describes. Without any there is one public client, made for an app on
// http://localhost:8080: callback /auth/callback, sign-out /auth/signed-out.
func WithClient(c AppClient) Option {
	return func(o *options) { o.Clients = append(o.Clients, clients.Client(c)) }
}

// AddClient adds an app client and returns its configuration: what
// [WithClient] does, for when an app's address is known only after the pool
// was made. It panics if the client is not possible or its id is taken.
func (p *Pool) AddClient(c AppClient) cognito.Config {
	return p.configFor(p.core.AddClient(clients.Client(c)))
}

// ClientSecrets returns the secrets that an app client has now, which are at
// most two. A public one has none. It panics if there is no such client.
func (p *Pool) ClientSecrets(clientID string) []cognito.Secret {
	return p.core.Clients.Secrets(p.core.MustClient(clientID).ID)
}

// AddClientSecret gives a confidential app client a second secret, which is
// accepted beside the first. It fails if the client is public or has two.
func (p *Pool) AddClientSecret(clientID string, secret cognito.Secret) error {
	if err := p.core.Clients.AddSecret(clientID, secret); err != nil {
		return fmt.Errorf("cognitotest: add a secret to app client %q: %w", clientID, err)
	}
	return nil
}

// DeleteClientSecret takes one of two secrets away: requests with it get
// invalid_client from then on. The last one stays, as on AWS.
func (p *Pool) DeleteClientSecret(clientID string, secret cognito.Secret) error {
	if err := p.core.Clients.DeleteSecret(clientID, secret); err != nil {
		return fmt.Errorf("cognitotest: delete a secret of app client %q: %w", clientID, err)
	}
	return nil
}

// Clients returns the pool's app clients with all defaults filled in and with
// the secrets they have now, in the order in which they came.
func (p *Pool) Clients() []AppClient {
	var all []AppClient
	for _, c := range p.core.Clients.All() {
		client := c.WithDefaults() // a copy
		secrets := append(p.core.Clients.Secrets(c.ID), cognito.Secret(""), cognito.Secret(""))
		client.Secret, client.SecondSecret = secrets[0], secrets[1]
		all = append(all, AppClient(client))
	}
	return all
}
