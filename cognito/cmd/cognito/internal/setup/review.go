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

// ReadSecrets reads the secrets of the app client.
func (a *Account) ReadSecrets(ctx context.Context, s *State) error {
	out, err := a.API.ListUserPoolClientSecrets(ctx, &cip.ListUserPoolClientSecretsInput{UserPoolId: s.Pool.Id, ClientId: s.Client.ClientId})
	if err != nil {
		return err
	}
	s.Secrets = len(out.ClientSecrets)
	return nil
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
		id: "registered-urls", about: "In production no URL over http, and none of a developer's machine, is registered.",
		fix: "use an app client of its own for development, and remove the URLs that are named from this one",
		look: func(w Wish, s *State, _ string) (string, bool) {
			var local []string
			for _, text := range slices.Concat(s.Client.CallbackURLs, s.Client.LogoutURLs) {
				if u, err := url.Parse(text); err == nil && (u.Scheme == "http" || isLoopback(u.Hostname())) {
					local = append(local, text)
				}
			}
			if !w.production() || len(local) == 0 {
				return "none that matters", false
			}
			return strings.Join(local, ", "), true
		},
	},
	{
		id: "writable-attributes", about: "Users cannot write attributes that give rights.",
		fix: "take the attributes that are named out of WriteAttributes, or keep rights in groups",
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
				return "none by its name", false
			}
			return strings.Join(names, ", "), true
		},
	},
	{
		id: "readable-attributes", about: "The app client may read what the scopes email and profile promise.",
		fix: "add email and email_verified to ReadAttributes",
		look: func(_ Wish, s *State, _ string) (string, bool) {
			read := s.Client.ReadAttributes
			missing := len(read) > 0 && !(slices.Contains(read, "email") && slices.Contains(read, "email_verified"))
			if len(read) == 0 {
				return "all are readable", false
			}
			return "readable: " + strings.Join(read, ", "), missing
		},
	},
	{
		id: "mail-sender", about: "Mail is sent from an address of the app.",
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
