package cognitotest

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// SignIn opens startURL, which is a page of the app that wants a signed-in
// user, fills in the sign-in page that it leads to, and follows the way back.
// It returns the page the browser ends on, for the caller to close. Where no
// sign-in page comes up, since the browser is signed in already, it returns
// what startURL gave.
//
// A wrong password, and every other end on a page of the pool, is an error
// that says what the page said. The browser is one of [Pool.Browser].
func (p *Pool) SignIn(browser *http.Client, startURL, username, password string) (*http.Response, error) {
	return signIn(browser, startURL, username, password, p.serves)
}

// SignIn is [Pool.SignIn] for a pool in whichever process: every page that is
// not on the host of startURL is taken for the pool's.
func SignIn(browser *http.Client, startURL, username, password string) (*http.Response, error) {
	app, err := url.Parse(startURL)
	if err != nil {
		return nil, err
	}
	return signIn(browser, startURL, username, password, func(u *url.URL) bool { return !sameOrigin(app, u) })
}

func signIn(browser *http.Client, startURL, username, password string, isPool func(*url.URL) bool) (*http.Response, error) {
	resp, err := browser.Get(startURL)
	if err != nil {
		return nil, err
	}
	if !isPool(resp.Request.URL) {
		return resp, nil
	}
	form, err := signInForm(resp)
	if err != nil {
		return nil, err
	}
	form.fields.Set("username", username)
	form.fields.Set("password", password)
	resp, err = form.send(browser)
	if err != nil {
		return nil, err
	}
	if isPool(resp.Request.URL) {
		return nil, stillOnPage(resp)
	}
	return resp, nil
}

// signInForm reads the sign-in form of a page, and closes it.
func signInForm(resp *http.Response) (*htmlForm, error) {
	html, err := readPage(resp)
	if err != nil {
		return nil, err
	}
	form := findForm(html, "password")
	if resp.Request.URL.Path != "/login" || form == nil {
		return nil, pageError(resp, html)
	}
	form.page = resp.Request.URL
	return form, nil
}

// send posts the form as a browser does.
func (f *htmlForm) send(browser *http.Client) (*http.Response, error) {
	target, err := f.page.Parse(f.action)
	if err != nil {
		return nil, fmt.Errorf("cognitotest: action of the form on %s: %w", f.page.Path, err)
	}
	req, err := http.NewRequest(http.MethodPost, target.String(), strings.NewReader(f.fields.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Origin", f.page.Scheme+"://"+f.page.Host)
	return browser.Do(req)
}

// stillOnPage is the error of a sign-in that did not leave the pool's pages.
func stillOnPage(resp *http.Response) error {
	html, err := readPage(resp)
	if err != nil {
		return err
	}
	return pageError(resp, html)
}

func pageError(resp *http.Response, html string) error {
	text := alertText(html)
	if text == "" {
		text = resp.Status
	}
	return fmt.Errorf("cognitotest: sign-in ended on %s: %s", (&url.URL{Path: resp.Request.URL.Path}).String(), text)
}

func readPage(resp *http.Response) (string, error) {
	defer resp.Body.Close()
	var b bytes.Buffer
	_, err := io.Copy(&b, io.LimitReader(resp.Body, 1<<20))
	return b.String(), err
}
