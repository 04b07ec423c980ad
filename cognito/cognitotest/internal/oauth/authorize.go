package oauth

import (
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/attempts"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/flows"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/grants"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/journal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
)

// GiveCode ends a sign-in: the browser takes a code to the app.
func (c *Handler) GiveCode(req *AuthRequest, session attempts.PageSession) {
	code := c.Grants.AddCode(&grants.Code{
		Grant: &grants.Grant{
			Client:    req.Client,
			Sub:       session.Sub,
			Scopes:    req.scopes,
			Resource:  req.resource,
			AuthTime:  session.AuthTime,
			OriginJTI: random.UUID(),
		},
		RedirectURI:   req.redirectURI,
		RedirectGiven: req.redirectGiven,
		Challenge:     req.challenge,
		Nonce:         req.Nonce,
		Expires:       c.At.Add(grants.CodeLife),
	}, c.At)
	c.Redirect(flows.AddQuery(req.redirectURI, "code", code, "state", c.echo(req.state)))
}

// ReturnURL is where a page leads back to the app, without a code or an error.
func (req *AuthRequest) ReturnURL() string { return req.redirectURI }

// Refuse takes an error to the app.
func (c *Handler) Refuse(req *AuthRequest, code, description string) {
	c.Event.Error = request.JoinWords(code, description)
	if description == "" {
		c.Redirect(req.answerURL("error", code, "state", c.echo(req.state)))
		return
	}
	location := req.answerURL("error_description", description, "state", c.echo(req.state), "error", code)
	// Cognito doubles the name of the parameter for one description.
	c.Redirect(strings.Replace(location, "error_description=error_description%3D", "error_description=error_description=", 1))
}

// RefuseHere shows an error on the domain's own page, since the request
// names no address that can be trusted.
func (c *Handler) RefuseHere(code, description string) {
	c.Event.Error = request.JoinWords(code, description)
	target := flows.AddQuery("/error", "error", code, "error_description", description, "client_id", c.Query.Get("client_id"))
	path, query, _ := strings.Cut(target, "?")
	c.RedirectToPage(path, query)
}

// answerURL is where an error goes: in the query, or in the fragment where
// the request was for the implicit grant.
func (req *AuthRequest) answerURL(pairs ...string) string {
	if req.responseType == "token" {
		return req.redirectURI + "#" + flows.EncodePairs(pairs)
	}
	return flows.AddQuery(req.redirectURI, pairs...)
}

// RefuseHook takes a hook's refusal to the app.
func (c *Handler) RefuseHook(req *AuthRequest, err error) {
	c.Refuse(req, "invalid_request", err.Error())
}

// RefuseMismatch leads to the error page. The log has all that tells why.
func (c *Handler) RefuseMismatch(client *clients.Client, m journal.Mismatch) {
	c.Mismatches.Put(client.ID, m, c.At.Add(journal.MismatchLife), c.At)
	c.RefuseHere("redirect_mismatch", "")
	c.Event.Error = request.JoinWords("redirect_mismatch:", strings.Join(m.Facts(client.ID, "registered", "none"), ", "))
}
