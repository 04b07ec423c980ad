package identitypool

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	ci "github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	citypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentity/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/internal/flight"
	"github.com/seed75762126/cognito-go/internal/jws"
	"github.com/seed75762126/cognito-go/internal/observed"
	"github.com/seed75762126/cognito-go/internal/rawjson"
)

// source is what SDK clients report as the origin of credentials.
const source = "CognitoIdentityPool"

// retrieve gets credentials for a visitor whose identity id, if it is known,
// is id. Where Cognito does not know the id, or knows it as another user's, the
// id is dropped. Identities can be deleted, and guests are merged into users.
func (c *Client) retrieve(ctx context.Context, p *Provider, id string) (grant, error) {
	var token cognito.IDToken
	if p.idToken != nil {
		var err error
		if token, err = p.askToken(ctx); err != nil {
			return grant{}, err
		}
		if token == "" {
			return grant{}, c.refused("GetId", observe.CodeNoIDToken, "the session has no ID token: the sign-in needs the scope openid")
		}
		if sub, ok := subjectOf(token); ok && sub != p.subject {
			return grant{}, c.refused("GetId", observe.CodeOtherUser, "the ID token and the identity belong to different users: take both from one session")
		}
	}
	if id == "" {
		id = p.options.guest
	}
	if err := p.visitor.refusalOf(token, c.cfg.Pool.Now()); err != nil {
		return grant{}, err
	}
	got, err := c.retrieveFor(ctx, p, id, token)
	if id != "" && p.idToken != nil && (errors.Is(err, ErrNotFound) || isForeign(err)) {
		got, err = c.retrieveFor(ctx, p, "", token)
	}
	if errors.Is(err, ErrLogin) {
		p.visitor.refuse(token, err, c.cfg.Pool.Now())
	}
	return got, err
}

// tokenTimeout bounds a call of the function that returns the ID token. All
// calls for the visitor's credentials wait for it.
const tokenTimeout = time.Minute

var errTokenTimeout = fmt.Errorf("identitypool: there was no ID token within %v: %w", tokenTimeout, context.DeadlineExceeded)

// askToken asks the app for the ID token. No request's server would catch a
// panic here.
func (p *Provider) askToken(ctx context.Context) (cognito.IDToken, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, tokenTimeout, errTokenTimeout)
	defer cancel()
	return flight.Ask(ctx, p.idToken)
}

// subjectOf reads the subject of an ID token that was verified when it was
// issued. It reports false for a text that is not a token: Cognito refuses that.
func subjectOf(t cognito.IDToken) (sub string, ok bool) {
	token, err := jws.Parse(string(t))
	if err != nil {
		return "", false
	}
	_ = rawjson.Object(token.Payload, func(name string, v rawjson.Value) error {
		if name == "sub" {
			sub, ok = v.String()
		}
		return nil
	})
	return sub, ok
}

// isForeign reports whether err says that an identity id is another's.
func isForeign(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == "NotAuthorizedException" &&
		(strings.HasPrefix(e.Message, "Logins don't match") || strings.HasPrefix(e.Message, "Access to Identity"))
}

// retrieveFor is retrieve for an id that is right, or "".
func (c *Client) retrieveFor(ctx context.Context, p *Provider, id string, token cognito.IDToken) (grant, error) {
	first := c.provider.Load()
	got, err := c.retrieveAs(ctx, p, id, token, first)
	if token == "" || len(c.providers) < 2 || !isWrongProvider(err) {
		return got, err
	}
	second := 1 - first
	other, err2 := c.retrieveAs(ctx, p, id, token, second)
	if err2 != nil {
		return grant{}, err
	}
	c.provider.Store(second)
	return other, nil
}

// isWrongProvider reports whether err may be about the name of the user pool
// in Logins.
func isWrongProvider(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == "NotAuthorizedException" &&
		(strings.Contains(e.Message, "not from a supported provider") || strings.Contains(e.Message, "Issuer doesn't match"))
}

