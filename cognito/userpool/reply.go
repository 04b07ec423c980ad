package userpool

import (
	"encoding/json"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
)

// A Reply is a [Step] as JSON for the app's own client, such as an app on a
// phone. It contains the tokens and the sealed challenge as plain text, while
// other types of this package print and marshal them as "[redacted]". Send it
// in one answer with Cache-Control: no-store, and do not log it.
type Reply struct {
	// Challenge is what the client has to answer; nil if the user is signed in.
	Challenge *ChallengeReply `json:"challenge,omitempty"`

	// Tokens and User are those of the user who has signed in.
	Tokens *TokenReply       `json:"tokens,omitempty"`
	User   *cognito.Identity `json:"user,omitempty"`

	// NewDevice is the NewDevice of the step.
	NewDevice *NewDevice `json:"new_device,omitempty"`
}

// A ChallengeReply is a challenge in a [Reply].
type ChallengeReply struct {
	Name  string `json:"name"`  // [Challenge.Name], such as "SMS_MFA"
	State string `json:"state"` // for [Pending.Open]; the client sends it with its answer

	Delivery   *Delivery         `json:"delivery,omitempty"`   // where a code was sent
	Device     string            `json:"device,omitempty"`     // the authenticator app's name
	Choices    []string          `json:"choices,omitempty"`    // factors to choose from or to set up
	Required   []string          `json:"required,omitempty"`   // attributes to fill in
	Secret     string            `json:"secret,omitempty"`     // the secret of an authenticator app that is being set up
	Parameters map[string]string `json:"parameters,omitempty"` // the parameters of a custom or unknown challenge
	Options    json.RawMessage   `json:"options,omitempty"`    // for navigator.credentials.get
}

// A TokenReply has tokens under the names of RFC 6749 section 5.1.
type TokenReply struct {
	IDToken      string `json:"id_token"`
	AccessToken  string `json:"access_token"`
	RefreshToken string `json:"refresh_token,omitempty"`
	TokenType    string `json:"token_type"` // "Bearer"
	ExpiresIn    int    `json:"expires_in"` // of the access token, in seconds
}

// Reply returns step for the client. The error is that of [Pending.Seal].
func (p *Pending) Reply(step *Step) (*Reply, error) {
	if step.Challenge == nil {
		return &Reply{Tokens: p.c.ReplyTokens(step.Tokens), User: step.Identity, NewDevice: step.NewDevice}, nil
	}
	state, err := p.Seal(step.Challenge)
	if err != nil {
		return nil, err
	}
	reply := &ChallengeReply{Name: step.Challenge.Name(), State: state}
	switch ch := step.Challenge.(type) {
	case *SMSCode:
		reply.Delivery = ch.Delivery
	case *EmailCode: // for a first factor, the address would reveal an account
	case *TOTPCode:
		reply.Device = ch.DeviceName
	case *NewPasswordRequired:
		reply.Required = ch.Required
	case *SelectMFA:
		reply.Choices = ch.Choices
	case *MFASetup:
		reply.Choices, reply.Secret = ch.Choices, ch.t.TOTP
	case *SelectFactor:
		for _, f := range ch.Available {
			reply.Choices = append(reply.Choices, string(f))
		}
	case *WebAuthn:
		reply.Options = ch.Options
	case *CustomChallenge:
		reply.Parameters = ch.Parameters
	case *UnknownChallenge:
		reply.Parameters = ch.Parameters
	}
	if reply.Name == "SMS_OTP" { // likewise
		reply.Delivery = nil
	}
	return &Reply{Challenge: reply}, nil
}

// ReplyTokens returns tokens as plain text for the client, such as the tokens
// of [Client.Refresh]: see [Reply].
func (c *Client) ReplyTokens(t cognito.Tokens) *TokenReply {
	left := max(t.Expiry.Sub(c.pool.Now()), 0)
	return &TokenReply{
		IDToken: string(t.ID), AccessToken: string(t.Access), RefreshToken: string(t.Refresh),
		TokenType: "Bearer", ExpiresIn: int(left / time.Second),
	}
}

// A DeviceReply is a [Device] with its secret as plain text, for the client
// that keeps it. Its JSON can be decoded into a Device.
type DeviceReply struct {
	Key      string `json:"key"`
	GroupKey string `json:"group_key"`
	Secret   string `json:"secret"`
	AskUser  bool   `json:"ask_user,omitempty"`
}

// Reply returns the device with its secret as plain text: see [Reply].
func (d *Device) Reply() DeviceReply {
	return DeviceReply{Key: d.Key, GroupKey: d.GroupKey, Secret: string(d.Secret), AskUser: d.AskUser}
}
