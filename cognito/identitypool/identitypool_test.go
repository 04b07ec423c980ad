package identitypool_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	citypes "github.com/aws/aws-sdk-go-v2/service/cognitoidentity/types"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/fault"
	"github.com/seed75762126/cognito-go/cognito/identitypool"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

const (
	userRole  = "arn:aws:iam::123456789012:role/CognitoAuthenticated"
	guestRole = "arn:aws:iam::123456789012:role/CognitoGuest"
	adminRole = "arn:aws:iam::123456789012:role/Admins"
	buyerRole = "arn:aws:iam::123456789012:role/Buyers"
)

// newPool is a pool with jane, who is in two groups with roles, and joe.
func newPool(t testing.TB, ip cognitotest.IdentityPool, opts ...cognitotest.Option) *cognitotest.Pool {
	t.Helper()
	pool := cognitotest.NewPool(append(opts, cognitotest.WithIdentityPool(ip))...)
	pool.AddGroup(cognitotest.Group{Name: "admins", RoleARN: adminRole, Precedence: 1})
	pool.AddGroup(cognitotest.Group{Name: "buyers", RoleARN: buyerRole, Precedence: 2})
	for _, u := range []cognitotest.User{
		{Username: "jane", Email: "jane@example.com", Groups: []string{"admins", "buyers"}},
		{Username: "joe", Email: "joe@example.com"},
	} {
		if _, err := pool.AddUser(u); err != nil {
			t.Fatal(err)
		}
	}
	return pool
}

func newClient(t testing.TB, pool *cognitotest.Pool, edit ...func(*identitypool.Config)) *identitypool.Client {
	t.Helper()
	cfg := identitypool.Config{Pool: pool.Config()}
	for _, e := range edit {
		e(&cfg)
	}
	client, err := identitypool.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// visitor is a user whose ID token is always a new one.
func visitor(t testing.TB, client *identitypool.Client, pool *cognitotest.Pool, username string, opts ...identitypool.Option) *identitypool.Provider {
	t.Helper()
	return client.ForUser(identityOf(t, pool, username), func(context.Context) (cognito.IDToken, error) { return pool.IDToken(username), nil }, opts...)
}

func identityOf(t testing.TB, pool *cognitotest.Pool, username string) *cognito.Identity {
	t.Helper()
	v, err := cognito.NewVerifier(pool.Config())
	if err != nil {
		t.Fatal(err)
	}
	claims, err := v.VerifyID(t.Context(), pool.IDToken(username))
	if err != nil {
		t.Fatal(err)
	}
	return claims.Identity()
}

func TestProvider_Retrieve(t *testing.T) {
	basic := func(c *identitypool.Config) {
		c.Flow, c.RoleARN, c.GuestRoleARN = identitypool.Basic, userRole, guestRole
	}
	tests := []struct {
		name  string
		user  string // "" is a guest
		ip    cognitotest.IdentityPool
		edit  []func(*identitypool.Config)
		opts  []identitypool.Option
		role  string
		calls []string
	}{
		{name: "user", user: "jane", role: userRole, calls: []string{"GetId", "GetCredentialsForIdentity"}},
		{name: "guest", ip: cognitotest.IdentityPool{Guests: true}, role: guestRole, calls: []string{"GetId", "GetCredentialsForIdentity"}},
		{name: "role of the group", user: "jane", ip: cognitotest.IdentityPool{RoleMapping: cognitotest.RoleMapping{Type: "Token"}}, role: adminRole,
			calls: []string{"GetId", "GetCredentialsForIdentity"}},
		{name: "role asked for", user: "jane", opts: []identitypool.Option{identitypool.WithRole(buyerRole)}, role: buyerRole,
			calls: []string{"GetId", "GetCredentialsForIdentity"}},
		{name: "basic flow, user", user: "jane", ip: cognitotest.IdentityPool{ClassicFlow: true}, edit: []func(*identitypool.Config){basic}, role: userRole,
			calls: []string{"GetId", "GetOpenIdToken", "AssumeRoleWithWebIdentity"}},
		{name: "basic flow, guest", ip: cognitotest.IdentityPool{ClassicFlow: true, Guests: true}, edit: []func(*identitypool.Config){basic}, role: guestRole,
			calls: []string{"GetId", "GetOpenIdToken", "AssumeRoleWithWebIdentity"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			pool := newPool(t, tt.ip)
			client := newClient(t, pool, tt.edit...)
			provider := client.ForGuest("")
			if tt.user != "" {
				provider = visitor(t, client, pool, tt.user, tt.opts...)
			}
			pool.TakeEvents()
			got, err := provider.Retrieve(t.Context())
			if err != nil {
				t.Fatalf("Retrieve = %v", err)
			}
			who, known := pool.Credentials(got.AccessKeyID)
			if !known || who.RoleARN != tt.role || who.SecretAccessKey != got.SecretAccessKey || who.SessionToken != got.SessionToken {
				t.Errorf("Retrieve = credentials of %+v, want of %s", who, tt.role)
			}
			if !got.CanExpire || !got.Expires.Equal(who.Expires.Truncate(time.Second)) {
				t.Errorf("Expires = %v, want %v", got.Expires, who.Expires)
			}
			id, err := provider.IdentityID(t.Context())
			if err != nil || id != who.IdentityID {
				t.Errorf("IdentityID = %s, %v, want %s", id, err, who.IdentityID)
			}
			if calls := ops(pool); strings.Join(calls, " ") != strings.Join(tt.calls, " ") {
				t.Errorf("calls = %v, want %v", calls, tt.calls)
			}
		})
	}
}

// ops are the operations that the pool was asked for.
func ops(pool *cognitotest.Pool) []string {
	var list []string
	for _, e := range pool.Events() {
		list = append(list, e.Op)
	}
	return list
}

// Every request makes a Provider of its own, and all share what is kept.
func TestProvider_KeptAndRenewed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t, cognitotest.IdentityPool{})
		client := newClient(t, pool)
		retrieve := func() aws.Credentials {
			t.Helper()
			got, err := visitor(t, client, pool, "jane").Retrieve(t.Context())
			if err != nil {
				t.Fatalf("Retrieve = %v", err)
			}
			return got
		}
		first := retrieve()
		time.Sleep(54 * time.Minute)
		if got := retrieve(); got.AccessKeyID != first.AccessKeyID {
			t.Error("Retrieve after 54 minutes = others, want those that are kept")
		}
		time.Sleep(2 * time.Minute)
		if got := retrieve(); got.AccessKeyID != first.AccessKeyID {
			t.Error("Retrieve after 56 minutes = others at once, want those that are good while new ones are on their way")
		}
		synctest.Wait()
		second := retrieve()
		if second.AccessKeyID == first.AccessKeyID || second.Expires.Sub(first.Expires) < 55*time.Minute {
			t.Errorf("Retrieve after the renewal = %v until %v, want new ones", second.AccessKeyID == first.AccessKeyID, second.Expires)
		}
		if n := len(pool.Events(cognitotest.Event{Op: "GetId"})); n != 1 {
			t.Errorf("%d calls of GetId, want 1: the identity is known", n)
		}
		time.Sleep(2 * time.Hour)
		if got := retrieve(); got.AccessKeyID == second.AccessKeyID {
			t.Error("Retrieve after they have expired = the old ones, want new ones")
		}
	})
}

