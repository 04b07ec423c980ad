package cognitotest

import (
	"cmp"
	"slices"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// groupOperations are what administrators do to groups.
var groupOperations = map[string]apiOperation{
	"CreateGroup":              poolOperation((*call).apiCreateGroup),
	"GetGroup":                 poolOperation((*call).apiGetGroup),
	"UpdateGroup":              poolOperation((*call).apiUpdateGroup),
	"DeleteGroup":              poolOperation((*call).apiDeleteGroup),
	"ListGroups":               poolOperation((*call).apiListGroups),
	"AdminAddUserToGroup":      userOperation((*call).apiAddUserToGroup),
	"AdminRemoveUserFromGroup": userOperation((*call).apiRemoveUserFromGroup),
	"AdminListGroupsForUser":   userOperation((*call).apiListGroupsForUser),
}

var (
	errGroupExists  = refusal.New("GroupExistsException", "A group with the name already exists.")
	errUnknownGroup = refusal.New(refusal.NotFoundException, "Group not found.")
)

// An apiGroup is a group as the API writes it.
type apiGroup struct {
	GroupName        string
	UserPoolId       string
	Description      string `json:",omitempty"`
	RoleArn          string `json:",omitempty"`
	Precedence       *int   `json:",omitempty"`
	LastModifiedDate awsjson.Time
	CreationDate     awsjson.Time
}

func (c *call) apiGroup(g groupRecord) apiGroup {
	answer := apiGroup{
		GroupName: g.Name, UserPoolId: c.id, Description: g.Description, RoleArn: g.RoleARN,
		LastModifiedDate: awsjson.Time(g.modified), CreationDate: awsjson.Time(g.created),
	}
	if !g.unranked {
		answer.Precedence = &g.Precedence
	}
	return answer
}

func (c *call) apiGroups(groups []groupRecord) []apiGroup {
	list := []apiGroup{}
	for _, g := range groups {
		list = append(list, c.apiGroup(g))
	}
	return list
}

// groupSettingsInput are the parameters of CreateGroup and UpdateGroup.
type groupSettingsInput struct {
	UserPoolId  string  `api:"required,max=55,pattern=pool"`
	GroupName   string  `api:"required,max=128,pattern=text"`
	Description *string `api:"max=2048"`
	RoleArn     *string `api:"min=20,max=2048,pattern=arn"`
	Precedence  *int    `api:"min=0"`
}

// apply changes a group as the parameters say, and leaves the rest.
func (in *groupSettingsInput) apply(g *groupRecord) {
	if in.Description != nil {
		g.Description = *in.Description
	}
	if in.RoleArn != nil {
		g.RoleARN = *in.RoleArn
	}
	if in.Precedence != nil {
		g.Precedence, g.unranked = *in.Precedence, false
	}
}

type groupOutput struct{ Group apiGroup }

// apiCreateGroup is CreateGroup.
func (c *call) apiCreateGroup(in *groupSettingsInput) (*groupOutput, error) {
	c.users.mu.Lock()
	defer c.users.mu.Unlock()
	if _, taken := c.users.groups[in.GroupName]; taken {
		return nil, errGroupExists
	}
	g := groupRecord{Group: Group{Name: in.GroupName}, unranked: true}
	in.apply(&g)
	return &groupOutput{c.apiGroup(c.users.putGroup(g))}, nil
}

// apiUpdateGroup is UpdateGroup.
func (c *call) apiUpdateGroup(in *groupSettingsInput) (*groupOutput, error) {
	c.users.mu.Lock()
	defer c.users.mu.Unlock()
	g, known := c.users.groups[in.GroupName]
	if !known {
		return nil, errUnknownGroup
	}
	in.apply(&g)
	return &groupOutput{c.apiGroup(c.users.putGroup(g))}, nil
}

type groupInput struct {
	UserPoolId string `api:"required,max=55,pattern=pool"`
	GroupName  string `api:"required,max=128,pattern=text"`
}

// apiGetGroup is GetGroup.
func (c *call) apiGetGroup(in *groupInput) (*groupOutput, error) {
	g, err := c.users.group(in.GroupName)
	if err != nil {
		return nil, err
	}
	return &groupOutput{c.apiGroup(g)}, nil
}

func (d *directory) group(name string) (groupRecord, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	g, known := d.groups[name]
	if !known {
		return g, errUnknownGroup
	}
	return g, nil
}

// apiDeleteGroup is DeleteGroup. Members lose the group.
func (c *call) apiDeleteGroup(in *groupInput) (awsjson.NoBody, error) {
	return awsjson.NoBody{}, c.users.removeGroup(in.GroupName)
}

func (d *directory) removeGroup(name string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, known := d.groups[name]; !known {
		return errUnknownGroup
	}
	delete(d.groups, name)
	for _, a := range d.bySub {
		a.leave(name)
	}
	return nil
}

func (a *account) leave(group string) {
	a.groups = slices.DeleteFunc(slices.Clone(a.groups), func(g string) bool { return g == group })
}

type listGroupsInput struct {
	UserPoolId string `api:"required,max=55,pattern=pool"`
	Limit      *int   `api:"min=0,max=60"`
	NextToken  string `api:"max=131072"`
}

type listGroupsOutput struct {
	Groups    []apiGroup
	NextToken string `json:",omitempty"`
}

// apiListGroups is ListGroups.
func (c *call) apiListGroups(in *listGroupsInput) (*listGroupsOutput, error) {
	page, next, err := awsjson.Paginate(c.users.allGroups(), groupKey, in.Limit, awsjson.MaxPage, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &listGroupsOutput{c.apiGroups(page), next}, nil
}

func groupKey(g groupRecord) string { return g.Name }

type memberInput struct {
	UserPoolId string `api:"required,max=55,pattern=pool"`
	Username   string `api:"required,max=128,pattern=text"`
	GroupName  string `api:"required,max=128,pattern=text"`
}

// maxGroupsOfUser is how many groups a user can be in.
const maxGroupsOfUser = 100

// apiAddUserToGroup is AdminAddUserToGroup.
func (c *call) apiAddUserToGroup(in *memberInput, a account) (awsjson.NoBody, error) {
	if _, err := c.users.group(in.GroupName); err != nil {
		return awsjson.NoBody{}, err
	}
	return awsjson.NoBody{}, c.users.update(a.sub, func(a *account) error {
		if a.join(in.GroupName); len(a.groups) > maxGroupsOfUser {
			return refusal.New("LimitExceededException", "The user is in as many groups as can be.")
		}
		return nil
	})
}

// apiRemoveUserFromGroup is AdminRemoveUserFromGroup.
func (c *call) apiRemoveUserFromGroup(in *memberInput, a account) (awsjson.NoBody, error) {
	if _, err := c.users.group(in.GroupName); err != nil {
		return awsjson.NoBody{}, err
	}
	return awsjson.NoBody{}, c.users.update(a.sub, func(a *account) error { a.leave(in.GroupName); return nil })
}

type groupsOfUserInput struct {
	UserPoolId string `api:"required,max=55,pattern=pool"`
	Username   string `api:"required,max=128,pattern=text"`
	Limit      *int   `api:"min=0,max=60"`
	NextToken  string `api:"max=131072"`
}

// apiListGroupsForUser is AdminListGroupsForUser.
func (c *call) apiListGroupsForUser(in *groupsOfUserInput, a account) (*listGroupsOutput, error) {
	page, next, err := awsjson.Paginate(c.users.groupsOf(&a), groupKey, in.Limit, awsjson.MaxPage, in.NextToken)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(page, func(a, b groupRecord) int { return cmp.Compare(a.rank(), b.rank()) })
	return &listGroupsOutput{c.apiGroups(page), next}, nil
}
