package hostedui

import (
	"strings"

	"golang.org/x/oauth2"
)

// A LoginOption adds to one login what varies between logins.
type LoginOption func(*loginOptions)

type loginOptions struct {
	page   string // of the Hosted UI
	params []oauth2.AuthCodeOption
	scopes []string // nil means the configured ones
}

func (o *loginOptions) set(name, value string) {
	o.params = append(o.params, oauth2.SetAuthURLParam(name, value))
}

// IdentityProvider skips Cognito's chooser and goes to one provider: "Google",
// "Facebook", "LoginWithAmazon", "SignInWithApple", or the name of a SAML or
// OIDC provider. "COGNITO" would keep federated users out of a silent sign-in:
// leave the option away instead.
func IdentityProvider(name string) LoginOption {
	return func(o *loginOptions) { o.set("identity_provider", name) }
}

// IDPIdentifier chooses a SAML or OIDC provider by an identifier registered
// for it, such as an e-mail domain.
func IDPIdentifier(id string) LoginOption {
	return func(o *loginOptions) { o.set("idp_identifier", id) }
}

// LoginHint fills in the username (managed login only) and is passed on to
// OIDC providers.
func LoginHint(username string) LoginOption {
	return func(o *loginOptions) { o.set("login_hint", username) }
}

// Language chooses the pages' language (managed login only): de, en, es, fr,
// id, it, ja, ko, pt-BR, zh-CN or zh-TW.
func Language(tag string) LoginOption {
	return func(o *loginOptions) { o.set("lang", tag) }
}

// Prompt says whether Cognito may, must or must not ask the user (managed
// login only): "login" demands a new sign-in, "none" forbids any page and
// fails with login_required instead; "select_account" and "consent" go to the
// identity provider. "login" is a wish: whoever relies on it checks auth_time
// with [cognito.SignedInWithin].
func Prompt(values ...string) LoginOption {
	return func(o *loginOptions) { o.set("prompt", strings.Join(values, " ")) }
}

// Resource binds the access token to a resource server (RFC 8707), which
// becomes its aud. List the same URL in Config.Pool.Resources.
func Resource(url string) LoginOption {
	return func(o *loginOptions) { o.set("resource", url) }
}

// Scopes asks for these scopes, and openid, instead of the configured ones.
func Scopes(scopes ...string) LoginOption {
	return func(o *loginOptions) { o.scopes = withOpenID(scopes) }
}

// SignUpPage begins at the page where users make an account.
func SignUpPage() LoginOption { return func(o *loginOptions) { o.page = "/signup" } }

// ForgotPasswordPage begins at the page where users reset a password.
func ForgotPasswordPage() LoginOption { return func(o *loginOptions) { o.page = "/forgotPassword" } }

// LoginURL is the URL of the Hosted UI for one attempt: the authorize
// endpoint with state, nonce and an S256 code challenge, always. The attempt
// is one of [NewAttempt]; its ReturnPath is no part of the URL.
func (c *Client) LoginURL(a Attempt, opts ...LoginOption) string {
	var o loginOptions
	for _, opt := range opts {
		opt(&o)
	}
	conf := c.oauth
	if o.scopes != nil {
		conf.Scopes = o.scopes
	}
	if o.page != "" {
		conf.Endpoint.AuthURL = c.domain + o.page
	}
	params := append(o.params,
		oauth2.SetAuthURLParam("nonce", a.Nonce),
		oauth2.S256ChallengeOption(a.CodeVerifier))
	return conf.AuthCodeURL(a.State, params...)
}
