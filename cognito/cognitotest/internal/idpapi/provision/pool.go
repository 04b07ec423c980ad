package provision

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/idpapi"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pool"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/settings"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/outbox"
)

// PoolOperations make and change user pools.
var PoolOperations = map[string]request.Operation{
	"CreateUserPool":       request.Signed(New, (*Handler).createUserPool),
	"ListUserPools":        request.Signed(New, (*Handler).listUserPools),
	"DescribeUserPool":     idpapi.OnPool(New, (*Handler).describeUserPool),
	"UpdateUserPool":       idpapi.OnPool(New, (*Handler).updateUserPool),
	"DeleteUserPool":       idpapi.OnPool(New, (*Handler).deleteUserPool),
	"AddCustomAttributes":  idpapi.OnPool(New, (*Handler).addCustomAttributes),
	"GetUserPoolMfaConfig": idpapi.OnPool(New, (*Handler).getUserPoolMfaConfig),
	"SetUserPoolMfaConfig": idpapi.OnPool(New, (*Handler).setUserPoolMfaConfig),
}

// errAlone is what CreateUserPool and DeleteUserPool get at a pool that no
// Server serves.
var errAlone = refusal.New(refusal.InvalidParameterException, "This pool belongs to no server of the emulator: only a cognitotest.Server, or the program cognito-emulator, makes and deletes pools")

type createUserPoolInput struct {
	PoolName              string
	UsernameAttributes    []string
	AliasAttributes       []string
	Schema                []settings.Attribute
	UsernameConfiguration *usernameConfig
	poolSettingsInput
}

type usernameConfig struct {
	CaseSensitive bool
}

type userPoolOutput struct{ UserPool userPoolType }

// createUserPool is the operation CreateUserPool. The pool has the clock of the one that
// answers.
func (c *Handler) createUserPool(in *createUserPoolInput) (*userPoolOutput, error) {
	fleet := request.FleetOf(c.R)
	if fleet == nil {
		return nil, errAlone
	}
	s := settings.Settings{Profile: settings.Profile{
		Name: in.PoolName, Created: c.At, UsernameAttributes: in.UsernameAttributes, AliasAttributes: in.AliasAttributes,
		CaseSensitive: in.UsernameConfiguration == nil || in.UsernameConfiguration.CaseSensitive, // the API's default
	}}
	if slices.Contains(in.AliasAttributes, "preferred_username") {
		c.Event.Ignored = append(c.Event.Ignored, "AliasAttributes.preferred_username") // kept; nobody signs in by it
	}
	if len(in.AliasAttributes) > 0 && len(in.UsernameAttributes) > 0 {
		return nil, refusal.New(refusal.InvalidParameterException, "Only one of the aliasAttributes or usernameAttributes can be set in a user pool.")
	}
	schema := []settings.Attribute{} // not nil: a custom attribute has to be in it
	for _, a := range in.Schema {
		schema = append(schema, a.WithDefaults())
	}
	if err := s.SetSchema(schema); err != nil {
		return nil, err
	}
	if err := in.apply(&s, c.At); err != nil {
		return nil, err
	}
	p := pool.NewEmpty(fleet.Region()+"_"+random.Alnum(9), s)
	p.Clock.Offset.Store(c.Clock.Offset.Load())
	p.Hooks.Functions = c.FunctionsByARN()
	c.noteUncalled(p, in.LambdaConfig)
	fleet.Add(p)
	return &userPoolOutput{describePool(p)}, nil
}

// noteUncalled notes the triggers for which nothing is called here.
func (c *Handler) noteUncalled(p *pool.Pool, lambda *settings.LambdaConfig) {
	if lambda == nil {
		return
	}
	for _, name := range p.Uncalled(lambda) {
		c.Event.Ignored = append(c.Event.Ignored, "LambdaConfig."+name)
	}
}

type updateUserPoolInput struct {
	idpapi.PoolRef
	PoolName string
	poolSettingsInput
}

// updateUserPool is the operation UpdateUserPool.
func (c *Handler) updateUserPool(in *updateUserPoolInput) (awsjson.Empty, error) {
	err := c.Settings.Change(func(s *settings.Settings) error {
		s.Profile.Name = cmp.Or(in.PoolName, s.Profile.Name)
		return in.apply(s, c.At)
	})
	if err == nil {
		c.noteUncalled(c.Pool, in.LambdaConfig)
	}
	return awsjson.Empty{}, err
}

