package cognitotest

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/outbox"
)

// poolOperations make and change user pools.
var poolOperations = map[string]apiOperation{
	"CreateUserPool":       signedOperation((*call).apiCreateUserPool),
	"ListUserPools":        signedOperation((*call).apiListUserPools),
	"DescribeUserPool":     poolOperation((*call).apiDescribeUserPool),
	"UpdateUserPool":       poolOperation((*call).apiUpdateUserPool),
	"DeleteUserPool":       poolOperation((*call).apiDeleteUserPool),
	"AddCustomAttributes":  poolOperation((*call).apiAddCustomAttributes),
	"GetUserPoolMfaConfig": poolOperation((*call).apiGetMFAConfig),
	"SetUserPoolMfaConfig": poolOperation((*call).apiSetMFAConfig),
}

// errAlone is what CreateUserPool and DeleteUserPool get at a pool that no
// Server serves.
var errAlone = refusal.New(refusal.InvalidParameterException, "This pool of the emulator stands alone: a cognitotest.Server, or the program cognito-emulator, makes and deletes pools")

type createUserPoolInput struct {
	PoolName              string            `api:"required,max=128,pattern=name"`
	UsernameAttributes    []string          `api:"enum=phone_number|email"`
	AliasAttributes       []string          `api:"enum=phone_number|email|preferred_username"`
	Schema                []schemaAttribute `api:"min=1,max=50"`
	UsernameConfiguration *usernameConfig
	poolSettingsInput
}

type usernameConfig struct {
	CaseSensitive bool
}

type userPoolOutput struct{ UserPool apiUserPool }

// apiCreateUserPool is CreateUserPool. The pool has the clock of the one that
// answers.
func (c *call) apiCreateUserPool(in *createUserPoolInput) (*userPoolOutput, error) {
	server := serverOf(c.r)
	if server == nil {
		return nil, errAlone
	}
	s := settings{profile: poolProfile{
		Name: in.PoolName, Created: c.at, UsernameAttributes: in.UsernameAttributes, AliasAttributes: in.AliasAttributes,
		CaseSensitive: in.UsernameConfiguration == nil || in.UsernameConfiguration.CaseSensitive, // the API's default
	}}
	if slices.Contains(in.AliasAttributes, "preferred_username") {
		return nil, refusal.New(refusal.InvalidParameterException, "AliasAttributes.preferred_username is not supported by the emulator")
	}
	if len(in.AliasAttributes) > 0 && len(in.UsernameAttributes) > 0 {
		return nil, refusal.New(refusal.InvalidParameterException, "Only one of the aliasAttributes or usernameAttributes can be set in a user pool.")
	}
	schema := []schemaAttribute{} // not nil: a custom attribute has to be in it
	for _, a := range in.Schema {
		schema = append(schema, a.withDefaults())
	}
	if err := s.setSchema(schema); err != nil {
		return nil, err
	}
	if err := in.apply(&s, c.at); err != nil {
		return nil, err
	}
	p := newEmptyPool(server.region()+"_"+random.Alnum(9), s)
	p.clock.offset.Store(c.clock.offset.Load())
	server.Add(p)
	return &userPoolOutput{p.describe()}, nil
}

// newEmptyPool is a pool without app clients and without a domain.
func newEmptyPool(id string, s settings) *Pool {
	p := NewPool(WithID(id))
	p.clients.replace(nil, nil, nil)
	p.ownClient = ""
	s.byAPI = true
	p.settings.now.Store(&s)
	return p
}

type updateUserPoolInput struct {
	UserPoolId string `api:"required,max=55,pattern=pool"`
	PoolName   string `api:"max=128,pattern=name"`
	poolSettingsInput
}

// apiUpdateUserPool is UpdateUserPool.
func (c *call) apiUpdateUserPool(in *updateUserPoolInput) (awsjson.Empty, error) {
	return awsjson.Empty{}, c.settings.change(func(s *settings) error {
		s.profile.Name = cmp.Or(in.PoolName, s.profile.Name)
		return in.apply(s, c.at)
	})
}

type poolInput struct {
	UserPoolId string `api:"required,max=55,pattern=pool"`
}

