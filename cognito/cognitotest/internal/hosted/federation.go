package hosted

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"encoding/xml"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/federation"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/attempts"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/failure"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/flows"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/oauth"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pool"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/settings"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// sendToProvider takes the browser to an external provider.
func (c *Handler) sendToProvider(req *oauth.AuthRequest) {
	browser := c.Cookie(attempts.FlightCookie)
	if browser == "" {
		browser = random.ID()
	}
	c.SetCookie(attempts.FlightCookie, browser, loginLife)
	f := attempts.Flight{Provider: req.Provider, Query: c.R.URL.RawQuery, Browser: browser, Expires: c.At.Add(loginLife)}
	f.Asked = askProvider(req)
	state := c.Flights.Begin(f, c.At)
	path := "/idp/" + req.Provider.Name
	if req.Provider.Type == federation.SAML {
		c.RedirectToPage(path, flows.EncodePairs([]string{
			"SAMLRequest", samlRequest(c.Pool, f, c.At), "RelayState", state,
		}))
		return
	}
	c.RedirectToPage(path, flows.EncodePairs([]string{
		"client_id", "cognito-emulator", "redirect_uri", c.URL() + "/oauth2/idpresponse", "response_type", "code",
		"scope", providerScopes[req.Provider.Type], "state", state,
		"prompt", f.Asked.Prompt, "login_hint", f.Asked.LoginHint,
	}))
}

// providerScopes are what a pool that is newly set up asks each kind for.
var providerScopes = map[federation.Type]string{
	federation.Google:          "profile email openid",
	federation.Facebook:        "public_profile,email",
	federation.LoginWithAmazon: "profile postal_code",
	federation.SignInWithApple: "email name",
	federation.OIDC:            "openid email profile",
}

// askProvider is what is passed on to the provider: every prompt but none, and,
// to OIDC providers only, login_hint.
func askProvider(req *oauth.AuthRequest) attempts.Asked {
	prompts := slices.DeleteFunc(slices.Clone(req.Prompts), func(p string) bool { return p == "none" })
	a := attempts.Asked{Prompt: strings.Join(prompts, " ")}
	if req.Provider.Type == federation.OIDC {
		a.LoginHint = req.LoginHint
	}
	return a
}

// samlRequest is an AuthnRequest in the form of the redirect binding:
// compressed, and in base64 (SAML bindings, section 3.4.4.1).
func samlRequest(p *pool.Pool, f attempts.Flight, now time.Time) string {
	type authnRequest struct {
		XMLName      xml.Name `xml:"urn:oasis:names:tc:SAML:2.0:protocol AuthnRequest"`
		ID           string   `xml:",attr"`
		Version      string   `xml:",attr"`
		IssueInstant string   `xml:",attr"`
		Destination  string   `xml:",attr"`
		ACS          string   `xml:"AssertionConsumerServiceURL,attr"`
		ForceAuthn   bool     `xml:",attr,omitempty"`
		Issuer       string   `xml:"urn:oasis:names:tc:SAML:2.0:assertion Issuer"`
	}
	text, err := xml.Marshal(authnRequest{
		ID: "_" + random.UUID(), Version: "2.0", IssueInstant: now.UTC().Format(time.RFC3339),
		Destination: p.URL() + "/idp/" + f.Provider.Name, ACS: p.URL() + "/saml2/idpresponse",
		ForceAuthn: slices.Contains(strings.Fields(f.Asked.Prompt), "login"),
		Issuer:     "urn:amazon:cognito:sp:" + p.ID,
	})
	if err != nil {
		panic("cognitotest: SAML request: " + err.Error())
	}
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestSpeed)
	if err != nil {
		panic("cognitotest: SAML request: " + err.Error())
	}
	w.Write(text)
	w.Close()
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

// samlAnswer is the part of a SAML response that the pool reads. The user is
// stored with the pending sign-in: a response cannot name another one.
type samlAnswer struct {
	XMLName xml.Name `xml:"urn:oasis:names:tc:SAML:2.0:protocol Response"`
	ID      string   `xml:",attr"`
	Version string   `xml:",attr"`
	Status  struct {
		Code struct {
			Value string `xml:",attr"`
		} `xml:"urn:oasis:names:tc:SAML:2.0:protocol StatusCode"`
	} `xml:"urn:oasis:names:tc:SAML:2.0:protocol Status"`
	NameID string `xml:"urn:oasis:names:tc:SAML:2.0:assertion Assertion>Subject>NameID,omitempty"`
}

const samlSuccess = "urn:oasis:names:tc:SAML:2.0:status:Success"

const samlRefused = "urn:oasis:names:tc:SAML:2.0:status:Responder"

// samlResponse is what the browser posts to /saml2/idpresponse.
func samlResponse(l attempts.Landing) string {
	a := samlAnswer{ID: "_" + l.Ticket, Version: "2.0", NameID: l.User.ID}
	a.Status.Code.Value = samlSuccess
	if l.Fail == failure.Cancel {
		a.Status.Code.Value, a.NameID = samlRefused, ""
	}
	text, err := xml.Marshal(a)
	if err != nil {
		panic("cognitotest: SAML response: " + err.Error())
	}
	return base64.StdEncoding.EncodeToString(text)
}

func readSAMLResponse(encoded string) (ticket string, ok bool) {
	text, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return "", false
	}
	var a samlAnswer
	if xml.Unmarshal(text, &a) != nil {
		return "", false
	}
	return strings.CutPrefix(a.ID, "_")
}

