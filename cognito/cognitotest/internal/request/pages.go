package request

import (
	"html/template"
	"net/http"
	"regexp"
	"strconv"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pages"
)

// MissingParam is what the error page says about a missing parameter.
func MissingParam(name string) string {
	return "Missing required parameter " + name + " in request URL"
}

// mismatchFacts are those of the app client whose error page this is.
func (c *Call) mismatchFacts() []string {
	client := c.Clients.Find(c.Query.Get("client_id"))
	if client == nil {
		return nil
	}
	m, known := c.Mismatches.Get(client.ID, c.At)
	if !known {
		return nil
	}
	page := pages.Page{Lang: pages.TextLanguage(c.language())}
	return m.Facts(client.ID, page.T("error.registered"), page.T("error.noneRegistered"))
}

// possibleClientID is what Cognito allows as the id of an app client.
var possibleClientID = regexp.MustCompile(`^[\w+]{1,128}$`)

// unknownClient is the client_id of the call if no app client has it. It is ""
// for one that is left out or cannot be an id: the error page shows no text
// that others made up.
func (c *Call) unknownClient() string {
	id := c.Query.Get("client_id")
	if c.Clients.Find(id) != nil || !possibleClientID.MatchString(id) {
		return ""
	}
	return id
}

// Show answers with a page. Its forms count as made at that time.
func (c *Call) Show(status int, name string, pg pages.Page, made time.Time) {
	pg.CSRF = c.csrfToken(made)
	c.Write(status, name, pg)
}

// Link is a path with the query of the call.
func (c *Call) Link(path string) template.URL {
	if c.R.URL.RawQuery == "" {
		return template.URL(path)
	}
	return template.URL(path + "?" + c.R.URL.RawQuery)
}

// Write answers with a page that has no form.
func (c *Call) Write(status int, name string, pg pages.Page) {
	pg.SignIn, pg.SignUp = c.Link("/login"), c.Link("/signup")
	pg.Confirm, pg.Resend = c.Link("/confirm"), c.Link("/resendcode")
	pg.Forgot, pg.Reset = c.Link("/forgotPassword"), c.Link("/confirmforgotPassword")
	pg.Change = c.Link("/changePassword")
	pg.Lang = pages.TextLanguage(c.language())
	pg.Policy = pages.PolicyHint(pg.Lang, c.Policy(), strconv.Itoa(c.Policy().MinimumLength))
	pages.Write(c.W, status, name, pg)
}

// showError answers with the error page.
func (c *Call) showError(status int, code, description string) {
	pg := pages.Page{Title: "error.title", Error: pages.Problem("error.lead")}
	switch {
	case status == http.StatusNotFound:
		pg.Error = pages.Problem("error.notFound")
	case code == "redirect_mismatch":
		pg.Detail = "error.redirectMismatch"
		pg.Facts = c.mismatchFacts()
	case code == "invalid_request" && c.unknownClient() != "":
		pg.Detail = "error.unknownClient"
		pg.Facts = []string{"client_id " + c.unknownClient()}
	case description == MissingParam("client_id"):
		pg.Detail = "error.noClientID"
	case description == MissingParam("redirect_uri"):
		pg.Detail = "error.noRedirectURI"
	}
	c.Write(status, "error", pg)
}

// ErrorPage is GET /error, which other endpoints lead to.
func (c *Call) ErrorPage() {
	code := c.Query.Get("error")
	c.Event.Error = code
	c.showError(http.StatusBadRequest, code, c.Query.Get("error_description"))
}