// apiDescribeUserPool is DescribeUserPool.
func (c *call) apiDescribeUserPool(_ *poolInput) (*userPoolOutput, error) {
	return &userPoolOutput{c.describe()}, nil
}

// apiDeleteUserPool is DeleteUserPool.
func (c *call) apiDeleteUserPool(_ *poolInput) (awsjson.NoBody, error) {
	server := serverOf(c.r)
	switch {
	case server == nil:
		return awsjson.NoBody{}, errAlone
	case string(c.profile().Kept["DeletionProtection"]) == `"ACTIVE"`:
		return awsjson.NoBody{}, refusal.New(refusal.InvalidParameterException, "The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.")
	case c.names().exist():
		return awsjson.NoBody{}, refusal.New(refusal.InvalidParameterException, "User pool cannot be deleted. It has a domain configured that should be deleted first.")
	}
	server.remove(c.Pool)
	return awsjson.NoBody{}, nil
}

type listUserPoolsInput struct {
	MaxResults *int   `api:"required,min=1,max=60"`
	NextToken  string `api:"min=1,max=131072,pattern=solid"`
}

type listUserPoolsOutput struct {
	UserPools []apiPoolSummary
	NextToken string `json:",omitempty"`
}

type apiPoolSummary struct {
	Id               string
	Name             string
	LambdaConfig     struct{}
	LastModifiedDate awsjson.Time
	CreationDate     awsjson.Time
}

// apiListUserPools is ListUserPools.
func (c *call) apiListUserPools(in *listUserPoolsInput) (*listUserPoolsOutput, error) {
	pools := []*Pool{c.Pool}
	if server := serverOf(c.r); server != nil {
		pools = server.Pools()
	}
	page, next, err := awsjson.Paginate(pools, (*Pool).ID, in.MaxResults, awsjson.MaxPage, in.NextToken)
	if err != nil {
		return nil, err
	}
	answer := &listUserPoolsOutput{UserPools: []apiPoolSummary{}, NextToken: next}
	for _, p := range page {
		full := p.describe()
		answer.UserPools = append(answer.UserPools, apiPoolSummary{Id: full.Id, Name: full.Name, LastModifiedDate: full.LastModifiedDate, CreationDate: full.CreationDate})
	}
	return answer, nil
}

// An apiUserPool is a pool as the API describes it.
type apiUserPool struct {
	Id                          string
	Name                        string
	Arn                         string
	Policies                    poolPolicies
	DeletionProtection          string
	LambdaConfig                struct{}
	LastModifiedDate            awsjson.Time
	CreationDate                awsjson.Time
	SchemaAttributes            []schemaAttribute
	AutoVerifiedAttributes      []string     `json:",omitempty"`
	AliasAttributes             []string     `json:",omitempty"`
	UsernameAttributes          []string     `json:",omitempty"`
	SmsVerificationMessage      awsjson.Kept `json:",omitempty"`
	EmailVerificationMessage    awsjson.Kept `json:",omitempty"`
	EmailVerificationSubject    awsjson.Kept `json:",omitempty"`
	VerificationMessageTemplate verifyTemplate
	SmsAuthenticationMessage    awsjson.Kept `json:",omitempty"`
	MfaConfiguration            string
	DeviceConfiguration         *DeviceTracking `json:",omitempty"`
	EstimatedNumberOfUsers      int
	EmailConfiguration          awsjson.Kept `json:",omitempty"`
	SmsConfiguration            awsjson.Kept `json:",omitempty"`
	UserPoolTags                awsjson.Kept `json:",omitempty"`
	Domain                      string       `json:",omitempty"`
	CustomDomain                string       `json:",omitempty"`
	AdminCreateUserConfig       adminCreateConfig
	UserPoolAddOns              awsjson.Kept `json:",omitempty"`
	UsernameConfiguration       usernameConfig
	AccountRecoverySetting      awsjson.Kept `json:",omitempty"`
	UserPoolTier                string
	IssuerConfiguration         issuerConfig
}

