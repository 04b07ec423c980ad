package cognitotest

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"net/http"
	"net/url"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/htmlform"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/settings"
)

// SignIn opens startURL, which is a page of the app for signed-in users. It
// fills in the sign-in page that it leads to, and follows the way back. It
// returns the page the browser ends on, for the caller to close. Where no
// sign-in page comes up, since the browser is signed in already, it returns
// what startURL gave. If that is a status 401, no sign-in took place, and the
// error says so.
//
// A wrong password is a [SignInError]. So is every other end on a page of the
// pool, such as the page that asks for a second factor. [Submit] fills in
// further pages. The browser is one of [Pool.Browser].
func (p *Pool) SignIn(browser *http.Client, startURL, username, password string) (*http.Response, error) {
	resp, err := browser.Get(startURL)
	if err != nil {
		return nil, err
	}
	if !p.core.Serves(resp.Request.URL) && resp.StatusCode != http.StatusUnauthorized {
		return resp, nil
	}
	if resp.Request.URL.Path != "/login" {
		return nil, stillOnPage(resp)
	}
	resp, err = Submit(browser, resp, "username", username, "password", password)
	if err != nil {
		return nil, err
	}
	if p.core.Serves(resp.Request.URL) {
		return nil, stillOnPage(resp)
	}
	return resp, nil
}

// SignInWith is [Pool.SignIn] through an external provider of the pool's. On
// the sign-in page it presses the provider's button, unless the app has sent
// the browser straight to the provider. There it signs in the user of that id.
// One whom the provider does not know has no e-mail and no name.
func (p *Pool) SignInWith(browser *http.Client, startURL, provider, userID string) (*http.Response, error) {
	resp, err := browser.Get(startURL)
	if err == nil && p.core.Serves(resp.Request.URL) && resp.Request.URL.Path == "/login" {
		resp, err = pressProvider(browser, resp, provider)
	}
	if err != nil {
		return nil, err
	}
	played := "/idp/" + provider
	if p.core.Serves(resp.Request.URL) && resp.Request.URL.Path == played {
		resp, err = p.submitUser(browser, resp, provider, userID)
	}
	if err == nil && p.core.Serves(resp.Request.URL) && resp.Request.URL.Path == played {
		resp, err = Submit(browser, resp, "SAMLResponse")
	}
	if err != nil {
		return nil, err
	}
	if p.core.Serves(resp.Request.URL) {
		return nil, stillOnPage(resp)
	}
	return resp, nil
}

// pressProvider follows the button of a provider on the sign-in page.
func pressProvider(browser *http.Client, page *http.Response, provider string) (*http.Response, error) {
	html, err := readPage(page)
	if err != nil {
		return nil, err
	}
	link := htmlform.ProviderLink(html, provider)
	if link == "" {
		return nil, &SignInError{Path: "/login", Message: fmt.Sprintf("the page offers no provider %q", provider)}
	}
	target, err := page.Request.URL.Parse(link)
	if err != nil {
		return nil, fmt.Errorf("cognitotest: link to the provider %q: %w", provider, err)
	}
	req, err := http.NewRequest(http.MethodGet, target.String(), nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Referer", page.Request.URL.Scheme+"://"+page.Request.URL.Host+"/")
	return browser.Do(req)
}

// submitUser consents on a played provider's page, as a user of that id.
func (p *Pool) submitUser(browser *http.Client, page *http.Response, provider, userID string) (*http.Response, error) {
	idp := p.core.Provider(provider)
	if idp == nil {
		return nil, fmt.Errorf("cognitotest: the pool has no identity provider %q", provider)
	}
	if _, known := settings.ProviderUser(idp, userID); known {
		return Submit(browser, page, "user", userID, "action", "consent")
	}
	if len(idp.Users) == 0 {
		return Submit(browser, page, "id", userID, "action", "consent")
	}
	return Submit(browser, page, "user", "", "id", userID, "email", "", "action", "consent")
}

// Submit sends in a form of one of the pool's pages, as a browser does. It
// takes the first form that has fields of all the names in pairs. The pairs are
// names and values in turn. It closes the page, and returns the one that comes
// next, for the caller to close. A last name without a value, such as that of a
// button, keeps the value that the page has. The package overview has the names
// of the fields.
//
// It needs no [Pool], so it also signs in on an emulator in another process:
//
//	resp, err := browser.Get("https://app.example.com/account")
//	resp, err = cognitotest.Submit(browser, resp, "username", "jane", "password", "Correct-horse-1")
//	resp, err = cognitotest.Submit(browser, resp, "code", pool.TOTP("jane"))
func Submit(browser *http.Client, page *http.Response, pairs ...string) (*http.Response, error) {
	html, err := readPage(page)
	if err != nil {
		return nil, err
	}
	var names []string
	for i := 0; i < len(pairs); i += 2 {
		names = append(names, pairs[i])
	}
	form := htmlform.Find(html, names...)
	if form == nil {
		return nil, pageError(page, html)
	}
	form.Page = page.Request.URL
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Fields.Set(pairs[i], pairs[i+1])
	}
	return form.Send(browser)
}

// stillOnPage is the error of a sign-in that did not leave the pool's pages.
func stillOnPage(resp *http.Response) error {
	html, err := readPage(resp)
	if err != nil {
		return err
	}
	return pageError(resp, html)
}

// A SignInError means that a sign-in ended on a page of the pool's, and says
// which: the step that was not passed.
type SignInError struct {
	Path    string // of the page, such as "/login" or "/mfa"
	Message string // what the page said: its error, else its heading
}

func (e *SignInError) Error() string {
	return fmt.Sprintf("cognitotest: sign-in ended on %s: %s", (&url.URL{Path: e.Path}).String(), e.Message)
}

func pageError(resp *http.Response, html string) error {
	if resp.StatusCode == http.StatusUnauthorized && htmlform.Alert(html) == "" {
		return &SignInError{Path: resp.Request.URL.Path, Message: resp.Status + ", and no sign-in page: " + resp.Request.URL.Redacted() + " does not lead browsers to the pool"}
	}
	return &SignInError{Path: resp.Request.URL.Path, Message: cmp.Or(htmlform.Alert(html), htmlform.Heading(html), resp.Status)}
}

func readPage(resp *http.Response) (string, error) {
	defer resp.Body.Close()
	var b bytes.Buffer
	_, err := io.Copy(&b, io.LimitReader(resp.Body, 1<<20))
	return b.String(), err
}
