package provision

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/idpapi"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
)

// BrandingOperations give the managed login pages of an app client a style.
// What it looks like is kept and given back; the pages here have one look.
var BrandingOperations = map[string]request.Operation{
	"CreateManagedLoginBranding":           idpapi.OnPool(New, (*Handler).createManagedLoginBranding),
	"DescribeManagedLoginBranding":         idpapi.OnPool(New, (*Handler).describeManagedLoginBranding),
	"DescribeManagedLoginBrandingByClient": idpapi.OnPool(New, (*Handler).describeManagedLoginBrandingByClient),
	"UpdateManagedLoginBranding":           idpapi.OnPool(New, (*Handler).updateManagedLoginBranding),
	"DeleteManagedLoginBranding":           idpapi.OnPool(New, (*Handler).deleteManagedLoginBranding),
}

type createBrandingInput struct {
	idpapi.PoolRef
	idpapi.ClientRef
	clients.BrandingLook
}

type brandingOutput struct{ ManagedLoginBranding brandingDescription }

type brandingDescription struct {
	ManagedLoginBrandingId         string
	UserPoolId                     string
	CreationDate, LastModifiedDate awsjson.Time
	clients.BrandingLook
}

func (c *Handler) describeBranding(b *clients.BrandingStyle) *brandingOutput {
	return &brandingOutput{brandingDescription{
		ManagedLoginBrandingId: b.ID, UserPoolId: c.ID, CreationDate: awsjson.Time(b.Created), LastModifiedDate: awsjson.Time(b.Modified), BrandingLook: b.BrandingLook,
	}}
}

var errNoBranding = refusal.New(refusal.NotFoundException, "Managed login branding does not exist.")

// createManagedLoginBranding is the operation CreateManagedLoginBranding.
func (c *Handler) createManagedLoginBranding(in *createBrandingInput) (*brandingOutput, error) {
	client := c.Clients.Find(in.ClientId)
	if client == nil {
		return nil, clients.NotFound(in.ClientId)
	}
	if err := in.Check(); err != nil {
		return nil, err
	}
	style := &clients.BrandingStyle{ID: random.UUID4(), Created: c.At, Modified: c.At, BrandingLook: in.BrandingLook}
	exists := false
	c.Clients.Change(client, func(p *clients.Profile) {
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
	idpapi.PoolRef
	ManagedLoginBrandingId string
	ReturnMergedResources  bool
}

// describeManagedLoginBranding is the operation DescribeManagedLoginBranding.
func (c *Handler) describeManagedLoginBranding(in *brandingInput) (*brandingOutput, error) {
	_, style := c.brandingOf(in.ManagedLoginBrandingId)
	if style == nil {
		return nil, errNoBranding
	}
	return c.describeBranding(style), nil
}

// brandingOf returns the style of that id and its app client, or nil.
func (c *Handler) brandingOf(id string) (*clients.Client, *clients.BrandingStyle) {
	for _, client := range c.Clients.All() {
		if style := c.Clients.Profile(client.ID).Branding; style != nil && style.ID == id {
			return client, style
		}
	}
	return nil, nil
}

type brandingByClientInput struct {
	idpapi.PoolRef
	idpapi.ClientRef
	ReturnMergedResources bool
}

// describeManagedLoginBrandingByClient is the operation DescribeManagedLoginBrandingByClient.
func (c *Handler) describeManagedLoginBrandingByClient(in *brandingByClientInput) (*brandingOutput, error) {
	if c.Clients.Find(in.ClientId) == nil {
		return nil, clients.NotFound(in.ClientId)
	}
	style := c.Clients.Profile(in.ClientId).Branding
	if style == nil {
		return nil, errNoBranding
	}
	return c.describeBranding(style), nil
}

type updateBrandingInput struct {
	idpapi.PoolRef
	ManagedLoginBrandingId string
	clients.BrandingLook
}

// updateManagedLoginBranding is the operation UpdateManagedLoginBranding.
func (c *Handler) updateManagedLoginBranding(in *updateBrandingInput) (*brandingOutput, error) {
	client, style := c.brandingOf(in.ManagedLoginBrandingId)
	if style == nil {
		return nil, errNoBranding
	}
	if err := in.Check(); err != nil {
		return nil, err
	}
	next := *style
	next.BrandingLook, next.Modified = in.BrandingLook, c.At
	c.Clients.Change(client, func(p *clients.Profile) { p.Branding = &next })
	return c.describeBranding(&next), nil
}

// deleteManagedLoginBranding is the operation DeleteManagedLoginBranding.
func (c *Handler) deleteManagedLoginBranding(in *brandingInput) (awsjson.Empty, error) {
	client, style := c.brandingOf(in.ManagedLoginBrandingId)
	if style == nil {
		return awsjson.Empty{}, errNoBranding
	}
	c.Clients.Change(client, func(p *clients.Profile) { p.Branding = nil })
	return awsjson.Empty{}, nil
}
