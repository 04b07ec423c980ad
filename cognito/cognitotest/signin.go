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

// SignIn opens startURL, a page of the app for signed-in users. It fills in the
// sign-in page and follows the redirects back. It returns the last page; the
// caller must close its Body. If the browser is already signed in, there is no
// sign-in page, and SignIn returns the answer for startURL. If that answer has
// the status 401, SignIn returns an error, because no sign-in took place.
//
// After a wrong password the error is a [SignInError]. It is one too if the
// sign-in stops at another page of the pool, such as the page that asks for a
// second factor. Use [Submit] to fill in such pages. Make the browser with
// [Pool.Browser].
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

// SignInWith is [Pool.SignIn] with an external provider of the pool. On the
// sign-in page it presses the provider's button, unless the app sends the
// browser directly to the provider. At the provider it signs in the user with
// this id. If the provider does not know the id, the user has no e-mail and no
// name.
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

// Submit sends a form of one of the pool's pages, as a browser does. It takes
// the first form that has all the fields named in pairs. The pairs are
// alternately a name and a value. If the last name has no value, its field
// keeps the value of the page, as for a button. Submit closes the page and
// returns the next one; the caller must close its Body. The package overview
// lists the names of the fields.
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

// A SignInError means that a sign-in stopped at a page of the pool. It says
// which page this is.
type SignInError struct {
	Path    string // path of the page, such as "/login" or "/mfa"
	Message string // the error on the page; without one, the heading. For /error also the cause in its URL
}

func (e *SignInError) Error() string {
	return fmt.Sprintf("cognitotest: sign-in ended on %s: %s", (&url.URL{Path: e.Path}).String(), e.Message)
}

func pageError(resp *http.Response, html string) error {
	if resp.StatusCode == http.StatusUnauthorized && htmlform.Alert(html) == "" {
		return &SignInError{Path: resp.Request.URL.Path, Message: resp.Status + ", and no sign-in page: " + resp.Request.URL.Redacted() + " does not lead browsers to the pool"}
	}
	return &SignInError{Path: resp.Request.URL.Path, Message: cmp.Or(htmlform.Alert(html), htmlform.Heading(html), resp.Status) + errorPageCause(resp.Request.URL)}
}

// errorPageCause is the cause that the URL of the page /error names. The page
// itself does not show it.
func errorPageCause(page *url.URL) string {
	code, client := page.Query().Get("error"), page.Query().Get("client_id")
	switch {
	case page.Path != "/error" || code == "":
		return ""
	case code == "redirect_mismatch":
		return fmt.Sprintf(" (%s: the callback URL is not among CallbackURLs of the app client %q; it is BaseURL with /auth/callback, to the letter)", code, client)
	}
	return fmt.Sprintf(" (%s, client_id %q)", code, client)
}

func readPage(resp *http.Response) (string, error) {
	defer resp.Body.Close()
	var b bytes.Buffer
	_, err := io.Copy(&b, io.LimitReader(resp.Body, 1<<20))
	return b.String(), err
}
