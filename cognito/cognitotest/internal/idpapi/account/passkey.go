package account

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/passkeys"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
)

// PasskeyOperations are those on the passkeys of users.
var PasskeyOperations = map[string]request.Operation{
	passkeys.OpStart:           request.Open(New, (*Handler).apiStartPasskey),
	passkeys.OpComplete:        request.Open(New, (*Handler).apiCompletePasskey),
	"ListWebAuthnCredentials":  request.Open(New, (*Handler).apiListPasskeys),
	"DeleteWebAuthnCredential": request.Open(New, (*Handler).apiDeletePasskey),
}

// apiStartPasskey is StartWebAuthnRegistration.
func (c *Handler) apiStartPasskey(in *tokenInput) (*passkeys.StartOutput, error) {
	a, claims, err := c.TokenUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	options, err := c.StartPasskey(&a, claims.ClientID)
	return &passkeys.StartOutput{CredentialCreationOptions: options}, err
}

// apiCompletePasskey is CompleteWebAuthnRegistration.
func (c *Handler) apiCompletePasskey(in *passkeys.CompleteInput) (awsjson.Empty, error) {
	a, claims, err := c.TokenUser(in.AccessToken)
	if err != nil {
		return awsjson.Empty{}, err
	}
	return awsjson.Empty{}, c.CompletePasskey(&a, claims.ClientID, in.Credential)
}

// apiListPasskeys is ListWebAuthnCredentials, the oldest first.
func (c *Handler) apiListPasskeys(in *passkeys.ListInput) (*passkeys.ListOutput, error) {
	a, _, err := c.TokenUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	return a.Passkeys.List(in)
}

// apiDeletePasskey is DeleteWebAuthnCredential.
func (c *Handler) apiDeletePasskey(in *passkeys.DeleteInput) (awsjson.Empty, error) {
	a, _, err := c.TokenUser(in.AccessToken)
	if err != nil {
		return awsjson.Empty{}, err
	}
	return awsjson.Empty{}, c.Users.Update(a.Sub, func(a *directory.Account) error {
		others, had := a.Passkeys.Without(in.CredentialId)
		if !had {
			return passkeys.ErrUnknown
		}
		a.Passkeys = others
		return nil
	})
}