// E5: fifty requests share one call, and each leaves when its own context
// ends.
func TestE5_Retrieve(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t, cognitotest.IdentityPool{})
		client := newClient(t, pool)
		provider := visitor(t, client, pool, "jane")
		pool.Fault(fault.Fault{Op: "GetCredentialsForIdentity", Kind: fault.Slow, Delay: 2 * time.Second})
		var wg sync.WaitGroup
		keys := make([]string, 50)
		for i := range keys {
			wg.Go(func() {
				ctx := t.Context()
				if i == 0 { // the one that the call began with
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, time.Second)
					defer cancel()
				}
				begun := time.Now()
				got, err := provider.Retrieve(ctx)
				if i == 0 {
					if !errors.Is(err, context.DeadlineExceeded) || time.Since(begun) != time.Second {
						t.Errorf("Retrieve for a second = %v after %v, want its own deadline", err, time.Since(begun))
					}
					return
				}
				if err != nil {
					t.Errorf("Retrieve = %v", err)
				}
				keys[i] = got.AccessKeyID
			})
			synctest.Wait()
		}
		wg.Wait()
		for _, key := range keys[1:] {
			if key == "" || key != keys[1] {
				t.Fatalf("Retrieve = %q and %q, want one answer for all", keys[1], key)
			}
		}
		if n := len(pool.Events(cognitotest.Event{Op: "GetCredentialsForIdentity"})); n != 1 {
			t.Errorf("%d calls, want 1", n)
		}
	})
}

// What is good is served while Cognito is down, and Cognito is not asked
// again for every request.
func TestProvider_Outage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t, cognitotest.IdentityPool{})
		client := newClient(t, pool)
		provider := visitor(t, client, pool, "jane")
		first, err := provider.Retrieve(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		pool.Fault(fault.Fault{Op: "GetCredentialsForIdentity", Kind: fault.Unavailable})
		time.Sleep(56 * time.Minute)
		pool.TakeEvents()
		for range 100 {
			got, err := provider.Retrieve(t.Context())
			if err != nil || got.AccessKeyID != first.AccessKeyID {
				t.Fatalf("Retrieve during an outage = %v, want the credentials that are good", err)
			}
			synctest.Wait()
		}
		if n := len(pool.Events()); n > 3 {
			t.Errorf("%d calls for 100 requests, want one attempt of at most 3", n)
		}
		time.Sleep(5 * time.Minute)
		_, err = provider.Retrieve(t.Context())
		var e *identitypool.Error
		if !errors.As(err, &e) || !e.Retryable {
			t.Fatalf("Retrieve with expired credentials = %v, want an Error that is retryable", err)
		}
		pool.TakeEvents()
		for range 100 {
			if _, err := provider.Retrieve(t.Context()); !errors.As(err, &e) {
				t.Fatalf("Retrieve = %v, want an Error", err)
			}
		}
		if n := len(pool.Events()); n != 0 {
			t.Errorf("%d calls within a second of a failure, want none", n)
		}
		pool.ClearFaults()
		time.Sleep(time.Second)
		if _, err := provider.Retrieve(t.Context()); err != nil {
			t.Errorf("Retrieve after the outage = %v", err)
		}
	})
}

