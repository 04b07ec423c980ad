package cognitotest

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
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/failure"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// sendToProvider takes the browser to an external provider.
func (c *call) sendToProvider(req *authRequest) {
	browser := c.cookie(flightCookie)
	if browser == "" {
		browser = random.ID()
	}
	c.setCookie(flightCookie, browser, loginLife)
	f := flight{provider: req.provider, query: c.r.URL.RawQuery, browser: browser, expires: c.at.Add(loginLife)}
	f.asked = req.askProvider()
	state := c.flights.begin(f, c.at)
	path := "/idp/" + req.provider.Name
	if req.provider.Type == federation.SAML {
		c.redirectToPage(path, encodePairs([]string{
			"SAMLRequest", samlRequest(c.Pool, f, c.at), "RelayState", state,
		}))
		return
	}
	c.redirectToPage(path, encodePairs([]string{
		"client_id", "cognito-emulator", "redirect_uri", c.URL() + "/oauth2/idpresponse", "response_type", "code",
		"scope", providerScopes[req.provider.Type], "state", state,
		"prompt", f.asked.prompt, "login_hint", f.asked.loginHint,
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

// askProvider is what is passed on to the provider: every prompt but none,
// and login_hint to OIDC providers alone.
func (req *authRequest) askProvider() asked {
	prompts := slices.DeleteFunc(slices.Clone(req.prompts), func(p string) bool { return p == "none" })
	a := asked{prompt: strings.Join(prompts, " ")}
	if req.provider.Type == federation.OIDC {
		a.loginHint = req.loginHint
	}
	return a
}

// samlRequest is an AuthnRequest in the form of the redirect binding:
// compressed, and in base64 (SAML bindings, section 3.4.4.1).
func samlRequest(p *Pool, f flight, now time.Time) string {
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
		Destination: p.URL() + "/idp/" + f.provider.Name, ACS: p.URL() + "/saml2/idpresponse",
		ForceAuthn: slices.Contains(strings.Fields(f.asked.prompt), "login"),
		Issuer:     "urn:amazon:cognito:sp:" + p.id,
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

// samlAnswer is the part of a SAML response that the pool reads. Whom it is
// about stands with the flight, so that nobody can make one up.
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
func samlResponse(l landing) string {
	a := samlAnswer{ID: "_" + l.ticket, Version: "2.0", NameID: l.user.ID}
	a.Status.Code.Value = samlSuccess
	if l.fail == failure.Cancel {
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

// idpResponse is GET /oauth2/idpresponse, where OAuth providers send the
// browser back to.
func (c *call) idpResponse() {
	f, ok := c.flights.take(c.query.Get("state"), c.cookie(flightCookie), c.at)
	switch {
	case !ok || f.provider.Type == federation.SAML:
		c.refuseHere("invalid_request", "")
	case c.query.Get("error") != "":
		c.landCancelled(f, c.query.Get("error"), c.query.Get("error_description"))
	case f.landing.ticket == "" || f.landing.ticket != c.query.Get("code"):
		c.landFailed(f, failure.Code)
	case f.landing.fail != failure.None:
		c.landFailed(f, f.landing.fail)
	default:
		c.landSafely(f)
	}
}

// samlIDPResponse is POST /saml2/idpresponse, where SAML providers send it.
func (c *call) samlIDPResponse() {
	f, ok := c.flights.take(c.form.Get("RelayState"), c.cookie(flightCookie), c.at)
	ticket, readable := readSAMLResponse(c.form.Get("SAMLResponse"))
	switch {
	case !ok || f.provider.Type != federation.SAML:
		c.refuseHere("invalid_request", "")
	case !readable || f.landing.ticket == "" || ticket != f.landing.ticket:
		c.landFailed(f, failure.SAML)
	case f.landing.fail == failure.Cancel:
		c.landCancelled(f, "invalid_request", "Error in SAML response processing: status is not success")
	case f.landing.fail != failure.None:
		c.landFailed(f, f.landing.fail)
	default:
		c.landSafely(f)
	}
}

// flightRequest is the authorization request that a flight is for.
func (c *call) flightRequest(f flight) (*authRequest, bool) {
	q, err := url.ParseQuery(f.query)
	if err != nil {
		c.fail(http.StatusBadRequest, "invalid_request", "")
		return nil, false
	}
	c.event.ClientID = q.Get("client_id")
	return c.authRequestFrom(q)
}

// landCancelled passes a provider's refusal on to the app.
func (c *call) landCancelled(f flight, code, description string) {
	if req, ok := c.flightRequest(f); ok {
		c.refuse(req, code, description)
	}
}

func (c *call) landFailed(f flight, fail failure.Failure) {
	if fail == failure.ErrorPage {
		c.event.Error = "invalid_request"
		c.redirectToPage("/error", encodePairs([]string{"code", f.landing.ticket}))
		return
	}
	if req, ok := c.flightRequest(f); ok {
		c.refuse(req, "invalid_request", fail.Description(f.provider))
	}
}

// landSafely signs a provider's user in.
func (c *call) landSafely(f flight) {
	req, ok := c.flightRequest(f)
	if !ok {
		return
	}
	c.event.Username = federatedName(f.provider, f.landing.user.ID)
	a, err := c.federatedAccount(f.provider, f.landing.user)
	if err != nil {
		c.refuse(req, "invalid_request", err.Error())
		return
	}
	if req.nonce == "" {
		req.nonce = random.UUID() // as Cognito does, though nobody asked for one
	}
	req.provider = f.provider
	c.signIn(req, &a)
}

// federatedAccount returns the account of a provider's user, made or
// refreshed.
func (c *call) federatedAccount(idp *federation.Provider, u federation.User) (account, error) {
	attributes := providerAttributes(idp, u)
	if missing := missingAttributes(c.rules().required, attributes); len(missing) > 0 {
		return account{}, refusal.New(refusal.InvalidParameterException, "attributes required: ["+strings.Join(missing, ", ")+"]")
	}
	a, known := c.users.findIdentity(idp, u.ID)
	if !known {
		return c.newFederatedAccount(idp, u, attributes)
	}
	if a.disabled {
		return a, refusal.Disabled
	}
	for name, value := range attributes {
		if err := c.users.setAttribute(a.sub, name, value); err != nil {
			return a, err
		}
	}
	a, _ = c.users.find(a.sub)
	return a, nil
}

// newFederatedAccount adds the account of a provider's user who comes for the
// first time.
func (c *call) newFederatedAccount(idp *federation.Provider, u federation.User, attributes map[string]string) (account, error) {
	a := &account{sub: random.UUID(), username: federatedName(idp, u.ID), attributes: attributes}
	if err := a.setStatus(StatusExternalProvider); err != nil {
		return *a, err
	}
	a.identities = []identity{{provider: idp, userID: u.ID, created: c.at, primary: true}}
	a.join(c.federatedGroup(idp))
	if err := c.preSignUp(trigger.SourceExternalProvider, a, nil); err != nil {
		return *a, err
	}
	taken := refusal.Message{Text: "Already found an entry for username " + a.username}
	if _, linked := c.users.findIdentity(idp, u.ID); linked { // by the hook
		return *a, taken
	}
	if err := c.users.add(a); err != nil {
		return *a, taken
	}
	added, _ := c.users.find(a.sub)
	return added, c.postConfirmation(trigger.SourceConfirmSignUp, &added)
}