// describe is the pool as the API shows it.
func (p *Pool) describe() apiUserPool {
	s := *p.settings.now.Load()
	kept := s.profile.Kept
	d := apiUserPool{
		Id: p.id, Name: cmp.Or(s.profile.Name, p.id), Arn: p.arn(),
		Policies:           s.describePolicies(),
		DeletionProtection: cmp.Or(awsjson.Unquoted(kept["DeletionProtection"]), "INACTIVE"),
		LastModifiedDate:   awsjson.Time(cmp.Or(s.profile.Modified, p.started)), CreationDate: awsjson.Time(cmp.Or(s.profile.Created, p.started)),
		SchemaAttributes: p.describeSchema(), AutoVerifiedAttributes: s.rules.verifies,
		AliasAttributes: s.profile.AliasAttributes, UsernameAttributes: s.profile.UsernameAttributes,
		UsernameConfiguration:  usernameConfig{s.profile.CaseSensitive},
		SmsVerificationMessage: kept["SmsVerificationMessage"], EmailVerificationMessage: kept["EmailVerificationMessage"],
		EmailVerificationSubject: kept["EmailVerificationSubject"], SmsAuthenticationMessage: kept["SmsAuthenticationMessage"],
		VerificationMessageTemplate: s.describeTemplate(),
		MfaConfiguration:            cmp.Or(s.rules.mfa.Mode, "OFF"), DeviceConfiguration: s.rules.devices,
		EstimatedNumberOfUsers: p.users.count(),
		EmailConfiguration:     kept["EmailConfiguration"], SmsConfiguration: kept["SmsConfiguration"], UserPoolTags: kept["UserPoolTags"],
		Domain: s.names.prefix, CustomDomain: s.names.custom,
		UserPoolAddOns: kept["UserPoolAddOns"], AccountRecoverySetting: kept["AccountRecoverySetting"],
		UserPoolTier: cmp.Or(awsjson.Unquoted(kept["UserPoolTier"]), "ESSENTIALS"), IssuerConfiguration: issuerConfig{"ORIGINAL"},
	}
	awsjson.DecodeKept(kept["AdminCreateUserConfig"], &d.AdminCreateUserConfig)
	d.AdminCreateUserConfig.UnusedAccountValidityDays = int(p.temporaryLife() / (24 * time.Hour))
	if s.names.updated {
		d.IssuerConfiguration.Type = "UPDATED"
	}
	return d
}

func (s *settings) describePolicies() poolPolicies {
	pp := s.policy
	days := s.profile.TemporaryDays
	if days == 0 {
		days = int(credential.TemporaryPasswordLife / (24 * time.Hour))
	}
	return poolPolicies{
		PasswordPolicy: &apiPasswordPolicy{
			MinimumLength: pp.MinimumLength, RequireUppercase: pp.RequireUppercase, RequireLowercase: pp.RequireLowercase,
			RequireNumbers: pp.RequireNumbers, RequireSymbols: pp.RequireSymbols, PasswordHistorySize: pp.History,
			TemporaryPasswordValidityDays: days,
		},
		SignInPolicy: &signInPolicy{s.rules.first},
	}
}

func (s *settings) describeTemplate() (t verifyTemplate) {
	awsjson.DecodeKept(s.profile.Kept["VerificationMessageTemplate"], &t)
	t.DefaultEmailOption = "CONFIRM_WITH_CODE"
	if s.rules.links {
		t.DefaultEmailOption = "CONFIRM_WITH_LINK"
	}
	return t
}

// arn is the pool's ARN in an account of nobody's.
func (p *Pool) arn() string {
	partition := "aws"
	for prefix, name := range map[string]string{"cn-": "aws-cn", "us-gov-": "aws-us-gov"} {
		if strings.HasPrefix(p.region(), prefix) {
			partition = name
		}
	}
	return "arn:" + partition + ":cognito-idp:" + p.region() + ":123456789012:userpool/" + p.id
}

type mfaConfigInput struct {
	UserPoolId                    string `api:"required,max=55,pattern=pool"`
	SmsMfaConfiguration           *smsMFAConfig
	SoftwareTokenMfaConfiguration *totpMFAConfig
	EmailMfaConfiguration         *emailMFAConfig
	MfaConfiguration              string `api:"enum=OFF|ON|OPTIONAL"`
	WebAuthnConfiguration         *webAuthnConfig
}

