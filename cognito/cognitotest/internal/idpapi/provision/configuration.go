package provision

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/idpapi"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/settings"
)

// ConfigurationOperations keep configurations that have no effect here, and
// return them. GetCSVHeader returns the header of the file for imports.
var ConfigurationOperations = map[string]request.Operation{
	"SetLogDeliveryConfiguration": idpapi.OnPool(New, (*Handler).setLogDeliveryConfiguration),
	"GetLogDeliveryConfiguration": idpapi.OnPool(New, (*Handler).getLogDeliveryConfiguration),
	"SetRiskConfiguration":        idpapi.OnPool(New, (*Handler).setRiskConfiguration),
	"DescribeRiskConfiguration":   idpapi.OnPool(New, (*Handler).describeRiskConfiguration),
	"GetCSVHeader":                idpapi.OnPool(New, (*Handler).getCSVHeader),
}

// The names of what is kept.
const (
	keptLogDelivery = "LogDelivery"
	keptRisk        = "Risk" // and, after a space, the app client whose it is
)

// keepBeside keeps a configuration under a name.
func (c *Handler) keepBeside(name string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		panic("cognitotest: " + err.Error()) // it was JSON
	}
	return c.Settings.Change(func(s *settings.Settings) error {
		s.Profile.Beside = settings.CloneMap(s.Profile.Beside)
		s.Profile.Beside[name] = text
		return nil
	})
}

type logDeliveryInput struct {
	idpapi.PoolRef
	LogConfigurations []logConfig `api:"inert"`
}

// A logConfig says where the events of one kind go.
type logConfig struct {
	LogLevel                    string
	EventSource                 string
	CloudWatchLogsConfiguration awsjson.Kept `json:",omitempty"`
	S3Configuration             awsjson.Kept `json:",omitempty"`
	FirehoseConfiguration       awsjson.Kept `json:",omitempty"`
}

type logDeliveryOutput struct{ LogDeliveryConfiguration logDelivery }

type logDelivery struct {
	UserPoolId        string
	LogConfigurations []logConfig
}

// setLogDeliveryConfiguration is the operation SetLogDeliveryConfiguration. Nothing is delivered.
func (c *Handler) setLogDeliveryConfiguration(in *logDeliveryInput) (*logDeliveryOutput, error) {
	if err := c.keepBeside(keptLogDelivery, in.LogConfigurations); err != nil {
		return nil, err
	}
	return c.getLogDeliveryConfiguration(nil)
}

// getLogDeliveryConfiguration is the operation GetLogDeliveryConfiguration.
func (c *Handler) getLogDeliveryConfiguration(_ *poolInput) (*logDeliveryOutput, error) {
	d := logDelivery{UserPoolId: c.ID, LogConfigurations: []logConfig{}}
	awsjson.DecodeKept(c.Profile().Beside[keptLogDelivery], &d.LogConfigurations)
	return &logDeliveryOutput{d}, nil
}

type riskInput struct {
	idpapi.PoolRef
	ClientId string
	riskRules
}

// riskRules are what threat protection does, which the emulator does not have.
type riskRules struct {
	CompromisedCredentialsRiskConfiguration awsjson.Kept `json:",omitempty" api:"inert"`
	AccountTakeoverRiskConfiguration        awsjson.Kept `json:",omitempty" api:"inert"`
	RiskExceptionConfiguration              awsjson.Kept `json:",omitempty" api:"inert"`
}

type riskOutput struct{ RiskConfiguration riskDescription }

type riskDescription struct {
	UserPoolId       string
	ClientId         string       `json:",omitempty"`
	LastModifiedDate awsjson.Time `json:",omitzero"`
	riskRules
}

// keptRules are the rules with the time at which they were set.
type keptRules struct {
	Modified time.Time
	riskRules
}

// errNoThreatProtection is the refusal of a pool without threat protection.
var errNoThreatProtection = refusal.New("UserPoolAddOnNotEnabledException", "Threat protection is off: UserPoolAddOns.AdvancedSecurityMode of the user pool turns it on.")

// setRiskConfiguration is the operation SetRiskConfiguration, for the pool or one of its app clients.
func (c *Handler) setRiskConfiguration(in *riskInput) (*riskOutput, error) {
	if err := c.checkRisk(in.ClientId); err != nil {
		return nil, err
	}
	if err := c.keepBeside(riskName(in.ClientId), keptRules{c.At, in.riskRules}); err != nil {
		return nil, err
	}
	return c.describeRisk(in.ClientId), nil
}

type describeRiskInput struct {
	idpapi.PoolRef
	ClientId string
}

// describeRiskConfiguration is the operation DescribeRiskConfiguration.
func (c *Handler) describeRiskConfiguration(in *describeRiskInput) (*riskOutput, error) {
	if err := c.checkRisk(in.ClientId); err != nil {
		return nil, err
	}
	return c.describeRisk(in.ClientId), nil
}

// checkRisk refuses unknown app clients, and pools without threat protection.
func (c *Handler) checkRisk(clientID string) error {
	var addOns poolAddOns
	awsjson.DecodeKept(c.Profile().Kept["UserPoolAddOns"], &addOns)
	switch {
	case clientID != "" && c.Clients.Find(clientID) == nil:
		return clients.NotFound(clientID)
	case addOns.AdvancedSecurityMode != "AUDIT":
		return errNoThreatProtection
	}
	return nil
}

func (c *Handler) describeRisk(clientID string) *riskOutput {
	var kept keptRules
	awsjson.DecodeKept(c.Profile().Beside[riskName(clientID)], &kept)
	return &riskOutput{riskDescription{UserPoolId: c.ID, ClientId: clientID, LastModifiedDate: awsjson.Time(kept.Modified), riskRules: kept.riskRules}}
}

func riskName(clientID string) string { return strings.TrimSuffix(keptRisk+" "+clientID, " ") }

type csvHeaderOutput struct {
	UserPoolId string
	CSVHeader  []string
}

// standardColumns are the columns for standard attributes, in AWS's order.
var standardColumns = []string{
	"name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture", "website",
	"email", "email_verified", "gender", "birthdate", "zoneinfo", "locale", "phone_number", "phone_number_verified", "address", "updated_at",
}

// getCSVHeader is GetCSVHeader: the columns of a file of users to import.
func (c *Handler) getCSVHeader(_ *poolInput) (*csvHeaderOutput, error) {
	header := append([]string{}, standardColumns...)
	for _, a := range c.DescribeSchema() {
		if strings.HasPrefix(a.Name, "custom:") {
			header = append(header, a.Name)
		}
	}
	return &csvHeaderOutput{c.ID, append(header, "cognito:mfa_enabled", "cognito:username")}, nil
}
