package setup

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/seed75762126/cognito-go/internal/hosts"
)

// A Finding is one setting of a pool or an app client, right or wrong.
type Finding struct {
	// ID names the check. It stays the same between releases.
	ID string

	// About says what must hold, in one sentence.
	About string

	Evidence string
	Wrong    bool

	// Fix says how to mend it; empty where nothing is wrong.
	Fix string

	// Mendable says that "setup -import … -mend ID" mends it.
	Mendable bool
}

// Review compares what there is with what is right. appSecret is the secret
// that the app has, or "". The findings hold no secret.
func Review(w Wish, s *State, appSecret string) (findings []Finding) {
	for _, rule := range poolRules {
		if rule.id != "pool-tag" { // a pool that was made otherwise has none
			findings = append(findings, finding(rule, w, updateOf(s.Pool)))
		}
	}
	for _, rule := range clientRules {
		findings = append(findings, finding(rule, w, clientUpdateOf(s.Client)))
	}
	for _, look := range observations {
		f := Finding{ID: look.id, About: look.about}
		f.Evidence, f.Wrong = look.look(w, s, appSecret)
		if f.Wrong {
			f.Fix = look.fix
		}
		findings = append(findings, f)
	}
	return findings
}

func finding[T any](r rule[T], w Wish, in *T) Finding {
	have, want, wrong := r.wrong(w, in)
	if have == "" {
		have = "nothing"
	}
	f := Finding{ID: r.id, About: r.about, Evidence: have, Wrong: wrong, Mendable: wrong}
	if wrong {
		f.Fix = "set it to " + want
	}
	return f
}

// ReadSecrets reads the secrets of the app client, and the pool's settings of
// second factors and passkeys.
func (a *Account) ReadSecrets(ctx context.Context, s *State) error {
	out, err := a.API.ListUserPoolClientSecrets(ctx, &cip.ListUserPoolClientSecretsInput{UserPoolId: s.Pool.Id, ClientId: s.Client.ClientId})
	if err != nil {
		return err
	}
	s.Secrets = len(out.ClientSecrets)
	s.MFA, err = a.API.GetUserPoolMfaConfig(ctx, &cip.GetUserPoolMfaConfigInput{UserPoolId: s.Pool.Id})
	return err
}

// An observation is a setting that a person has to decide on.
type observation struct {
	id, about, fix string
	look           func(w Wish, s *State, appSecret string) (evidence string, wrong bool)
}

// sessionLife is the absolute lifetime of a session unless the app sets
// another one (session.Options.AbsoluteTimeout).
const sessionLife = 30 * 24 * time.Hour

// rightful are words in the names of attributes that give rights.
var rightful = []string{"role", "admin", "group", "tenant", "permission", "plan"}