// A renewal that fails shortly before the end does not hold up the next one
// beyond it.
func TestProvider_OutageAtTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t, cognitotest.IdentityPool{})
		client := newClient(t, pool)
		provider := visitor(t, client, pool, "jane")
		retrieve := func(after time.Duration) {
			t.Helper()
			time.Sleep(after)
			got, err := provider.Retrieve(t.Context())
			if err != nil || !time.Now().Before(got.Expires) {
				t.Errorf("Retrieve = credentials until %v, %v, want good ones", got.Expires, err)
			}
			synctest.Wait()
		}
		retrieve(0)
		pool.Fault(fault.Fault{Op: "GetCredentialsForIdentity", Kind: fault.Unavailable})
		retrieve(time.Hour - 10*time.Second)
		time.Sleep(9 * time.Second) // so that all attempts of the renewal fail
		pool.ClearFaults()
		retrieve(2 * time.Second)
	})
}

// A refusal of one session's ID token says nothing about another session's.
func TestProvider_LoginRefused(t *testing.T) {
	pool := newPool(t, cognitotest.IdentityPool{})
	client := newClient(t, pool)
	who := identityOf(t, pool, "jane")
	expired := func(context.Context) (cognito.IDToken, error) {
		return pool.IDToken("jane", func(c cognitotest.Claims) { c["exp"] = 1700000000 }), nil
	}
	if _, err := client.ForUser(who, expired).Retrieve(t.Context()); !errors.Is(err, identitypool.ErrLogin) {
		t.Fatalf("Retrieve with an expired ID token = %v, want ErrLogin", err)
	}
	good := func(context.Context) (cognito.IDToken, error) { return pool.IDToken("jane"), nil }
	if _, err := client.ForUser(who, good).Retrieve(t.Context()); err != nil {
		t.Errorf("Retrieve of another session just after = %v", err)
	}
}

// Many requests of a session whose ID token is refused ask Cognito once.
func TestProvider_RefusedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t, cognitotest.IdentityPool{})
		var calls atomic.Int32
		client := newClient(t, pool, func(c *identitypool.Config) {
			next := c.Pool.HTTPClient.Transport
			c.Pool.HTTPClient = &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				calls.Add(1)
				time.Sleep(100 * time.Millisecond)
				return next.RoundTrip(r)
			})}
		})
		token := pool.IDToken("jane", func(c cognitotest.Claims) { c["exp"] = 900000000 }) // before the clock of synctest
		provider := client.ForUser(identityOf(t, pool, "jane"), func(context.Context) (cognito.IDToken, error) { return token, nil })
		var group sync.WaitGroup
		for range 40 {
			group.Go(func() {
				if _, err := provider.Retrieve(t.Context()); !errors.Is(err, identitypool.ErrLogin) {
					t.Errorf("Retrieve = %v, want ErrLogin", err)
				}
			})
		}
		group.Wait()
		if n := calls.Load(); n > 2 { // GetId, under both names of the user pool at most
			t.Errorf("40 requests made %d calls, want those of one", n)
		}
		time.Sleep(2 * time.Second)
		calls.Store(0)
		if _, err := provider.Retrieve(t.Context()); !errors.Is(err, identitypool.ErrLogin) || calls.Load() == 0 {
			t.Errorf("Retrieve = %v after %d calls, want that it asks again after a moment", err, calls.Load())
		}
	})
}

// A session's token is the identity's, or is not sent.
func TestProvider_OtherUsersToken(t *testing.T) {
	pool := newPool(t, cognitotest.IdentityPool{})
	client := newClient(t, pool)
	joes := func(context.Context) (cognito.IDToken, error) { return pool.IDToken("joe"), nil }
	_, err := client.ForUser(identityOf(t, pool, "jane"), joes).Retrieve(t.Context())
	var e *identitypool.Error
	if !errors.Is(err, identitypool.ErrLogin) || !errors.As(err, &e) || e.Code != "other_user" {
		t.Errorf("Retrieve with joe's token for jane = %v, want other_user", err)
	}
	if _, err := visitor(t, client, pool, "jane").Retrieve(t.Context()); err != nil {
		t.Errorf("Retrieve with jane's own = %v", err)
	}
}

