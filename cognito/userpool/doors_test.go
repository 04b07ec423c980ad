package userpool_test

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/cognito/userpool"
	"github.com/seed75762126/cognito-go/hostedui"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

const appURL = "https://app.example.com"

// doors is an app with two doors: the Hosted UI, and a form of its own. They
// have a session manager each, with the same keys.
type doors struct {
	t        *testing.T
	pool     *cognitotest.Pool
	own      *userpool.Client
	sessions *session.Manager // of the form
	hosted   *hostedui.Client
	mux      *http.ServeMux
}

// newDoors has the users jane, in the group admins, and joe.
func newDoors(t *testing.T, edit ...func(*cognitotest.AppClient)) *doors {
	t.Helper()
	client := cognitotest.AppClient{
		Secret: "s3cr3tOfTheAppClient", ExplicitAuthFlows: allFlows,
		CallbackURLs: []string{appURL + "/auth/callback"}, LogoutURLs: []string{appURL + "/auth/signed-out"},
	}
	for _, e := range edit {
		e(&client)
	}
	d := &doors{t: t, pool: cognitotest.NewPool(cognitotest.WithClient(client)), mux: http.NewServeMux()}
	for _, u := range []cognitotest.User{{Username: "jane", Groups: []string{"admins"}}, {Username: "joe"}} {
		u.Email, u.EmailVerified, u.Password = u.Username+"@example.com", true, rightWord
		if _, err := d.pool.AddUser(u); err != nil {
			t.Fatal(err)
		}
	}
	d.own = clientOf(t, d.pool)
	keys := []session.Key{session.NewKey()}
	cfg := d.pool.Config()
	cfg.Logger = slog.New(slog.DiscardHandler)
	var err error
	d.sessions, err = session.New(session.Config{
		Pool: cfg, Keys: keys, BaseURL: appURL, Refresher: d.own,
	})
	if err != nil {
		t.Fatal(err)
	}
	if d.hosted, err = hostedui.New(hostedui.Config{Pool: cfg, BaseURL: appURL, SessionKeys: keys}); err != nil {
		t.Fatal(err)
	}
	d.routes()
	return d
}

func (d *doors) routes() {
	who := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, cognito.FromContext(r.Context()).Username)
	})
	admins := cognito.AnyGroup("admins")
	d.mux.Handle("/auth/", d.hosted)
	d.mux.Handle("GET /hosted/account", d.hosted.Protect(who))
	d.mux.Handle("GET /hosted/admin", d.hosted.Protect(who, admins))
	d.mux.Handle("GET /own/account", d.sessions.Require(who))
	d.mux.Handle("GET /own/admin", d.sessions.Require(who, admins))
	d.mux.Handle("GET /own/refresh-token", d.sessions.Require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tokens, err := session.FromContext(r.Context()).Tokens(r.Context())
		if err != nil {
			d.t.Error(err)
		}
		_, _ = io.WriteString(w, string(tokens.Refresh))
	})))
	d.mux.Handle("POST /own/login", http.NewCrossOriginProtection().Handler(http.HandlerFunc(d.login)))
}

// login is the app's own form.
func (d *doors) login(w http.ResponseWriter, r *http.Request) {
	step, err := d.own.SignIn(r.Context(), userpool.Credentials{
		Username: r.PostFormValue("username"), Password: cognito.Secret(r.PostFormValue("password")), Flow: userpool.Flow(r.PostFormValue("flow")),
	})
	switch {
	case errors.Is(err, userpool.ErrNotAuthorized):
		http.Error(w, userpool.NoticeFor(err).Text, http.StatusUnprocessableEntity)
	case err != nil || step.Challenge != nil:
		http.Error(w, fmt.Sprint(step, err), http.StatusInternalServerError)
	default:
		if err := d.sessions.Start(w, r, step.Identity, step.Tokens); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}
}

// A door is a way to sign in.
type door string

const (
	byPages    door = "the Hosted UI"
	byForm     door = door(userpool.FlowSRP)
	byPassword door = door(userpool.FlowPassword)
)

var allDoors = []door{byPages, byForm, byPassword}

