package cognitotest_test

import (
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// op: ChangePassword
func TestAPI_ChangePassword(t *testing.T) {
	p := apiPool(t)
	in := asJane(p).with("PreviousPassword", password, "ProposedPassword", "Other-horse-2")
	wantAPI(t, p, "ChangePassword", in.with("PreviousPassword", "Wrong-horse-1"), wrongPassword)
	wantAPI(t, p, "ChangePassword", in.with("PreviousPassword", nil), wrongPassword)
	wantAPI(t, p, "ChangePassword", in.with("ProposedPassword", "alllowercase-1"), "InvalidPasswordException: Password did not conform with policy: Password must have uppercase characters")
	mustAPI(t, p, "ChangePassword", in, nil)
	codeIn(t, newVisitor(t, p).submit("/login"+query(), "username", "jane", "password", "Other-horse-2"))
	if says := newVisitor(t, p).submit("/login"+query(), "username", "jane", "password", password).says(); says != "Incorrect username or password." {
		t.Errorf("sign-in with the old password says %q", says)
	}
	mustAPI(t, p, "ChangePassword", in.with("PreviousPassword", "Other-horse-2", "ProposedPassword", password), nil)
	wantAPI(t, p, "ChangePassword", in, limitExceeded)
	p.Advance(time.Hour)
	mustAPI(t, p, "ChangePassword", asJane(p).with("PreviousPassword", password, "ProposedPassword", "Other-horse-2"), nil)
}

// Wrong passwords count together, wherever they are entered.
func TestAPI_ChangePasswordLocks(t *testing.T) {
	p := apiPool(t)
	v := newVisitor(t, p)
	v.submit("/login"+query(), "username", "jane", "password", "x")
	in := asJane(p).with("PreviousPassword", "Wrong-horse-1", "ProposedPassword", "Other-horse-2")
	for range 4 {
		wantAPI(t, p, "ChangePassword", in, wrongPassword)
	}
	wantAPI(t, p, "ChangePassword", in.with("PreviousPassword", password), "NotAuthorizedException: Password attempts exceeded")
	if says := v.submit("/login"+query(), "username", "jane", "password", password).says(); says != "Password attempts exceeded" {
		t.Errorf("sign-in during the lock says %q", says)
	}
}

// A user without a password gives none; what a provider's user has to say is
// not the pool's.
// doc: ChangePassword without PreviousPassword
// doc: ChangePassword of a federated user
func TestAPI_FirstPassword(t *testing.T) {
	p := apiPool(t)
	if _, err := p.AddUser(cognitotest.User{Username: "uma", Email: "uma@example.com"}); err != nil {
		t.Fatal(err)
	}
	in := apiInput{"AccessToken": string(p.AccessToken("uma")), "ProposedPassword": "Other-horse-2"}
	mustAPI(t, p, "ChangePassword", in, nil)
	wantAPI(t, p, "ChangePassword", in, wrongPassword)
	codeIn(t, newVisitor(t, p).submit("/login"+query(), "username", "uma", "password", "Other-horse-2"))
	if err := p.SetUserStatus("uma", cognitotest.StatusExternalProvider); err != nil {
		t.Fatal(err)
	}
	wantAPI(t, p, "ChangePassword", in, "NotAuthorizedException: User password cannot be reset in the current state.")
}

func TestAPI_ChangePasswordHistory(t *testing.T) {
	policy := cognitotest.DefaultPasswordPolicy()
	policy.History = 1
	p := apiPool(t, cognitotest.WithPasswordPolicy(policy))
	wantAPI(t, p, "ChangePassword", asJane(p).with("PreviousPassword", password, "ProposedPassword", password), "PasswordHistoryPolicyViolationException: Password has previously been used.")
}
