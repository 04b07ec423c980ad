package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// callbackHost is the app of the clients that the program makes. Nothing is
// sent to it: its name is reserved (RFC 2606).
const (
	callbackHost = "app.example.com"
	callbackURL  = "https://" + callbackHost + "/callback"
	logoutURL    = "https://" + callbackHost + "/signed-out"
)

// A poolFacts is what the program reads of a pool.
type poolFacts struct {
	ID                 string `json:"Id"`
	Arn                string
	Name               string
	Domain             string
	CustomDomain       string
	MfaConfiguration   string
	UserPoolTier       string
	UsernameAttributes []string
	SchemaAttributes   []schemaAttribute
	DeviceConfiguration,
	LambdaConfig json.RawMessage
	Policies struct {
		PasswordPolicy struct{ MinimumLength int }
	}

	raw  map[string]json.RawMessage // all of it
	mfa  map[string]json.RawMessage // GetUserPoolMfaConfig
	totp bool

	managedLogin int // ManagedLoginVersion of the domain; 0 means not known
}

type schemaAttribute struct {
	Name     string
	Required bool
	Mutable  bool
	raw      map[string]json.RawMessage
}

func (a *schemaAttribute) UnmarshalJSON(data []byte) error {
	type plain schemaAttribute
	return errors.Join(json.Unmarshal(data, (*plain)(a)), json.Unmarshal(data, &a.raw))
}

// readPool asks a side for its pool.
func (s *side) readPool(ctx context.Context) (*poolFacts, error) {
	var described struct{ UserPool json.RawMessage }
	if err := s.admin(ctx, "DescribeUserPool", "", &described); err != nil {
		return nil, err
	}
	facts := new(poolFacts)
	if err := errors.Join(json.Unmarshal(described.UserPool, facts), json.Unmarshal(described.UserPool, &facts.raw)); err != nil {
		return nil, fmt.Errorf("DescribeUserPool: %w", err)
	}
	if err := s.admin(ctx, "GetUserPoolMfaConfig", "", &facts.mfa); err != nil {
		return nil, err
	}
	var totp struct{ Enabled bool }
	json.Unmarshal(facts.mfa["SoftwareTokenMfaConfiguration"], &totp) // absent: not enabled
	if arn := strings.Split(facts.Arn, ":"); len(arn) > 4 {
		s.vars.set["account"] = arn[4]
	}
	facts.totp = totp.Enabled && facts.MfaConfiguration != "OFF" && facts.MfaConfiguration != ""
	if domain := cmp.Or(facts.Domain, facts.CustomDomain); domain != "" {
		var described struct {
			DomainDescription struct{ ManagedLoginVersion int }
		}
		if s.admin(ctx, "DescribeUserPoolDomain", fmt.Sprintf(`"Domain":%q`, domain), &described) == nil {
			facts.managedLogin = described.DomainDescription.ManagedLoginVersion
		}
	}
	return facts, nil
}

// foreignUser returns a user whom this program did not make, or "".
func (s *side) foreignUser(ctx context.Context) (string, error) {
	var page struct {
		Users           []user
		PaginationToken string
	}
	for body := `"Limit":60`; ; body = `"Limit":60,"PaginationToken":"` + jsonText(page.PaginationToken) + `"` {
		page.PaginationToken = ""
		page.Users = nil
		if err := s.admin(ctx, "ListUsers", body, &page); err != nil {
			return "", err
		}
		for _, u := range page.Users {
			if !u.isOurs(namePrefix) {
				return u.Username, nil
			}
		}
		if page.PaginationToken == "" {
			return "", nil
		}
	}
}

type user struct {
	Username       string
	UserCreateDate float64
	Attributes     []struct{ Name, Value string }
}

// simulated begins addresses of SES's mailbox simulator that take all mail.
const simulated = "success+"

// isOurs reports whether the username or, where that is the sub, the e-mail
// begins with prefix.
func (u user) isOurs(prefix string) bool {
	if strings.HasPrefix(u.Username, prefix) {
		return true
	}
	for _, a := range u.Attributes {
		if a.Name == "email" && strings.HasPrefix(strings.TrimPrefix(a.Value, simulated), prefix) {
			return true
		}
	}
	return false
}

