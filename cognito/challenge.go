package cognito

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/internal/bearer"
)

// Challenges returns the values of WWW-Authenticate with which g refuses a
// request for this error, on a route with these policies. It is for a handler
// of your own, or of another framework. Several challenges are several values.
// There are none for an error that is not the caller's fault.
func (g Guard) Challenges(err error, policies ...Policy) []string {
	return g.work(policies).challengesFor(refusalOf(err))
}

// challengesFor adds to the Authenticator's challenges what is known of a
// refusal.
func (s *guarded) challengesFor(why refusal) []string {
	if answers[why.code].status >= http.StatusInternalServerError {
		return nil
	}
	params := s.params(why)
	var list []string
	for _, c := range s.challenges {
		if strings.EqualFold(c.scheme, "Bearer") {
			c = c.with(params)
		}
		list = append(list, c.String())
	}
	return list
}

// params are the parameters of a Bearer challenge (RFC 6750 section 3, RFC
// 9470 section 3, RFC 9728 section 5.1). A request without credentials gets no
// error (RFC 6750 section 3.1).
func (s *guarded) params(why refusal) []param {
	a := answers[why.code]
	if why.detail == "" {
		why.detail = a.detail
	}
	var list []param
	if a.oauth != "" {
		list = append(list, param{"error", quotedString(a.oauth)}, param{"error_description", quotedString(why.detail)})
	}
	if scopes := s.scopesFor(why); len(scopes) > 0 {
		list = append(list, param{"scope", quotedString(strings.Join(scopes, " "))})
	}
	if why.maxAge > 0 {
		list = append(list, param{"max_age", quotedString(strconv.FormatInt(int64(why.maxAge/time.Second), 10))})
	}
	if s.Resource != nil {
		list = append(list, param{"resource_metadata", quotedString(s.Resource.MetadataURL())})
	}
	return list
}

// scopesFor are the scopes to ask for after a refusal: those that would have
// done, where that is known, and otherwise those of the route or the API.
func (s *guarded) scopesFor(why refusal) []string {
	if len(why.scopes) > 0 {
		return why.scopes
	}
	var named []string
	if s.policies {
		named = s.policy.namedScopes()
	}
	switch {
	case s.Resource != nil && len(named) == 0:
		return s.Resource.Scopes
	case s.Resource == nil && answers[why.code].status == http.StatusForbidden:
		return nil // no scope helps
	}
	return named
}

// A challenge is one challenge of a WWW-Authenticate field (RFC 9110 section
// 11.6.1).
type challenge struct {
	scheme string
	params []param
}

// A param is a parameter as it is written. One without a name is a token68.
type param struct{ name, value string }

func (p param) String() string {
	if p.name == "" {
		return p.value
	}
	return p.name + "=" + p.value
}

func (c challenge) String() string {
	texts := make([]string, len(c.params))
	for i, p := range c.params {
		texts[i] = p.String()
	}
	return strings.TrimSpace(c.scheme + " " + strings.Join(texts, ", "))
}

// with returns c with more parameters. They replace those of the same name.
func (c challenge) with(more []param) challenge {
	kept := slices.DeleteFunc(slices.Clone(c.params), func(p param) bool {
		return slices.ContainsFunc(more, func(m param) bool { return strings.EqualFold(m.name, p.name) })
	})
	return challenge{c.scheme, append(kept, more...)}
}

// parseChallenges reads the challenges in a field.
func parseChallenges(field string) []challenge {
	var list []challenge
	for _, item := range splitQuoted(field) {
		name, rest := cutToken(item)
		value, isParam := strings.CutPrefix(strings.TrimLeft(rest, " \t"), "=")
		if isParam && len(list) > 0 {
			last := &list[len(list)-1]
			last.params = append(last.params, param{name, strings.TrimLeft(value, " \t")})
			continue
		}
		c := challenge{scheme: name}
		if rest = strings.TrimSpace(rest); rest != "" {
			c.params = []param{firstParam(rest)}
		}
		list = append(list, c)
	}
	return list
}

// firstParam reads what follows a scheme.
func firstParam(s string) param {
	name, rest := cutToken(s)
	value, ok := strings.CutPrefix(strings.TrimLeft(rest, " \t"), "=")
	if !ok || strings.Trim(value, "=") == "" { // a token68, which may end in "="
		return param{value: s}
	}
	return param{name, strings.TrimLeft(value, " \t")}
}

// cutToken cuts the token at the start of s.
func cutToken(s string) (token, rest string) {
	n := 0
	for n < len(s) && bearer.IsTokenChar(s[n]) {
		n++
	}
	return s[:n], s[n:]
}

// splitQuoted splits s at the commas that no quoted string holds.
func splitQuoted(s string) []string {
	var items []string
	quoted, start := false, 0
	add := func(item string) {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	for i := 0; i < len(s); i++ {
		switch {
		case quoted && s[i] == '\\':
			i++
		case s[i] == '"':
			quoted = !quoted
		case s[i] == ',' && !quoted:
			add(s[start:i])
			start = i + 1
		}
	}
	add(s[start:])
	return items
}
