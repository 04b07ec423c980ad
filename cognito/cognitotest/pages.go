package cognitotest

import (
	"html/template"
	"net/http"
	"strconv"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pages"
)

// show answers with a page. Its forms count as made at that time.
func (c *call) show(status int, name string, pg pages.Page, made time.Time) {
	pg.CSRF = c.csrfToken(made)
	c.write(status, name, pg)
}

// link is a path with the query of the call.
func (c *call) link(path string) template.URL {
	if c.r.URL.RawQuery == "" {
		return template.URL(path)
	}
	return template.URL(path + "?" + c.r.URL.RawQuery)
}

// write answers with a page that has no form.
func (c *call) write(status int, name string, pg pages.Page) {
	pg.SignIn, pg.SignUp = c.link("/login"), c.link("/signup")
	pg.Confirm, pg.Resend = c.link("/confirm"), c.link("/resendcode")
	pg.Forgot, pg.Reset = c.link("/forgotPassword"), c.link("/confirmforgotPassword")
	pg.Change = c.link("/changePassword")
	pg.Lang = pages.TextLanguage(c.language())
	pg.Policy = pages.PolicyHint(pg.Lang, c.policy(), strconv.Itoa(c.policy().MinimumLength))
	pages.Write(c.w, status, name, pg)
}

// showError answers with the error page.
func (c *call) showError(status int, code, description string) {
	pg := pages.Page{Title: "Something went wrong", Error: "An error was encountered with the requested page."}
	switch {
	case status == http.StatusNotFound:
		pg.Error = "There is no such page here."
	case code == "redirect_mismatch":
		pg.Detail = "The app's address is not one of those registered with its app client. Addresses are compared letter for letter."
		pg.Facts = c.mismatchFacts()
	case description == missingParam("client_id"), description == missingParam("redirect_uri"):
		pg.Detail = description
	}
	c.write(status, "error", pg)
}

// errorPage is GET /error, which other endpoints lead to.
func (c *call) errorPage() {
	code := c.query.Get("error")
	c.event.Error = code
	c.showError(http.StatusBadRequest, code, c.query.Get("error_description"))
}