// allFlows are those of the clients that can do most.
const allFlows = `"ALLOW_USER_PASSWORD_AUTH","ALLOW_USER_SRP_AUTH","ALLOW_CUSTOM_AUTH","ALLOW_ADMIN_USER_PASSWORD_AUTH"`

// addClients makes the app clients of a side, by the names of their
// placeholders. Clients that a pool refuses have no placeholder; {public} must
// be there.
func (s *side) addClients(ctx context.Context, facts *poolFacts, paid bool) (notes []string, err error) {
	choice := ""
	if facts.UserPoolTier != "LITE" {
		choice = `,"ALLOW_USER_AUTH"`
	}
	web := fmt.Sprintf(`,"CallbackURLs":[%q,%q],"LogoutURLs":[%q],"AllowedOAuthFlowsUserPoolClient":true,"AllowedOAuthFlows":["code"],
		"AllowedOAuthScopes":["openid","email","phone","profile","aws.cognito.signin.user.admin"],"SupportedIdentityProviders":["COGNITO"],"DefaultRedirectURI":%q`,
		callbackURL, callbackURL+"2", logoutURL, callbackURL)
	full := `"ExplicitAuthFlows":[` + allFlows + choice + `,"ALLOW_REFRESH_TOKEN_AUTH"],"EnableTokenRevocation":true` + web
	turning := `"ExplicitAuthFlows":[` + allFlows + `],"EnableTokenRevocation":true` + web + `,"PreventUserExistenceErrors":"ENABLED"`
	clients := []struct{ name, body string }{
		{"public", full + `,"PreventUserExistenceErrors":"ENABLED"`},
		{"secret", full + `,"PreventUserExistenceErrors":"ENABLED","GenerateSecret":true`},
		{"legacy", full + `,"PreventUserExistenceErrors":"LEGACY"`},
		{"narrow", full + `,"PreventUserExistenceErrors":"ENABLED","ReadAttributes":["name"]`},
		{"bare", `"ExplicitAuthFlows":["ALLOW_USER_SRP_AUTH","ALLOW_REFRESH_TOKEN_AUTH"],"PreventUserExistenceErrors":"ENABLED"`},
		{"rotating", turning + `,"RefreshTokenRotation":{"Feature":"ENABLED","RetryGracePeriodSeconds":0}`},
		{"grace", turning + `,"RefreshTokenRotation":{"Feature":"ENABLED","RetryGracePeriodSeconds":60}`},
	}
	if paid {
		resources := s.admin(ctx, "CreateResourceServer", fmt.Sprintf(`"Identifier":%q,"Name":%[1]q,"Scopes":[{"ScopeName":"read","ScopeDescription":"read"}]`, s.vars.set["prefix"]), nil)
		if resources != nil {
			return nil, resources
		}
		clients = append(clients, struct{ name, body string }{"machine", fmt.Sprintf(
			`"GenerateSecret":true,"AllowedOAuthFlowsUserPoolClient":true,"AllowedOAuthFlows":["client_credentials"],"AllowedOAuthScopes":["%s/read"]`, s.vars.set["prefix"])})
	}
	for _, c := range clients {
		var made struct {
			UserPoolClient struct{ ClientID, ClientSecret string }
		}
		err := s.admin(ctx, "CreateUserPoolClient", fmt.Sprintf(`"ClientName":"%s-%s",`, s.vars.set["prefix"], c.name)+c.body, &made)
		switch {
		case err != nil && (c.name == "public" || ctx.Err() != nil):
			return notes, err
		case err != nil:
			notes = append(notes, fmt.Sprintf("there is no client {%s}: %v", c.name, err))
			continue
		}
		s.vars.set[c.name] = made.UserPoolClient.ClientID
		if made.UserPoolClient.ClientSecret != "" {
			s.vars.set[c.name+"-secret"] = made.UserPoolClient.ClientSecret
		}
		// The pages of a domain with managed login need a style for each client.
		if facts.Domain+facts.CustomDomain != "" {
			s.admin(ctx, "CreateManagedLoginBranding", fmt.Sprintf(`"ClientId":%q,"UseCognitoProvidedValues":true`, made.UserPoolClient.ClientID), nil) // without it the pages say so
		}
	}
	return notes, nil
}

