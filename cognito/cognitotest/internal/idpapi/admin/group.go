package admin

import (
	"cmp"
	"slices"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/idpapi"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
)

// GroupOperations are what administrators do to groups.
var GroupOperations = map[string]request.Operation{
	"CreateGroup":              idpapi.OnPool(New, (*Handler).createGroup),
	"GetGroup":                 idpapi.OnPool(New, (*Handler).getGroup),
	"UpdateGroup":              idpapi.OnPool(New, (*Handler).updateGroup),
	"DeleteGroup":              idpapi.OnPool(New, (*Handler).deleteGroup),
	"ListGroups":               idpapi.OnPool(New, (*Handler).listGroups),
	"AdminAddUserToGroup":      idpapi.OnUser(New, (*Handler).adminAddUserToGroup),
	"AdminRemoveUserFromGroup": idpapi.OnUser(New, (*Handler).adminRemoveUserFromGroup),
	"AdminListGroupsForUser":   idpapi.OnUser(New, (*Handler).adminListGroupsForUser),
}

// A groupType is a group as the API writes it.
type groupType struct {
	GroupName        string
	UserPoolId       string
	Description      string `json:",omitempty"`
	RoleArn          string `json:",omitempty"`
	Precedence       *int   `json:",omitempty"`
	LastModifiedDate awsjson.Time
	CreationDate     awsjson.Time
}

func (c *Handler) groupAnswer(g directory.GroupRecord) groupType {
	answer := groupType{
		GroupName: g.Name, UserPoolId: c.ID, Description: g.Description, RoleArn: g.RoleARN,
		LastModifiedDate: awsjson.Time(g.Modified), CreationDate: awsjson.Time(g.Created),
	}
	if !g.Unranked {
		answer.Precedence = &g.Precedence
	}
	return answer
}

func (c *Handler) groupAnswers(groups []directory.GroupRecord) []groupType {
	list := []groupType{}
	for _, g := range groups {
		list = append(list, c.groupAnswer(g))
	}
	return list
}

// groupSettingsInput are the parameters of CreateGroup and UpdateGroup.
type groupSettingsInput struct {
	idpapi.PoolRef
	GroupName   string
	Description *string
	RoleArn     *string
	Precedence  *int
}

// apply changes a group as the parameters say, and leaves the rest.
func (in *groupSettingsInput) apply(g *directory.GroupRecord) {
	if in.Description != nil {
		g.Description = *in.Description
	}
	if in.RoleArn != nil {
		g.RoleARN = *in.RoleArn
	}
	if in.Precedence != nil {
		g.Precedence, g.Unranked = *in.Precedence, false
	}
}

type groupOutput struct{ Group groupType }

type groupInput struct {
	idpapi.PoolRef
	GroupName string
}

// getGroup is the operation GetGroup.
func (c *Handler) getGroup(in *groupInput) (*groupOutput, error) {
	g, err := c.Users.Group(in.GroupName)
	if err != nil {
		return nil, err
	}
	return &groupOutput{c.groupAnswer(g)}, nil
}

// deleteGroup is the operation DeleteGroup. Members lose the group.
func (c *Handler) deleteGroup(in *groupInput) (awsjson.NoBody, error) {
	return awsjson.NoBody{}, c.Users.RemoveGroup(in.GroupName)
}

type listGroupsInput struct {
	idpapi.PoolRef
	Limit     *int
	NextToken string
}

type listGroupsOutput struct {
	Groups    []groupType
	NextToken string `json:",omitempty"`
}

// listGroups is the operation ListGroups.
func (c *Handler) listGroups(in *listGroupsInput) (*listGroupsOutput, error) {
	page, next, err := awsjson.Paginate(c.Users.AllGroups(), groupKey, in.Limit, awsjson.MaxPage, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &listGroupsOutput{c.groupAnswers(page), next}, nil
}

func groupKey(g directory.GroupRecord) string { return g.Name }

type memberInput struct {
	idpapi.UserRef
	GroupName string
}

// maxGroupsOfUser is how many groups a user can be in.
const maxGroupsOfUser = 100

// adminAddUserToGroup is the operation AdminAddUserToGroup.
func (c *Handler) adminAddUserToGroup(in *memberInput, a directory.Account) (awsjson.NoBody, error) {
	if _, err := c.Users.Group(in.GroupName); err != nil {
		return awsjson.NoBody{}, err
	}
	return awsjson.NoBody{}, c.Users.Update(a.Sub, func(a *directory.Account) error {
		if a.Join(in.GroupName); len(a.Groups) > maxGroupsOfUser {
			return refusal.New("LimitExceededException", "The user is already in the maximum number of groups.")
		}
		return nil
	})
}

// adminRemoveUserFromGroup is the operation AdminRemoveUserFromGroup.
func (c *Handler) adminRemoveUserFromGroup(in *memberInput, a directory.Account) (awsjson.NoBody, error) {
	if _, err := c.Users.Group(in.GroupName); err != nil {
		return awsjson.NoBody{}, err
	}
	return awsjson.NoBody{}, c.Users.Update(a.Sub, func(a *directory.Account) error { a.Leave(in.GroupName); return nil })
}

type groupsOfUserInput struct {
	idpapi.UserRef
	Limit     *int
	NextToken string
}

// adminListGroupsForUser is the operation AdminListGroupsForUser.
func (c *Handler) adminListGroupsForUser(in *groupsOfUserInput, a directory.Account) (*listGroupsOutput, error) {
	page, next, err := awsjson.Paginate(c.Users.GroupsOf(&a), groupKey, in.Limit, awsjson.MaxPage, in.NextToken)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(page, func(a, b directory.GroupRecord) int { return cmp.Compare(a.Rank(), b.Rank()) })
	return &listGroupsOutput{c.groupAnswers(page), next}, nil
}

// createGroup is the operation CreateGroup.
func (c *Handler) createGroup(in *groupSettingsInput) (*groupOutput, error) {
	g, err := c.Users.CreateGroup(in.GroupName, in.apply)
	if err != nil {
		return nil, err
	}
	return &groupOutput{c.groupAnswer(g)}, nil
}

// updateGroup is the operation UpdateGroup.
func (c *Handler) updateGroup(in *groupSettingsInput) (*groupOutput, error) {
	g, err := c.Users.ChangeGroup(in.GroupName, in.apply)
	if err != nil {
		return nil, err
	}
	return &groupOutput{c.groupAnswer(g)}, nil
}
