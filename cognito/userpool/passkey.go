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
// returns the PublicKeyCredentialCreationOptions as JSON, for the page:
// [ServePasskeyScript] has the script that hands them to
// navigator.credentials.create. The browser's answer goes to
// [Client.CompleteWebAuthnRegistration].
//
// The user must have signed in within Config.PasskeySignInAge, by the auth_time
// of the access token. Otherwise the error is [ErrSignInTooOld], and nothing
// was asked.
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

// CompleteWebAuthnRegistration adds the passkey that the browser made: the JSON
// of its credential (RegistrationResponseJSON, what toJSON returns). Cognito
// checks it and names it after the authenticator.
//
// Among its errors are [ReasonPasskeyExpired] for options that were not
// Cognito's last, and [ReasonPasskeyDomain] and [ReasonPasskeyOrigin] for a page
// outside the pool's RelyingPartyId.
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

// A Passkey is one that a user has registered.
type Passkey struct {
	ID             string    `json:"id"`
	Name           string    `json:"name"` // which Cognito derives from the authenticator
	RelyingPartyID string    `json:"rp_id"`
	Attachment     string    `json:"attachment,omitempty"` // "platform" or "cross-platform", or "" where it is not known
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

// DeleteWebAuthnCredential removes a passkey from a signed-in user. The reason
// is [ReasonUnknownPasskey] where the user has none with this id.
func (c *Client) DeleteWebAuthnCredential(ctx context.Context, t cognito.AccessToken, id string) error {
	_, err := call(ctx, c, opDeletePasskey, c.sdk.DeleteWebAuthnCredential, &cip.DeleteWebAuthnCredentialInput{
		AccessToken:  aws.String(string(t)),
		CredentialId: aws.String(id),
	}, string(t))
	return err
}

// ServePasskeyScript serves the script that forms with passkeys use. It needs
// script-src 'self' of a Content-Security-Policy, and nothing inline; the head
// of the script says which attributes a form has.
func ServePasskeyScript(w http.ResponseWriter, r *http.Request) {
	passkeyscript.Serve(w, r)
}
