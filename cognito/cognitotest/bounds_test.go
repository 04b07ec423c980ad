package cognitotest_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/outbox"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// The n-th sign-in that somebody begins and leaves costs what the first did.
// The test compares the fastest of several batches, so that a busy machine
// does not fail it. When each start looked at all others, the 10,000th cost
// five times as much. The package attempts holds that too, in less time.
func TestUnfinishedSignInsStayCheap(t *testing.T) {
	thorough.Only(t)
	c := appClient()
	c.ExplicitAuthFlows = []string{"ALLOW_USER_AUTH"}
	p := newPool(t, cognitotest.WithClient(c))
	begin := func() {
		in := object{"ClientId": c.ID, "AuthFlow": "USER_AUTH", "AuthParameters": object{"USERNAME": "jane"}}
		if got := callAPI(t, p, "InitiateAuth", in, nil); got != "" {
			t.Fatal(got)
		}
	}
	fastest := func() time.Duration {
		best := time.Hour
		for range 10 {
			before := time.Now()
			for range 20 {
				begin()
			}
			best = min(best, time.Since(before))
		}
		return best
	}
	first := fastest()
	for range 10_000 {
		begin()
	}
	if last := fastest(); last > 3*first {
		t.Errorf("20 starts took %v at first and %v after many, want about the same", first, last)
	}
}

// The outbox of a pool that runs for days forgets its oldest messages. The
// package journal holds that too, in less time.
func TestOutboxIsBounded(t *testing.T) {
	p := newPool(t)
	for range thorough.Or(50, 10_500) {
		if got := callAPI(t, p, "ForgotPassword", object{"ClientId": "client1", "Username": "jane"}, nil); got != "" {
			t.Fatal(got)
		}
		p.Advance(30 * time.Minute)
	}
	all := p.Outbox()
	if len(all) < thorough.Or(50, 9_000) || len(all) > 10_000 {
		t.Errorf("the outbox has %d messages, want %d to 10,000", len(all), thorough.Or(50, 9_000))
	}
	if !slices.IsSortedFunc(all, func(a, b outbox.Message) int { return a.At.Compare(b.At) }) || p.LastCode("jane@example.com") != all[len(all)-1].Code {
		t.Error("the outbox does not end with the newest message")
	}
}

// Restore leaves nothing of what the pool had.
func TestRestoreReplaces(t *testing.T) {
	saved := newPool(t)
	saved.AddResourceServer(cognitotest.ResourceServer{Identifier: "kept", Scopes: []string{"read"}})
	data := snapshotOf(t, saved)

	p := newPool(t, cognitotest.WithClient(appClient()), cognitotest.WithResourceServer(cognitotest.ResourceServer{Identifier: "option", Scopes: []string{"read"}}))
	p.AddResourceServer(cognitotest.ResourceServer{Identifier: "added", Scopes: []string{"read"}})
	a := newAdmin(t, p)
	made := a.newClient(object{"ClientName": "left over", "AllowedOAuthFlows": []string{"code"}, "AllowedOAuthScopes": []string{"openid"}, "AllowedOAuthFlowsUserPoolClient": true, "CallbackURLs": []string{"https://x.example.com/"}})
	a.must("DeleteUserPoolClient", object{"ClientId": made.ClientId}, nil)
	v := newVisitor(t, p)
	for range 7 { // locks jane out
		v.signInAs("jane", "wrong")
	}
	for range 6 { // uses up the quota for codes
		callAPI(t, p, "ForgotPassword", object{"ClientId": "client1", "Username": "jane"}, nil)
	}
	if err := p.Restore(data); err != nil {
		t.Fatal(err)
	}

	var servers struct{ ResourceServers []struct{ Identifier string } }
	a.must("ListResourceServers", object{"MaxResults": 50}, &servers)
	if len(servers.ResourceServers) != 1 || servers.ResourceServers[0].Identifier != "kept" {
		t.Errorf("resource servers after Restore = %v, want those of the snapshot alone", servers.ResourceServers)
	}
	newVisitor(t, p).login() // the lock-out is over
	if got := callAPI(t, p, "ForgotPassword", object{"ClientId": "client1", "Username": "jane"}, nil); got != "" {
		t.Errorf("ForgotPassword after Restore: %s, want a quota that was not used", got)
	}
	if again := snapshotOf(t, p); strings.Contains(string(again), "left over") {
		t.Error("the profile of a deleted client is still there")
	}
}

// Operations on the secrets and the settings of one app client at the same time
// do not undo each other. The id that AddUserPoolClientSecret answers with is
// the one that the list has afterwards.
func TestAdmin_SecretsAndSettingsTogether(t *testing.T) {
	p := newPool(t)
	a := newAdmin(t, p)
	in := webClient()
	in["GenerateSecret"] = true
	c := a.newClient(in)
	update := webClient()
	update["ClientId"] = c.ClientId
	for i := range 150 {
		p.Advance(10 * time.Second)
		var added struct {
			ClientSecretDescriptor struct{ ClientSecretId string }
		}
		var both sync.WaitGroup
		both.Go(func() { a.call("UpdateUserPoolClient", update, nil) })
		both.Go(func() { a.call("AddUserPoolClientSecret", object{"ClientId": c.ClientId}, &added) })
		both.Wait()
		var list struct {
			ClientSecrets []struct{ ClientSecretId string }
		}
		a.must("ListUserPoolClientSecrets", object{"ClientId": c.ClientId}, &list)
		id := added.ClientSecretDescriptor.ClientSecretId
		if len(list.ClientSecrets) != 2 || list.ClientSecrets[1].ClientSecretId != id {
			t.Fatalf("round %d: ListUserPoolClientSecrets = %v, want a second secret %s", i, list.ClientSecrets, id)
		}
		a.must("DeleteUserPoolClientSecret", object{"ClientId": c.ClientId, "ClientSecretId": list.ClientSecrets[0].ClientSecretId}, nil)
		after := list.ClientSecrets[1]
		a.must("ListUserPoolClientSecrets", object{"ClientId": c.ClientId}, &list)
		if len(list.ClientSecrets) != 1 || list.ClientSecrets[0] != after {
			t.Fatalf("round %d: after the deletion the list is %v, want %v", i, list.ClientSecrets, after)
		}
	}
}

// Many requests for one second secret get one.
func TestAdmin_OneSecondSecret(t *testing.T) {
	a := newAdmin(t, newPool(t))
	in := webClient()
	in["GenerateSecret"] = true
	c := a.newClient(in)
	var all sync.WaitGroup
	answers := make([]string, 20)
	for i := range answers {
		all.Go(func() {
			answers[i] = a.call("AddUserPoolClientSecret", object{"ClientId": c.ClientId, "ClientSecret": fmt.Sprintf("secret%030d", i)}, nil)
		})
	}
	all.Wait()
	if n := len(slices.DeleteFunc(slices.Clone(answers), func(a string) bool { return a != "" })); n != 1 {
		t.Errorf("%d of %d requests got a secret, want 1: %q", n, len(answers), answers)
	}
}