type poolInput struct {
	idpapi.PoolRef
}

// describeUserPool is the operation DescribeUserPool.
func (c *Handler) describeUserPool(_ *poolInput) (*userPoolOutput, error) {
	return &userPoolOutput{describePool(c.Pool)}, nil
}

// deleteUserPool is the operation DeleteUserPool.
func (c *Handler) deleteUserPool(_ *poolInput) (awsjson.NoBody, error) {
	fleet := request.FleetOf(c.R)
	switch {
	case fleet == nil:
		return awsjson.NoBody{}, errAlone
	case string(c.Profile().Kept["DeletionProtection"]) == `"ACTIVE"`:
		return awsjson.NoBody{}, refusal.New(refusal.InvalidParameterException, "The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.")
	case c.Names().Exist():
		return awsjson.NoBody{}, refusal.New(refusal.InvalidParameterException, "User pool cannot be deleted. It has a domain configured that should be deleted first.")
	}
	fleet.Remove(c.Pool)
	return awsjson.NoBody{}, nil
}

type listUserPoolsInput struct {
	MaxResults *int
	NextToken  string
}

type listUserPoolsOutput struct {
	UserPools []userPoolDescription
	NextToken string `json:",omitempty"`
}

type userPoolDescription struct {
	Id               string
	Name             string
	LambdaConfig     awsjson.Kept
	LastModifiedDate awsjson.Time
	CreationDate     awsjson.Time
}

// listUserPools is the operation ListUserPools.
func (c *Handler) listUserPools(in *listUserPoolsInput) (*listUserPoolsOutput, error) {
	pools := []*pool.Pool{c.Pool}
	if fleet := request.FleetOf(c.R); fleet != nil {
		pools = fleet.Pools()
	}
	page, next, err := awsjson.Paginate(pools, func(p *pool.Pool) string { return p.ID }, in.MaxResults, awsjson.MaxPage, in.NextToken)
	if err != nil {
		return nil, err
	}
	answer := &listUserPoolsOutput{UserPools: []userPoolDescription{}, NextToken: next}
	for _, p := range page {
		full := describePool(p)
		answer.UserPools = append(answer.UserPools, userPoolDescription{Id: full.Id, Name: full.Name, LambdaConfig: full.LambdaConfig, LastModifiedDate: full.LastModifiedDate, CreationDate: full.CreationDate})
	}
	return answer, nil
}

