package userpool

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/internal/oauth"
)

// verifyTokens verifies what op has yielded. It checks the access token in
// full, and the ID token in full, with at_hash where it is there and with the
// checks given. Both must belong to the same user and app client. The identity
// has the access token's scopes.
func (c *Client) verifyTokens(ctx context.Context, op observe.Op, result *types.AuthenticationResultType, checks ...cognito.IDOption) (cognito.Tokens, *cognito.Identity, error) {
	if result == nil || aws.ToString(result.IdToken) == "" || aws.ToString(result.AccessToken) == "" {
		return cognito.Tokens{}, nil, c.ownError(op, observe.CodeBadAnswer, errNoTokens)
	}
	id := cognito.IDToken(*result.IdToken)
	tokens := cognito.Tokens{ID: id, Access: cognito.AccessToken(*result.AccessToken), Refresh: cognito.RefreshToken(aws.ToString(result.RefreshToken))}
	claims, err := c.verifier.VerifyID(ctx, id, append(checks, cognito.IssuedWith(tokens.Access))...)
	switch {
	case err != nil:
		return cognito.Tokens{}, nil, err
	case claims.Audience != c.pool.ClientID: // except for another one of OtherClientIDs
		return cognito.Tokens{}, nil, &cognito.VerifyError{Check: cognito.CheckAudience, Err: errOtherClient}
	}
	access, err := c.verifier.VerifyAccess(ctx, tokens.Access)
	if err != nil {
		return cognito.Tokens{}, nil, err
	}
	if access.Subject != claims.Subject || access.ClientID != claims.Audience {
		return cognito.Tokens{}, nil, &cognito.VerifyError{Check: cognito.CheckSubject, Err: errOtherUser}
	}
	tokens.Expiry = oauth.AccessExpiry(c.pool.Now(), int64(result.ExpiresIn), access.Expiry)
	identity := claims.Identity()
	identity.Scopes = access.Scopes
	return tokens, identity, nil
}

var (
	errNoUser    = errors.New("the answer has no username and sub")
	errNoTokens  = errors.New("the answer has no ID and access token")
	errOtherUser = errors.New("the tokens belong to different users")

	errOtherClient = errors.New("the ID token is for another app client")
)
