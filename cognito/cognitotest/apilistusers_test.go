package cognitotest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

type apiUser struct {
	Username                             string
	Attributes                           []struct{ Name, Value string }
	UserCreateDate, UserLastModifiedDate seconds
	Enabled                              bool
	UserStatus                           string
}

func (u apiUser) attribute(name string) string {
	for _, a := range u.Attributes {
		if a.Name == name {
			return a.Value
		}
	}
	return ""
}

// listUsers returns the sorted usernames that a list has.
func (a admin) listUsers(op string, in object) (names []string, next string) {
	a.t.Helper()
	var list struct {
		Users                      []apiUser
		PaginationToken, NextToken string
	}
	a.must(op, in, &list)
	for _, u := range list.Users {
		names = append(names, u.Username)
	}
	slices.Sort(names)
	return names, list.PaginationToken + list.NextToken
}

func manyUsers(t testing.TB) *cognitotest.Pool {
	t.Helper()
	pool := newPool(t)
	for _, u := range []cognitotest.User{
		{Username: "sam", Email: "sam@example.com", Status: cognitotest.StatusUnconfirmed, Attributes: map[string]string{"name": `Sam "the Ham"`}},
		{Username: "off", Email: "off@example.org", Disabled: true, Attributes: map[string]string{"family_name": `back\slash`}},
		{Username: "zoe", Sub: "zoes-sub", Groups: []string{"admins"}},
	} {
		if _, err := pool.AddUser(u); err != nil {
			t.Fatal(err)
		}
	}
	return pool
}

// op: ListUsers
// doc: ListUsers: a filter with an empty value
// doc: ListUsers: an attribute in quotation marks
func TestAdmin_ListUsersFilters(t *testing.T) {
	a := newAdmin(t, manyUsers(t))
	tests := []struct{ filter, want string }{
		{``, "[jane off sam zoe]"},
		{`username = "jane"`, "[jane]"},
		{`username="Jane"`, "[]"},
		{`email ^= "sam"`, "[sam]"},
		{`email^="s"`, "[sam]"},
		{`email = "sam"`, "[]"},
		{`"email" = "sam@example.com"`, "[sam]"},
		{`phone_number ^= "+1555"`, "[jane]"},
		{`name = "Sam \"the Ham\""`, "[sam]"},
		{`family_name = "back\\slash"`, "[off]"},
		{`name ^= ""`, "[jane sam]"},
		{`name = ""`, "[]"},
		{`sub = "zoes-sub"`, "[zoe]"},
		{`cognito:user_status = "unconfirmed"`, "[sam]"},
		{`cognito:user_status = "CONFIRMED"`, "[jane off zoe]"},
		{`status = "Disabled"`, "[off]"},
		{`status = "Enabled"`, "[jane sam zoe]"},
	}
	for _, tt := range tests {
		if got, _ := a.listUsers("ListUsers", object{"Filter": tt.filter}); fmt.Sprint(got) != tt.want {
			t.Errorf("ListUsers(%s) = %v, want %s", tt.filter, got, tt.want)
		}
	}
	for _, filter := range []string{
		`email`, `email = jane`, `email = "jane`, `email = "jane" x`, `email == "jane"`, `= "jane"`, `"email = "jane"`,
		`email ^ "jane"`, `email = "a\b"`, `email = "a\`, `email "jane"`, `"`, `email = "a" and name = "b"`,
	} {
		a.refuse("ListUsers", object{"Filter": filter}, "InvalidParameterException: Error while parsing filter.")
	}
	a.refuse("ListUsers", object{"Filter": `custom:team = "blue"`}, "InvalidParameterException: Invalid search attribute: custom:team")
	if got := a.call("ListUsers", object{"Filter": strings.Repeat("a", 257)}, nil); !strings.HasPrefix(got, "InvalidParameterException: 1 validation error") {
		t.Errorf("ListUsers(long filter) = %q, want InvalidParameterException", got)
	}
}

func TestAdmin_ListUsersAnswer(t *testing.T) {
	a := newAdmin(t, manyUsers(t))
	var list struct{ Users []apiUser }
	a.must("ListUsers", object{"Filter": `username = "jane"`}, &list)
	jane := list.Users[0]
	if jane.attribute("email") != "jane@example.com" || jane.attribute("sub") == "" || !jane.Enabled || jane.UserStatus != "CONFIRMED" || jane.UserCreateDate == 0 {
		t.Errorf("ListUsers(jane) = %+v, want all of her", jane)
	}
	a.must("ListUsers", object{"Filter": `username = "jane"`, "AttributesToGet": []string{"name", "family_name"}}, &list)
	if jane := list.Users[0]; len(jane.Attributes) != 1 || jane.attribute("name") != "Jane" {
		t.Errorf("ListUsers(AttributesToGet) = %+v, want the name alone", jane.Attributes)
	}
	a.refuse("ListUsers", object{"AttributesToGet": []string{"shoe size"}}, "InvalidParameterException: One or more requested attributes do not exist.")
}

// Pages together have every user once, though users come and go meanwhile.
// op: ListUsersInGroup
func TestAdmin_ListUsersPages(t *testing.T) {
	pool := newPool(t)
	for i := range 130 {
		if _, err := pool.AddUser(cognitotest.User{Username: fmt.Sprintf("u%03d", i), Groups: []string{"all"}}); err != nil {
			t.Fatal(err)
		}
	}
	a := newAdmin(t, pool)
	seen := make(map[string]int)
	in, pages := object{"Filter": `username ^= "u"`}, 0
	for {
		names, next := a.listUsers("ListUsers", in)
		for _, name := range names {
			seen[name]++
		}
		if pages++; next == "" {
			break
		}
		if pages == 1 {
			pool.DeleteUser(names[len(names)-1]) // gone from the list, and maybe where the next page begins
		}
		in["PaginationToken"] = next
	}
	if pages != 3 || len(seen) != 130 {
		t.Errorf("ListUsers = %d pages with %d users, want 3 with 130", pages, len(seen))
	}
	for name, n := range seen {
		if n != 1 {
			t.Errorf("ListUsers has %s %d times", name, n)
		}
	}
	first, next := a.listUsers("ListUsersInGroup", object{"GroupName": "all", "Limit": 10})
	second, _ := a.listUsers("ListUsersInGroup", object{"GroupName": "all", "Limit": 10, "NextToken": next})
	if len(first) != 10 || len(second) != 10 || slices.ContainsFunc(first, func(name string) bool { return slices.Contains(second, name) }) {
		t.Errorf("ListUsersInGroup = %v, then %v, want ten users and ten others", first, second)
	}
	a.refuse("ListUsers", object{"PaginationToken": "???"}, "InvalidParameterException: Invalid pagination token.")
}

// Whatever a filter says, ListUsers answers with users or refuses the filter. A
// user whose name is quoted as the grammar wants it is found.
func FuzzListUsersFilter(f *testing.F) {
	pool := manyUsers(f)
	for _, seed := range []string{`email ^= "jane@"`, `"name" = "Sam \"the Ham\""`, `status = "Enabled"`, `x`, `\`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		a := newAdmin(t, pool)
		if got := a.call("ListUsers", object{"Filter": text}, nil); got != "" && !strings.HasPrefix(got, "InvalidParameterException: ") {
			t.Errorf("ListUsers(%q) = %q, want users or InvalidParameterException", text, got)
		}
		quoted := `name = "` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
		if got := a.call("ListUsers", object{"Filter": quoted}, nil); got != "" && len([]rune(quoted)) <= 256 && len(quoted) <= 256 {
			t.Errorf("ListUsers(%q) = %q, want users", quoted, got)
		}
	})
}
