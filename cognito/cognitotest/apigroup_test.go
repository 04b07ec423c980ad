package cognitotest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

type apiGroup struct {
	GroupName, UserPoolId, Description, RoleArn string
	Precedence                                  *int
	CreationDate, LastModifiedDate              seconds
}

const roleARN = "arn:aws:iam::123456789012:role/editors"

// op: CreateGroup
// op: GetGroup
// op: UpdateGroup
// op: DeleteGroup
func TestAdmin_Groups(t *testing.T) {
	pool := newPool(t)
	a := newAdmin(t, pool)
	var made struct{ Group apiGroup }
	a.must("CreateGroup", object{"GroupName": "editors", "Description": "They edit.", "RoleArn": roleARN, "Precedence": 0}, &made)
	g := made.Group
	if g.GroupName != "editors" || g.UserPoolId != pool.ID() || g.Description != "They edit." || g.RoleArn != roleARN || g.Precedence == nil || *g.Precedence != 0 {
		t.Errorf("CreateGroup = %+v, want all that it was given", g)
	}
	if at := pool.Now(); g.CreationDate.at().Sub(at).Abs() > time.Minute || g.CreationDate != g.LastModifiedDate {
		t.Errorf("CreateGroup = %+v, want the dates of now, %v", g, at)
	}
	a.refuse("CreateGroup", object{"GroupName": "editors"}, "GroupExistsException: A group with the name already exists.")

	pool.Advance(time.Hour)
	a.must("UpdateGroup", object{"GroupName": "editors", "Precedence": 3}, nil)
	var changed struct{ Group apiGroup }
	a.must("GetGroup", object{"GroupName": "editors"}, &changed)
	if c := changed.Group; c.Description != "They edit." || c.RoleArn != roleARN || *c.Precedence != 3 || c.CreationDate != g.CreationDate || c.LastModifiedDate.at().Sub(g.CreationDate.at()) < time.Hour {
		t.Errorf("GetGroup after UpdateGroup = %+v, want precedence 3, a later date, and the rest of %+v", c, g)
	}

	a.must("AdminAddUserToGroup", object{"Username": "jane", "GroupName": "editors"}, nil)
	a.must("DeleteGroup", object{"GroupName": "editors"}, nil)
	if users := pool.Users(); slices.Contains(users[0].Groups, "editors") {
		t.Errorf("groups of jane after DeleteGroup = %v, want it gone", users[0].Groups)
	}
	for _, op := range []string{"GetGroup", "UpdateGroup", "DeleteGroup", "ListUsersInGroup"} {
		a.refuse(op, object{"GroupName": "editors"}, "ResourceNotFoundException: Group not found.")
	}
}

// A group without a precedence has none in the answers. Its role is the
// preferred one only if no other group has a role and a precedence.
func TestAdmin_GroupWithoutPrecedence(t *testing.T) {
	pool := newPool(t)
	a := newAdmin(t, pool)
	var made struct{ Group apiGroup }
	a.must("CreateGroup", object{"GroupName": "loose", "RoleArn": roleARN}, &made)
	if made.Group.Precedence != nil {
		t.Errorf("CreateGroup = precedence %d, want none", *made.Group.Precedence)
	}
	a.must("CreateGroup", object{"GroupName": "ranked", "RoleArn": roleARN + "2", "Precedence": 7}, nil)
	for _, group := range []string{"loose", "ranked"} {
		a.must("AdminAddUserToGroup", object{"Username": "jane@example.com", "GroupName": group}, nil)
	}
	data := snapshotOf(t, pool)
	again := newPool(t)
	if err := again.Restore(data); err != nil {
		t.Fatal(err)
	}
	for _, p := range []*cognitotest.Pool{pool, again} {
		claims := claimsOf(t, string(p.IDToken("jane")))
		if got := claims["cognito:preferred_role"]; got != roleARN+"2" {
			t.Errorf("preferred role = %v, want that of the group with a precedence", got)
		}
	}
}

// op: ListGroups
// op: AdminListGroupsForUser
// op: AdminAddUserToGroup
// op: AdminRemoveUserFromGroup
func TestAdmin_Membership(t *testing.T) {
	pool := newPool(t)
	a := newAdmin(t, pool)
	for i, name := range []string{"c", "a", "b"} {
		a.must("CreateGroup", object{"GroupName": name, "Precedence": i}, nil)
		a.must("AdminAddUserToGroup", object{"Username": "jane", "GroupName": name}, nil)
	}
	a.refuse("AdminAddUserToGroup", object{"Username": "jane", "GroupName": "d"}, "ResourceNotFoundException: Group not found.")
	a.refuse("AdminRemoveUserFromGroup", object{"Username": "jane", "GroupName": "d"}, "ResourceNotFoundException: Group not found.")

	names := func(op string, in object) (names []string, next string) {
		var list struct {
			Groups    []apiGroup
			NextToken string
		}
		a.must(op, in, &list)
		for _, g := range list.Groups {
			names = append(names, g.GroupName)
		}
		return names, list.NextToken
	}
	if got, _ := names("AdminListGroupsForUser", object{"Username": "jane"}); fmt.Sprint(got) != "[c a b admins]" {
		t.Errorf("AdminListGroupsForUser = %v, want c, a and b by precedence, then admins that has none", got)
	}
	first, next := names("ListGroups", object{"Limit": 3})
	rest, end := names("ListGroups", object{"Limit": 3, "NextToken": next})
	if fmt.Sprint(first, rest) != "[a admins b] [c]" || end != "" {
		t.Errorf("ListGroups = %v and %v, want three and one", first, rest)
	}
	a.must("AdminRemoveUserFromGroup", object{"Username": "jane", "GroupName": "a"}, nil)
	if got, _ := names("AdminListGroupsForUser", object{"Username": "jane"}); slices.Contains(got, "a") {
		t.Errorf("AdminListGroupsForUser after removal = %v, want a gone", got)
	}
	a.refuse("ListGroups", object{"NextToken": "!"}, "InvalidParameterException: Invalid pagination token.")
	a.refuse("ListGroups", object{"Limit": 61}, "InvalidParameterException: 1 validation error detected: Value '61' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 60")
	a.refuse("CreateGroup", object{"GroupName": "e", "RoleArn": strings.Repeat("r", 20)}, "InvalidParameterException: 1 validation error detected: Value 'rrrrrrrrrrrrrrrrrrrr' at 'roleArn' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:[\\w+=/,.@-]+:[\\w+=/,.@-]+:([\\w+=/,.@-]*)?:[0-9]+:[\\w+=/,.@-]+(:[\\w+=/,.@-]+)?(:[\\w+=/,.@-]+)?")
}
