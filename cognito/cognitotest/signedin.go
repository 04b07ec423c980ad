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

// SignedIn returns a browser that is signed in to the app under test. It is
// what [Pool.Browser] returns, after [Pool.SignIn] has gone through the whole
// flow in memory. The startURL is a page of the app that wants a signed-in
// user, such as "https://app.example.com/account"; its host is the app's.
//
//	browser := pool.SignedIn(app, "https://app.example.com/account", "jane", "Correct-horse-1")
//	resp, err := browser.Get("https://app.example.com/settings")
//
// It panics if the sign-in fails, with what the page said; a test of a
// refusal calls SignIn.
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

// SessionBrowser returns a browser that carries a session of the app under
// test, without a sign-in. It is a [Pool.Browser] with the cookies that start
// sets. Start is called as the app calls it after a sign-in through the first
// app client. It gets the tokens that [Pool.Tokens] mints, and the identity
// that package cognito verified in them. For an app with package hostedui:
//
//	browser := pool.SessionBrowser(app, "https://app.example.com", "jane",
//		func(w http.ResponseWriter, r *http.Request, id *cognito.Identity, tokens cognito.Tokens) error {
//			return client.Sessions().Start(w, r, id, tokens)
//		})
//
// It is for tests with many sessions, whose sign-in another test goes through
// with [Pool.SignedIn]. It costs little more than the two signatures of its
// tokens. It panics if there is no such user or if start fails.
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
// token issued so far. It moves it by the longest validity that an app client
// has, and five minutes more, since verifiers allow for a clock that is wrong.
// Refresh tokens live on. The page sessions of browsers last an hour, and so
// end too unless the tokens live shorter.
func (p *Pool) ExpireAccessTokens() { p.Advance(p.core.Clients.LongestValidity() + maxSkew) }

// maxSkew is the largest difference of clocks that package cognito allows.
const maxSkew = 5 * time.Minute

// RevokeRefreshToken ends the sign-in a refresh token came from, as
// /oauth2/revoke does: every refresh token of the family ends, and userInfo
// refuses its access tokens. It reports whether there was such a token.
func (p *Pool) RevokeRefreshToken(token cognito.RefreshToken) bool {
	return p.core.Grants.Revoke(string(token), "")
}

// ExpireRefreshTokens ends the refresh tokens of a user as if their time had
// come. Access tokens stay what they are.
func (p *Pool) ExpireRefreshTokens(username string) error {
	a, ok := p.core.Users.Find(username)
	if !ok {
		return directory.NoUser(username)
	}
	p.core.Grants.ExpireUser(a.Sub, p.Now())
	return nil
}

// EndPageSessions signs a user out of the hosted pages in every browser. On AWS
// only time, /logout or a change of the pool's domain can do that. Tokens live
// on.
func (p *Pool) EndPageSessions(username string) error {
	a, ok := p.core.Users.Find(username)
	if !ok {
		return directory.NoUser(username)
	}
	p.core.PageSessions.EndUser(a.Sub)
	return nil
}
