package cognito

import (
	"context"
	"encoding/json"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/internal/rawjson"
)

// An Identity is the verified user of a request, from a session, a bearer
// token or another source. Do not change it: requests share it. Its JSON form
// has the names of the field tags, such as "sub" and "client_id".
type Identity struct {
	// Issuer and Subject together identify the user: use both as the key in
	// your database. Do not use the e-mail or the username, because each can
	// later belong to another person.
	Issuer  string `json:"iss"`
	Subject string `json:"sub"`

	// Username is Cognito's name for the user, often the same as Subject.
	Username string `json:"username"`

	// ClientID is the app client the user signed in with.
	ClientID string `json:"client_id"`

	// UserID is the app's own key of this user, if an OnLogin hook or a
	// MapUser has set it.
	UserID string `json:"user_id,omitempty"`

	// Email, EmailVerified and Name come from the ID token and are empty for
	// an identity made from an access token. Trust an address only if it is
	// verified.
	Email         string `json:"email,omitempty"`
	EmailVerified bool   `json:"email_verified"`
	Name          string `json:"name,omitempty"`

	Groups        []string  `json:"groups,omitempty"`         // cognito:groups
	Roles         []string  `json:"roles,omitempty"`          // cognito:roles
	PreferredRole string    `json:"preferred_role,omitempty"` // cognito:preferred_role
	Scopes        []string  `json:"scopes,omitempty"`         // scope of the access token
	Audience      []string  `json:"aud,omitempty"`            // aud of an access token bound to a resource (RFC 8707); a session has none
	AuthTime      time.Time `json:"auth_time,omitzero"`       // auth_time: when the user last signed in

	// extra is a JSON object that has at least the claims without a field
	// above.
	extra string
}

// Machine reports whether the token is an app client's own: see
// [Identity.Machine].
func (c *AccessClaims) Machine() bool {
	return c.Subject != "" && c.Subject == c.ClientID && c.Username == ""
}

type identityKey struct{}

// NewContext returns a context with id, for [FromContext].
func NewContext(ctx context.Context, id *Identity) context.Context {
	return context.WithValue(ctx, identityKey{}, id)
}

// FromContext returns the user of the request that ctx belongs to, or nil if
// nobody is signed in.
func FromContext(ctx context.Context) *Identity {
	id, _ := ctx.Value(identityKey{}).(*Identity)
	return id
}

// Identity returns the user that the ID token describes. Its Scopes are
// empty, because only access tokens have scopes.
func (c *IDClaims) Identity() *Identity {
	return &Identity{
		Issuer:        c.Issuer,
		Subject:       c.Subject,
		Username:      c.Username,
		ClientID:      c.Audience,
		Email:         c.Email,
		EmailVerified: c.EmailVerified,
		Name:          c.Name,
		Groups:        c.Groups,
		Roles:         c.Roles,
		PreferredRole: c.PreferredRole,
		AuthTime:      c.AuthTime,
		extra:         c.payload,
	}
}

// Identity returns the user that the access token was issued for, or the app
// client itself: see [Identity.Machine].
func (c *AccessClaims) Identity() *Identity {
	return &Identity{
		Issuer:   c.Issuer,
		Subject:  c.Subject,
		Username: c.Username,
		ClientID: c.ClientID,
		Groups:   c.Groups,
		Scopes:   c.Scopes,
		Audience: c.Audience,
		AuthTime: c.AuthTime,
		extra:    c.payload,
	}
}

// HasGroup reports whether the user is in the named group.
func (id *Identity) HasGroup(name string) bool { return slices.Contains(id.Groups, name) }

// HasScope reports whether the access token has the named scope.
func (id *Identity) HasScope(name string) bool { return slices.Contains(id.Scopes, name) }

// Machine reports whether this is an app client that acts for itself
// (client_credentials grant), and not a user. Then Subject is the client's id,
// and Username is empty.
func (id *Identity) Machine() bool {
	return id.Subject != "" && id.Subject == id.ClientID && id.Username == ""
}

