package cognito

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/internal/challenge"
)

// Challenges returns the WWW-Authenticate headers with which g answers a
// request that failed with err on a route with these policies. Use it in your
// own handler, or with another framework. Each challenge is a separate header.
// The result is empty if err is not the caller's fault.
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
		if strings.EqualFold(c.Scheme, "Bearer") {
			c = c.With(params)
		}
		list = append(list, c.String())
	}
	return list
}

// params are the parameters of a Bearer challenge (RFC 6750 section 3, RFC
// 9470 section 3, RFC 9728 section 5.1). A request without credentials gets no
// error (RFC 6750 section 3.1).
func (s *guarded) params(why refusal) []challenge.Param {
	a := answers[why.code]
	if why.detail == "" {
		why.detail = a.detail
	}
	var list []challenge.Param
	if a.oauth != "" {
		list = append(list, challenge.Param{Name: "error", Value: challenge.Quote(a.oauth)}, challenge.Param{Name: "error_description", Value: challenge.Quote(why.detail)})
	}
	if scopes := s.scopesFor(why); len(scopes) > 0 {
		list = append(list, challenge.Param{Name: "scope", Value: challenge.Quote(strings.Join(scopes, " "))})
	}
	if why.maxAge > 0 {
		list = append(list, challenge.Param{Name: "max_age", Value: challenge.Quote(strconv.FormatInt(int64(why.maxAge/time.Second), 10))})
	}
	if s.Resource != nil {
		list = append(list, challenge.Param{Name: "resource_metadata", Value: challenge.Quote(s.Resource.MetadataURL())})
	}
	return list
}

// scopesFor are the scopes to ask for after a refusal. They are those that
// would have been enough, if that is known; otherwise those of the route or the
// API.
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
