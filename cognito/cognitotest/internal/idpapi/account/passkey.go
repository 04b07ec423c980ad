package account

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/passkeys"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
)

// PasskeyOperations are those on the passkeys of users.
var PasskeyOperations = map[string]request.Operation{
	passkeys.OpStart:           request.Open(New, (*Handler).startWebAuthnRegistration),
	passkeys.OpComplete:        request.Open(New, (*Handler).completeWebAuthnRegistration),
	"ListWebAuthnCredentials":  request.Open(New, (*Handler).listWebAuthnCredentials),
	"DeleteWebAuthnCredential": request.Open(New, (*Handler).deleteWebAuthnCredential),
}

// startWebAuthnRegistration is the operation StartWebAuthnRegistration.
func (c *Handler) startWebAuthnRegistration(in *tokenInput) (*passkeys.StartOutput, error) {
	a, claims, err := c.TokenUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	options, err := c.StartPasskey(&a, claims.ClientID)
	return &passkeys.StartOutput{CredentialCreationOptions: options}, err
}

// completeWebAuthnRegistration is the operation CompleteWebAuthnRegistration.
func (c *Handler) completeWebAuthnRegistration(in *passkeys.CompleteInput) (awsjson.Empty, error) {
	a, claims, err := c.TokenUser(in.AccessToken)
	if err != nil {
		return awsjson.Empty{}, err
	}
	return awsjson.Empty{}, c.CompletePasskey(&a, claims.ClientID, in.Credential)
}

// listWebAuthnCredentials is the operation ListWebAuthnCredentials, the oldest first.
func (c *Handler) listWebAuthnCredentials(in *passkeys.ListInput) (*passkeys.ListOutput, error) {
	a, _, err := c.TokenUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	return a.Passkeys.List(in)
}

// deleteWebAuthnCredential is the operation DeleteWebAuthnCredential.
func (c *Handler) deleteWebAuthnCredential(in *passkeys.DeleteInput) (awsjson.Empty, error) {
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
