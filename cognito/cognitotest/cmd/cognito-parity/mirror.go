package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/internal/hosts"
)

// emulatorDomain is the prefix of the emulator's domain, where the pool has
// only a custom domain.
const emulatorDomain = "parity-emulator"

// copied are the settings of DescribeUserPool that CreateUserPool takes.
var copied = strings.Fields(`Policies AutoVerifiedAttributes AliasAttributes UsernameAttributes
	VerificationMessageTemplate UserAttributeUpdateSettings DeviceConfiguration AdminCreateUserConfig
	UsernameConfiguration AccountRecoverySetting UserPoolTier IssuerConfiguration`)

// newEmulator returns an emulator in memory with a pool that is configured as
// the real one. Settings that it refuses are left out, and noted.
func newEmulator(ctx context.Context, facts *poolFacts, region string) (s *side, notes []string, err error) {
	server := cognitotest.NewServer(cognitotest.NewPool(cognitotest.WithID(region+"_Parity00"), cognitotest.WithDomain("parity-other")))
	s = &side{
		name: "emulator", region: region, transport: server.Client().Transport,
		api:         apiURL(region),
		credentials: dummyCredentials,
		vars:        &vars{set: map[string]string{"pool": "none"}},
	}
	settings := map[string]json.RawMessage{"PoolName": json.RawMessage(`"` + jsonText(facts.Name) + `"`)}
	for _, name := range copied {
		if value := facts.raw[name]; len(value) > 0 && string(value) != "null" {
			settings[name] = value
		}
	}
	if schema := schemaOf(facts); len(schema) > 0 {
		if settings["Schema"], err = json.Marshal(schema); err != nil {
			return nil, nil, err
		}
	}
	var made struct{ UserPool struct{ ID string } }
	notes, err = s.create(ctx, settings, &made)
	if err != nil {
		return nil, notes, err
	}
	s.vars.set["pool"] = made.UserPool.ID
	if note := s.copyMFA(ctx, facts); note != "" {
		notes = append(notes, note)
	}
	if string(facts.LambdaConfig) != "" && string(facts.LambdaConfig) != "{}" {
		notes = append(notes, "the pool has Lambda triggers, and the emulator has none: their answers differ")
	}
	if facts.Domain+facts.CustomDomain != "" {
		version, prefix := 1, cmp.Or(facts.Domain, emulatorDomain)
		if v := facts.managedLogin; v != 0 {
			version = v
		}
		if err := s.admin(ctx, "CreateUserPoolDomain", fmt.Sprintf(`"Domain":%q,"ManagedLoginVersion":%d`, prefix, version), nil); err != nil {
			return nil, notes, err
		}
		s.domain = "https://" + hosts.PrefixDomain(prefix, region)
	}
	_, err = s.readPool(ctx) // for the values of its own
	return s, notes, err
}

// create calls CreateUserPool, and leaves out what the emulator refuses.
func (s *side) create(ctx context.Context, settings map[string]json.RawMessage, made any) (notes []string, err error) {
	for range copied {
		body, err := json.Marshal(settings)
		if err != nil {
			return notes, err
		}
		err = s.admin(ctx, "CreateUserPool", members(body), made)
		r := new(refusal)
		if !errors.As(err, &r) {
			return notes, err
		}
		refused := ""
		for name := range settings {
			if name != "PoolName" && strings.Contains(r.Message, name) {
				refused = name
			}
		}
		if refused == "" {
			return notes, err
		}
		delete(settings, refused)
		notes = append(notes, "the emulator does not take the pool's "+refused+": "+r.Message)
	}
	return notes, errors.New("the emulator cannot create a pool with these settings")
}

// members is the text between the braces of an object. Texts such as
// {username}, which messages contain, are not placeholders.
func members(object []byte) string {
	inside := strings.TrimSuffix(strings.TrimPrefix(string(object), "{"), "}")
	return placeholder.ReplaceAllStringFunc(inside, func(text string) string { return `\u007b` + text[1:] })
}

// copyMFA gives the emulator the second factors of the pool.
func (s *side) copyMFA(ctx context.Context, facts *poolFacts) (note string) {
	if facts.MfaConfiguration == "" || facts.MfaConfiguration == "OFF" && facts.mfa["WebAuthnConfiguration"] == nil {
		return ""
	}
	delete(facts.mfa, "ResponseMetadata")
	body, err := json.Marshal(facts.mfa)
	if err == nil {
		err = s.admin(ctx, "SetUserPoolMfaConfig", members(body), nil)
	}
	if err != nil {
		return "the emulator does not take the pool's second factors: " + err.Error()
	}
	return ""
}

// schemaOf are the attributes that differ from those of every pool: custom
// ones, and those that are required.
func schemaOf(facts *poolFacts) (schema []map[string]json.RawMessage) {
	for _, a := range facts.SchemaAttributes {
		name, custom := strings.CutPrefix(a.Name, "custom:")
		if !custom && (!a.Required || a.Name == "sub") {
			continue
		}
		attribute := make(map[string]json.RawMessage)
		for member, value := range a.raw {
			attribute[member] = value
		}
		attribute["Name"] = json.RawMessage(fmt.Sprintf("%q", name))
		schema = append(schema, attribute)
	}
	return schema
}

// dummyCredentials sign calls to servers that do not check signatures.
var dummyCredentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
	return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "example"}, nil
})
