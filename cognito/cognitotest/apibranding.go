package cognitotest

import (
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// brandingOperations give the managed login pages of an app client a style.
// What it looks like is kept and given back; the pages here have one look.
var brandingOperations = map[string]apiOperation{
	"CreateManagedLoginBranding":           poolOperation((*call).apiCreateBranding),
	"DescribeManagedLoginBranding":         poolOperation((*call).apiDescribeBranding),
	"DescribeManagedLoginBrandingByClient": poolOperation((*call).apiDescribeBrandingByClient),
	"UpdateManagedLoginBranding":           poolOperation((*call).apiUpdateBranding),
	"DeleteManagedLoginBranding":           poolOperation((*call).apiDeleteBranding),
}

// A brandingStyle is the style of an app client's managed login pages.
type brandingStyle struct {
	ID                string
	Created, Modified time.Time
	brandingLook
}

// A brandingLook is what a style looks like: Cognito's own values, or some of
// the owner's.
type brandingLook struct {
	UseCognitoProvidedValues bool
	Settings                 awsjson.Kept `json:",omitempty"`
	Assets                   awsjson.Kept `json:",omitempty"`
}

func (l brandingLook) check() error {
	if l.UseCognitoProvidedValues && (l.Settings != nil || l.Assets != nil) {
		return refusal.New(refusal.InvalidParameterException, "Settings and Assets cannot be given with UseCognitoProvidedValues.")
	}
	return nil
}

type createBrandingInput struct {
	UserPoolId string `api:"required,max=55,pattern=pool"`
	ClientId   string `api:"required,max=128,pattern=client"`
	brandingLook
}

type brandingOutput struct{ ManagedLoginBranding brandingDescription }

type brandingDescription struct {
	ManagedLoginBrandingId         string
	UserPoolId                     string
	CreationDate, LastModifiedDate awsjson.Time
	brandingLook
}

func (c *call) describeBranding(b *brandingStyle) *brandingOutput {
	return &brandingOutput{brandingDescription{
		ManagedLoginBrandingId: b.ID, UserPoolId: c.id, CreationDate: awsjson.Time(b.Created), LastModifiedDate: awsjson.Time(b.Modified), brandingLook: b.brandingLook,
	}}
}

var errNoBranding = refusal.New(refusal.NotFoundException, "Managed login branding does not exist.")

// apiCreateBranding is CreateManagedLoginBranding.
func (c *call) apiCreateBranding(in *createBrandingInput) (*brandingOutput, error) {
	client := c.clients.find(in.ClientId)
	if client == nil {
		return nil, noClient(in.ClientId)
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	style := &brandingStyle{ID: random.UUID(), Created: c.at, Modified: c.at, brandingLook: in.brandingLook}
	exists := false
	c.clients.change(client, func(p *clientProfile) {
		exists = p.Branding != nil
		if !exists {
			p.Branding = style
		}
	})
	if exists {
		return nil, refusal.New("ManagedLoginBrandingExistsException", "Managed login branding already exists for the app client.")
	}
	return c.describeBranding(style), nil
}

type brandingInput struct {
	UserPoolId             string `api:"required,max=55,pattern=pool"`
	ManagedLoginBrandingId string `api:"required,max=36"`
	ReturnMergedResources  bool
}

// apiDescribeBranding is DescribeManagedLoginBranding.
func (c *call) apiDescribeBranding(in *brandingInput) (*brandingOutput, error) {
	_, style := c.brandingOf(in.ManagedLoginBrandingId)
	if style == nil {
		return nil, errNoBranding
	}
	return c.describeBranding(style), nil
}

// brandingOf returns the style of that id and its app client, or nil.
func (c *call) brandingOf(id string) (*AppClient, *brandingStyle) {
	for _, client := range c.clients.all() {
		if style := c.clients.profile(client.ID).Branding; style != nil && style.ID == id {
			return client, style
		}
	}
	return nil, nil
}

type brandingByClientInput struct {
	UserPoolId            string `api:"required,max=55,pattern=pool"`
	ClientId              string `api:"required,max=128,pattern=client"`
	ReturnMergedResources bool
}

// apiDescribeBrandingByClient is DescribeManagedLoginBrandingByClient.
func (c *call) apiDescribeBrandingByClient(in *brandingByClientInput) (*brandingOutput, error) {
	if c.clients.find(in.ClientId) == nil {
		return nil, noClient(in.ClientId)
	}
	style := c.clients.profile(in.ClientId).Branding
	if style == nil {
		return nil, errNoBranding
	}
	return c.describeBranding(style), nil
}

type updateBrandingInput struct {
	UserPoolId             string `api:"required,max=55,pattern=pool"`
	ManagedLoginBrandingId string `api:"required,max=36"`
	brandingLook
}

// apiUpdateBranding is UpdateManagedLoginBranding.
func (c *call) apiUpdateBranding(in *updateBrandingInput) (*brandingOutput, error) {
	client, style := c.brandingOf(in.ManagedLoginBrandingId)
	if style == nil {
		return nil, errNoBranding
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	next := *style
	next.brandingLook, next.Modified = in.brandingLook, c.at
	c.clients.change(client, func(p *clientProfile) { p.Branding = &next })
	return c.describeBranding(&next), nil
}

// apiDeleteBranding is DeleteManagedLoginBranding.
func (c *call) apiDeleteBranding(in *brandingInput) (awsjson.Empty, error) {
	client, style := c.brandingOf(in.ManagedLoginBrandingId)
	if style == nil {
		return awsjson.Empty{}, errNoBranding
	}
	c.clients.change(client, func(p *clientProfile) { p.Branding = nil })
	return awsjson.Empty{}, nil
}

// lacksStyle reports whether the pool's domain has managed login and the app
// client no style: such pages are unavailable.
func (c *call) lacksStyle(clientID string) bool {
	return c.profile().ManagedLogin && c.clients.profile(clientID).Branding == nil
}