// A userPoolType is a pool as the API describes it.
type userPoolType struct {
	Id                          string
	Name                        string
	Arn                         string
	Policies                    poolPolicies
	DeletionProtection          string
	LambdaConfig                awsjson.Kept
	LastModifiedDate            awsjson.Time
	CreationDate                awsjson.Time
	SchemaAttributes            []settings.Attribute
	AutoVerifiedAttributes      []string     `json:",omitempty"`
	AliasAttributes             []string     `json:",omitempty"`
	UsernameAttributes          []string     `json:",omitempty"`
	SmsVerificationMessage      awsjson.Kept `json:",omitempty"`
	EmailVerificationMessage    awsjson.Kept `json:",omitempty"`
	EmailVerificationSubject    awsjson.Kept `json:",omitempty"`
	VerificationMessageTemplate verifyTemplate
	SmsAuthenticationMessage    awsjson.Kept `json:",omitempty"`
	UserAttributeUpdateSettings awsjson.Kept `json:",omitempty"`
	MfaConfiguration            string
	DeviceConfiguration         *settings.DeviceTracking `json:",omitempty"`
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

// describePool is the pool as the API shows it.
func describePool(p *pool.Pool) userPoolType {
	s := *p.Settings.Now.Load()
	kept := s.Profile.Kept
	d := userPoolType{
		Id: p.ID, Name: cmp.Or(s.Profile.Name, p.ID), Arn: poolARN(p),
		Policies:           describePolicies(&s),
		DeletionProtection: cmp.Or(awsjson.Unquoted(kept["DeletionProtection"]), "INACTIVE"), LambdaConfig: or(kept["LambdaConfig"], "{}"),
		LastModifiedDate: awsjson.Time(cmp.Or(s.Profile.Modified, p.Started)), CreationDate: awsjson.Time(cmp.Or(s.Profile.Created, p.Started)),
		SchemaAttributes: p.DescribeSchema(), AutoVerifiedAttributes: s.Rules.Verifies,
		AliasAttributes: s.Profile.AliasAttributes, UsernameAttributes: s.Profile.UsernameAttributes,
		UsernameConfiguration:  usernameConfig{s.Profile.CaseSensitive},
		SmsVerificationMessage: kept["SmsVerificationMessage"], EmailVerificationMessage: kept["EmailVerificationMessage"],
		EmailVerificationSubject: kept["EmailVerificationSubject"], SmsAuthenticationMessage: kept["SmsAuthenticationMessage"],
		VerificationMessageTemplate: describeTemplate(&s), UserAttributeUpdateSettings: kept["UserAttributeUpdateSettings"],
		MfaConfiguration: cmp.Or(s.Rules.MFA.Mode, "OFF"), DeviceConfiguration: s.Rules.Devices,
		EstimatedNumberOfUsers: p.Users.Count(),
		EmailConfiguration:     or(kept["EmailConfiguration"], `{"EmailSendingAccount":"COGNITO_DEFAULT"}`),
		SmsConfiguration:       kept["SmsConfiguration"], UserPoolTags: or(kept["UserPoolTags"], "{}"),
		Domain: s.Names.Prefix, CustomDomain: s.Names.Custom,
		UserPoolAddOns: kept["UserPoolAddOns"], AccountRecoverySetting: kept["AccountRecoverySetting"],
		UserPoolTier: cmp.Or(awsjson.Unquoted(kept["UserPoolTier"]), "ESSENTIALS"), IssuerConfiguration: issuerConfig{"ORIGINAL"},
	}
	awsjson.DecodeKept(kept["AdminCreateUserConfig"], &d.AdminCreateUserConfig)
	d.AdminCreateUserConfig.UnusedAccountValidityDays = int(p.TemporaryLife() / (24 * time.Hour))
	if s.Names.Updated {
		d.IssuerConfiguration.Type = "UPDATED"
	}
	return d
}

// or returns a kept object, or other if none was given.
func or(object awsjson.Kept, other string) awsjson.Kept {
	if object == nil {
		return awsjson.Kept(other)
	}
	return object
}

func describePolicies(s *settings.Settings) poolPolicies {
	pp := s.Policy
	days := s.Profile.TemporaryDays
	if days == 0 {
		days = int(credential.TemporaryPasswordLife / (24 * time.Hour))
	}
	return poolPolicies{
		PasswordPolicy: &passwordPolicyType{
			MinimumLength: pp.MinimumLength, RequireUppercase: pp.RequireUppercase, RequireLowercase: pp.RequireLowercase,
			RequireNumbers: pp.RequireNumbers, RequireSymbols: pp.RequireSymbols, PasswordHistorySize: pp.History,
			TemporaryPasswordValidityDays: days,
		},
		SignInPolicy: &signInPolicy{s.Rules.First},
	}
}

func describeTemplate(s *settings.Settings) (t verifyTemplate) {
	awsjson.DecodeKept(s.Profile.Kept["VerificationMessageTemplate"], &t)
	t.DefaultEmailOption = "CONFIRM_WITH_CODE"
	if s.Rules.Links {
		t.DefaultEmailOption = "CONFIRM_WITH_LINK"
	}
	return t
}

// poolARN is the pool's ARN.
func poolARN(p *pool.Pool) string { return p.ARN("userpool/" + p.ID) }

type mfaConfigInput struct {
	idpapi.PoolRef
	SmsMfaConfiguration           *smsMFAConfig
	SoftwareTokenMfaConfiguration *totpMFAConfig
	EmailMfaConfiguration         *emailMFAConfig
	MfaConfiguration              string
	WebAuthnConfiguration         *webAuthnConfig
}

// webAuthnConfig is [WebAuthn] as the API writes it.
type webAuthnConfig struct {
	RelyingPartyId      string `json:",omitempty"`
	UserVerification    string `json:",omitempty"`
	FactorConfiguration string `json:",omitempty"`
}

type smsMFAConfig struct {
	SmsAuthenticationMessage string       `json:",omitempty"`
	SmsConfiguration         awsjson.Kept `json:",omitempty"`
}

type totpMFAConfig struct{ Enabled bool }

type emailMFAConfig struct {
	Message string `json:",omitempty"`
	Subject string `json:",omitempty"`
}

type mfaConfigOutput struct {
	SmsMfaConfiguration           *smsMFAConfig   `json:",omitempty"`
	SoftwareTokenMfaConfiguration *totpMFAConfig  `json:",omitempty"`
	EmailMfaConfiguration         *emailMFAConfig `json:",omitempty"`
	WebAuthnConfiguration         *webAuthnConfig `json:",omitempty"`
	MfaConfiguration              string
}

// getUserPoolMfaConfig is the operation GetUserPoolMfaConfig.
func (c *Handler) getUserPoolMfaConfig(_ *poolInput) (*mfaConfigOutput, error) {
	return describeMFA(c.Settings.Now.Load()), nil
}

func describeMFA(s *settings.Settings) *mfaConfigOutput {
	mfa, text := s.Rules.MFA, s.Profile.Texts[outbox.MFA]
	d := &mfaConfigOutput{MfaConfiguration: cmp.Or(mfa.Mode, "OFF"), SoftwareTokenMfaConfiguration: &totpMFAConfig{mfa.TOTP}}
	if mfa.SMS {
		d.SmsMfaConfiguration = &smsMFAConfig{text.SMS, s.Profile.Kept["SmsConfiguration"]}
	}
	if mfa.Email {
		d.EmailMfaConfiguration = &emailMFAConfig{text.Email, text.Subject}
	}
	if w := s.Rules.WebAuthn; w != (settings.WebAuthn{}) {
		d.WebAuthnConfiguration = &webAuthnConfig{w.RelyingPartyID, w.UserVerification, w.FactorConfiguration}
	}
	return d
}

// setUserPoolMfaConfig is the operation SetUserPoolMfaConfig.
func (c *Handler) setUserPoolMfaConfig(in *mfaConfigInput) (*mfaConfigOutput, error) {
	err := c.Settings.Change(func(s *settings.Settings) error { return in.apply(s, c.At) })
	if err != nil {
		return nil, err
	}
	return describeMFA(c.Settings.Now.Load()), nil
}

// apply sets the mode and the factors; those that are left out stay as they
// are.
func (in *mfaConfigInput) apply(s *settings.Settings, now time.Time) error {
	mfa, text := s.Rules.MFA, settings.MessageText{}
	mfa.Mode = cmp.Or(in.MfaConfiguration, "OFF")
	if in.SoftwareTokenMfaConfiguration != nil {
		mfa.TOTP = in.SoftwareTokenMfaConfiguration.Enabled
	}
	if in.EmailMfaConfiguration != nil {
		mfa.Email, text.Email, text.Subject = true, in.EmailMfaConfiguration.Message, in.EmailMfaConfiguration.Subject
	}
	s.Profile.Texts, s.Profile.Kept = settings.CloneMap(s.Profile.Texts), settings.CloneMap(s.Profile.Kept)
	if sms := in.SmsMfaConfiguration; sms != nil {
		mfa.SMS, text.SMS = true, sms.SmsAuthenticationMessage
		if sms.SmsConfiguration != nil {
			s.Profile.Kept["SmsConfiguration"] = sms.SmsConfiguration
		}
	}
	if mfa.Validate() != nil {
		return refusal.New(refusal.InvalidParameterException, "Invalid MFA configuration given, can't turn on MFA without any factor: "+strconv.Quote(mfa.Mode))
	}
	merged := s.Profile.Texts[outbox.MFA]
	merged.Override(text)
	s.Profile.Texts.Set(outbox.MFA, merged)
	if w := in.WebAuthnConfiguration; w != nil {
		s.Rules.WebAuthn = settings.WebAuthn{RelyingPartyID: w.RelyingPartyId, UserVerification: w.UserVerification, FactorConfiguration: w.FactorConfiguration}
	}
	s.Rules.MFA, s.Profile.Modified = mfa, now
	return nil
}
