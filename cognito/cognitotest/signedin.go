package cognitotest

import (
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
)

// SignedIn returns a browser that is signed in to the app under test: what
// [Pool.Browser] returns, after [Pool.SignIn] has gone through the whole flow
// in memory. The startURL is a page of the app that wants a signed-in user,
// such as "https://app.example.com/account"; its host is the app's.
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

// ExpireAccessTokens moves the pool's clock past the end of every access and ID
// token issued so far. It moves it by the longest validity that an app client
// has, and five minutes more, since verifiers allow for a clock that is wrong.
// Refresh tokens live on. The page sessions of browsers last an hour, and so
// end too unless the tokens live shorter.
func (p *Pool) ExpireAccessTokens() { p.Advance(p.core.Clients.LongestValidity() + maxSkew) }

// maxSkew is the largest difference of clocks that package cognito allows.
const maxSkew = 5 * time.Minute

// RevokeRefreshToken ends the sign-in a refresh token came of, as
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

// EndPageSessions signs a user out of the hosted pages in every browser, which
// on AWS only time, /logout or a change of the pool's domain can do. Tokens
// live on.
func (p *Pool) EndPageSessions(username string) error {
	a, ok := p.core.Users.Find(username)
	if !ok {
		return directory.NoUser(username)
	}
	p.core.PageSessions.EndUser(a.Sub)
	return nil
}
