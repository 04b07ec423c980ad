package hostedui

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/oauth2"
)

// A LoginOption is a setting of a single login.
type LoginOption func(*loginOptions)

type loginOptions struct {
	page   string // of the Hosted UI
	params url.Values
	scopes []string // nil means the configured ones
}

func (o *loginOptions) set(name, value string) {
	if o.params == nil {
		o.params = url.Values{}
	}
	o.params.Set(name, value)
}

func newLoginOptions(opts []LoginOption) loginOptions {
	var o loginOptions
	for _, opt := range opts {
		opt(&o)
	}
	return o
}

// Names of what encode writes beside the parameters, which have no dot.
const (
	optionPage   = ".page"
	optionScopes = ".scopes"
)

// encode writes the options as one line, "" where there are none.
func (o *loginOptions) encode() string {
	all := url.Values{}
	maps.Copy(all, o.params)
	if o.page != "" {
		all.Set(optionPage, o.page)
	}
	if o.scopes != nil {
		all[optionScopes] = o.scopes
	}
	return all.Encode()
}

// decodeLoginOptions is the option that sets what encode wrote.
func decodeLoginOptions(text string) LoginOption {
	return func(o *loginOptions) {
		all, err := url.ParseQuery(text)
		if err != nil {
			return
		}
		o.page, o.scopes = all.Get(optionPage), all[optionScopes]
		all.Del(optionPage)
		all.Del(optionScopes)
		o.params = all
	}
}

// IdentityProvider skips Cognito's chooser and goes to one provider: "Google",
// "Facebook", "LoginWithAmazon", "SignInWithApple", or the name of a SAML or
// OIDC provider. Do not use "COGNITO" for a silent sign-in: it keeps federated
// users out.
func IdentityProvider(name string) LoginOption {
	return func(o *loginOptions) { o.set("identity_provider", name) }
}

// IDPIdentifier chooses a SAML or OIDC provider by an identifier registered
// for it, such as an e-mail domain.
func IDPIdentifier(id string) LoginOption {
	return func(o *loginOptions) { o.set("idp_identifier", id) }
}

// LoginHint fills in the username on the sign-in page (managed login only).
// Cognito passes it on to OIDC providers.
func LoginHint(username string) LoginOption {
	return func(o *loginOptions) { o.set("login_hint", username) }
}

// Language chooses the pages' language (managed login only): de, en, es, fr,
// id, it, ja, ko, pt-BR, zh-CN or zh-TW.
func Language(tag string) LoginOption {
	return func(o *loginOptions) { o.set("lang", tag) }
}

// Prompt says whether Cognito must, or must not, show a page (managed login
// only). "login" asks for a new sign-in. "none" forbids any page: if one is
// needed, the login fails with login_required. "select_account" and "consent"
// are passed to the identity provider. Cognito may not obey "login": if your
// app relies on it, check auth_time with [cognito.SignedInWithin].
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

// SignUpPage makes the login begin at the page where users create an account.
func SignUpPage() LoginOption { return func(o *loginOptions) { o.page = "/signup" } }

// ForgotPasswordPage makes the login begin at the page where users reset
// their password.
func ForgotPasswordPage() LoginOption { return func(o *loginOptions) { o.page = "/forgotPassword" } }

// LoginURL returns the URL of the Hosted UI for one attempt. It is the
// authorize endpoint, and always has a state, a nonce and an S256 code
// challenge. Make the attempt with [NewAttempt]. Its ReturnPath is not part
// of the URL.
func (p *Protocol) LoginURL(a Attempt, opts ...LoginOption) string {
	o := newLoginOptions(opts)
	conf := p.oauth
	if o.scopes != nil {
		conf.Scopes = o.scopes
	}
	if o.page != "" {
		conf.Endpoint.AuthURL = p.domain + o.page
	}
	params := []oauth2.AuthCodeOption{}
	for _, name := range slices.Sorted(maps.Keys(o.params)) {
		params = append(params, oauth2.SetAuthURLParam(name, o.params.Get(name)))
	}
	params = append(params,
		oauth2.SetAuthURLParam("nonce", a.Nonce),
		oauth2.S256ChallengeOption(a.CodeVerifier))
	return conf.AuthCodeURL(a.State, params...)
}
