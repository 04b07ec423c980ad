package cognitotest_test

import (
	"fmt"
	"log"
	"reflect"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

func TestPoolUsers(t *testing.T) {
	p := newPool(t)
	bob := cognitotest.User{
		Username: "bob", Password: password, Sub: "bob-1", Status: cognitotest.StatusResetRequired, Disabled: true,
		TOTPSecret: "JBSWY3DPEHPK3PXP", Email: "bob@example.com", EmailMFA: true, PreferredMFA: cognitotest.FactorEmail,
	}
	if _, err := p.AddUser(bob); err != nil {
		t.Fatal(err)
	}
	bob.Password, bob.TOTPSecret, bob.Attributes = "", "", map[string]string{}
	users := p.Users()
	if len(users) != 2 || !reflect.DeepEqual(users[0], bob) {
		t.Fatalf("Users() = %+v, want bob first, as %+v", users, bob)
	}
	jane := users[1]
	want := cognitotest.User{
		Username: "jane", Email: "jane@example.com", EmailVerified: true, Phone: "+15550100",
		Attributes: map[string]string{"name": "Jane", "custom:team": "blue"}, Groups: []string{"admins"},
		Sub: jane.Sub, Status: cognitotest.StatusConfirmed,
	}
	if !reflect.DeepEqual(jane, want) || jane.Sub == "" {
		t.Errorf("Users()[1] = %+v, want %+v with a sub", jane, want)
	}
	jane.Groups[0], jane.Attributes["name"] = "changed", "changed"
	if again := p.Users()[1]; again.Groups[0] != "admins" || again.Attributes["name"] != "Jane" {
		t.Errorf("Users() after its answer was changed = %+v, want a copy", again)
	}
}

func TestPoolClients(t *testing.T) {
	p := newPool(t, cognitotest.WithClient(appClient()), cognitotest.WithClient(cognitotest.AppClient{ID: "second", Secret: "s1"}))
	if err := p.AddClientSecret("second", "s2"); err != nil {
		t.Fatal(err)
	}
	if err := p.DeleteClientSecret("second", "s1"); err != nil {
		t.Fatal(err)
	}
	clients := p.Clients()
	if len(clients) != 2 || clients[0].ID != "client1" || clients[1].ID != "second" {
		t.Fatalf("Clients() = %v, want client1 and second", clients)
	}
	for i, want := range []cognito.Secret{"", "s2"} {
		if clients[i].Secret != want || clients[i].SecondSecret != "" {
			t.Errorf("Clients()[%d] has the secrets %q and %q, want %q alone", i, string(clients[i].Secret), string(clients[i].SecondSecret), string(want))
		}
	}
	if err := p.AddClientSecret("second", "s3"); err != nil {
		t.Fatal(err)
	}
	if got := p.Clients()[1].SecondSecret; got != "s3" {
		t.Errorf("Clients()[1].SecondSecret = %q, want s3", string(got))
	}
	if len(clients[0].Scopes) != 5 || clients[0].Flows[0] != cognitotest.FlowCode {
		t.Errorf("Clients()[0] = %v, want the defaults filled in", clients[0])
	}
	clients[0].CallbackURLs[0] = "changed"
	if got := p.Clients()[0].CallbackURLs[0]; got != callbackURL {
		t.Errorf("Clients() after its answer was changed = %q, want a copy", got)
	}
}

func TestPoolGroups(t *testing.T) {
	p := newPool(t)
	p.AddGroup(cognitotest.Group{Name: "Editors", Precedence: 2})
	want := []cognitotest.Group{{Name: "Editors", Precedence: 2}, {Name: "admins"}}
	if got := p.Groups(); !reflect.DeepEqual(got, want) {
		t.Errorf("Groups() = %v, want %v", got, want)
	}
}

func TestPoolTakeEvents(t *testing.T) {
	p := newPool(t)
	v := newVisitor(t, p)
	v.get("/login" + query())
	if got := p.TakeEvents(); len(got) != 1 || got[0].Op != "login" {
		t.Errorf("TakeEvents() = %v, want that of /login", got)
	}
	if got := p.TakeEvents(); len(got) != 0 {
		t.Errorf("TakeEvents() again = %v, want none", got)
	}
	v.get("/signup" + query())
	if got := p.TakeEvents(); len(got) != 1 || got[0].Op != "signup" {
		t.Errorf("TakeEvents() later = %v, want that of /signup", got)
	}
}

func ExamplePool_Users() {
	pool := cognitotest.NewPool()
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Groups: []string{"admins"}}); err != nil {
		log.Fatal(err)
	}
	for _, u := range pool.Users() {
		fmt.Println(u.Username, u.Status, u.Groups)
	}
	// Output: jane CONFIRMED [admins]
}

func ExamplePool_Clients() {
	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{ID: "web", Secret: "keep-me"}))
	for _, c := range pool.Clients() {
		fmt.Println(c.ID, c.Secret, c.AccessTokenValidity)
	}
	// Output: web [redacted] 1h0m0s
}

func ExamplePool_Groups() {
	pool := cognitotest.NewPool()
	pool.AddGroup(cognitotest.Group{Name: "admins", Precedence: 1})
	fmt.Println(pool.Groups()[0].Name)
	// Output: admins
}

func ExamplePool_TakeEvents() {
	pool := cognitotest.NewPool()
	resp, err := pool.Client().Get(pool.URL() + "/oauth2/userInfo")
	if err != nil {
		log.Fatal(err)
	}
	resp.Body.Close()
	for _, e := range pool.TakeEvents() {
		fmt.Println(e.Method, e.Op, e.Status)
	}
	fmt.Println(len(pool.TakeEvents()))
	// Output:
	// GET userInfo 400
	// 0
}