var observations = []observation{
	{
		id: "refresh-lifetime", about: "Refresh tokens last as long as sessions.",
		fix: "set RefreshTokenValidity to 30 days, or session.Options.AbsoluteTimeout to the lifetime of refresh tokens",
		look: func(_ Wish, s *State, _ string) (string, bool) {
			life := refreshLife(s.Client)
			return fmt.Sprintf("refresh tokens last %s, sessions at most %s", days(life), days(sessionLife)), life < sessionLife
		},
	},
	{
		id: "token-lifetime", about: "Access and ID tokens last an hour at most.",
		fix: "set AccessTokenValidity and IdTokenValidity to an hour or less: an API accepts an access token until it expires, even after the user has signed out",
		look: func(_ Wish, s *State, _ string) (string, bool) {
			access, id := tokenLives(s.Client)
			return fmt.Sprintf("access tokens last %s, ID tokens %s", access, id), max(access, id) > time.Hour
		},
	},
	{
		id: "resource-server", about: "The API is a resource server of the pool.",
		fix: "create a resource server whose identifier is the URL of the API, letter for letter",
		look: func(w Wish, s *State, _ string) (string, bool) {
			switch {
			case w.Resource == "":
				return "no API is named", false
			case s.Server == nil:
				return "there is no resource server " + w.Resource, true
			}
			return w.Resource + " is there", false
		},
	},
	{
		id: "plan-features", about: "The plan of the pool includes all configured features.",
		fix:  "raise UserPoolTier (threat protection needs PLUS, the others ESSENTIALS), or turn off the features that are named",
		look: planFeatures,
	},
	{
		id: "passkey-domain", about: "Passkeys belong to the domain of the page that uses them.",
		fix:  "set RelyingPartyId in WebAuthnConfiguration to the host of the sign-in page, or to a domain above it; passkeys that were made before are lost",
		look: passkeyDomain,
	},
	{
		id: "registered-urls", about: "In production, no http URL and no URL of a developer's machine is registered.",
		fix: "use a separate app client for development, and remove from this one the URLs that are named",
		look: func(w Wish, s *State, _ string) (string, bool) {
			var local []string
			for _, text := range slices.Concat(s.Client.CallbackURLs, s.Client.LogoutURLs) {
				if u, err := url.Parse(text); err == nil && (u.Scheme == "http" || isLoopback(u.Hostname())) {
					local = append(local, text)
				}
			}
			if !w.production() || len(local) == 0 {
				return "no such URL, or the app is not in production", false
			}
			return strings.Join(local, ", "), true
		},
	},
	{
		id: "writable-attributes", about: "Users cannot write attributes that give rights.",
		fix: "remove from WriteAttributes the attributes that are named, or keep rights in groups",
		look: func(_ Wish, s *State, _ string) (string, bool) {
			var names []string
			for _, a := range s.Pool.SchemaAttributes {
				name := aws.ToString(a.Name)
				writable := aws.ToBool(a.Mutable) && (len(s.Client.WriteAttributes) == 0 || slices.Contains(s.Client.WriteAttributes, name))
				if writable && strings.HasPrefix(name, "custom:") && slices.ContainsFunc(rightful, func(word string) bool { return strings.Contains(strings.ToLower(name), word) }) {
					names = append(names, name)
				}
			}
			if len(names) == 0 {
				return "no writable attribute has such a name", false
			}
			return strings.Join(names, ", "), true
		},
	},
	{
		id: "readable-attributes", about: "The app client may read what its scopes promise.",
		fix: "add the attributes that are named to ReadAttributes, or do without the scope: Cognito refuses the code of such a login",
		look: func(_ Wish, s *State, _ string) (string, bool) {
			if len(s.Client.ReadAttributes) == 0 {
				return "all are readable", false
			}
			var missing []string
			for _, scope := range s.Client.AllowedOAuthScopes {
				for _, name := range scopeAttributes[scope] {
					if !slices.Contains(s.Client.ReadAttributes, name) {
						missing = append(missing, name+" (scope "+scope+")")
					}
				}
			}
			if len(missing) == 0 {
				return "the attributes of its scopes are readable", false
			}
			return "not readable: " + strings.Join(missing, ", "), true
		},
	},
	{
		id: "mail-sender", about: "The sender of mail is an address of the app.",
		fix: "configure Amazon SES: Cognito's own sender is limited to 50 messages a day",
		look: func(w Wish, s *State, _ string) (string, bool) {
			own := s.Pool.EmailConfiguration != nil && s.Pool.EmailConfiguration.EmailSendingAccount == types.EmailSendingAccountTypeDeveloper
			if own {
				return "Amazon SES", false
			}
			return "Cognito's own sender", w.production()
		},
	},
	{
		id: "second-factor", about: "Users can have a second factor.",
		fix: "set MfaConfiguration to OPTIONAL with software tokens",
		look: func(_ Wish, s *State, _ string) (string, bool) {
			mfa := s.Pool.MfaConfiguration
			if mfa == "" {
				mfa = types.UserPoolMfaTypeOff
			}
			return string(mfa), mfa == types.UserPoolMfaTypeOff
		},
	},
	{
		id: "client-secrets", about: "The app client has one secret, and the app has it.",
		fix: "give the app the newest secret, and then delete the other one with DeleteUserPoolClientSecret",
		look: func(_ Wish, s *State, appSecret string) (string, bool) {
			newest := aws.ToString(s.Client.ClientSecret)
			count := "one secret"
			if s.Secrets > 1 {
				count = fmt.Sprintf("%d secrets", s.Secrets)
			}
			switch {
			case newest == "" && appSecret == "":
				return "a public client", false
			case newest != appSecret:
				return count + "; the app does not have the newest", true
			}
			return count + "; the app has the newest", s.Secrets > 1
		},
	},
}

