package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"html/template"
	"io"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/eventbridge"
	"github.com/seed75762126/cognito-go/cognito/session"
)

const (
	demoPassword = "Passw0rd!"
	demoNote     = "A demo: Cognito and S3 run in this process. Sign in as <b>jane@example.com</b> (administrator), <b>pat@example.com</b> (premium) or <b>joe@example.com</b>, password <b>Passw0rd!</b>, create an account, or stay a guest."
)

// A demo is what the app runs on where no pool is configured: a Cognito and an
// S3, on addresses that no other machine reaches.
type demo struct {
	pool    *cognitotest.Pool
	cognito *loopback
	s3      *loopback
}

// startDemo starts both servers, and completes s so that the app uses them.
// Codes that Cognito would send are written to out.
func startDemo(s *settings, f flags, out io.Writer) (*demo, error) {
	if s.baseURL == "" {
		s.baseURL = urlOf(f.addr)
	}
	if len(s.keys) == 0 && s.keySource == nil {
		s.keys = []session.Key{session.NewKey()}
	}
	d, err := newDemo(s.baseURL, out)
	if err != nil {
		return nil, err
	}
	d.configure(s)
	d.sendEvents(s)
	fmt.Fprintln(out, "No COGNITO_ settings in the environment: Cognito and S3 run in this process.")
	fmt.Fprintf(out, "Sign in with the password %s as\n", demoPassword)
	fmt.Fprintln(out, "  jane@example.com   administrator (group admins)")
	fmt.Fprintln(out, "  pat@example.com    premium member (group premium)")
	fmt.Fprintln(out, "  joe@example.com    neither")
	fmt.Fprintln(out, "Guests need none.")
	fmt.Fprintln(out, "To see a session end, sign in as joe, disable the user, and load the page again:")
	fmt.Fprintf(out, "  aws cognito-idp admin-disable-user --endpoint-url %s --region %s --no-sign-request --user-pool-id %s --username joe@example.com\n",
		d.cognito.url, s.pool.Region(), s.pool.UserPoolID)
	if f.token {
		fmt.Fprintf(out, "For the API, as joe, for an hour:\n  curl -H 'Authorization: Bearer %s' %s/api/orders\n", d.token(), s.baseURL)
	}
	return d, nil
}

func newDemo(baseURL string, out io.Writer) (*demo, error) {
	pool, err := demoPool(baseURL)
	if err != nil {
		return nil, err
	}
	d := &demo{pool: pool}
	if d.cognito, err = serveLoopback(&codePrinter{pool: pool, out: out}); err != nil {
		return nil, err
	}
	pool.ServeAt(d.cognito.url)
	objects, err := newS3(pool)
	if err == nil {
		d.s3, err = serveLoopback(objects)
	}
	if err != nil {
		return nil, errors.Join(err, d.cognito.Close())
	}
	return d, nil
}

// configure sets the settings of the demo, as for a real set-up.
func (d *demo) configure(s *settings) {
	s.pool = d.pool.Config()
	s.bucket, s.s3Region, s.s3Endpoint = demoBucket, s.pool.Region(), d.s3.url
	s.emailCodes, s.note = true, template.HTML(demoNote)
}

// sendEvents has Cognito tell the app what administrators do, as EventBridge
// does on AWS.
func (d *demo) sendEvents(s *settings) {
	if s.eventsSecret == "" {
		s.eventsSecret = cognito.Secret(rand.Text() + rand.Text())
	}
	to := &eventbridge.Destination{
		URL:    s.baseURL + eventsPath,
		Header: http.Header{"Authorization": {string(s.eventsSecret)}},
	}
	d.pool.DeliverTrail(to.Send)
}

// token is one that a mobile app of joe's would have.
func (d *demo) token() string {
	return string(d.pool.AccessToken("joe@example.com", func(c cognitotest.Claims) { c["scope"] = scopeRead + " " + scopeWrite }))
}

// Close ends the demo.
func (d *demo) Close() error { return errors.Join(d.cognito.Close(), d.s3.Close()) }

// demoPool has one user of each kind, and an identity pool with a role for
// each. Roles are those of the groups.
func demoPool(baseURL string) (*cognitotest.Pool, error) {
	const account = "arn:aws:iam::123456789012:role/"
	pool := cognitotest.NewPool(
		cognitotest.WithClient(cognitotest.AppClient{
			CallbackURLs:      []string{baseURL + "/auth/callback"},
			LogoutURLs:        []string{baseURL + "/auth/signed-out"},
			ExplicitAuthFlows: []string{"ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
		}),
		cognitotest.WithResourceServer(cognitotest.ResourceServer{Identifier: "shop", Scopes: []string{"orders.read", "orders.write"}}),
		cognitotest.WithFirstAuthFactors("PASSWORD", "EMAIL_OTP"),
		cognitotest.WithMFA(cognitotest.MFA{Mode: "OPTIONAL", TOTP: true}),
		cognitotest.WithIdentityPool(cognitotest.IdentityPool{
			Guests: true, AuthenticatedRole: account + "ShopUser", UnauthenticatedRole: account + "ShopGuest",
			RoleMapping: cognitotest.RoleMapping{Type: "Token"},
		}),
	)
	pool.AddGroup(cognitotest.Group{Name: groupAdmins, RoleARN: account + "ShopAdmin", Precedence: 1})
	pool.AddGroup(cognitotest.Group{Name: groupPremium, RoleARN: account + "ShopPremium", Precedence: 2})
	for _, u := range []cognitotest.User{
		{Email: "jane@example.com", Groups: []string{groupAdmins}, Attributes: map[string]string{"name": "Jane Doe"}},
		{Email: "pat@example.com", Groups: []string{groupPremium}, Attributes: map[string]string{"name": "Pat Doe"}},
		{Email: "joe@example.com", Attributes: map[string]string{"name": "Joe Doe"}},
	} {
		u.Password, u.EmailVerified = demoPassword, true
		if _, err := pool.AddUser(u); err != nil {
			return nil, err
		}
	}
	return pool, nil
}

// A codePrinter serves the pool. After each request it writes the codes that
// the pool would have sent.
type codePrinter struct {
	pool *cognitotest.Pool
	out  io.Writer

	mu      sync.Mutex // guards printed
	printed int
}

// ServeHTTP implements [http.Handler].
func (c *codePrinter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.pool.ServeHTTP(w, r)
	c.mu.Lock()
	defer c.mu.Unlock()
	sent := c.pool.Outbox()
	for _, m := range sent[c.printed:] {
		fmt.Fprintf(c.out, "To %s: your code is %s\n", m.To, m.Code)
	}
	c.printed = len(sent)
}

// A loopback is a server only for this machine.
type loopback struct {
	url    string
	server *http.Server
}

func serveLoopback(h http.Handler) (*loopback, error) { return serveLoopbackAt("127.0.0.1:0", h) }

func serveLoopbackAt(addr string, h http.Handler) (*loopback, error) {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	l := &loopback{url: "http://" + listener.Addr().String(), server: &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}}
	go func() {
		if err := l.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			fmt.Fprintln(os.Stderr, "webapp:", err)
		}
	}()
	return l, nil
}

// Close ends the server, with the requests that are under way.
func (l *loopback) Close() error { return l.server.Close() }
