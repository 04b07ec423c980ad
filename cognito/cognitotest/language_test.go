package cognitotest_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// doc: lang that is missing
// doc: lang other than de and en
func TestLanguage(t *testing.T) {
	tests := []struct{ lang, cookie, page, heading string }{
		{"", "", "en", "Sign in"},
		{"en", "en", "en", "Sign in"},
		{"de", "de", "de", "Anmelden"},
		{"fr", "fr", "en", "Sign in"}, // known to Cognito, and without texts here
		{"pt-BR", "pt-BR", "en", "Sign in"},
		{"DE", "", "en", "Sign in"},
		{"tlh", "", "en", "Sign in"},
		{`"><script>`, "", "en", "Sign in"},
	}
	for _, tt := range tests {
		for _, path := range []string{"/oauth2/authorize", "/login"} {
			v := newVisitor(t, newPool(t))
			a := v.get(path + query("lang", tt.lang))
			if got := cookieOf(a, "lang"); got != tt.cookie {
				t.Errorf("%s?lang=%s sets lang=%q, want %q", path, tt.lang, got, tt.cookie)
			}
			a = v.get("/login" + query())
			if !strings.Contains(a.body, `<html lang="`+tt.page+`">`) || !strings.Contains(a.body, "<h1>"+tt.heading+"</h1>") || a.Header.Get("Content-Language") != tt.page {
				t.Errorf("after lang=%s the next page is not in %q", tt.lang, tt.page)
			}
		}
	}
}

func TestLanguageIsRemembered(t *testing.T) {
	v := newVisitor(t, newPool(t))
	v.get("/login" + query("lang", "de"))
	for _, path := range []string{"/signup" + query(), "/forgotPassword" + query(), "/error?error=x", "/nowhere"} {
		if a := v.get(path); !strings.Contains(a.body, `<html lang="de">`) {
			t.Errorf("%s is not in German after lang=de", path)
		}
	}
	v.p.Advance(30 * 24 * time.Hour)
	v.get("/login" + query("lang", "tlh"))
	if a := v.get("/login" + query()); !strings.Contains(a.body, `<html lang="de">`) {
		t.Error("an unknown language replaces the one remembered")
	}
	v.get("/login" + query("lang", "en"))
	if a := v.get("/login" + query()); !strings.Contains(a.body, `<html lang="en">`) {
		t.Error("lang=en does not replace the language remembered")
	}
	if a := v.get("/login" + query("lang", "de") + "&lang=en"); !strings.Contains(a.Header.Get("Location"), "error=invalid_request") || cookieOf(a, "lang") != "" {
		t.Errorf("two languages = %d %q, want invalid_request", a.StatusCode, a.Header.Get("Location"))
	}
}

func cookieOf(a answer, name string) string {
	for _, c := range a.Cookies() {
		if c.Name == name && c.MaxAge > 0 && c.HttpOnly && c.SameSite == http.SameSiteLaxMode {
			return c.Value
		}
	}
	return ""
}

// Error banners come in the page's language; the log has Cognito's words.
func TestErrorsAreTranslated(t *testing.T) {
	p := newMFAPool(t, allMFA("ON"), cognitotest.WithRequiredAttributes("given_name"))
	if _, err := p.AddUser(cognitotest.User{Username: "tmp", Password: password, Status: cognitotest.StatusForceChangePassword}); err != nil {
		t.Fatal(err)
	}
	v := newVisitor(t, p)
	q := query("lang", "de")
	v.submit("/login"+q, "username", "tmp", "password", password)
	tests := []struct {
		path   string
		fields []string
		want   string
		log    string
	}{
		{"/changePassword", []string{"password", "weak"}, "Das Passwort genügt den Regeln nicht: Es ist zu kurz.", "Password did not conform with policy: Password not long enough"},
		{"/changePassword", []string{"password", password}, "Es fehlt eine Angabe: given_name", "Attributes did not conform to the schema: given_name: The attribute is required"},
		{"/login", []string{"username", "x", "password", "y"}, "Benutzername oder Passwort ist falsch.", "Incorrect username or password."},
		{"/signup", []string{"email", "x", "password", "y"}, "Das ist keine E-Mail-Adresse.", "Invalid email address format."},
		{"/signup", []string{"email", "plain@example.com", "password", password, "given_name", "x"}, "Es gibt schon ein Konto mit dieser E-Mail-Adresse.", "An account with the given email already exists."},
		{"/signup", []string{"email", "new@example.com", "password", "nodigits-X", "given_name", "x"}, "Das Passwort genügt den Regeln nicht: Es braucht eine Ziffer.", "Password did not conform with policy: Password must have numeric characters"},
	}
	for _, tt := range tests {
		a := v.submit(tt.path+q, tt.fields...)
		if a.says() != tt.want {
			t.Errorf("%s says %q, want %q", tt.path, a.says(), tt.want)
		}
		events := p.Events()
		if got := events[len(events)-1].Error; got != tt.log {
			t.Errorf("%s: the log says %q, want %q", tt.path, got, tt.log)
		}
	}
	v.submit("/login"+q, "username", "totp", "password", password)
	if a := v.submit("/mfa"+q, "code", "1"); a.says() != "Der Code ist falsch oder die Anmeldung ist abgelaufen." {
		t.Errorf("/mfa says %q", a.says())
	}
	v.submit("/forgotPassword"+q, "username", "nobody")
	if a := v.submit("/confirmforgotPassword"+q, "code", "1", "password", password); a.says() != "Der Code ist falsch. Bitte versuchen Sie es noch einmal." {
		t.Errorf("/confirmforgotPassword says %q", a.says())
	}
}