// An answer that is no JSON is a bad answer at once, not an outage.
func TestE2_AnswerIsHTML(t *testing.T) {
	for _, contentType := range []string{"text/html", "application/json"} {
		pool := newPool(t, cognitotest.IdentityPool{})
		calls := 0
		client := newClient(t, pool, func(c *identitypool.Config) {
			c.Pool.HTTPClient = &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				calls++
				body := `{"IdentityId":"eu-west-1:1"}`
				if contentType != "text/html" {
					body = "<html>"
				}
				return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {contentType}}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
			})}
		})
		_, err := client.ForUser(identityOf(t, pool, "jane"), func(context.Context) (cognito.IDToken, error) { return pool.IDToken("jane"), nil }).Retrieve(t.Context())
		var e *identitypool.Error
		if !errors.As(err, &e) || e.Code != "bad_answer" || calls > 3 || contentType == "text/html" && calls != 1 {
			t.Errorf("%s: Retrieve = %v after %d calls, want bad_answer", contentType, err, calls)
		}
	}
}

// Over a socket the emulator's settings are all it takes.
func TestClient_Socket(t *testing.T) {
	pool := newPool(t, cognitotest.IdentityPool{ClassicFlow: true})
	if err := pool.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	for _, flow := range []identitypool.Flow{identitypool.Enhanced, identitypool.Basic} {
		client := newClient(t, pool, func(c *identitypool.Config) {
			if c.Flow = flow; flow == identitypool.Basic {
				c.RoleARN = userRole
			}
		})
		if _, err := visitor(t, client, pool, "jane").Retrieve(t.Context()); err != nil {
			t.Errorf("%s flow: Retrieve = %v", flow, err)
		}
	}
}

// What passes by itself is retryable, what somebody has to change is not.
func TestE2_Retryable(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t, cognitotest.IdentityPool{})
		for kind, want := range map[fault.Kind]string{
			fault.TooManyRequests: "TooManyRequestsException",
			fault.ServerError:     "InternalErrorException",
			fault.Drop:            "unreachable",
		} {
			pool.Fault(fault.Fault{Op: "GetId", Kind: kind})
			_, err := visitor(t, newClient(t, pool), pool, "jane").Retrieve(t.Context())
			var e *identitypool.Error
			if !errors.As(err, &e) || string(e.Code) != want || !e.Retryable {
				t.Errorf("%s: Retrieve = %+v, want %s, retryable", kind, e, want)
			}
			pool.ClearFaults()
		}
		_, err := newClient(t, pool).ForGuest("").Retrieve(t.Context())
		var e *identitypool.Error
		if !errors.As(err, &e) || e.Retryable {
			t.Errorf("guests off: Retrieve = %+v, want an Error that is not retryable", e)
		}
	})
}

// A guest who signs in keeps the identity id, unless the user has one.
func TestProvider_FromGuest(t *testing.T) {
	pool := newPool(t, cognitotest.IdentityPool{Guests: true})
	client := newClient(t, pool)
	id := func(p *identitypool.Provider) string {
		t.Helper()
		id, err := p.IdentityID(t.Context())
		if err != nil {
			t.Fatalf("IdentityID = %v", err)
		}
		return id
	}
	guest := id(client.ForGuest(""))
	if again := id(client.ForGuest(guest)); again != guest {
		t.Errorf("the guest comes back as %s, want %s", again, guest)
	}
	if other := id(client.ForGuest("")); other == guest {
		t.Errorf("another guest is %s too", other)
	}
	joe := id(visitor(t, client, pool, "joe", identitypool.FromGuest(guest)))
	if joe != guest {
		t.Errorf("joe, who was a guest, is %s, want %s kept", joe, guest)
	}
	jane := id(visitor(t, client, pool, "jane"))
	fresh := newClient(t, pool) // which does not know her yet
	second := id(client.ForGuest(""))
	if got := id(visitor(t, fresh, pool, "jane", identitypool.FromGuest(second))); got != jane {
		t.Errorf("jane, who has an identity, is %s, want %s", got, jane)
	}
	for name, id2 := range map[string]string{"somebody else's": guest, "unknown": "eu-west-1:00000000-0000"} {
		another := newClient(t, pool)
		if got := id(visitor(t, another, pool, "jane", identitypool.FromGuest(id2))); got != jane {
			t.Errorf("jane with an id that is %s = %s, want %s", name, got, jane)
		}
	}
}

