package cognitotest

import (
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/federation"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/failure"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pages"
)

// providerLook is the class that gives a provider's pages their looks.
func providerLook(idp *federation.Provider) string { return "idp-" + strings.ToLower(string(idp.Type)) }

// flightState is the state that a request to a played provider carries.
func (c *call) flightState(idp *federation.Provider) string {
	if idp.Type == federation.SAML {
		return c.query.Get("RelayState")
	}
	return c.query.Get("state")
}

// flightHere returns the flight that is at the played provider. On failure
// it has answered.
func (c *call) flightHere() (f flight, state string, ok bool) {
	idp := c.provider(strings.TrimPrefix(c.r.URL.Path, "/idp/"))
	if idp == nil {
		c.notFound()
		return f, "", false
	}
	state = c.flightState(idp)
	f, ok = c.flights.find(state, c.cookie(flightCookie), c.at)
	if !ok || f.provider != idp {
		c.fail(http.StatusBadRequest, "invalid_request", "")
		return f, "", false
	}
	if q, err := url.ParseQuery(f.query); err == nil {
		c.event.ClientID = q.Get("client_id")
	}
	return f, state, true
}

// playProvider is GET /idp/<name>.
func (c *call) playProvider() {
	if f, _, ok := c.flightHere(); ok {
		c.showProvider(f, federation.User{}, "")
	}
}

func (c *call) showProvider(f flight, typed federation.User, problem string) {
	idp := f.provider
	p := &pages.Played{
		Label: providerLabel(idp), Look: providerLook(idp), Typed: typed, Prompt: f.asked.prompt,
		Other: problem != "" || len(idp.Users) == 0,
	}
	hint := f.asked.loginHint
	if problem == "" {
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
		p.Failures = append(p.Failures, pages.PlayedFailure{Value: string(f), Label: f.Label()})
	}
	c.show(http.StatusOK, "provider", pages.Page{
		Title: "Sign in with %s", Name: p.Label, Error: problem, Played: p, Action: c.link(c.r.URL.Path),
	}, c.at)
}

// answerProvider is POST /idp/<name>. Form: action, which is "consent",
// "cancel" or "fail"; with it fail, or user, which is the id of a known user,
// or else id, email, email_verified and name of another, which go first.
func (c *call) answerProvider() {
	f, state, ok := c.flightHere()
	if !ok {
		return
	}
	if _, ok := c.guarded(); !ok {
		return
	}
	var l landing
	switch c.form.Get("action") {
	case "cancel":
		l.fail = failure.Cancel
	case "fail":
		l.fail = chosenFailure(f.provider.Type, c.form.Get("fail"))
	default:
		u, err := c.chosenUser(f.provider)
		if err != nil {
			c.event.Error = err.Error()
			c.showProvider(f, u, err.Error())
			return
		}
		l.user = u
		c.event.Username = federatedName(f.provider, u.ID)
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

// chosenUser is the user in the form: the typed one as soon as there is an
// id, since people type and forget to press the button above.
func (c *call) chosenUser(idp *federation.Provider) (federation.User, error) {
	id := strings.TrimSpace(c.form.Get("id"))
	if u, ok := providerUser(idp, c.form.Get("user")); ok && id == "" {
		return u, nil
	}
	u := federation.User{
		ID:            id,
		Email:         strings.TrimSpace(c.form.Get("email")),
		EmailVerified: c.form.Get("email_verified") == "true",
		Name:          strings.TrimSpace(c.form.Get("name")),
	}
	return u, validateProviderUser(u)
}

// sendBack takes the browser from the played provider back to the pool.
func (c *call) sendBack(f flight, state string, l landing) {
	l.ticket = c.flights.land(state, l, c.at)
	if f.provider.Type == federation.SAML {
		c.showSAMLResponse(f, state, l)
		return
	}
	pairs := []string{"code", l.ticket, "state", state}
	if l.fail == failure.Cancel {
		code, description := failure.Cancelled(f.provider.Type)
		pairs = []string{"error", code, "error_description", description, "state", state}
	}
	c.redirectToPage("/oauth2/idpresponse", encodePairs(pairs))
}

// showSAMLResponse shows a button that posts the response, since pages have
// no script to press it.
func (c *call) showSAMLResponse(f flight, state string, l landing) {
	p := &pages.Played{
		Label: providerLabel(f.provider), Look: providerLook(f.provider),
		Response: samlResponse(l), Relay: state,
	}
	c.show(http.StatusOK, "saml", pages.Page{
		Title: "Back to the app", Played: p, Action: template.URL("/saml2/idpresponse"),
	}, c.at)
}
