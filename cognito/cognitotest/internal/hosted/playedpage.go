package hosted

import (
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/federation"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/attempts"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/failure"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/flows"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pages"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pool"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/settings"
)

// providerLook is the class that gives a provider's pages their looks.
func providerLook(idp *federation.Provider) string { return "idp-" + strings.ToLower(string(idp.Type)) }

// flightState is the state that a request to a played provider carries.
func (c *Handler) flightState(idp *federation.Provider) string {
	if idp.Type == federation.SAML {
		return c.Query.Get("RelayState")
	}
	return c.Query.Get("state")
}

// flightHere returns the flight that is at the played provider. On failure
// it has answered.
func (c *Handler) flightHere() (f attempts.Flight, state string, ok bool) {
	idp := c.Provider(strings.TrimPrefix(c.R.URL.Path, "/idp/"))
	if idp == nil {
		c.NotFound()
		return f, "", false
	}
	state = c.flightState(idp)
	f, ok = c.Flights.Find(state, c.Cookie(attempts.FlightCookie), c.At)
	if !ok || f.Provider != idp {
		c.Fail(http.StatusBadRequest, "invalid_request", "")
		return f, "", false
	}
	if q, err := url.ParseQuery(f.Query); err == nil {
		c.Event.ClientID = q.Get("client_id")
	}
	return f, state, true
}

// PlayProvider is GET /idp/<name>.
func (c *Handler) PlayProvider() {
	if f, _, ok := c.flightHere(); ok {
		c.showProvider(f, federation.User{}, nil)
	}
}

func (c *Handler) showProvider(f attempts.Flight, typed federation.User, problem error) {
	idp := f.Provider
	p := &pages.Played{
		Label: settings.ProviderLabel(idp), Look: providerLook(idp), Typed: typed, Prompt: f.Asked.Prompt,
		Other: problem != nil || len(idp.Users) == 0,
	}
	hint := f.Asked.LoginHint
	if problem == nil {
		p.Typed.Email = hint
	}
	for i, u := range idp.Users {
		chosen := i == 0
		if hint != "" {
			chosen = strings.EqualFold(u.Email, hint) || u.ID == hint
		}
		p.Users = append(p.Users, pages.PlayedUser{User: u, Chosen: chosen && !p.Other})
	}
	for _, f := range failure.Of(idp.Type) {
		p.Failures = append(p.Failures, pages.PlayedFailure{Value: string(f), Label: f.TextKey()})
	}
	c.Show(http.StatusOK, "provider", pages.Page{
		Title: "provider.title", Name: p.Label, Error: problem, Played: p, Action: c.Link(c.R.URL.Path),
	}, c.At)
}

// AnswerProvider is POST /idp/<name>. Form: action, which is "consent",
// "cancel" or "fail". With it goes either fail, or user, the id of a known
// user, or the id, email, email_verified and name of another user. A typed id
// has priority over user.
func (c *Handler) AnswerProvider() {
	f, state, ok := c.flightHere()
	if !ok {
		return
	}
	if _, ok := c.Guarded(); !ok {
		return
	}
	var l attempts.Landing
	switch c.Form.Get("action") {
	case "cancel":
		l.Fail = failure.Cancel
	case "fail":
		l.Fail = chosenFailure(f.Provider.Type, c.Form.Get("fail"))
	default:
		u, err := c.chosenUser(f.Provider)
		if err != nil {
			c.Event.Error = err.Error()
			c.showProvider(f, u, err)
			return
		}
		l.User = u
		c.Event.Username = pool.FederatedName(f.Provider, u.ID)
	}
	c.sendBack(f, state, l)
}

func chosenFailure(t federation.Type, name string) failure.Failure {
	for _, f := range failure.Of(t) {
		if string(f) == name {
			return f
		}
	}
	return failure.Of(t)[0]
}

// chosenUser is the user in the form. As soon as there is a typed id, it is the
// typed user, since people type and forget to press the button above.
func (c *Handler) chosenUser(idp *federation.Provider) (federation.User, error) {
	id := strings.TrimSpace(c.Form.Get("id"))
	if u, ok := settings.ProviderUser(idp, c.Form.Get("user")); ok && id == "" {
		return u, nil
	}
	u := federation.User{
		ID:            id,
		Email:         strings.TrimSpace(c.Form.Get("email")),
		EmailVerified: c.Form.Get("email_verified") == "true",
		Name:          strings.TrimSpace(c.Form.Get("name")),
	}
	return u, settings.ValidateProviderUser(u)
}

// sendBack takes the browser from the played provider back to the pool.
func (c *Handler) sendBack(f attempts.Flight, state string, l attempts.Landing) {
	l.Ticket = c.Flights.Land(state, l, c.At)
	if f.Provider.Type == federation.SAML {
		c.showSAMLResponse(f, state, l)
		return
	}
	pairs := []string{"code", l.Ticket, "state", state}
	if l.Fail == failure.Cancel {
		code, description := failure.Cancelled(f.Provider.Type)
		pairs = []string{"error", code, "error_description", description, "state", state}
	}
	c.RedirectToPage("/oauth2/idpresponse", flows.EncodePairs(pairs))
}

// showSAMLResponse shows a button that posts the response, since pages have
// no script to press it.
func (c *Handler) showSAMLResponse(f attempts.Flight, state string, l attempts.Landing) {
	p := &pages.Played{
		Label: settings.ProviderLabel(f.Provider), Look: providerLook(f.Provider),
		Response: samlResponse(l), Relay: state,
	}
	c.Show(http.StatusOK, "saml", pages.Page{
		Title: "saml.title", Played: p, Action: template.URL("/saml2/idpresponse"),
	}, c.At)
}
