package cognito

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/internal/hosts"
	"github.com/seed75762126/cognito-go/internal/oauth"
)

// AnyGroup is satisfied by a user in at least one of the groups.
func AnyGroup(names ...string) Policy {
	return anyOf("group", names, (*Identity).HasGroup)
}

// AllGroups is satisfied by a user in every one of the groups.
func AllGroups(names ...string) Policy {
	return allOf("group", names, (*Identity).HasGroup)
}

// AnyScope is satisfied if the access token has at least one of the scopes. For
// a session, its own access token counts.
func AnyScope(names ...string) Policy {
	p := scopePolicy(anyOf("scope", names, (*Identity).HasScope), names)
	p.anyScope = len(p.scopes) > 0
	return p
}

// AllScopes is satisfied if the access token has every one of the scopes. For a
// session, its own access token counts.
func AllScopes(names ...string) Policy {
	return scopePolicy(allOf("scope", names, (*Identity).HasScope), names)
}

// FromClient is satisfied by tokens and sessions of one of the app clients:
// users who signed in with it, and the client itself.
func FromClient(ids ...string) Policy {
	return anyOf("client", ids, func(id *Identity, client string) bool { return id.ClientID == client })
}

// UserOnly is satisfied by a person, and not by an app client that acts for
// itself: see [Identity.Machine]. It is the opposite of [MachineOnly].
func UserOnly() Policy {
	return Policy{text: "a user", plain: true, check: func(id *Identity, _ time.Time) bool { return !id.Machine() }}
}

// MachineOnly is satisfied by an app client that acts for itself, and not by
// a person: see [Identity.Machine].
func MachineOnly() Policy {
	return Policy{text: "a machine", plain: true, check: func(id *Identity, _ time.Time) bool { return id.Machine() }}
}

// SignedInWithin is satisfied by a user who signed in during the last d. It
// reads the claim auth_time, which a refresh does not change. A user without
// auth_time does not satisfy it.
func SignedInWithin(d time.Duration) Policy {
	p := Policy{
		text:   fmt.Sprintf("signed in within %v", d),
		plain:  true,
		maxAge: d,
		check: func(id *Identity, now time.Time) bool {
			return !id.AuthTime.IsZero() && now.Sub(id.AuthTime) <= d
		},
	}
	if d <= 0 {
		p.err = errors.New("cognito: SignedInWithin needs a positive duration")
	}
	return p
}

// ForResource is satisfied by an access token whose aud is this resource and
// nothing else (RFC 8707). Cognito puts aud into the token if the login asked
// for the resource by its URL. A token without aud does not satisfy the policy.
// A session never does: its cookie is bound to the app in another way. List the
// resource in [Config.Resources]; otherwise the [Verifier] refuses the token
// before the policy is checked. If the API is one single resource, set
// [Config.ForResource] instead.
func ForResource(resource string) Policy {
	p := Policy{text: "a token for " + resource, plain: true, resource: resource, check: func(id *Identity, _ time.Time) bool {
		return isFor(id.Audience, resource)
	}}
	if err := checkResource(resource); err != nil {
		p.err = fmt.Errorf("cognito: ForResource: %w", err)
	}
	return p
}

// isFor reports whether aud is the resource and nothing else.
func isFor(aud []string, resource string) bool { return len(aud) == 1 && aud[0] == resource }

// Satisfies is satisfied by a user for whom ok returns true and no error. Use
// it to ask a database or an authorization service. The text describes the
// condition; it is in the log line of a refusal.
//
// An error means that the answer is not known: the request is refused, and a
// [Guard] answers 503. ok gets the request's context, and is called at most
// once for each decision. It may be called for several requests at the same
// time.
func Satisfies(text string, ok func(context.Context, *Identity) (bool, error)) Policy {
	p := Policy{text: text}
	switch {
	case ok == nil:
		p.err = errors.New("cognito: Satisfies needs a function")
	case text == "":
		p.err = errors.New("cognito: Satisfies needs a text that says what is asked for")
	default:
		p.ask = &question{ok}
	}
	return p
}

func anyOf(kind string, names []string, has func(*Identity, string) bool) Policy {
	names = slices.Clone(names)
	return listPolicy("any "+kind+" of ", kind, names, func(id *Identity, _ time.Time) bool {
		return slices.ContainsFunc(names, func(name string) bool { return has(id, name) })
	})
}

func allOf(kind string, names []string, has func(*Identity, string) bool) Policy {
	names = slices.Clone(names)
	return listPolicy("all "+kind+"s of ", kind, names, func(id *Identity, _ time.Time) bool {
		return !slices.ContainsFunc(names, func(name string) bool { return !has(id, name) })
	})
}

func listPolicy(what, kind string, names []string, check func(*Identity, time.Time) bool) Policy {
	p := Policy{text: what + strings.Join(names, ", "), plain: len(names) == 1, check: check}
	switch {
	case len(names) == 0:
		p.err = errors.New("cognito: a " + kind + " policy needs at least one " + kind)
	case slices.Contains(names, ""):
		p.err = errors.New("cognito: a " + kind + " policy names an empty " + kind)
	}
	return p
}

// scopePolicy adds what only scopes have: their names end up in a header.
func scopePolicy(p Policy, names []string) Policy {
	p.scopes = slices.Clone(names)
	for _, name := range names {
		if p.err == nil && !oauth.IsScope(name) {
			p.err = fmt.Errorf("cognito: %q is not one scope: pass each as an argument of its own", hosts.Clip(name))
		}
	}
	return p
}

// checkResource says what is wrong with a resource's identifier (RFC 8707
// section 2): an absolute URL without a fragment. Plain http is for loopback
// hosts; an app may have a scheme of its own.
func checkResource(raw string) error {
	if raw == "" {
		return errors.New("an empty resource: name the resource server's URL")
	}
	u, err := url.Parse(raw)
	if err != nil || u.Scheme == "" || u.Host == "" || strings.Contains(raw, "#") || u.User != nil {
		return fmt.Errorf("%q is not a resource: it needs a URL such as https://api.example.com, without a fragment", hosts.Clip(raw))
	}
	if u.Scheme == "http" && !hosts.IsLoopback(u.Hostname()) {
		return fmt.Errorf("%q is not a resource: plain http is for loopback hosts", hosts.Clip(raw))
	}
	return nil
}