// scopeAttributes are what a scope promises (OpenID Connect Core 5.4).
var scopeAttributes = map[string][]string{
	"email": {"email", "email_verified"},
	"phone": {"phone_number", "phone_number_verified"},
	"profile": {
		"birthdate", "family_name", "gender", "given_name", "locale", "middle_name", "name", "nickname",
		"picture", "preferred_username", "profile", "updated_at", "website", "zoneinfo",
	},
}

// passkeyDomain compares the domain of passkeys with the page that asks for
// them. If the app has its own forms, the app's own page asks for them;
// otherwise the login page of the domain does.
func passkeyDomain(w Wish, s *State, _ string) (evidence string, wrong bool) {
	if s.MFA == nil || s.MFA.WebAuthnConfiguration == nil || aws.ToString(s.MFA.WebAuthnConfiguration.RelyingPartyId) == "" {
		return "passkeys have no domain of their own", false
	}
	party, host := aws.ToString(s.MFA.WebAuthnConfiguration.RelyingPartyId), s.Domain()
	if !strings.Contains(host, ".") { // a prefix
		host = hosts.PrefixDomain(host, regionOf(s))
	}
	if u, err := url.Parse(w.App); w.Forms && err == nil {
		host = u.Hostname()
	}
	if host == "" { // AWS does not publish the hosts of every partition
		return "passkeys are for " + party, false
	}
	return "passkeys are for " + party + ", the page is at " + host, host != party && !strings.HasSuffix(host, "."+party)
}

// tokenLives are the lifetimes of the client's access and ID tokens.
func tokenLives(c *types.UserPoolClientType) (access, id time.Duration) {
	var units types.TokenValidityUnitsType
	if c.TokenValidityUnits != nil {
		units = *c.TokenValidityUnits
	}
	return life(c.AccessTokenValidity, units.AccessToken), life(c.IdTokenValidity, units.IdToken)
}

// life is a lifetime in a unit, which is hours unless it is named. Zero is an
// hour, Cognito's default.
func life(validity *int32, unit types.TimeUnitsType) time.Duration {
	n := time.Duration(aws.ToInt32(validity))
	switch {
	case n == 0:
		return time.Hour
	case unit == types.TimeUnitsTypeSeconds:
		return n * time.Second
	case unit == types.TimeUnitsTypeMinutes:
		return n * time.Minute
	case unit == types.TimeUnitsTypeDays:
		return n * 24 * time.Hour
	}
	return n * time.Hour
}

// refreshLife is the lifetime of the client's refresh tokens.
func refreshLife(c *types.UserPoolClientType) time.Duration {
	unit := 24 * time.Hour
	if u := c.TokenValidityUnits; u != nil {
		switch u.RefreshToken {
		case types.TimeUnitsTypeSeconds:
			unit = time.Second
		case types.TimeUnitsTypeMinutes:
			unit = time.Minute
		case types.TimeUnitsTypeHours:
			unit = time.Hour
		}
	}
	if c.RefreshTokenValidity == 0 {
		return 30 * 24 * time.Hour // Cognito's default
	}
	return time.Duration(c.RefreshTokenValidity) * unit
}

func days(d time.Duration) string {
	if d%(24*time.Hour) == 0 {
		return fmt.Sprintf("%d days", d/(24*time.Hour))
	}
	return d.String()
}
