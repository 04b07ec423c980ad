package cognitotest

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/inmemory"
)

// SignedIn returns a browser that is signed in to the app under test. It makes
// a [Pool.Browser] and calls [Pool.SignIn], which goes through the whole flow
// in memory. The argument startURL is a page of the app that needs a signed-in
// user, such as "https://app.example.com/account". Its host is the app's host.
//
//	browser := pool.SignedIn(app, "https://app.example.com/account", "jane", "Correct-horse-1")
//	resp, err := browser.Get("https://app.example.com/settings")
//
// If the sign-in fails, it panics with the text of the page. To test a refusal,
// call SignIn.
func (p *Pool) SignedIn(app http.Handler, startURL, username, password string) *http.Client {
	u, err := url.Parse(startURL)
	if err != nil {
		panic("cognitotest: SignedIn: " + err.Error())
	}
	browser := p.Browser(app, u.Scheme+"://"+u.Host)
	resp, err := p.SignIn(browser, startURL, username, password)
	if err != nil {
		panic(err.Error())
	}
	io.Copy(io.Discard, io.LimitReader(resp.Body, 1<<20))
	resp.Body.Close()
	return browser
}

// SessionBrowser returns a browser that has a session of the app under test,
// without a sign-in. It is a [Pool.Browser] with the cookies that your function
// start sets. The function start must start a session, as the app does after a
// sign-in. It gets tokens of [Pool.Tokens] and their verified identity. For an
// app with package hostedui:
//
//	browser := pool.SessionBrowser(app, "https://app.example.com", "jane",
//		func(w http.ResponseWriter, r *http.Request, id *cognito.Identity, tokens cognito.Tokens) error {
//			return client.Sessions().Start(w, r, id, tokens)
//		})
//
// It is for tests that need many sessions. Test the sign-in itself once, with
// [Pool.SignedIn]. SessionBrowser takes little more time than the two
// signatures of its tokens. It panics if there is no such user or if start
// fails.
func (p *Pool) SessionBrowser(app http.Handler, baseURL, username string, start func(w http.ResponseWriter, r *http.Request, id *cognito.Identity, tokens cognito.Tokens) error) *http.Client {
	tokens := p.Tokens(username)
	id, err := p.identity(tokens)
	if err != nil {
		panic("cognitotest: SessionBrowser: " + err.Error())
	}
	starting := p.Browser(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err = start(w, r, id, tokens)
	}), baseURL)
	starting.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	resp, called := starting.Get(baseURL)
	if err := errors.Join(err, called); err != nil {
		panic("cognitotest: SessionBrowser: " + err.Error())
	}
	resp.Body.Close()
	browser := p.Browser(app, baseURL)
	browser.Jar = starting.Jar
	return browser
}

// identity is the user of tokens, as an app verifies it. No event tells of it.
func (p *Pool) identity(tokens cognito.Tokens) (*cognito.Identity, error) {
	cfg := p.Config()
	keys := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Write(p.JWKS())
	})
	cfg.HTTPClient = &http.Client{Transport: inmemory.Transport(func(r *http.Request) (*http.Response, error) {
		return inmemory.Answer(keys, r)
	})}
	verifier, err := cognito.NewVerifier(cfg)
	if err != nil {
		return nil, err
	}
	claims, err := verifier.VerifyID(context.Background(), tokens.ID, cognito.IssuedWith(tokens.Access))
	if err != nil {
		return nil, err
	}
	return claims.Identity(), nil
}

// ExpireAccessTokens moves the pool's clock past the end of every access and ID
// token issued so far. It adds five minutes to the longest validity of an app
// client's tokens, because verifiers allow for a wrong clock. Refresh tokens
// stay valid. Sessions of the hosted pages last an hour, so they end too unless
// all tokens have a shorter validity.
func (p *Pool) ExpireAccessTokens() { p.Advance(p.core.Clients.LongestValidity() + maxSkew) }

// maxSkew is the largest difference of clocks that package cognito allows.
const maxSkew = 5 * time.Minute

// RevokeRefreshToken ends the sign-in from which a refresh token came, as
// /oauth2/revoke does. Every refresh token of that sign-in ends, and userInfo
// refuses its access tokens. The result says whether there was such a token.
func (p *Pool) RevokeRefreshToken(token cognito.RefreshToken) bool {
	return p.core.Grants.Revoke(string(token), "")
}

// ExpireRefreshTokens ends the refresh tokens of a user as if they had expired.
// Access tokens stay valid.
func (p *Pool) ExpireRefreshTokens(username string) error {
	a, ok := p.core.Users.Find(username)
	if !ok {
		return directory.NoUser(username)
	}
	p.core.Grants.ExpireUser(a.Sub, p.Now())
	return nil
}

// EndPageSessions signs a user out of the hosted pages in every browser. On AWS
// such a session ends only with time, with /logout or when the pool's domain
// changes. Tokens stay valid.
func (p *Pool) EndPageSessions(username string) error {
	a, ok := p.core.Users.Find(username)
	if !ok {
		return directory.NoUser(username)
	}
	p.core.PageSessions.EndUser(a.Sub)
	return nil
}