// remove deletes all that a side has with names of prefix and that is older
// than age. It goes on after a failure, and reports all of them.
func (s *side) remove(ctx context.Context, prefix string, age time.Duration) (removed int, err error) {
	var failures []error
	try := func(op, body string) {
		if err := s.admin(ctx, op, body, nil); err != nil {
			failures = append(failures, err)
			return
		}
		removed++
	}
	before := float64(time.Now().Add(-age).Unix())
	users, usersErr := s.usersOf(ctx, prefix)
	for _, u := range users {
		if age == 0 || u.UserCreateDate < before {
			try("AdminDeleteUser", fmt.Sprintf(`"Username":%q`, u.Username))
		}
	}
	var page struct {
		UserPoolClients []struct{ ClientID, ClientName string }
		NextToken       string
	}
	var clientsErr error
	for body := `"MaxResults":60`; clientsErr == nil; body = `"MaxResults":60,"NextToken":"` + jsonText(page.NextToken) + `"` {
		page.NextToken, page.UserPoolClients = "", nil
		clientsErr = s.admin(ctx, "ListUserPoolClients", body, &page)
		for _, c := range page.UserPoolClients {
			if slices.Contains(s.unnamed, c.ClientID) || strings.HasPrefix(c.ClientName, prefix) && (age == 0 || olderRun(c.ClientName, age)) {
				try("DeleteUserPoolClient", fmt.Sprintf(`"ClientId":%q`, c.ClientID))
			}
		}
		if page.NextToken == "" {
			break
		}
	}
	named := func(list, member, field, remove, key string) error {
		var found map[string]json.RawMessage
		limit := `"Limit":60`
		if list != "ListGroups" {
			limit = `"MaxResults":50`
		}
		if err := s.admin(ctx, list, limit, &found); err != nil {
			return err
		}
		var items []map[string]any
		json.Unmarshal(found[member], &items) // none: nothing to delete
		for _, item := range items {
			name, _ := item[field].(string)
			if strings.HasPrefix(name, prefix) && (age == 0 || olderRun(name, age)) {
				try(remove, fmt.Sprintf(`%q:%q`, key, name))
			}
		}
		return nil
	}
	groupsErr := named("ListGroups", "Groups", "GroupName", "DeleteGroup", "GroupName")
	serversErr := named("ListResourceServers", "ResourceServers", "Identifier", "DeleteResourceServer", "Identifier")
	providersErr := named("ListIdentityProviders", "Providers", "ProviderName", "DeleteIdentityProvider", "ProviderName")
	return removed, errors.Join(append(failures, usersErr, clientsErr, groupsErr, serversErr, providersErr)...)
}

// usersOf lists the users whose name or e-mail begins with prefix.
func (s *side) usersOf(ctx context.Context, prefix string) (all []user, err error) {
	for _, begins := range []string{`username ^= "` + prefix, `email ^= "` + prefix, `email ^= "` + simulated + prefix} {
		var page struct {
			Users           []user
			PaginationToken string
		}
		filter := `"Limit":60,"Filter":"` + jsonText(begins+`"`) + `"`
		for body := filter; ; body = filter + `,"PaginationToken":"` + jsonText(page.PaginationToken) + `"` {
			page.PaginationToken, page.Users = "", nil
			if err := s.admin(ctx, "ListUsers", body, &page); err != nil {
				return all, err
			}
			for _, u := range page.Users {
				if !slices.ContainsFunc(all, func(other user) bool { return other.Username == u.Username }) {
					all = append(all, u)
				}
			}
			if page.PaginationToken == "" {
				break
			}
		}
	}
	return all, nil
}
