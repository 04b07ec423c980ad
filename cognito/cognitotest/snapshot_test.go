package cognitotest_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

func snapshotOf(t testing.TB, p *cognitotest.Pool) []byte {
	t.Helper()
	data, err := p.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// savedPool is a pool with everything in it, and the tokens of two sign-ins,
// of which the second was revoked.
func savedPool(t *testing.T) (p *cognitotest.Pool, tok, revoked tokens) {
	t.Helper()
	c := appClient()
	c.RefreshTokenRotation, c.RetryGracePeriod = true, time.Minute
	p = newMachinePool(t, cognitotest.WithClient(cognitotest.AppClient{ID: "rotating", Secret: "first0000000000000000000000", CallbackURLs: c.CallbackURLs, RefreshTokenRotation: true, RetryGracePeriod: time.Minute}))
	if err := p.AddClientSecret("rotating", "second000000000000000000000"); err != nil {
		t.Fatal(err)
	}
	p.AddGroup(cognitotest.Group{Name: "admins", RoleARN: "arn:a", Precedence: 3})
	p.AddUser(cognitotest.User{Username: "off", Password: password, Disabled: true})
	if err := p.AddKeys(); err != nil {
		t.Fatal(err)
	}
	p.Advance(36 * time.Hour)
	v := newVisitor(t, p)
	tok, revoked = v.login(), v.login()
	p.RevokeRefreshToken(cognito.RefreshToken(revoked.Refresh))
	return p, tok, revoked
}

// checkRestored uses in p what was issued before.
func checkRestored(t *testing.T, p *cognitotest.Pool, tok, revoked tokens) {
	t.Helper()
	v := newVisitor(t, p)
	if a := v.userInfo(tok.Access); a.StatusCode != 200 {
		t.Errorf("userInfo = %d, want 200", a.StatusCode)
	}
	if a := v.userInfo(revoked.Access); a.StatusCode != 401 {
		t.Errorf("userInfo of a revoked sign-in = %d, want 401", a.StatusCode)
	}
	again := v.refresh(tok.Refresh).tokens(t)
	if is, was := claimsOf(t, again.ID), claimsOf(t, tok.ID); is["sub"] != was["sub"] || is["origin_jti"] != was["origin_jti"] || is["auth_time"] != was["auth_time"] {
		t.Errorf("refreshed claims = %v, want those of %v", is, was)
	}
	if a := v.refresh(revoked.Refresh); a.body != invalidGrant {
		t.Errorf("refresh of a revoked sign-in = %s, want invalid_grant", a.body)
	}
	verifier, err := cognito.NewVerifier(p.ConfigFor("client1"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := verifier.VerifyID(t.Context(), cognito.IDToken(tok.ID)); err != nil {
		t.Errorf("VerifyID(token of before) = %v, want nil", err)
	}
	newVisitor(t, p).login() // with the password of before
}

func TestSnapshot(t *testing.T) {
	p, tok, revoked := savedPool(t)
	data := snapshotOf(t, p)
	other := cognitotest.NewPool()
	own := other.Config().ClientID
	if err := other.Restore(data); err != nil {
		t.Fatal(err)
	}
	checkRestored(t, other, tok, revoked)
	if got := other.Config().ClientID; got != "client1" {
		t.Errorf("Config is for %q, want the first client of the snapshot", got)
	}
	if !bytes.Equal(other.JWKS(), p.JWKS()) || strings.Count(string(p.JWKS()), `"kid"`) != 4 {
		t.Error("the keys differ")
	}
	if d := other.Now().Sub(p.Now()).Abs(); d > time.Minute {
		t.Errorf("the clocks differ by %v", d)
	}
	if got := other.ClientSecrets("rotating"); len(got) != 2 || got[0] != "first0000000000000000000000" || got[1] != "second000000000000000000000" {
		t.Errorf("%d secrets, want both in their order", len(got))
	}
	if claims := claimsOf(t, string(other.IDToken("jane"))); claims["cognito:preferred_role"] != "arn:a" || claims["custom:team"] != "blue" {
		t.Errorf("claims = %v, want role and team", claims)
	}
	if _, disabled, err := other.UserStatus("off"); !disabled || err != nil {
		t.Errorf("the disabled user is enabled, %v", err)
	}
	if got := claimsOf(t, string(other.ClientToken("machine")))["scope"]; got != ordersAPI+"/read "+ordersAPI+"/write stock/count" {
		t.Errorf("scope of the machine = %v", got)
	}
	mustPanic(t, "the client that NewPool made by itself", func() { other.ConfigFor(own) })
}

// TestSnapshotIsStable: restoring and saving again gives the same bytes.
func TestSnapshotIsStable(t *testing.T) {
	p, _, _ := savedPool(t)
	first := snapshotOf(t, p)
	other := cognitotest.NewPool()
	if err := other.Restore(first); err != nil {
		t.Fatal(err)
	}
	if second := snapshotOf(t, other); !bytes.Equal(first, second) {
		t.Errorf("saved again:\n%s\nwant\n%s", second, first)
	}
}

func TestSnapshotHasNoTokens(t *testing.T) {
	p, tok, _ := savedPool(t)
	data := string(snapshotOf(t, p))
	for _, secret := range []string{tok.Refresh, tok.Access, tok.ID, password} {
		if strings.Contains(data, secret) {
			t.Errorf("the snapshot shows %.12s…", secret)
		}
	}
}

// TestSnapshotRotation: where a token was rotated out, it stays so, and the
// grace period goes on.
func TestSnapshotRotation(t *testing.T) {
	c := appClient()
	c.RefreshTokenRotation, c.RetryGracePeriod = true, time.Minute
	p := newPool(t, cognitotest.WithClient(c))
	v := newVisitor(t, p)
	first := v.login()
	second := v.refresh(first.Refresh).tokens(t)
	p.Advance(30 * time.Second)
	other := cognitotest.NewPool()
	if err := other.Restore(snapshotOf(t, p)); err != nil {
		t.Fatal(err)
	}
	v = newVisitor(t, other)
	other.Advance(30 * time.Second)
	if a := v.refresh(first.Refresh); a.body != invalidGrant {
		t.Errorf("rotated-out token after the grace period = %s, want invalid_grant", a.body)
	}
	v.refresh(second.Refresh).tokens(t)
}

// TestSnapshotOwnClients: what the new process says about a client counts.
func TestSnapshotOwnClients(t *testing.T) {
	p, tok, revoked := savedPool(t)
	moved := appClient()
	moved.CallbackURLs = append(moved.CallbackURLs, "https://new.example.com/cb")
	other := cognitotest.NewPool(cognitotest.WithClient(moved), cognitotest.WithClient(cognitotest.AppClient{ID: "fresh"}))
	if err := other.Restore(snapshotOf(t, p)); err != nil {
		t.Fatal(err)
	}
	checkRestored(t, other, tok, revoked)
	other.ConfigFor("fresh")
	if a := newVisitor(t, other).get("/oauth2/authorize" + query("redirect_uri", "https://new.example.com/cb")); strings.Contains(a.Header.Get("Location"), "redirect_mismatch") {
		t.Error("the callback URL that is new is not known")
	}
}

// A pool whose app clients were deleted can be restored. Tokens of a sign-in to a
// deleted client stay refused.
func TestSnapshotAfterDeletedClients(t *testing.T) {
	p := newPool(t)
	a := newAdmin(t, p)
	tok := newVisitor(t, p).login()
	a.must("DeleteUserPoolClient", object{"ClientId": "client1"}, nil)
	want := newVisitor(t, p).userInfo(tok.Access).StatusCode

	other := cognitotest.NewPool()
	if err := other.Restore(snapshotOf(t, p)); err != nil {
		t.Fatal(err)
	}
	if got := newVisitor(t, other).userInfo(tok.Access).StatusCode; got != want || want != 401 {
		t.Errorf("userInfo of a deleted client's token = %d, after Restore %d, want 401 twice", want, got)
	}
	if n := len(other.Clients()); n != 0 {
		t.Errorf("%d app clients after Restore, want none", n)
	}
	if again := snapshotOf(t, other); !bytes.Equal(again, snapshotOf(t, p)) {
		t.Errorf("saved again:\n%s\nwant the same as before", again)
	}
	third := newPool(t) // has the client again
	if err := third.Restore(snapshotOf(t, p)); err != nil {
		t.Fatal(err)
	}
	if got := newVisitor(t, third).userInfo(tok.Access).StatusCode; got != 401 {
		t.Errorf("userInfo of a deleted client's token = %d where the client is there again, want 401", got)
	}
}

// A pool that Restore would refuse as too large has no snapshot, so that a file
// with an earlier one stays.
func TestSnapshotIsBounded(t *testing.T) {
	thorough.Only(t)
	p := cognitotest.NewPool()
	attributes := make(map[string]string)
	for i := range 50 {
		attributes[fmt.Sprintf("custom:a%d", i)] = strings.Repeat("x", 2048)
	}
	for i := range 700 { // of 100 KiB each
		if _, err := p.AddUser(cognitotest.User{Username: fmt.Sprint("user", i), Attributes: attributes}); err != nil {
			t.Fatal(err)
		}
	}
	if data, err := p.Snapshot(); err == nil || !strings.Contains(err.Error(), "Restore reads at most 64") {
		t.Errorf("Snapshot of a large pool has %d bytes and the error %v, want an error that names the bound", len(data), err)
	}
}

func TestRestoreRefuses(t *testing.T) {
	p, tok, _ := savedPool(t)
	good := snapshotOf(t, p)
	edit := func(f func(map[string]any)) []byte {
		var s map[string]any
		if err := json.Unmarshal(good, &s); err != nil {
			t.Fatal(err)
		}
		f(s)
		data, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		return data
	}
	first := func(s map[string]any, list string) map[string]any { return s[list].([]any)[0].(map[string]any) }
	last := func(s map[string]any, list string) map[string]any {
		all := s[list].([]any)
		return all[len(all)-1].(map[string]any)
	}
	tests := map[string][]byte{
		"nothing":       nil,
		"no JSON":       []byte("x"),
		"half":          good[:len(good)/2],
		"too long":      make([]byte, 64<<20+1),
		"later version": edit(func(s map[string]any) { s["Version"] = 2 }),
		"no version":    edit(func(s map[string]any) { delete(s, "Version") }),
		"other pool":    edit(func(s map[string]any) { s["PoolID"] = "eu-west-1_Other" }),
		"no keys":       edit(func(s map[string]any) { s["Keys"] = nil }),
		"broken key":    edit(func(s map[string]any) { first(s, "Keys")["ID"].(map[string]any)["PKCS8"] = "AAAA" }),
		"client twice":  edit(func(s map[string]any) { s["Clients"] = append(s["Clients"].([]any), first(s, "Clients")) }),
		"odd client":    edit(func(s map[string]any) { last(s, "Clients")["CallbackURLs"] = []string{"/x"} }),
		"three secrets": edit(func(s map[string]any) { last(s, "Clients")["Secrets"] = []string{"a", "b", "c"} }),
		"user twice":    edit(func(s map[string]any) { s["Users"] = append(s["Users"].([]any), first(s, "Users")) }),
		"no sub":        edit(func(s map[string]any) { first(s, "Users")["Sub"] = "" }),
		"odd status":    edit(func(s map[string]any) { first(s, "Users")["Pending"] = "ASLEEP" }),
		"odd provider":  edit(func(s map[string]any) { first(s, "Users")["Identities"] = []any{map[string]any{"Provider": "X"}} }),
		"odd server":    edit(func(s map[string]any) { first(s, "Servers")["Scopes"] = []string{"a b"} }),
		"foreign grant": edit(func(s map[string]any) {
			for _, g := range s["Grants"].([]any) { // one of them was revoked, as those of a deleted client are
				g.(map[string]any)["ClientID"] = "mallory"
			}
		}),
		"number as text": edit(func(s map[string]any) { s["Offset"] = "1" }),
	}
	for name, data := range tests {
		t.Run(name, func(t *testing.T) {
			other := newPool(t)
			before := string(other.JWKS())
			if err := other.Restore(data); err == nil || !strings.HasPrefix(err.Error(), "cognitotest: restore: ") {
				t.Errorf("Restore(%s) = %v, want an error", name, err)
			}
			if string(other.JWKS()) != before || newVisitor(t, other).refresh(tok.Refresh).body != invalidGrant {
				t.Error("something was restored")
			}
			newVisitor(t, other).signIn()
		})
	}
}

// TestSnapshotInAnotherProcess restores in a process of its own, which has
// keys of its own.
func TestSnapshotInAnotherProcess(t *testing.T) {
	if file := os.Getenv("COGNITOTEST_SNAPSHOT"); file != "" {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var saved struct {
			Pool         json.RawMessage
			Tok, Revoked tokens
		}
		if err := json.Unmarshal(data, &saved); err != nil {
			t.Fatal(err)
		}
		p := cognitotest.NewPool()
		if err := p.Restore(saved.Pool); err != nil {
			t.Fatal(err)
		}
		checkRestored(t, p, saved.Tok, saved.Revoked)
		return
	}
	p, tok, revoked := savedPool(t)
	data, err := json.Marshal(map[string]any{"Pool": json.RawMessage(snapshotOf(t, p)), "Tok": tok, "Revoked": revoked})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "pool.json")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestSnapshotInAnotherProcess$")
	cmd.Env = append(os.Environ(), "COGNITOTEST_SNAPSHOT="+file)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("the other process: %v\n%s", err, out)
	}
}

// FuzzRestore: whatever the bytes say, nothing panics, and what is accepted
// works.
func FuzzRestore(f *testing.F) {
	p := newPool(f)
	p.Tokens("jane")
	data := snapshotOf(f, p)
	f.Add(data)
	f.Add(bytes.Replace(data, []byte(`"Version": 1`), []byte(`"Version": 2`), 1))
	f.Add([]byte(`{"Version":1}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		p := cognitotest.NewPool()
		if p.Restore(data) != nil {
			return
		}
		if len(p.Clients()) > 0 { // the API can delete all
			p.Config()
		}
		if _, err := p.Snapshot(); err != nil {
			t.Errorf("Snapshot after Restore = %v", err)
		}
		newVisitor(t, p).get("/oauth2/authorize" + query())
	})
}