func TestE2_Errors(t *testing.T) {
	basic := func(c *identitypool.Config) { c.Flow, c.RoleARN = identitypool.Basic, adminRole }
	tests := []struct {
		name string
		ip   cognitotest.IdentityPool
		edit func(*identitypool.Config)
		of   func(*identitypool.Client, *cognitotest.Pool) *identitypool.Provider
		is   error
		want string
	}{
		{
			name: "guests off",
			of:   func(c *identitypool.Client, _ *cognitotest.Pool) *identitypool.Provider { return c.ForGuest("") },
			is:   identitypool.ErrGuests,
			want: `identitypool: GetId: NotAuthorizedException ("Unauthenticated access is not supported for this identity pool."): set AllowUnauthenticatedIdentities of identity pool eu-west-1:1, with a role for guests, or give credentials to signed-in users only`,
		},
		{
			name: "ambiguous role",
			ip:   cognitotest.IdentityPool{RoleMapping: cognitotest.RoleMapping{Type: "Token", AmbiguousRoleResolution: "Deny"}},
			is:   identitypool.ErrRole,
			want: `identitypool: GetCredentialsForIdentity: NotAuthorizedException ("Ambiguous role mapping rules; cannot determine which role to use."): the user's cognito:roles do not decide on one role: give each group of the user pool a RoleArn and a Precedence of its own; or ask for one role with WithRole; or set AmbiguousRoleResolution of identity pool eu-west-1:1 to AuthenticatedRole`,
		},
		{
			name: "no role",
			ip:   cognitotest.IdentityPool{AuthenticatedRole: "none"},
			is:   identitypool.ErrRole,
			want: `identitypool: GetCredentialsForIdentity: InvalidIdentityPoolConfigurationException ("Invalid identity pool configuration. Check assigned IAM roles for this pool."): set the role for this kind of visitor in identity pool eu-west-1:1 (SetIdentityPoolRoles); the role's trust policy must let cognito-identity.amazonaws.com assume it, with the pool's id as aud`,
		},
		{
			name: "expired ID token",
			of: func(c *identitypool.Client, pool *cognitotest.Pool) *identitypool.Provider {
				return c.ForUser(identityOf(t, pool, "joe"), func(context.Context) (cognito.IDToken, error) {
					return pool.IDToken("joe", func(c cognitotest.Claims) { c["exp"] = 1700000000 }), nil
				})
			},
			is:   cognito.ErrExpired,
			want: `: the ID token has expired: refresh the session first, or correct this machine's clock`,
		},
		{
			name: "app client that the identity pool does not list",
			ip:   cognitotest.IdentityPool{ClientIDs: []string{"another"}},
			is:   identitypool.ErrLogin,
			want: `identitypool: GetId: NotAuthorizedException ("Token is not from a supported provider of this identity pool."): add user pool eu-west-1_Emulator1 with app client 7app to CognitoIdentityProviders of identity pool eu-west-1:1`,
		},
		{
			name: "no ID token",
			of: func(c *identitypool.Client, pool *cognitotest.Pool) *identitypool.Provider {
				return c.ForUser(identityOf(t, pool, "joe"), func(context.Context) (cognito.IDToken, error) { return "", nil })
			},
			is:   identitypool.ErrLogin,
			want: `identitypool: GetId: no_id_token: the session has no ID token: the sign-in needs the scope openid`,
		},
		{
			name: "wrong identity pool",
			edit: func(c *identitypool.Config) { c.Pool.IdentityPoolID = "eu-west-1:2" },
			is:   identitypool.ErrNotFound,
			want: `identitypool: GetId: ResourceNotFoundException ("IdentityPool 'eu-west-1:2' not found."): there is no identity pool eu-west-1:2 in region eu-west-1: compare Config.Pool.IdentityPoolID (COGNITO_IDENTITY_POOL_ID)`,
		},
		{
			name: "basic flow off",
			edit: basic,
			want: `identitypool: GetOpenIdToken: InvalidParameterException ("Basic (classic) flow is not enabled, please use enhanced flow."): set AllowClassicFlow of identity pool eu-west-1:1, or use the enhanced flow (Config.Flow)`,
		},
		{
			name: "role that does not trust the identity pool",
			ip:   cognitotest.IdentityPool{ClassicFlow: true},
			edit: basic,
			is:   identitypool.ErrRole,
			want: `identitypool: AssumeRoleWithWebIdentity: AccessDenied ("Not authorized to perform sts:AssumeRoleWithWebIdentity"): the trust policy of the role must let cognito-identity.amazonaws.com assume it with sts:AssumeRoleWithWebIdentity, for aud eu-west-1:1 and the right amr`,
		},
		{
			name: "no role for guests in the basic flow",
			ip:   cognitotest.IdentityPool{ClassicFlow: true, Guests: true},
			edit: basic,
			of:   func(c *identitypool.Client, _ *cognitotest.Pool) *identitypool.Provider { return c.ForGuest("") },
			is:   identitypool.ErrRole,
			want: `identitypool: AssumeRoleWithWebIdentity: no_role: Config names no role for this kind of visitor: set RoleARN and GuestRoleARN`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.ip.ID = "eu-west-1:1"
			pool := newPool(t, tt.ip, cognitotest.WithClient(cognitotest.AppClient{ID: "7app"}))
			edit := func(c *identitypool.Config) {
				if tt.edit != nil {
					tt.edit(c)
				}
			}
			client := newClient(t, pool, edit)
			provider := visitor(t, client, pool, "joe")
			if tt.of != nil {
				provider = tt.of(client, pool)
			}
			_, err := provider.Retrieve(t.Context())
			var e *identitypool.Error
			if !errors.As(err, &e) || !strings.HasSuffix(err.Error(), tt.want) {
				t.Fatalf("Retrieve = %v\nwant %s", err, tt.want)
			}
			if tt.is != nil && !errors.Is(err, tt.is) {
				t.Errorf("Retrieve = %v, want errors.Is(%v)", err, tt.is)
			}
		})
	}
}

