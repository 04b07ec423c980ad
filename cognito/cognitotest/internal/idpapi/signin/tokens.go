package signin

import (
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/attempts"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/grants"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pool"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// An authResult is the tokens of an answer.
type authResult struct {
	AccessToken       string
	ExpiresIn         int64
	IdToken           string         `json:",omitempty"`
	NewDeviceMetadata *deviceKeyPair `json:",omitempty"`
	RefreshToken      string         `json:",omitempty"`
	TokenType         string
}

// A deviceKeyPair is how a new device is called.
type deviceKeyPair struct{ DeviceGroupKey, DeviceKey string }

// issueTokens ends a successful sign-in.
func (c *Handler) issueTokens(s attempts.SignIn, a *directory.Account) (*authOutput, error) {
	tracked := c.Rules().Devices != nil
	newDevice := tracked && !s.Admin && s.DeviceKey == ""
	if err := c.PostAuthentication(a, newDevice); err != nil {
		return nil, err
	}
	g := c.NewGrant(s.Client, a)
	g.Scopes, g.API, g.Tracked, g.Device = []string{clients.AdminScope}, true, tracked, s.DeviceKey
	g.ByPassword = s.Flow == clients.FlowPassword
	if newDevice {
		g.Device, g.DeviceGroup = c.Region()+"_"+random.UUID(), "-"+random.Alnum(8)
	}
	source := s.Source
	if source == "" {
		source = trigger.SourceAuthentication
	}
	result, err := c.signTokens(g, a, source)
	if err != nil {
		return nil, err
	}
	if newDevice {
		result.NewDeviceMetadata = &deviceKeyPair{DeviceKey: g.Device, DeviceGroupKey: g.DeviceGroup}
	} else if g.Device != "" {
		c.touchDevice(a.Sub, g.Device)
	}
	result.RefreshToken = c.Grants.AddRefresh(g)
	return &authOutput{AuthenticationResult: result, ChallengeParameters: map[string]string{}}, nil
}

// signTokens signs the ID and access token of a grant.
func (c *Handler) signTokens(g *grants.Grant, a *directory.Account, source trigger.Source) (*authResult, error) {
	set := &pool.TokenSet{Grant: g, User: a, Source: source, Metadata: c.Metadata}
	if err := c.Fill(c.R.Context(), set); err != nil {
		return nil, err
	}
	id, access := c.Spoil(set)
	return &authResult{
		AccessToken: access, IdToken: id, ExpiresIn: int64(g.Client.AccessTokenValidity / time.Second), TokenType: "Bearer",
	}, nil
}