// webAuthnConfig is [WebAuthn] as the API writes it.
type webAuthnConfig struct {
	RelyingPartyId      string `json:",omitempty" api:"min=1,max=127,pattern=host"`
	UserVerification    string `json:",omitempty" api:"enum=preferred|required"`
	FactorConfiguration string `json:",omitempty" api:"enum=SINGLE_FACTOR|MULTI_FACTOR_WITH_USER_VERIFICATION"`
}

type smsMFAConfig struct {
	SmsAuthenticationMessage string       `json:",omitempty" api:"min=6,max=140"`
	SmsConfiguration         awsjson.Kept `json:",omitempty"`
}

type totpMFAConfig struct{ Enabled bool }

type emailMFAConfig struct {
	Message string `json:",omitempty" api:"min=6,max=20000"`
	Subject string `json:",omitempty" api:"min=1,max=140"`
}

type mfaConfigOutput struct {
	SmsMfaConfiguration           *smsMFAConfig   `json:",omitempty"`
	SoftwareTokenMfaConfiguration *totpMFAConfig  `json:",omitempty"`
	EmailMfaConfiguration         *emailMFAConfig `json:",omitempty"`
	WebAuthnConfiguration         *webAuthnConfig `json:",omitempty"`
	MfaConfiguration              string
}

// apiGetMFAConfig is GetUserPoolMfaConfig.
func (c *call) apiGetMFAConfig(_ *poolInput) (*mfaConfigOutput, error) {
	return c.settings.now.Load().describeMFA(), nil
}

func (s *settings) describeMFA() *mfaConfigOutput {
	mfa, text := s.rules.mfa, s.profile.Texts[outbox.MFA]
	d := &mfaConfigOutput{MfaConfiguration: cmp.Or(mfa.Mode, "OFF"), SoftwareTokenMfaConfiguration: &totpMFAConfig{mfa.TOTP}}
	if mfa.SMS {
		d.SmsMfaConfiguration = &smsMFAConfig{text.SMS, s.profile.Kept["SmsConfiguration"]}
	}
	if mfa.Email {
		d.EmailMfaConfiguration = &emailMFAConfig{text.Email, text.Subject}
	}
	if w := s.rules.webAuthn; w != (WebAuthn{}) {
		d.WebAuthnConfiguration = &webAuthnConfig{w.RelyingPartyID, w.UserVerification, w.FactorConfiguration}
	}
	return d
}

// apiSetMFAConfig is SetUserPoolMfaConfig.
func (c *call) apiSetMFAConfig(in *mfaConfigInput) (*mfaConfigOutput, error) {
	err := c.settings.change(func(s *settings) error { return in.apply(s, c.at) })
	if err != nil {
		return nil, err
	}
	return c.settings.now.Load().describeMFA(), nil
}

// apply sets the mode and the factors; those that are left out stay as they
// are.
func (in *mfaConfigInput) apply(s *settings, now time.Time) error {
	mfa, text := s.rules.mfa, messageText{}
	mfa.Mode = cmp.Or(in.MfaConfiguration, "OFF")
	if in.SoftwareTokenMfaConfiguration != nil {
		mfa.TOTP = in.SoftwareTokenMfaConfiguration.Enabled
	}
	if in.EmailMfaConfiguration != nil {
		mfa.Email, text.Email, text.Subject = true, in.EmailMfaConfiguration.Message, in.EmailMfaConfiguration.Subject
	}
	s.profile.Texts, s.profile.Kept = cloneOf(s.profile.Texts), cloneOf(s.profile.Kept)
	if sms := in.SmsMfaConfiguration; sms != nil {
		mfa.SMS, text.SMS = true, sms.SmsAuthenticationMessage
		if sms.SmsConfiguration != nil {
			s.profile.Kept["SmsConfiguration"] = sms.SmsConfiguration
		}
	}
	if mfa.validate() != nil {
		return refusal.New(refusal.InvalidParameterException, "Invalid MFA configuration given, can't turn on MFA without any factor: "+strconv.Quote(mfa.Mode))
	}
	merged := s.profile.Texts[outbox.MFA]
	merged.override(text)
	s.profile.Texts.set(outbox.MFA, merged)
	if w := in.WebAuthnConfiguration; w != nil {
		s.rules.webAuthn = WebAuthn{w.RelyingPartyId, w.UserVerification, w.FactorConfiguration}
	}
	s.rules.mfa, s.profile.Modified = mfa, now
	return nil
}
