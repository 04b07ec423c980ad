package provision

import (
	"encoding/json"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/idpapi"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
)

// CustomizationOperations keep the look of the classic pages of an app client,
// and return it. The pages here have one look. The certificate belongs to
// requests to SAML providers, which the pool plays itself.
var CustomizationOperations = map[string]request.Operation{
	"SetUICustomization":    idpapi.OnPool(New, (*Handler).setUICustomization),
	"GetUICustomization":    idpapi.OnPool(New, (*Handler).getUICustomization),
	"GetSigningCertificate": idpapi.OnPool(New, (*Handler).getSigningCertificate),
}

// allClients is the ClientId of the look for clients without their own.
const allClients = "ALL"

// keptLook, and after a space an app client, names the look that is kept.
const keptLook = "UICustomization"

type setUICustomizationInput struct {
	idpapi.PoolRef
	ClientId  string
	CSS       string `api:"inert"`
	ImageFile []byte `api:"inert"`
}

// A keptUI is the look of an app client's pages.
type keptUI struct {
	CSS               string
	Image             []byte
	Created, Modified time.Time
}

type uiCustomizationOutput struct{ UICustomization uiCustomization }

type uiCustomization struct {
	UserPoolId       string       `json:",omitempty"`
	ClientId         string       `json:",omitempty"`
	ImageUrl         string       `json:",omitempty"`
	CSS              string       `json:",omitempty"`
	CSSVersion       string       `json:",omitempty"`
	LastModifiedDate awsjson.Time `json:",omitzero"`
	CreationDate     awsjson.Time `json:",omitzero"`
}

// setUICustomization is the operation SetUICustomization.
func (c *Handler) setUICustomization(in *setUICustomizationInput) (*uiCustomizationOutput, error) {
	id, err := c.lookClient(in.ClientId)
	switch {
	case err != nil:
		return nil, err
	case !c.Names().Exist():
		return nil, refusal.New(refusal.InvalidParameterException, "There has to be an existing domain associated with this user pool")
	}
	ui, known := c.keptUI(id)
	if !known {
		ui.Created = c.At
	}
	ui.CSS, ui.Modified = in.CSS, c.At
	if in.ImageFile != nil {
		ui.Image = in.ImageFile
	}
	if err := c.keepBeside(keptLook+" "+id, ui); err != nil {
		return nil, err
	}
	return &uiCustomizationOutput{c.describeUI(id, ui)}, nil
}

type getUICustomizationInput struct {
	idpapi.PoolRef
	ClientId string
}

// getUICustomization is the operation GetUICustomization. A client without a look of its
// own has that of all clients. Without either the answer is empty.
func (c *Handler) getUICustomization(in *getUICustomizationInput) (*uiCustomizationOutput, error) {
	id, err := c.lookClient(in.ClientId)
	if err != nil {
		return nil, err
	}
	for _, id := range []string{id, allClients} {
		if ui, known := c.keptUI(id); known {
			return &uiCustomizationOutput{c.describeUI(id, ui)}, nil
		}
	}
	return &uiCustomizationOutput{}, nil
}

// lookClient is the app client whose look is meant: one that exists, or all.
func (c *Handler) lookClient(id string) (string, error) {
	switch {
	case id == "" || id == allClients:
		return allClients, nil
	case c.Clients.Find(id) == nil:
		return "", clients.NotFound(id)
	}
	return id, nil
}

func (c *Handler) keptUI(id string) (ui keptUI, known bool) {
	kept := c.Profile().Beside[keptLook+" "+id]
	return ui, kept != nil && json.Unmarshal(kept, &ui) == nil
}

func (c *Handler) describeUI(id string, ui keptUI) uiCustomization {
	d := uiCustomization{
		UserPoolId: c.ID, ClientId: id, CSS: ui.CSS, CSSVersion: ui.Modified.UTC().Format("20060102150405"),
		LastModifiedDate: awsjson.Time(ui.Modified), CreationDate: awsjson.Time(ui.Created),
	}
	if ui.Image != nil {
		d.ImageUrl = "https://" + c.PrefixHost() + "/" + id + "/assets/images/image.jpg" // nothing is served there
	}
	return d
}

type certificateOutput struct{ Certificate string }

// getSigningCertificate is the operation GetSigningCertificate.
func (c *Handler) getSigningCertificate(_ *poolInput) (*certificateOutput, error) {
	return &certificateOutput{c.Keys.Certificate(c.ID, c.Started)}, nil
}
