package hostedui

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/fetch"
	"github.com/seed75762126/cognito-go/internal/rawjson"
)

// UserInfo is the answer of the userInfo endpoint (OpenID Connect Core
// section 5.3). Cognito writes booleans there as strings; this type has them
// as bool.
type UserInfo struct {
	Subject             string
	Username            string
	Email               string
	EmailVerified       bool
	PhoneNumber         string
	PhoneNumberVerified bool

	doc []byte
}

// Claims decodes the whole answer into v, as [json.Unmarshal] does.
func (u *UserInfo) Claims(v any) error { return json.Unmarshal(u.doc, v) }

// UserInfo asks Cognito about the user of an access token. The token must have
// the scope openid. The argument subject is the user's sub, as the ID token has
// it. An answer with another sub is an error (OpenID Connect Core section
// 5.3.2). An [*Error] with the status 401 means that the token is revoked or
// expired.
func (p *Protocol) UserInfo(ctx context.Context, token cognito.AccessToken, subject string) (*UserInfo, error) {
	ctx, called := p.tell.calling(ctx, "userinfo")
	u, err := p.userInfo(ctx, token, subject)
	called(err)
	return u, err
}

func (p *Protocol) userInfo(ctx context.Context, token cognito.AccessToken, subject string) (*UserInfo, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.domain+"/oauth2/userInfo", nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+string(token))
	doc, err := fetch.Read(p.http, req, fetch.MaxAnswer)
	if err != nil {
		return nil, userInfoError(err)
	}
	u := &UserInfo{doc: doc}
	err = rawjson.Object(string(doc), func(name string, v rawjson.Value) error {
		u.read(name, v)
		return nil
	})
	switch {
	case err != nil:
		return nil, &Error{Op: "userinfo", Code: cognito.CodeBadAnswer, Err: err}
	case u.Subject != subject || subject == "":
		return nil, &Error{Op: "userinfo", Code: cognito.CodeBadAnswer, Err: errors.New("the answer is about another user")}
	}
	return u, nil
}

func (u *UserInfo) read(name string, v rawjson.Value) {
	s, _ := v.String()
	isTrue := v == "true" || s == "true"
	switch name {
	case "sub":
		u.Subject = s
	case "username":
		u.Username = s
	case "email":
		u.Email = s
	case "email_verified":
		u.EmailVerified = isTrue
	case "phone_number":
		u.PhoneNumber = s
	case "phone_number_verified":
		u.PhoneNumberVerified = isTrue
	}
}

// userInfoError reads the code from WWW-Authenticate, which Cognito writes
// without the word Bearer.
func userInfoError(err error) error {
	status, ok := errors.AsType[*fetch.StatusError](err)
	if !ok {
		return callError("userinfo", err)
	}
	e := &Error{Op: "userinfo", Code: cognito.CodeBadAnswer, Status: status.Status, Err: status}
	challenge := status.Header.Get("WWW-Authenticate")
	for _, code := range []cognito.OAuthCode{cognito.CodeInvalidToken, cognito.CodeInvalidRequest, cognito.CodeInsufficientScope} {
		if strings.Contains(challenge, `error="`+string(code)+`"`) {
			e.Code = code
		}
	}
	return e
}

// Revoke revokes a refresh token and every token that was issued for it (RFC
// 7009). Only Cognito's own APIs notice this: elsewhere an access token still
// verifies until it expires.
func (p *Protocol) Revoke(ctx context.Context, token cognito.RefreshToken) error {
	return p.asClient(ctx, "revoke", func(secret string) error {
		calling, called := p.tell.calling(ctx, "revoke")
		err := p.revokeToken(calling, token, secret)
		called(err)
		return err
	})
}

func (p *Protocol) revokeToken(ctx context.Context, token cognito.RefreshToken, secret string) error {
	form := url.Values{"token": {string(token)}}
	if secret == "" {
		form.Set("client_id", p.oauth.ClientID)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.domain+"/oauth2/revoke", strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if secret != "" {
		req.SetBasicAuth(url.QueryEscape(p.oauth.ClientID), url.QueryEscape(secret))
	}
	res, err := p.httpAny.Do(req)
	if err != nil {
		return callError("revoke", err)
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return answerError("revoke", res)
	}
	return nil
}
