package cognitotest

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"strconv"
	"sync"
	"time"
)

//go:embed pages
var pageFiles embed.FS

// A page is what the templates in pages/ show. Texts are in English; the
// templates translate them with the catalogue.
type page struct {
	Title     string
	Lang      string // of the texts
	Error     string // in a banner
	Notice    string // likewise, when all went well
	CSRF      string
	Name      string      // what the user typed last
	To        string      // masked address a code went to
	Phone     string      // masked phone number
	Detail    string      // on the error page: what to do about it
	Retry     bool        // likewise: the sign-in may begin again
	Local     bool        // on the sign-in page: there is a form
	Link      bool        // on the confirmation page: a link was sent
	Policy    string      // what passwords must look like
	Fields    []pageField // attributes that a form asks for
	Providers []providerLink
	Factor    string       // of MFA, that is being proved
	Factors   []string     // of MFA, to choose from
	Secret    string       // of an authenticator app that is being set up
	OTPAuth   template.URL // likewise, as a link
	Played    *playedPage  // the provider that the page plays
	Style     template.CSS
	Action    template.URL // where the page's form goes, if the path has several
	SignIn    template.URL // links, with the authorization request in the query
	SignUp    template.URL
	Confirm   template.URL
	Resend    template.URL
	Forgot    template.URL
	Reset     template.URL
	Change    template.URL
}

// hostedPages are the parsed templates and the headers they are sent with.
type hostedPages struct {
	byName map[string]*template.Template
	style  template.CSS
	policy string
}

var pageNames = []string{"login", "signup", "confirm", "confirmed", "forgot", "reset", "change", "mfa", "provider", "saml", "error"}

var loadPages = sync.OnceValue(func() hostedPages {
	css, err := pageFiles.ReadFile("pages/style.css")
	if err != nil {
		panic(err) // embedded
	}
	h := hostedPages{byName: make(map[string]*template.Template), style: template.CSS(css)}
	for _, name := range pageNames {
		h.byName[name] = template.Must(template.ParseFS(pageFiles, "pages/layout.html", "pages/"+name+".html"))
	}
	sum := sha256.Sum256(css)
	// There is no form-action: Chromium applies it to the whole chain of
	// redirects after a POST, which leads into the app.
	h.policy = "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; img-src data:; base-uri 'none'; frame-ancestors 'none'"
	return h
})

// show answers with a page. Its forms count as made at that time.
func (c *call) show(status int, name string, pg page, made time.Time) {
	pages := loadPages()
	pg.CSRF = c.csrfToken(made)
	c.write(status, name, pg, pages)
}

// link is a path with the query of the call.
func (c *call) link(path string) template.URL {
	if c.r.URL.RawQuery == "" {
		return template.URL(path)
	}
	return template.URL(path + "?" + c.r.URL.RawQuery)
}

func (c *call) write(status int, name string, pg page, pages hostedPages) {
	pg.SignIn, pg.SignUp = c.link("/login"), c.link("/signup")
	pg.Confirm, pg.Resend = c.link("/confirm"), c.link("/resendcode")
	pg.Forgot, pg.Reset = c.link("/forgotPassword"), c.link("/confirmforgotPassword")
	pg.Change = c.link("/changePassword")
	pg.Style = pages.style
	pg.Lang = textLanguage(c.language())
	pg.Policy = policyHint(pg.Lang, c.policy(), strconv.Itoa(c.policy().MinimumLength))
	var b bytes.Buffer
	if err := pages.byName[name].Execute(&b, pg); err != nil {
		panic("cognitotest: page " + name + ": " + err.Error())
	}
	h := c.w.Header()
	h.Set("Content-Type", "text/html;charset=UTF-8")
	h.Set("Content-Security-Policy", pages.policy)
	h.Set("Content-Language", pg.Lang)
	h.Set("X-Frame-Options", "DENY")
	c.w.WriteHeader(status)
	c.w.Write(b.Bytes())
}

// showError answers with the error page.
func (c *call) showError(status int, code, description string) {
	pg := page{Title: "Something went wrong", Error: "An error was encountered with the requested page."}
	switch {
	case status == http.StatusNotFound:
		pg.Error = "There is no such page here."
	case code == "redirect_mismatch":
		pg.Detail = "The app's address is not one of those registered with its app client. Addresses are compared letter for letter."
	case description == missingParam("client_id"), description == missingParam("redirect_uri"):
		pg.Detail = description
	}
	c.write(status, "error", pg, loadPages())
}

// errorPage is GET /error, which other endpoints lead to.
func (c *call) errorPage() {
	code := c.query.Get("error")
	c.event.Error = code
	c.showError(http.StatusBadRequest, code, c.query.Get("error_description"))
}