// E2: the SDK's own types are in the chain.
func TestE2_SDKTypes(t *testing.T) {
	pool := newPool(t, cognitotest.IdentityPool{})
	_, err := newClient(t, pool).ForGuest("").Retrieve(t.Context())
	var refused *citypes.NotAuthorizedException
	if !errors.As(err, &refused) {
		t.Errorf("Retrieve = %v, want a NotAuthorizedException of the SDK in it", err)
	}
	var e *identitypool.Error
	if !errors.As(err, &e) || e.Status != http.StatusBadRequest || e.RequestID == "" {
		t.Errorf("Retrieve = %+v, want status 400 and a request id", e)
	}
}

// The source's own error comes through, and another request's session is not
// held up by it.
func TestProvider_SourceFails(t *testing.T) {
	pool := newPool(t, cognitotest.IdentityPool{})
	client := newClient(t, pool)
	who := identityOf(t, pool, "jane")
	source := func(token cognito.IDToken, err error) func(context.Context) (cognito.IDToken, error) {
		return func(context.Context) (cognito.IDToken, error) { return token, err }
	}
	if _, err := client.ForUser(who, source("", session.ErrNoSession)).Retrieve(t.Context()); !errors.Is(err, session.ErrNoSession) {
		t.Errorf("Retrieve without a session = %v, want ErrNoSession", err)
	}
	if _, err := client.ForUser(who, source(pool.IDToken("jane"), nil)).Retrieve(t.Context()); err != nil {
		t.Errorf("Retrieve of the same user's other session = %v", err)
	}
}

// TestE2_SessionWithoutIDToken: an app that keeps no ID token in its cookies
// gets a typed error, which names the setting.
func TestE2_SessionWithoutIDToken(t *testing.T) {
	const base = "http://localhost:8080"
	pool := newPool(t, cognitotest.IdentityPool{})
	identities := newClient(t, pool)
	if _, err := pool.AddUser(cognitotest.User{Username: "kim", Password: "Passw0rd!"}); err != nil {
		t.Fatal(err)
	}
	client, err := hostedui.New(hostedui.Config{Pool: pool.Config(), BaseURL: base, SessionKeys: []session.Key{session.NewKey()}})
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/auth/", client)
	mux.Handle("/files", client.Protect(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, err = identities.ForSession(session.FromContext(r.Context())).Retrieve(r.Context())
	})))
	pool.SignedIn(mux, base+"/files", "kim", "Passw0rd!")
	e, ok := errors.AsType[*identitypool.Error](err)
	if !ok || e.Code != observe.CodeNoIDToken || e.Retryable || !strings.Contains(e.Fix, "KeepIDToken") || !errors.Is(err, identitypool.ErrLogin) {
		t.Errorf("Retrieve = %v (%T), want an *Error with the code no_id_token that names KeepIDToken", err, err)
	}
}

// A waiter does not take over the failure of another request's session.
func TestProvider_WaitsForItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t, cognitotest.IdentityPool{})
		client := newClient(t, pool)
		who := identityOf(t, pool, "jane")
		slow := client.ForUser(who, func(context.Context) (cognito.IDToken, error) {
			time.Sleep(time.Second)
			return "", session.ErrRefresh
		})
		good := client.ForUser(who, func(context.Context) (cognito.IDToken, error) { return pool.IDToken("jane"), nil })
		go slow.Retrieve(t.Context())
		synctest.Wait()
		if _, err := good.Retrieve(t.Context()); err != nil {
			t.Errorf("Retrieve beside a session that fails = %v", err)
		}
	})
}

// TestE3_Nobody: without a user there are no credentials, and no panic. Those of a
// guest are only for guests.
func TestE3_Nobody(t *testing.T) {
	pool := newPool(t, cognitotest.IdentityPool{Guests: true})
	client := newClient(t, pool)
	who := identityOf(t, pool, "jane")
	good := func(context.Context) (cognito.IDToken, error) { return pool.IDToken("jane"), nil }
	for name, tt := range map[string]struct {
		provider *identitypool.Provider
		want     error
	}{
		"no session":  {client.ForSession(session.FromContext(t.Context())), session.ErrNoSession},
		"no user":     {client.ForUser(cognito.FromContext(t.Context()), good), session.ErrNoSession},
		"no function": {client.ForUser(who, nil), identitypool.ErrLogin},
	} {
		for range 2 {
			if got, err := tt.provider.Retrieve(t.Context()); !errors.Is(err, tt.want) || got.HasKeys() {
				t.Errorf("%s: Retrieve = %v, want %v", name, err, tt.want)
			}
		}
	}
	if _, err := client.ForUser(who, good).Retrieve(t.Context()); err != nil {
		t.Errorf("Retrieve of the same user afterwards = %v", err)
	}
}

