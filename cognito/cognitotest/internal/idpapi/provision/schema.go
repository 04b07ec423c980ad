package provision

import (
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/idpapi"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/settings"
)

type addAttributesInput struct {
	idpapi.PoolRef
	CustomAttributes []settings.Attribute
}

// addCustomAttributes is the operation AddCustomAttributes.
func (c *Handler) addCustomAttributes(in *addAttributesInput) (awsjson.Empty, error) {
	return awsjson.Empty{}, c.Settings.Change(func(s *settings.Settings) error {
		schema := slices.Clone(s.Profile.Schema)
		for _, a := range in.CustomAttributes {
			if !strings.HasPrefix(a.Name, "custom:") {
				a.Name = "custom:" + a.Name
			}
			schema = append(schema, a.WithDefaults())
		}
		return s.SetSchema(schema)
	})
}
