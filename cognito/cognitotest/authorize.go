package cognitotest

import (
	"net/url"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/fault"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
)

// authorize is GET /oauth2/authorize: it leads to the sign-in page, or
// straight back to the app while the browser's page session lasts.
func (c *call) authorize() {
	req, ok := c.authRequest()
	if !ok {
		return
	}
	session, alive := c.pageSession()
	switch {
	case c.event.Fault == fault.Unexpected:
		c.refuse(req, "server_error", "")
	case alive && session.serves(req) && !slices.Contains(req.prompts, "login"):
		c.event.Username = session.username
		c.giveCode(req, session)
	case slices.Contains(req.prompts, "none"):
		c.refuse(req, "login_required", "")
	case req.provider != nil:
		c.sendToProvider(req)
	default:
		c.redirectToPage("/login", c.r.URL.RawQuery)
	}
}

// giveCode ends a sign-in: the browser takes a code to the app.
func (c *call) giveCode(req *authRequest, session pageSession) {
	code := c.grants.addCode(&authCode{
		grant: &grant{
			client:    req.client,
			sub:       session.sub,
			scopes:    req.scopes,
			resource:  req.resource,
			authTime:  session.authTime,
			originJTI: random.UUID(),
		},
		redirectURI:   req.redirectURI,
		redirectGiven: req.redirectGiven,
		challenge:     req.challenge,
		nonce:         req.nonce,
		expires:       c.at.Add(codeLife),
	}, c.at)
	c.redirect(addQuery(req.redirectURI, "code", code, "state", c.echo(req.state)))
}

// refuse takes an error to the app.
func (c *call) refuse(req *authRequest, code, description string) {
	c.event.Error = joinWords(code, description)
	if description == "" {
		c.redirect(req.answerURL("error", code, "state", c.echo(req.state)))
		return
	}
	location := req.answerURL("error_description", description, "state", c.echo(req.state), "error", code)
	// Cognito doubles the name of the parameter for one description.
	c.redirect(strings.Replace(location, "error_description=error_description%3D", "error_description=error_description=", 1))
}

// refuseHere shows an error on the domain's own page, since the request
// names no address that can be trusted.
func (c *call) refuseHere(code, description string) {
	c.event.Error = joinWords(code, description)
	target := addQuery("/error", "error", code, "error_description", description, "client_id", c.query.Get("client_id"))
	path, query, _ := strings.Cut(target, "?")
	c.redirectToPage(path, query)
}

// answerURL is where an error goes: in the query, or in the fragment where
// the request was for the implicit grant.
func (req *authRequest) answerURL(pairs ...string) string {
	if req.responseType == "token" {
		return req.redirectURI + "#" + encodePairs(pairs)
	}
	return addQuery(req.redirectURI, pairs...)
}

// addQuery appends parameters to a URL, in the order given and without the
// empty ones.
func addQuery(target string, pairs ...string) string {
	query := encodePairs(pairs)
	switch {
	case query == "":
		return target
	case strings.HasSuffix(target, "?") || strings.HasSuffix(target, "&"):
		return target + query
	case strings.Contains(target, "?"):
		return target + "&" + query
	}
	return target + "?" + query
}

func encodePairs(pairs []string) string {
	var b strings.Builder
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('&')
		}
		b.WriteString(pairs[i] + "=" + url.QueryEscape(pairs[i+1]))
	}
	return b.String()
}