// TestE5_TokenSourceHangs: a function of the app that hangs or panics spoils one
// retrieval, and not all those to come, nor the process.
func TestE5_TokenSourceHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t, cognitotest.IdentityPool{})
		client := newClient(t, pool)
		who := identityOf(t, pool, "jane")
		end := make(chan struct{})
		defer close(end)
		for name, source := range map[string]func(context.Context) (cognito.IDToken, error){
			"hangs":  func(context.Context) (cognito.IDToken, error) { <-end; return "", nil },
			"panics": func(context.Context) (cognito.IDToken, error) { panic(pool.IDToken("jane")) },
		} {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			_, err := client.ForUser(who, source).Retrieve(ctx)
			cancel()
			if err == nil || strings.Contains(err.Error(), "eyJ") {
				t.Errorf("Retrieve with a function that %s = %v, want an error without the token", name, err)
			}
			begun := time.Now()
			good := client.ForUser(who, func(context.Context) (cognito.IDToken, error) { return pool.IDToken("jane"), nil })
			if _, err := good.Retrieve(t.Context()); err != nil || time.Since(begun) > time.Minute {
				t.Errorf("Retrieve of the same user, while a function %s = %v after %v, want credentials within a minute", name, err, time.Since(begun))
			}
			who.Issuer += "/other" // its credentials are kept apart
		}
		begun := time.Now()
		_, err := client.ForUser(who, func(context.Context) (cognito.IDToken, error) { <-end; return "", nil }).Retrieve(t.Context())
		if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "no ID token within 1m0s") || time.Since(begun) != time.Minute {
			t.Errorf("Retrieve = %v after %v, want an error after a minute", err, time.Since(begun))
		}
	})
}

// The credentials of users who were not seen for longest are forgotten.
func TestClient_MaxUsers(t *testing.T) {
	pool := newPool(t, cognitotest.IdentityPool{})
	client := newClient(t, pool, func(c *identitypool.Config) { c.MaxUsers = 2 })
	get := func(i int) string {
		t.Helper()
		name := fmt.Sprintf("user%d", i)
		if _, err := pool.AddUser(cognitotest.User{Username: name}); err != nil && !strings.Contains(err.Error(), "exists") {
			t.Fatal(err)
		}
		got, err := visitor(t, client, pool, name).Retrieve(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return got.AccessKeyID
	}
	first, second := get(1), get(2)
	if get(1) != first {
		t.Error("user 1 has other credentials, want those that are kept")
	}
	get(3)
	if get(1) != first {
		t.Error("user 1, who was just here, was forgotten")
	}
	if get(2) == second {
		t.Error("user 2 is still kept, want at most two users")
	}
}

func TestNew_Mistakes(t *testing.T) {
	pool := newPool(t, cognitotest.IdentityPool{ID: "eu-west-1:1"})
	tests := []struct {
		name string
		edit func(*identitypool.Config)
		want string
	}{
		{"no identity pool", func(c *identitypool.Config) { c.Pool.IdentityPoolID = "" }, "identitypool: Pool.IdentityPoolID: missing"},
		{"no user pool", func(c *identitypool.Config) { c.Pool.UserPoolID = "" }, "cognito: UserPoolID: missing"},
		{"flow", func(c *identitypool.Config) { c.Flow = "classic" }, `identitypool: Flow: "classic" is neither "enhanced" nor "basic"`},
		{"basic without a role", func(c *identitypool.Config) { c.Flow = identitypool.Basic }, "identitypool: RoleARN: the basic flow needs"},
		{"enhanced with a role", func(c *identitypool.Config) { c.RoleARN = userRole }, "identitypool: RoleARN: in the enhanced flow Cognito chooses"},
		{"enhanced with a duration", func(c *identitypool.Config) { c.SessionDuration = time.Hour }, "identitypool: SessionDuration: it is one hour"},
		{"too short", func(c *identitypool.Config) { c.SessionDuration = time.Minute }, "identitypool: SessionDuration: 1m0s: it must be 15 minutes to 12 hours"},
		{"renewal", func(c *identitypool.Config) { c.RenewBefore = time.Hour }, "identitypool: RenewBefore: 1h0m0s: it must be 0 or more, and less than 15 minutes"},
		{"negative renewal", func(c *identitypool.Config) { c.RenewBefore = -time.Second }, "identitypool: RenewBefore: -1s: it must be 0 or more"},
		{"users", func(c *identitypool.Config) { c.MaxUsers = -1 }, "identitypool: MaxUsers: -1"},
		{"endpoint", func(c *identitypool.Config) { c.Endpoint = "http://cognito.example" }, "identitypool: Endpoint: "},
		{"STS endpoint", func(c *identitypool.Config) { c.STSEndpoint = "sts" }, "identitypool: STSEndpoint: "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cfg := identitypool.Config{Pool: pool.Config()}
			tt.edit(&cfg)
			_, err := identitypool.New(cfg)
			var problem *cognito.ConfigError
			if !errors.As(err, &problem) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("New = %v, want %s", err, tt.want)
			}
		})
	}
}

