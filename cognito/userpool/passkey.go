package userpool

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/document"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/cognito/userpool/internal/record"
	"github.com/seed75762126/cognito-go/internal/passkeyscript"
	"github.com/seed75762126/cognito-go/internal/unverified"
)

// The operations on passkeys, as [Error.Op] names them.
const (
	opStartPasskey    observe.Op = "StartWebAuthnRegistration"
	opCompletePasskey observe.Op = "CompleteWebAuthnRegistration"
	opListPasskeys    observe.Op = "ListWebAuthnCredentials"
	opDeletePasskey   observe.Op = "DeleteWebAuthnCredential"
)

// StartWebAuthnRegistration begins to add a passkey to a signed-in user. It
// returns the PublicKeyCredentialCreationOptions as JSON, for the page. The
// script of [ServePasskeyScript] passes them to navigator.credentials.create.
// Pass the browser's answer to [Client.CompleteWebAuthnRegistration].
//
// The user must have signed in within Config.PasskeySignInAge, according to the
// auth_time of the access token. Otherwise the error is [ErrSignInTooOld], and
// Cognito was not called.
func (c *Client) StartWebAuthnRegistration(ctx context.Context, t cognito.AccessToken) (json.RawMessage, error) {
	if err := c.recentSignIn(t); err != nil {
		return nil, err
	}
	out, err := call(ctx, c, opStartPasskey, c.sdk.StartWebAuthnRegistration, &cip.StartWebAuthnRegistrationInput{AccessToken: aws.String(string(t))}, string(t))
	if err != nil {
		return nil, err
	}
	if out.CredentialCreationOptions == nil {
		return nil, c.ownError(opStartPasskey, observe.CodeBadAnswer, errNoOptions)
	}
	options, err := out.CredentialCreationOptions.MarshalSmithyDocument()
	if err != nil || len(options) == 0 || options[0] != '{' {
		return nil, c.ownError(opStartPasskey, observe.CodeBadAnswer, errNoOptions)
	}
	return options, nil
}

var errNoOptions = errors.New("the answer has no CredentialCreationOptions")

// recentSignIn reads auth_time of an access token that was verified when it was
// issued. A token without it counts as old.
func (c *Client) recentSignIn(t cognito.AccessToken) error {
	if c.signInAge < 0 {
		return nil
	}
	age := c.pool.Now().Sub(unverified.Time(string(t), "auth_time"))
	if age <= c.signInAge {
		return nil
	}
	return c.ownError(opStartPasskey, observe.CodeSignInTooOld, fmt.Errorf("the user signed in more than %v ago", c.signInAge))
}

// CompleteWebAuthnRegistration adds the passkey that the browser made. The
// argument is the JSON of its credential (RegistrationResponseJSON, the result
// of toJSON). Cognito checks it and gives it the name of the authenticator.
//
// The Reason of an error is [ReasonPasskeyExpired] if Cognito has sent newer
// options since. It is [ReasonPasskeyDomain] or [ReasonPasskeyOrigin] if the
// page is not below the pool's RelyingPartyId.
func (c *Client) CompleteWebAuthnRegistration(ctx context.Context, t cognito.AccessToken, credential json.RawMessage) error {
	object, err := record.Credential(credential)
	if err != nil {
		return c.ownError(opCompletePasskey, observe.CodeBadRequest, err)
	}
	_, err = call(ctx, c, opCompletePasskey, c.sdk.CompleteWebAuthnRegistration, &cip.CompleteWebAuthnRegistrationInput{
		AccessToken: aws.String(string(t)),
		Credential:  document.NewLazyDocument(object),
	}, string(t))
	return err
}

// A Passkey is a passkey that a user has registered.
type Passkey struct {
	ID             string    `json:"id"`
	Name           string    `json:"name"` // Cognito derives it from the authenticator
	RelyingPartyID string    `json:"rp_id"`
	Attachment     string    `json:"attachment,omitempty"` // "platform" or "cross-platform", or "" if it is not known
	Transports     []string  `json:"transports,omitempty"` // such as "internal" and "hybrid"
	Created        time.Time `json:"created"`
}

// maxPasskeys is the most that a user can have, and that Cognito lists at once.
const maxPasskeys = 20

// ListWebAuthnCredentials returns all passkeys of a signed-in user.
func (c *Client) ListWebAuthnCredentials(ctx context.Context, t cognito.AccessToken) ([]Passkey, error) {
	var passkeys []Passkey
	var next *string
	for range maxPasskeys { // pages have one entry at least
		out, err := call(ctx, c, opListPasskeys, c.sdk.ListWebAuthnCredentials, &cip.ListWebAuthnCredentialsInput{
			AccessToken: aws.String(string(t)),
			MaxResults:  aws.Int32(maxPasskeys),
			NextToken:   next,
		}, string(t))
		if err != nil {
			return nil, err
		}
		for _, d := range out.Credentials {
			passkeys = append(passkeys, Passkey{
				ID:             aws.ToString(d.CredentialId),
				Name:           aws.ToString(d.FriendlyCredentialName),
				RelyingPartyID: aws.ToString(d.RelyingPartyId),
				Attachment:     aws.ToString(d.AuthenticatorAttachment),
				Transports:     d.AuthenticatorTransports,
				Created:        aws.ToTime(d.CreatedAt),
			})
		}
		if next = out.NextToken; aws.ToString(next) == "" {
			break
		}
	}
	return passkeys, nil
}

// DeleteWebAuthnCredential removes a passkey from a signed-in user. The Reason
// of an error is [ReasonUnknownPasskey] if the user has none with this id.
func (c *Client) DeleteWebAuthnCredential(ctx context.Context, t cognito.AccessToken, id string) error {
	_, err := call(ctx, c, opDeletePasskey, c.sdk.DeleteWebAuthnCredential, &cip.DeleteWebAuthnCredentialInput{
		AccessToken:  aws.String(string(t)),
		CredentialId: aws.String(id),
	}, string(t))
	return err
}

// ServePasskeyScript serves the script for forms with passkeys. With a
// Content-Security-Policy it needs only script-src 'self'. The comment at the
// top of the script says which attributes a form must have.
func ServePasskeyScript(w http.ResponseWriter, r *http.Request) {
	passkeyscript.Serve(w, r)
}