func TestPolicyHintFollowsThePolicy(t *testing.T) {
	p := newPool(t, cognitotest.WithClient(appClient()), cognitotest.WithPasswordPolicy(cognitotest.PasswordPolicy{MinimumLength: 12, RequireNumbers: true}))
	v := newVisitor(t, p)
	if a := v.get("/signup" + query()); !strings.Contains(a.body, "At least 12 characters, with a number.") {
		t.Error("the sign-up page does not state the pool's policy")
	}
	if a := v.get("/signup" + query("lang", "de")); !strings.Contains(a.body, "Mindestens 12 Zeichen, darunter eine Ziffer.") {
		t.Error("nor does it in German")
	}
}

// Every page has one heading, a label for every field that is seen, and
// nothing that its own policy forbids.
func TestPagesAreAccessible(t *testing.T) {
	p := newFederatedPool(t)
	for name, a := range everyPage(t, p) {
		t.Run(name, func(t *testing.T) {
			if n := strings.Count(a.body, "<h1>"); n != 1 {
				t.Errorf("%d headings", n)
			}
			for _, field := range fieldsOf(a.body) {
				if field.id != "" && !strings.Contains(a.body, `<label for="`+field.id+`">`) {
					t.Errorf("field %s has no label", field.id)
				}
				if field.id == "" && field.visible && !field.inLabel {
					t.Errorf("field %s stands in no label", field.name)
				}
			}
			for _, forbidden := range []string{"<script", "style=\"", " onclick", "http://", "<img", "ZgotmplZ"} {
				if strings.Contains(a.body, forbidden) {
					t.Errorf("the page has %s", forbidden)
				}
			}
			if a.Header.Get("Content-Security-Policy") == "" || a.Header.Get("Cache-Control") != "no-store" || a.Header.Get("X-Frame-Options") != "DENY" {
				t.Errorf("headers = %v", a.Header)
			}
		})
	}
}

// everyPage opens each page of the pool.
func everyPage(t *testing.T, p *cognitotest.Pool) map[string]answer {
	pages := make(map[string]answer)
	v := newVisitor(t, p)
	for _, path := range []string{"/login", "/signup", "/forgotPassword", "/error"} {
		pages[path] = v.get(path + query())
	}
	v.submit("/forgotPassword"+query(), "username", "jane")
	pages["/confirmforgotPassword"] = v.get("/confirmforgotPassword" + query())
	v.submit("/signup"+query(), "email", "another@example.com", "password", password)
	pages["/confirm"] = v.get("/confirm" + query())
	for _, idp := range providerNames {
		pages["/idp/"+idp] = v.follow(v.get("/oauth2/authorize" + query("identity_provider", idp)))
	}
	corp := pages["/idp/Corp"]
	pages["saml"] = v.post(corp.Request.URL.RequestURI(), url.Values{"_csrf": {corp.csrf(t)}, "id": {"x"}, "action": {"consent"}})

	m := newMFAPool(t, allMFA("ON"))
	m.AddUser(cognitotest.User{Username: "tmp", Password: password, Status: cognitotest.StatusForceChangePassword})
	v = newVisitor(t, m)
	v.passwordOf("both")
	pages["/mfa"] = v.get("/mfa" + query())
	v.submit("/mfa"+query(), "factor", cognitotest.FactorEmail)
	pages["/mfa email"] = v.get("/mfa" + query())
	v.passwordOf("plain")
	pages["/mfa/register"] = v.get("/mfa/register" + query())
	v.submit("/mfa/register"+query(), "factor", cognitotest.FactorTOTP)
	pages["/mfa/register totp"] = v.get("/mfa/register" + query())
	v.passwordOf("tmp")
	pages["/changePassword"] = v.get("/changePassword" + query())
	for name, a := range pages {
		if a.StatusCode != 200 && name != "/error" {
			t.Fatalf("%s = %d %s", name, a.StatusCode, a.Header.Get("Location"))
		}
	}
	return pages
}