// enter returns a browser that has signed in, or reports that the password
// was refused.
func (d *doors) enter(through door, username, password string) (b *http.Client, ok bool) {
	d.t.Helper()
	b = d.pool.Browser(d.mux, appURL)
	if through == byPages {
		_, err := d.pool.SignIn(b, appURL+"/hosted/account", username, password)
		refused := new(cognitotest.SignInError)
		if err != nil && !errors.As(err, &refused) {
			d.t.Fatal(err)
		}
		return b, err == nil
	}
	res, err := b.PostForm(appURL+"/own/login", url.Values{"username": {username}, "password": {password}, "flow": {string(through)}})
	if err != nil {
		d.t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK && res.StatusCode != http.StatusUnprocessableEntity {
		text, _ := io.ReadAll(res.Body)
		d.t.Fatalf("the form of %s answers %d %s", username, res.StatusCode, text)
	}
	return b, res.StatusCode == http.StatusOK
}

// get is the status and the text of a page.
func (d *doors) get(b *http.Client, page string) (int, string) {
	d.t.Helper()
	req, err := http.NewRequest(http.MethodGet, appURL+page, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	req.Header.Set("Accept", "application/json") // so that no login begins
	req.Header.Set("Sec-Fetch-Mode", "cors")
	req.Header.Set("Sec-Fetch-Dest", "empty")
	res, err := b.Do(req)
	if err != nil {
		d.t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

// TestDoors_OneSession: whichever door a user came through, both managers
// know the session, and one policy decides.
func TestDoors_OneSession(t *testing.T) {
	d := newDoors(t)
	for _, through := range allDoors {
		for _, name := range []string{"jane", "joe@example.com"} {
			b, ok := d.enter(through, name, rightWord)
			if !ok {
				t.Errorf("%s by %s is refused", name, through)
				continue
			}
			user, _, _ := strings.Cut(name, "@")
			admin := map[string]int{"jane": http.StatusOK, "joe": http.StatusForbidden}[user]
			for page, want := range map[string]int{"/hosted/account": http.StatusOK, "/own/account": http.StatusOK, "/hosted/admin": admin, "/own/admin": admin} {
				if status, text := d.get(b, page); status != want || status == http.StatusOK && text != user {
					t.Errorf("%s by %s: %s = %d %s, want %d", name, through, page, status, text, want)
				}
			}
		}
	}
}

// TestDoors_Password: a password that is changed in one place counts in all,
// and the one before in none.
func TestDoors_Password(t *testing.T) {
	d := newDoors(t)
	ctx := t.Context()
	signedIn := func(password string) cognito.Tokens {
		step, err := d.own.SignIn(ctx, userpool.Credentials{Username: "jane", Password: cognito.Secret(password), Flow: plainly})
		if err != nil {
			t.Fatal(err)
		}
		return step.Tokens
	}
	changes := []struct {
		name   string
		change func(present, next string) error
	}{
		{"ChangePassword", func(present, next string) error {
			return d.own.ChangePassword(ctx, signedIn(present).Access, cognito.Secret(present), cognito.Secret(next))
		}},
		{"ForgotPassword", func(_, next string) error {
			if _, err := d.own.ForgotPassword(ctx, "jane"); err != nil {
				return err
			}
			return d.own.ConfirmForgotPassword(ctx, userpool.PasswordReset{Username: "jane", Code: lastCode(t, d.pool, "jane@example.com"), NewPassword: cognito.Secret(next)})
		}},
		{"the page for a forgotten password", func(_, next string) error { return d.resetOnPages(next) }},
		{"ChangePassword again", func(present, next string) error {
			return d.own.ChangePassword(ctx, signedIn(present).Access, cognito.Secret(present), cognito.Secret(next))
		}},
	}
	present := rightWord
	for i, c := range changes {
		next := fmt.Sprintf("Battery-staple-%d", i)
		if err := c.change(present, next); err != nil {
			t.Fatalf("%s = %v", c.name, err)
		}
		for _, through := range allDoors {
			// SRP takes long: in the quick form it proves the new password, once
			// after each kind of change.
			brief := through == byForm && !thorough.Enabled()
			if brief && i == 0 {
				continue
			}
			if !brief {
				if _, ok := d.enter(through, "jane", present); ok {
					t.Errorf("after %s the old password opens %s", c.name, through)
				}
			}
			if _, ok := d.enter(through, "jane@example.com", next); !ok {
				t.Errorf("after %s the new password does not open %s", c.name, through)
			}
		}
		present = next
	}
}

// resetOnPages sets jane's password the way a visitor of the Hosted UI does.
func (d *doors) resetOnPages(password string) error {
	b := d.pool.Browser(d.mux, appURL)
	page, err := b.Get(appURL + "/auth/login")
	if err != nil {
		return err
	}
	page.Body.Close()
	forgot := *page.Request.URL
	forgot.Path = "/forgotPassword"
	if page, err = b.Get(forgot.String()); err != nil {
		return err
	}
	if page, err = cognitotest.Submit(b, page, "username", "jane"); err != nil {
		return err
	}
	if page, err = cognitotest.Submit(b, page, "code", lastCode(d.t, d.pool, "jane@example.com"), "password", password); err != nil {
		return err
	}
	return page.Body.Close()
}
