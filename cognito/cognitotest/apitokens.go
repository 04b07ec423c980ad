package cognitotest

import (
	"time"

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

// issueTokens ends a sign-in well.
func (c *call) issueTokens(s authSession, a *account) (*authOutput, error) {
	tracked := c.rules().devices != nil
	newDevice := tracked && !s.admin && s.deviceKey == ""
	if err := c.postAuthentication(a, newDevice); err != nil {
		return nil, err
	}
	g := c.newGrant(s.client, a)
	g.scopes, g.api, g.tracked, g.device = []string{adminScope}, true, tracked, s.deviceKey
	g.byPassword = s.flow == flowPassword
	if newDevice {
		g.device, g.deviceGroup = c.region()+"_"+random.UUID(), "-"+random.Alnum(8)
	}
	source := s.source
	if source == "" {
		source = trigger.SourceAuthentication
	}
	result, err := c.apiTokens(g, a, source)
	if err != nil {
		return nil, err
	}
	if newDevice {
		result.NewDeviceMetadata = &deviceKeyPair{DeviceKey: g.device, DeviceGroupKey: g.deviceGroup}
	} else if g.device != "" {
		c.touchDevice(a.sub, g.device)
	}
	result.RefreshToken = c.grants.addRefresh(g)
	return &authOutput{AuthenticationResult: result, ChallengeParameters: map[string]string{}}, nil
}

// apiTokens signs the ID and access token of a grant.
func (c *call) apiTokens(g *grant, a *account, source trigger.Source) (*authResult, error) {
	set := &tokenSet{grant: g, user: a, source: source, metadata: c.metadata}
	if err := c.fill(c.r.Context(), set); err != nil {
		return nil, err
	}
	id, access := c.spoil(set)
	return &authResult{
		AccessToken: access, IdToken: id, ExpiresIn: int64(g.client.AccessTokenValidity / time.Second), TokenType: "Bearer",
	}, nil
}
