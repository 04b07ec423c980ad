package admin

import (
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/idpapi"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/settings"
)

// ListUserOperations list users.
var ListUserOperations = map[string]request.Operation{
	"ListUsers":        idpapi.OnPool(New, (*Handler).listUsers),
	"ListUsersInGroup": idpapi.OnPool(New, (*Handler).listUsersInGroup),
}

// A userType is a user in a list.
type userType struct {
	Username             string
	Attributes           []idpapi.Attribute `json:",omitempty"`
	UserCreateDate       awsjson.Time
	UserLastModifiedDate awsjson.Time
	Enabled              bool
	UserStatus           directory.Status
}

func userTypeOf(a *directory.Account) userType {
	return userType{
		Username: a.Username, Attributes: idpapi.Visible(a, nil),
		UserCreateDate: awsjson.Time(a.Created), UserLastModifiedDate: awsjson.Time(a.Modified),
		Enabled: !a.Disabled, UserStatus: a.Status(),
	}
}

type listUsersInput struct {
	idpapi.PoolRef
	AttributesToGet []string
	Limit           *int
	PaginationToken string
	Filter          string
}

type listUsersOutput struct {
	Users           []userType
	PaginationToken string `json:",omitempty"`
}

// listUsers is the operation ListUsers.
func (c *Handler) listUsers(in *listUsersInput) (*listUsersOutput, error) {
	filter, err := parseFilter(in.Filter)
	if err != nil {
		return nil, err
	}
	if err := checkAttributesToGet(in.AttributesToGet); err != nil {
		return nil, err
	}
	users, next, err := awsjson.Paginate(c.Users.Matching(filter.matches), userKey, in.Limit, awsjson.MaxPage, in.PaginationToken)
	if err != nil {
		return nil, err
	}
	answer := &listUsersOutput{Users: []userType{}, PaginationToken: next}
	for _, a := range users {
		u := userTypeOf(&a)
		if in.AttributesToGet != nil {
			u.Attributes = slices.DeleteFunc(u.Attributes, func(a idpapi.Attribute) bool { return !slices.Contains(in.AttributesToGet, a.Name) })
		}
		answer.Users = append(answer.Users, u)
	}
	return answer, nil
}

// userKey is what users are listed by: their names have no order that anybody
// may rely on.
func userKey(a directory.Account) string { return a.Sub }

// checkAttributesToGet refuses names that no attribute has.
func checkAttributesToGet(names []string) error {
	for _, name := range names {
		if !directory.IsAttributeName(name) && !slices.Contains(settings.DerivedAttributes, name) {
			return refusal.New(refusal.InvalidParameterException, "One or more requested attributes do not exist.")
		}
	}
	return nil
}

type listUsersInGroupInput struct {
	idpapi.PoolRef
	GroupName string
	Limit     *int
	NextToken string
}

type listUsersInGroupOutput struct {
	Users     []userType
	NextToken string `json:",omitempty"`
}

// listUsersInGroup is the operation ListUsersInGroup.
func (c *Handler) listUsersInGroup(in *listUsersInGroupInput) (*listUsersInGroupOutput, error) {
	if _, err := c.Users.Group(in.GroupName); err != nil {
		return nil, err
	}
	members := c.Users.Matching(func(a *directory.Account) bool { return slices.Contains(a.Groups, in.GroupName) })
	users, next, err := awsjson.Paginate(members, userKey, in.Limit, awsjson.MaxPage, in.NextToken)
	if err != nil {
		return nil, err
	}
	answer := &listUsersInGroupOutput{Users: []userType{}, NextToken: next}
	for _, a := range users {
		answer.Users = append(answer.Users, userTypeOf(&a))
	}
	return answer, nil
}

// A userFilter is the Filter of ListUsers: an attribute, and the value that
// it has or begins with. The zero value matches every user.
type userFilter struct {
	attribute string
	prefix    bool
	value     string
}

// searchable are the attributes that a filter can name.
var searchable = []string{
	"username", "email", "phone_number", "name", "given_name", "family_name", "preferred_username",
	"cognito:user_status", "status", "sub",
}

var errFilter = refusal.New(refusal.InvalidParameterException, "Error while parsing filter.")

// parseFilter reads a filter such as
//
//	email ^= "jane@"
//
// in whose value \ comes before quotation marks and itself. The attribute may
// have quotation marks too.
func parseFilter(s string) (userFilter, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return userFilter{}, nil
	}
	var f userFilter
	var ok bool
	if f.attribute, s, ok = cutFilterName(s); !ok {
		return userFilter{}, errFilter
	}
	s = strings.TrimSpace(s)
	s, f.prefix = strings.CutPrefix(s, "^")
	if s, ok = strings.CutPrefix(s, "="); !ok {
		return userFilter{}, errFilter
	}
	var rest string
	if f.value, rest, ok = cutQuoted(strings.TrimSpace(s)); !ok || strings.TrimSpace(rest) != "" {
		return userFilter{}, errFilter
	}
	if !slices.Contains(searchable, f.attribute) {
		return userFilter{}, refusal.New(refusal.InvalidParameterException, "Invalid search attribute: "+refusal.Clip(f.attribute, 64))
	}
	return f, nil
}

// cutFilterName takes the attribute's name off a filter.
func cutFilterName(s string) (name, rest string, ok bool) {
	if strings.HasPrefix(s, `"`) {
		return cutQuoted(s)
	}
	end := strings.IndexAny(s, " \t=^\"")
	if end <= 0 {
		return "", "", false
	}
	return s[:end], s[end:], true
}

// cutQuoted takes a text in quotation marks off s.
func cutQuoted(s string) (text, rest string, ok bool) {
	s, ok = strings.CutPrefix(s, `"`)
	if !ok {
		return "", "", false
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '"':
			return b.String(), s[i+1:], true
		case '\\':
			if i++; i == len(s) || s[i] != '"' && s[i] != '\\' {
				return "", "", false
			}
		}
		b.WriteByte(s[i])
	}
	return "", "", false
}

// matches reports whether a user passes the filter.
func (f userFilter) matches(a *directory.Account) bool {
	if f.attribute == "" {
		return true
	}
	value, want := a.Searched(f.attribute), f.value
	if f.attribute == "cognito:user_status" {
		want = strings.ToUpper(want)
	}
	switch {
	case value == "":
		return false
	case f.prefix:
		return strings.HasPrefix(value, want)
	}
	return value == want
}
