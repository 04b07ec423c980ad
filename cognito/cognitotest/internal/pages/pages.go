// Package pages turns the values of a hosted page into HTML, in English and
// German. The templates are in html/, and their texts in text/.
package pages

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"net/http"
	"sync"

	"github.com/seed75762126/cognito-go/internal/look"
)

// A ProviderLink is a button of the sign-in page.
type ProviderLink struct {
	Name, Label string
	Look        string // class of the button
	URL         template.URL
}

//go:embed html
var files embed.FS

// ProviderStyle is the part of a style sheet that draws the buttons of identity
// providers. They are links of the class provider, and of one such as
// idp-google.
//
//go:embed html/provider.css
var ProviderStyle string

// A Page is what the templates in html/ show. Title, Notice and Detail are keys
// of texts.
type Page struct {
	Title     string
	Lang      string // of the texts
	Error     error  // in a banner; nil if nothing went wrong
	Notice    string // likewise, when all went well
	CSRF      string
	Name      string   // what the user typed last
	To        string   // masked address a code went to
	Phone     string   // masked phone number
	Detail    string   // on the error page: what to do about it
	Facts     []string // likewise: what to compare, as the protocol names it
	Retry     bool     // likewise: the sign-in may begin again
	Local     bool     // on the sign-in page: there is a form
	Link      bool     // on the confirmation page: a link was sent
	Policy    string   // what passwords must look like
	Fields    []Field  // attributes that a form asks for
	Providers []ProviderLink
	Factor    string       // of MFA, that is being proved
	Factors   []string     // of MFA, to choose from
	Secret    string       // of an authenticator app that is being set up
	OTPAuth   template.URL // likewise, as a link
	Played    *Played      // the provider that the page plays
	Passkeys  bool         // on the sign-in page: a passkey may be used
	Options   string       // of a passkey, as JSON
	Style     template.CSS
	Action    template.URL // where the page's form goes, if the path has several
	SignIn    template.URL // links, with the authorization request in the query
	SignUp    template.URL
	Confirm   template.URL
	Resend    template.URL
	Forgot    template.URL
	Reset     template.URL
	Change    template.URL
	Return    template.URL // leads back to the app
}

// templates are the parsed templates and the headers they are sent with.
type templates struct {
	byName map[string]*template.Template
	style  template.CSS
	policy string
}

var pageNames = []string{"login", "signup", "confirm", "confirmed", "forgot", "reset", "change", "mfa", "passkeyadd", "passkey", "provider", "saml", "error"}

var loadTemplates = sync.OnceValue(func() templates {
	rules, err := files.ReadFile("html/style.css")
	if err != nil {
		panic(err) // embedded
	}
	css := look.Palette + string(rules) + ProviderStyle
	h := templates{byName: make(map[string]*template.Template), style: template.CSS(css)}
	for _, name := range pageNames {
		h.byName[name] = template.Must(template.ParseFS(files, "html/layout.html", "html/"+name+".html"))
	}
	sum := sha256.Sum256([]byte(css))
	// There is no form-action: Chromium applies it to the whole chain of
	// redirects after a POST, which leads into the app.
	h.policy = "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; img-src data:; base-uri 'none'; frame-ancestors 'none'"
	return h
})

// passkeyPolicy is what the pages that ask the browser for a passkey add to
// the policy. No other page runs a script.
var passkeyPolicy = map[string]string{"passkeyadd": "; script-src 'self'", "passkey": "; script-src 'self'"}

// Write answers with the template of that name.
func Write(w http.ResponseWriter, status int, name string, pg Page) {
	pages := loadTemplates()
	pg.Style = pages.style
	var b bytes.Buffer
	if err := pages.byName[name].Execute(&b, pg); err != nil {
		panic("cognitotest: page " + name + ": " + err.Error())
	}
	h := w.Header()
	h.Set("Content-Type", "text/html;charset=UTF-8")
	h.Set("Content-Security-Policy", pages.policy+passkeyPolicy[name])
	h.Set("Content-Language", pg.Lang)
	h.Set("X-Frame-Options", "DENY")
	w.WriteHeader(status)
	w.Write(b.Bytes())
}
