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

	// Secret is the client secret. Empty means a public client.
	Secret cognito.Secret

	// SecondSecret is a second secret that is accepted too, for example while
	// an app moves to a new secret. [Pool.AddClientSecret] and
	// [Pool.DeleteClientSecret] change it later. Empty means that there is only
	// one secret.
	SecondSecret cognito.Secret

	// Flows are the OAuth grants the client may use: [FlowCode] or
	// [FlowClientCredentials]. AWS does not allow both together, and the second
	// needs a secret. Nil means [FlowCode].
	Flows []string

	// CallbackURLs are the URLs to which a sign-in may return. They are
	// compared character by character. Each must be absolute and have no
	// fragment.
	CallbackURLs []string

	// DefaultRedirectURI is the callback URL of an authorization request
	// without redirect_uri. Empty means the one in CallbackURLs, if there is
	// just one.
	DefaultRedirectURI string

	// LogoutURLs are the URLs to which /logout may redirect. They are compared
	// character by character.
	LogoutURLs []string

	// Scopes are the scopes a sign-in may ask for: openid, email, phone,
	// profile, aws.cognito.signin.user.admin, and custom ones of the form
	// <resource server>/<scope>. Nil means the five named scopes. A client with
	// [FlowClientCredentials] can have only custom scopes. For such a client,
	// nil means all scopes that the pool's resource servers have when the
	// client is added.
	Scopes []string

	// ReadAttributes are the user attributes that the client may read, by their
	// Cognito names. ID tokens and userInfo have no others. Nil means all. For
	// the scope email, the list must have email and email_verified. For phone,
	// it must have phone_number and phone_number_verified. Otherwise a sign-in
	// with that scope gets invalid_grant instead of tokens, as on AWS.
	ReadAttributes []string

	// WriteAttributes are the user attributes that users may set through the
	// client when they sign up and later, by their Cognito names. Nil means all
	// except sub, identities, email_verified and phone_number_verified, which
	// users never set.
	WriteAttributes []string

	// RevealUserExistence makes the error for an unknown user name differ from
	// the error for a wrong password (PreventUserExistenceErrors LEGACY). App
	// clients made in the AWS console do not do that.
	RevealUserExistence bool

	// Providers are the names of the identity providers whose users may sign
	// in: those of the pool's [federation.Provider]s, and "COGNITO" for its own
	// users. Nil means all of them.
	Providers []string

	// ExplicitAuthFlows are the ways to sign in through the user-pool API, by
	// Cognito's names: ALLOW_USER_SRP_AUTH, ALLOW_USER_PASSWORD_AUTH,
	// ALLOW_USER_AUTH, ALLOW_CUSTOM_AUTH, ALLOW_ADMIN_USER_PASSWORD_AUTH and
	// ALLOW_REFRESH_TOKEN_AUTH. Nil means Cognito's default:
	// ALLOW_REFRESH_TOKEN_AUTH, ALLOW_USER_SRP_AUTH and ALLOW_CUSTOM_AUTH. They
	// have no effect on the hosted pages.
	ExplicitAuthFlows []string

	// AuthSessionValidity is how long each step of a sign-in through the API
	// may take: 3 to 15 minutes. The codes sent for the step are valid for the
	// same time. Zero means 3 minutes.
	AuthSessionValidity time.Duration

	// AccessTokenValidity and IDTokenValidity are the tokens' lifetimes.
	// Zero means one hour. AWS allows 5 minutes to 24 hours; here any
	// positive whole number of seconds is possible.
	AccessTokenValidity, IDTokenValidity time.Duration

	// RefreshTokenValidity is the lifetime of refresh tokens. It begins when
	// the code was exchanged. Zero means 30 days.
	RefreshTokenValidity time.Duration

	// RefreshTokenRotation returns a new refresh token with every refresh. The
	// new token ends when the first one would have ended. The previous token
	// ends at once, or after RetryGracePeriod.
	RefreshTokenRotation bool

	// RetryGracePeriod is how long the previous refresh token is still accepted
	// after a rotation: 0 to 60 seconds.
	RetryGracePeriod time.Duration

	// DisableRevocation turns token revocation off, as in app clients older
	// than that feature. /oauth2/revoke then refuses every token. Without
	// rotation, tokens have no origin_jti.
	DisableRevocation bool
}

// The values of [AppClient.Flows].
const (
	FlowCode              = "code"
	FlowClientCredentials = "client_credentials"
)

// WithClient adds an app client. [Pool.Config] describes the first one. If you
// add none, the pool has one public client for an app on http://localhost:8080,
// with the callback /auth/callback and the sign-out URL /auth/signed-out.
func WithClient(c AppClient) Option {
	return func(o *options) { o.Clients = append(o.Clients, clients.Client(c)) }
}

// AddClient adds an app client, as [WithClient] does, and returns its
// configuration. Use it if the app's address is known only after the pool was
// made. It panics if the client is not valid or its id is taken.
func (p *Pool) AddClient(c AppClient) cognito.Config {
	return p.configFor(p.core.AddClient(clients.Client(c)))
}

// ClientSecrets returns the current secrets of an app client, at most two. A
// public client has none. It panics if there is no such client.
func (p *Pool) ClientSecrets(clientID string) []cognito.Secret {
	return p.core.Clients.Secrets(p.core.MustClient(clientID).ID)
}

// AddClientSecret adds a second secret to a confidential app client; the first
// stays valid. It fails if the client is public or has two secrets.
func (p *Pool) AddClientSecret(clientID string, secret cognito.Secret) error {
	if err := p.core.Clients.AddSecret(clientID, secret); err != nil {
		return fmt.Errorf("cognitotest: add a secret to app client %q: %w", clientID, err)
	}
	return nil
}

// DeleteClientSecret removes one of two secrets. Requests with it then get
// invalid_client. The last secret cannot be removed, as on AWS.
func (p *Pool) DeleteClientSecret(clientID string, secret cognito.Secret) error {
	if err := p.core.Clients.DeleteSecret(clientID, secret); err != nil {
		return fmt.Errorf("cognitotest: delete a secret of app client %q: %w", clientID, err)
	}
	return nil
}

// Clients returns the pool's app clients in the order in which they were added,
// with all defaults filled in and with their current secrets.
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
