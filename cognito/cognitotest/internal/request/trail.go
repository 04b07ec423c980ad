package request

import (
	"encoding/json"
	"maps"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/journal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/trail"
)

// recorded has CloudTrail record an operation of the user-pool API, which serve
// answers. Operations that only read are not recorded.
func (c *Call) recorded(serve func() (answer any, err error)) (answer any, err error) {
	deliver := c.Trail.Get()
	target, _ := IsAPI(c.R)
	if deliver == nil || !strings.HasPrefix(target, APITarget) || !trail.IsWrite(c.Event.Op) {
		return serve()
	}
	sub := c.subject() // a deletion leaves no user to look up
	answer, err = serve()
	if a, known := c.Users.Find(c.Event.Username); known {
		sub = a.Sub
	}
	r := trail.Record{Name: c.Event.Op, PoolID: c.ID, Region: c.Region(), At: c.At, Sub: sub, Request: c.R}
	if json.Unmarshal(c.body, &r.Params) != nil {
		r.Params = nil
	}
	if err != nil {
		m := refusal.Of(err)
		r.ErrorCode, r.ErrorText = m.Exception, journal.RedactedError(m.Text, c.Form)
	}
	deliver(r.Event())
	return answer, err
}

// subject is the sub of the user whom a call of the API is about, as far as its
// parameters tell.
func (c *Call) subject() string {
	if a, known := c.Users.Find(c.Form.Get("Username")); known {
		return a.Sub
	}
	if claims, err := c.ReadAccess(c.Form.Get("AccessToken")); err == nil {
		return claims.Sub
	}
	return c.Grants.RefreshSub(c.Form.Get("Token"))
}

// pageEvents are the events of the hosted pages and the OAuth endpoints, by
// method and operation. What only shows a page is not delivered.
var pageEvents = map[string]string{
	"POST login":                 "login_POST",
	"POST signup":                "signup_POST",
	"POST confirm":               "signup_confirm_POST",
	"GET confirmUser":            "confirmUser_GET",
	"POST resendcode":            "ResendCode_POST",
	"POST forgotPassword":        "forgotPassword_POST",
	"POST confirmforgotPassword": "forgotPassword_POST",
	"POST changePassword":        "ResetPassword_POST",
	"POST mfa":                   "Mfa_POST",
	"POST mfa/register":          "MfaRegister_POST",
	"POST passkeys/add":          "passkeys_add_POST",
	"POST passkeys/verify":       "login_passkey_POST",
	"GET idpresponse":            "OAuth2Response_GET",
	"POST saml2/idpresponse":     "SAML2Response_POST",
	"POST token":                 "Token_POST",
	"GET logout":                 "Logout",
}

// recordPage has CloudTrail record a request to a page or an OAuth endpoint.
func (c *Call) recordPage() {
	deliver, name := c.Trail.Get(), pageEvents[c.R.Method+" "+c.Event.Op]
	if deliver == nil || name == "" {
		return
	}
	params := make(map[string]any)
	for name := range maps.All(c.Event.Params) {
		params[name] = c.Event.Params[name]
	}
	r := trail.Record{
		Name: name, Service: true, PoolID: c.ID, Region: c.Region(), At: c.At, Params: params, Status: c.Event.Status,
		Domain: strings.TrimPrefix(c.URL(), "https://"), ErrorText: c.Event.Error, Request: c.R,
	}
	if a, known := c.Users.Find(c.Event.Username); known {
		r.Sub = a.Sub
	}
	if c.Event.Error != "" {
		r.ErrorCode, _, _ = strings.Cut(c.Event.Error, " ")
	}
	deliver(r.Event())
}