// LogValue implements [slog.LogValuer]. It logs what is needed to find the
// user, and no personal data. A nil Identity is logged as nil.
func (id *Identity) LogValue() slog.Value {
	if id == nil {
		return slog.Value{}
	}
	return slog.GroupValue(slog.String("sub", id.Subject), slog.String("iss", id.Issuer))
}

// Claim returns the JSON of one claim by its exact name, such as "picture",
// "custom:plan" or one that a pre-token-generation trigger added. It reports
// false if the claim is absent. It also does so for claims that describe the
// token and not the user, such as exp, jti and nonce.
func (id *Identity) Claim(name string) (json.RawMessage, bool) {
	var found json.RawMessage
	id.members(func(n string, v rawjson.Value) {
		if n == name {
			found = json.RawMessage(v)
		}
	})
	return found, found != nil
}

// Attribute returns a claim that is a string, such as "given_name" or
// "custom:plan". It returns "" if the claim is absent or has another type.
func (id *Identity) Attribute(name string) string {
	raw, _ := id.Claim(name)
	s, _ := rawjson.Value(raw).String()
	return s
}

// Claims decodes the claims about the user into v, as [json.Unmarshal] does.
func (id *Identity) Claims(v any) error {
	all := map[string]json.RawMessage{}
	id.members(func(name string, v rawjson.Value) { all[name] = json.RawMessage(v) })
	doc, err := json.Marshal(all)
	if err != nil {
		return err
	}
	return json.Unmarshal(doc, v)
}

// Provider returns the name of the identity provider that the user signed in
// with: the first one in the claim identities. It is "COGNITO" for the pool's
// own users, and for an identity made from an access token.
func (id *Identity) Provider() string {
	raw, _ := id.Claim("identities")
	if list := federatedIdentities(rawjson.Value(raw)); len(list) > 0 {
		return list[0].ProviderName
	}
	return "COGNITO"
}

// members calls visit for every claim about the user: the fields that are
// set, then those of extra that have no field.
func (id *Identity) members(visit func(name string, v rawjson.Value)) {
	text := func(name, s string) {
		if s != "" {
			visit(name, quote(s))
		}
	}
	list := func(name string, items []string) {
		if len(items) == 0 {
			return
		}
		quoted := make([]string, len(items))
		for i, s := range items {
			quoted[i] = string(quote(s))
		}
		visit(name, rawjson.Value("["+strings.Join(quoted, ",")+"]"))
	}
	text("iss", id.Issuer)
	text("sub", id.Subject)
	text("cognito:username", id.Username)
	text("client_id", id.ClientID)
	if id.Email != "" {
		text("email", id.Email)
		visit("email_verified", rawjson.Value(map[bool]string{true: "true", false: "false"}[id.EmailVerified]))
	}
	text("name", id.Name)
	list("cognito:groups", id.Groups)
	list("cognito:roles", id.Roles)
	text("cognito:preferred_role", id.PreferredRole)
	text("scope", strings.Join(id.Scopes, " "))
	if !id.AuthTime.IsZero() {
		n, _ := json.Marshal(id.AuthTime.Unix())
		visit("auth_time", rawjson.Value(n))
	}
	id.extras(visit)
}

// extras calls visit for the claims in extra that have no field and are about
// the user.
func (id *Identity) extras(visit func(name string, v rawjson.Value)) {
	if id.extra == "" {
		return
	}
	_ = rawjson.Object(id.extra, func(name string, v rawjson.Value) error {
		if !fieldOrProtocol(name) {
			visit(name, v)
		}
		return nil
	})
}

// fieldOrProtocol names the claims that Identity has a field for, and those
// that are about a token rather than its user.
func fieldOrProtocol(name string) bool {
	switch name {
	case "iss", "sub", "cognito:username", "username", "client_id", "email", "email_verified", "name",
		"cognito:groups", "cognito:roles", "cognito:preferred_role", "scope", "auth_time":
		return true
	case "aud", "exp", "iat", "nbf", "jti", "origin_jti", "event_id", "token_use", "nonce", "at_hash", "version":
		return true
	}
	return false
}

func quote(s string) rawjson.Value {
	b, _ := json.Marshal(s) // a string always marshals
	return rawjson.Value(b)
}