// retrieveAs is retrieveFor with one of the names of the user pool.
func (c *Client) retrieveAs(ctx context.Context, p *Provider, id string, token cognito.IDToken, provider int32) (grant, error) {
	var logins map[string]string
	if token != "" {
		logins = map[string]string{c.providers[provider]: string(token)}
	}
	if id == "" {
		out, err := call(ctx, c, "GetId", c.sdk.GetId, &ci.GetIdInput{IdentityPoolId: &c.cfg.Pool.IdentityPoolID, Logins: logins}, string(token))
		if err != nil {
			return grant{}, err
		}
		id = aws.ToString(out.IdentityId)
	}
	if c.cfg.Flow == Basic {
		return c.assume(ctx, p, id, logins, token)
	}
	in := &ci.GetCredentialsForIdentityInput{IdentityId: &id, Logins: logins}
	if p.options.role != "" {
		in.CustomRoleArn = &p.options.role
	}
	out, err := call(ctx, c, "GetCredentialsForIdentity", c.sdk.GetCredentialsForIdentity, in, string(token))
	if err != nil {
		return grant{}, err
	}
	return c.granted("GetCredentialsForIdentity", aws.ToString(out.IdentityId), out.Credentials)
}

// granted checks an answer that reports success.
func (c *Client) granted(op observe.Op, id string, got *citypes.Credentials) (grant, error) {
	if got == nil || id == "" || aws.ToString(got.AccessKeyId) == "" || aws.ToString(got.SecretKey) == "" || got.Expiration == nil {
		return grant{}, c.refused(op, observe.CodeBadAnswer, "the answer lacks credentials")
	}
	if !c.cfg.Pool.Now().Before(*got.Expiration) {
		return grant{}, c.refused(op, observe.CodeBadAnswer, "the new credentials have already expired: correct this machine's clock")
	}
	return grant{identityID: id, credentials: aws.Credentials{
		AccessKeyID: *got.AccessKeyId, SecretAccessKey: *got.SecretKey, SessionToken: aws.ToString(got.SessionToken),
		Source: source, CanExpire: true, Expires: *got.Expiration,
	}}, nil
}

// assume is the second half of the basic flow.
func (c *Client) assume(ctx context.Context, p *Provider, id string, logins map[string]string, login cognito.IDToken) (grant, error) {
	role := c.cfg.RoleARN
	if logins == nil {
		role = c.cfg.GuestRoleARN
	}
	if p.options.role != "" {
		role = p.options.role
	}
	if role == "" {
		return grant{}, c.refused(opAssumeRole, observe.CodeNoRole, "Config names no role for this kind of visitor: set RoleARN and GuestRoleARN")
	}
	token, err := call(ctx, c, "GetOpenIdToken", c.sdk.GetOpenIdToken, &ci.GetOpenIdTokenInput{IdentityId: &id, Logins: logins}, string(login))
	if err != nil {
		return grant{}, err
	}
	out, err := call(ctx, c, opAssumeRole, c.sts.AssumeRoleWithWebIdentity, &sts.AssumeRoleWithWebIdentityInput{
		RoleArn:          &role,
		RoleSessionName:  aws.String(sessionName(aws.ToString(token.IdentityId))),
		WebIdentityToken: token.Token,
		DurationSeconds:  aws.Int32(int32(min(c.cfg.SessionDuration.Seconds(), math.MaxInt32))),
	}, aws.ToString(token.Token))
	if err != nil {
		return grant{}, err
	}
	var got *citypes.Credentials
	if k := out.Credentials; k != nil {
		got = &citypes.Credentials{AccessKeyId: k.AccessKeyId, SecretKey: k.SecretAccessKey, SessionToken: k.SessionToken, Expiration: k.Expiration}
	}
	return c.granted(opAssumeRole, aws.ToString(token.IdentityId), got)
}

// sessionName is the identity id as the name of a role session, which cannot
// have a colon. CloudTrail shows it.
func sessionName(id string) string {
	name := strings.ReplaceAll(id, ":", "@")
	if len(name) < 2 || len(name) > 64 {
		return "cognito-identity"
	}
	return name
}

// opAssumeRole is the operation of STS.
const opAssumeRole observe.Op = "AssumeRoleWithWebIdentity"

// call makes one call within the time limit of Config.Pool. No error has one of
// the secrets.
func call[In, Out, Opt any](ctx context.Context, c *Client, op observe.Op, send func(context.Context, *In, ...func(*Opt)) (*Out, error), in *In, secrets ...string) (*Out, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, c.cfg.Pool.Timeout, fmt.Errorf("no answer within %v", c.cfg.Pool.Timeout))
	defer cancel()
	service := observe.IdentityPools
	if op == opAssumeRole {
		service = observe.STS
	}
	ctx, called := observed.Call(ctx, c.cfg.Pool.Observer, service, op)
	out, err := send(ctx, in)
	if err != nil {
		refused := c.fail(op, err, secrets...)
		called(refused.Code, refused.Status, refused)
		return nil, refused
	}
	called("", 0, nil)
	return out, nil
}
