package userpool

import (
	"context"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/internal/oauth"
	"github.com/seed75762126/cognito-go/internal/unverified"
)

// Refresh implements [session.Refresher]. It calls GetTokensFromRefreshToken,
// which also works for pools that rotate refresh tokens. If Cognito does not
// offer that, Refresh uses the flow REFRESH_TOKEN_AUTH. In a pool that
// remembers devices, Cognito also needs the device key, which Refresh reads
// from old.Access. The new ID token is verified in full and must belong to who.
//
// Refresh also works for clients that have only tokens, such as an app on a
// phone. Then who may be nil. If there is an old.Access, the new tokens must
// belong to its user. With REFRESH_TOKEN_AUTH and a client secret, old.Access
// is required, because it has the user name.
//
// Concurrent calls with the same refresh token make one request, and all get
// its answer. If Cognito sends no new refresh token, the answer has the old
// one.
func (c *Client) Refresh(ctx context.Context, old cognito.Tokens, who *cognito.Identity) (cognito.Tokens, *cognito.Identity, error) {
	if old.Refresh == "" {
		return cognito.Tokens{}, nil, c.ownError(opGetTokens, observe.CodeBadRequest, errNothingToRefresh)
	}
	return c.refreshes.do(ctx, c, old, who)
}

// refreshOnce is Refresh for one caller.
func (c *Client) refreshOnce(ctx context.Context, old cognito.Tokens, who *cognito.Identity) (cognito.Tokens, *cognito.Identity, error) {
	op, result, err := c.askRefresh(ctx, old, who)
	if err != nil {
		return cognito.Tokens{}, nil, err
	}
	tokens, identity, err := c.verifyRefreshed(ctx, op, result, old, who)
	if err != nil {
		return cognito.Tokens{}, nil, err
	}
	if !belongs(identity, old, who) {
		return cognito.Tokens{}, nil, &cognito.VerifyError{Check: cognito.CheckSubject, Err: errOtherUser}
	}
	tokens.Nonce = old.Nonce
	if tokens.Refresh == "" {
		tokens.Refresh = old.Refresh
	}
	return tokens, identity, nil
}

// verifyRefreshed verifies the answer to a refresh. Without an ID token in it
// the old one and the identity stay, with the groups and scopes that the access
// token has.
func (c *Client) verifyRefreshed(ctx context.Context, op observe.Op, result *types.AuthenticationResultType, old cognito.Tokens, who *cognito.Identity) (cognito.Tokens, *cognito.Identity, error) {
	if result == nil || aws.ToString(result.IdToken) != "" || aws.ToString(result.AccessToken) == "" {
		return c.verifyTokens(ctx, op, result, old.RefreshedNonce())
	}
	token := cognito.AccessToken(*result.AccessToken)
	access, err := c.verifier.VerifyAccess(ctx, token)
	if err != nil {
		return cognito.Tokens{}, nil, err
	}
	kept := *access.Identity()
	if who != nil {
		kept = *who
		kept.Groups, kept.Scopes = access.Groups, access.Scopes
	}
	if access.Subject != kept.Subject || access.ClientID != kept.ClientID {
		return cognito.Tokens{}, nil, &cognito.VerifyError{Check: cognito.CheckSubject, Err: errOtherUser}
	}
	tokens := old
	tokens.Access, tokens.Refresh, tokens.Expiry = token, cognito.RefreshToken(aws.ToString(result.RefreshToken)), oauth.AccessExpiry(c.pool.Now(), int64(result.ExpiresIn), access.Expiry)
	return tokens, &kept, nil
}

// belongs reports whether identity is who. Without who, it must be the user of
// the old access token, if there is one.
func belongs(identity *cognito.Identity, old cognito.Tokens, who *cognito.Identity) bool {
	if who != nil {
		return identity.Subject == who.Subject && identity.ClientID == who.ClientID
	}
	sub := unverified.Text(string(old.Access), "sub")
	return sub == "" || sub == identity.Subject
}

var errNothingToRefresh = errors.New("there is no refresh token")

// askRefresh asks Cognito for new tokens, in one of two ways.
func (c *Client) askRefresh(ctx context.Context, old cognito.Tokens, who *cognito.Identity) (op observe.Op, _ *types.AuthenticationResultType, _ error) {
	device := optional(unverified.Text(string(old.Access), "device_key")) // it was verified when it was issued
	in := &cip.GetTokensFromRefreshTokenInput{
		ClientId:     aws.String(c.pool.ClientID),
		RefreshToken: aws.String(string(old.Refresh)),
		DeviceKey:    device,
	}
	sign := func(secret string) { in.ClientSecret = &secret }
	out, err := callSigned(ctx, c, opGetTokens, c.once.GetTokensFromRefreshToken, in, sign, string(old.Refresh))
	if err == nil {
		return opGetTokens, out.AuthenticationResult, nil
	}
	if !notOffered(err) {
		return opGetTokens, nil, err
	}
	result, err := c.askRefreshFlow(ctx, old, who, device)
	return opRefreshFlow, result, err
}

// notOffered reports whether a pool, a region or another implementation of
// the API lacks the operation. Nothing has been spent then.
func notOffered(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && (e.Reason == ReasonUnsupported || slices.Contains([]int{404, 501}, e.Status))
}

// askRefreshFlow asks in the older way. It wants the hash, made with the name
// that Cognito knows the user by and not with an alias.
func (c *Client) askRefreshFlow(ctx context.Context, old cognito.Tokens, who *cognito.Identity, device *string) (*types.AuthenticationResultType, error) {
	parameters := map[string]string{"REFRESH_TOKEN": string(old.Refresh)}
	if device != nil {
		parameters["DEVICE_KEY"] = *device
	}
	in := &cip.InitiateAuthInput{
		AuthFlow:       types.AuthFlowTypeRefreshTokenAuth,
		ClientId:       aws.String(c.pool.ClientID),
		AuthParameters: parameters,
	}
	sign := func(secret string) { parameters["SECRET_HASH"] = *c.secretHash(usernameOf(old, who), secret) }
	out, err := callSigned(ctx, c, opRefreshFlow, c.once.InitiateAuth, in, sign, string(old.Refresh))
	if err != nil {
		return nil, err
	}
	return out.AuthenticationResult, nil
}

// usernameOf is the username of the access token or, without an access token,
// that of the identity. Cognito gets it together with the refresh token, and
// decides.
func usernameOf(old cognito.Tokens, who *cognito.Identity) string {
	if name := unverified.Text(string(old.Access), "username"); name != "" {
		return name
	}
	if who == nil {
		return ""
	}
	return who.Username
}