// IDPResponse is GET /oauth2/idpresponse, where OAuth providers send the
// browser back to.
func (c *Handler) IDPResponse() {
	f, ok := c.Flights.Take(c.Query.Get("state"), c.Cookie(attempts.FlightCookie), c.At)
	switch {
	case !ok || f.Provider.Type == federation.SAML:
		c.RefuseHere("invalid_request", "")
	case c.Query.Get("error") != "":
		c.landCancelled(f, c.Query.Get("error"), c.Query.Get("error_description"))
	case f.Landing.Ticket == "" || f.Landing.Ticket != c.Query.Get("code"):
		c.landFailed(f, failure.Code)
	case f.Landing.Fail != failure.None:
		c.landFailed(f, f.Landing.Fail)
	default:
		c.landSafely(f)
	}
}

// SAMLResponse is POST /saml2/idpresponse, where SAML providers send it.
func (c *Handler) SAMLResponse() {
	f, ok := c.Flights.Take(c.Form.Get("RelayState"), c.Cookie(attempts.FlightCookie), c.At)
	ticket, readable := readSAMLResponse(c.Form.Get("SAMLResponse"))
	switch {
	case !ok || f.Provider.Type != federation.SAML:
		c.RefuseHere("invalid_request", "")
	case !readable || f.Landing.Ticket == "" || ticket != f.Landing.Ticket:
		c.landFailed(f, failure.SAML)
	case f.Landing.Fail == failure.Cancel:
		c.landCancelled(f, "invalid_request", "Error in SAML response processing: status is not success")
	case f.Landing.Fail != failure.None:
		c.landFailed(f, f.Landing.Fail)
	default:
		c.landSafely(f)
	}
}

// flightRequest is the authorization request that a flight is for.
func (c *Handler) flightRequest(f attempts.Flight) (*oauth.AuthRequest, bool) {
	q, err := url.ParseQuery(f.Query)
	if err != nil {
		c.Fail(http.StatusBadRequest, "invalid_request", "")
		return nil, false
	}
	c.Event.ClientID = q.Get("client_id")
	return c.AuthRequestFrom(q)
}

// landCancelled passes a provider's refusal on to the app.
func (c *Handler) landCancelled(f attempts.Flight, code, description string) {
	if req, ok := c.flightRequest(f); ok {
		c.Refuse(req, code, description)
	}
}

func (c *Handler) landFailed(f attempts.Flight, fail failure.Failure) {
	if fail == failure.ErrorPage {
		c.Event.Error = "invalid_request"
		c.RedirectToPage("/error", flows.EncodePairs([]string{"code", f.Landing.Ticket}))
		return
	}
	if req, ok := c.flightRequest(f); ok {
		c.Refuse(req, "invalid_request", fail.Description(f.Provider))
	}
}

// landSafely signs a provider's user in.
func (c *Handler) landSafely(f attempts.Flight) {
	req, ok := c.flightRequest(f)
	if !ok {
		return
	}
	c.Event.Username = pool.FederatedName(f.Provider, f.Landing.User.ID)
	a, err := c.federatedAccount(f.Provider, f.Landing.User)
	if err != nil {
		c.Refuse(req, "invalid_request", err.Error())
		return
	}
	if req.Nonce == "" {
		req.Nonce = random.UUID() // as Cognito does, though nobody asked for one
	}
	req.Provider = f.Provider
	c.signIn(req, &a)
}

// federatedAccount returns the account of a provider's user, made or
// refreshed.
func (c *Handler) federatedAccount(idp *federation.Provider, u federation.User) (directory.Account, error) {
	attributes := settings.ProviderAttributes(idp, u)
	if missing := directory.MissingAttributes(c.Rules().Required, attributes); len(missing) > 0 {
		return directory.Account{}, refusal.New(refusal.InvalidParameterException, "attributes required: ["+strings.Join(missing, ", ")+"]")
	}
	if problems := c.SchemaProblems(attributes); problems != "" {
		return directory.Account{}, refusal.New(refusal.InvalidParameterException, "Invalid user attributes: "+problems)
	}
	a, known := c.Users.FindIdentity(idp, u.ID)
	if !known {
		return c.newFederatedAccount(idp, u, attributes)
	}
	if a.Disabled {
		return a, refusal.Disabled
	}
	for name, value := range attributes {
		if err := c.Users.SetAttribute(a.Sub, name, value); err != nil {
			return a, err
		}
	}
	a, _ = c.Users.Find(a.Sub)
	return a, nil
}

// newFederatedAccount adds the account of a provider's user who comes for the
// first time.
func (c *Handler) newFederatedAccount(idp *federation.Provider, u federation.User, attributes map[string]string) (directory.Account, error) {
	a := &directory.Account{Sub: random.UUID(), Username: pool.FederatedName(idp, u.ID), Attributes: attributes}
	if err := a.SetStatus(directory.StatusExternalProvider); err != nil {
		return *a, err
	}
	a.Identities = []directory.Identity{{Provider: idp, UserID: u.ID, Created: c.At, Primary: true}}
	a.Join(c.FederatedGroup(idp))
	if err := c.PreSignUp(trigger.SourceExternalProvider, a, nil); err != nil {
		return *a, err
	}
	taken := refusal.Message{Text: "Already found an entry for username " + a.Username}
	if _, linked := c.Users.FindIdentity(idp, u.ID); linked { // by the hook
		return *a, taken
	}
	if err := c.Users.Add(a); err != nil {
		return *a, taken
	}
	added, _ := c.Users.Find(a.Sub)
	return added, c.PostConfirmation(trigger.SourceConfirmSignUp, &added)
}