// E6: New calls nobody.
func TestE6_New(t *testing.T) {
	pool := newPool(t, cognitotest.IdentityPool{})
	pool.Fault(fault.Fault{Kind: fault.Drop})
	newClient(t, pool)
	if n := len(pool.Events()); n != 0 {
		t.Errorf("New made %d calls, want none", n)
	}
}

// E1: neither prints what it keeps.
func TestE1_Print(t *testing.T) {
	pool := newPool(t, cognitotest.IdentityPool{})
	client := newClient(t, pool)
	provider := visitor(t, client, pool, "jane")
	got, err := provider.Retrieve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		for _, v := range []any{client, provider, *provider} {
			if text := fmt.Sprintf(verb, v); strings.Contains(text, got.SecretAccessKey) || strings.Contains(text, got.SessionToken) {
				t.Errorf("Sprintf(%s, %T) = %s", verb, v, text)
			}
		}
	}
}

// C8: no call follows a redirect, and answers are bounded.
func TestC8_Calls(t *testing.T) {
	kinds := []fault.Kind{
		fault.Redirect307, fault.Redirect308, fault.Huge, fault.GzipBomb, fault.HTML,
	}
	for i, op := range []string{"GetId", "GetCredentialsForIdentity", "AssumeRoleWithWebIdentity"} {
		for _, kind := range thorough.Sample(kinds, 3, i) {
			synctest.Test(t, func(t *testing.T) {
				pool := newPool(t, cognitotest.IdentityPool{ClassicFlow: true})
				client := newClient(t, pool, func(c *identitypool.Config) {
					if op == "AssumeRoleWithWebIdentity" {
						c.Flow, c.RoleARN = identitypool.Basic, userRole
					}
				})
				pool.Fault(fault.Fault{Op: op, Kind: kind})
				_, err := visitor(t, client, pool, "jane").Retrieve(t.Context())
				var e *identitypool.Error
				if !errors.As(err, &e) || len(err.Error()) > 500 {
					t.Errorf("%s with fault %s: Retrieve = %v, want a short Error", op, kind, err)
				}
				if n := len(pool.Events(cognitotest.Event{Op: op})); n > 3 {
					t.Errorf("%s with fault %s: %d calls, want 3 at most", op, kind, n)
				}
			})
		}
	}
}

// A pool with the updated issuer is found under whichever name the identity
// pool has it.
func TestProvider_UpdatedIssuer(t *testing.T) {
	for _, wanted := range []string{"cognito-idp.", "issuer-cognito-idp."} {
		pool := newPool(t, cognitotest.IdentityPool{}, cognitotest.WithUpdatedIssuer())
		cfg := identitypool.Config{Pool: pool.Config()}
		next := cfg.Pool.HTTPClient.Transport
		cfg.Pool.HTTPClient = &http.Client{Transport: renamed{next, wanted}}
		client, err := identitypool.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		for _, user := range []string{"jane", "joe"} {
			if _, err := visitor(t, client, pool, user).Retrieve(t.Context()); err != nil {
				t.Errorf("Retrieve of %s from a pool that wants %s… = %v", user, wanted, err)
			}
		}
		want := 0
		if wanted != "cognito-idp." {
			want = 1
		}
		if n := len(pool.Events(cognitotest.Event{Op: "GetId", Status: http.StatusBadRequest})); n != want {
			t.Errorf("%d refusals by a pool that wants %s…, want %d: the name is remembered", n, wanted, want)
		}
	}
}

// renamed makes the emulator an identity pool that knows the user pool by
// another name.
type renamed struct {
	next   http.RoundTripper
	wanted string
}

func (r renamed) RoundTrip(req *http.Request) (*http.Response, error) {
	if r.wanted == "cognito-idp." || !strings.HasPrefix(req.Header.Get("X-Amz-Target"), "AWSCognitoIdentityService.") {
		return r.next.RoundTrip(req)
	}
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	swapped := strings.NewReplacer(`"cognito-idp.`, `"other.`, `"`+r.wanted, `"cognito-idp.`).Replace(string(body))
	req = req.Clone(req.Context())
	req.Body, req.ContentLength = io.NopCloser(strings.NewReader(swapped)), int64(len(swapped))
	return r.next.RoundTrip(req)
}

type roundTrip func(*http.Request) (*http.Response, error)

// RoundTrip implements [http.RoundTripper].
func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
