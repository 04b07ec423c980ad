package main

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	_ "embed" // for the page and its style
	"encoding/base64"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/federation"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pages"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/settings"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/outbox"
	"github.com/seed75762126/cognito-go/internal/look"
	"github.com/seed75762126/cognito-go/internal/web"
)

var (
	//go:embed index.html
	indexHTML string

	//go:embed index.css
	indexRules string
	indexCSS   = look.Palette + indexRules + pages.ProviderStyle

	indexPage = template.Must(template.New("index").Parse(indexHTML))
)

// How much the index page shows at most.
const (
	maxUsersShown    = 200 // of each pool
	maxMessagesShown = 20
)

// indexRefresh is after how many seconds the page loads itself again, so that
// a code shows up without JavaScript. With ?refresh=off it stays.
const indexRefresh = "5"

// An indexView is what index.html shows.
type indexView struct {
	Style      template.CSS
	URL        string
	Refreshing bool
	Pools      []poolView
	Messages   []messageView
	Older      int // messages that are not shown
}

type poolView struct {
	ID, Discovery string
	Clients       []clientView
	Users         []userView
	MoreUsers     int // that are not shown
	Groups        []cognitotest.Group
	Rules         []rule
	Providers     []providerView
}

type providerView struct {
	Name, Label, Look string
	Kind              string // "" if it is the name
	Users             []string
	SignIn            string // "" if no app client has this provider
}

type clientView struct {
	ID, Kind      string
	Login, SignUp string // "" if the client has no sign-in
	Logout        string // "" if it has no sign-out URL
	Why           string // there is no Login
	Callbacks     []string
	Scopes        string
	Settings      []envSetting // nil unless asked for
}

type userView struct {
	Name, Email, Status string
	Look                string // of the status: "good", "bad" or ""
	State               string // in words
	Groups              []string
}

type messageView struct {
	outbox.Message
	Pool string // "" where there is only one
	Time string
}

// withIndex shows the index page at / to browsers that use an allowed host name,
// and hands all other requests to next.
func withIndex(pools *cognitotest.Server, allowed func(host string) bool, next http.Handler) http.Handler {
	style := sha256.Sum256([]byte(indexCSS))
	policy := "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(style[:]) +
		"'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" || r.Method != http.MethodGet && r.Method != http.MethodHead {
			next.ServeHTTP(w, r)
			return
		}
		if !allowed(r.Host) { // a page elsewhere whose name leads here must not read the codes
			page := &web.Page{
				Title:   "Open the emulator under its own address",
				Text:    []string{"That is " + pools.URL() + ".", "-allow-host allows this host name too."},
				Actions: []web.Action{{Label: "Open it", URL: pools.URL() + "/", Primary: true}},
			}
			page.Write(w, http.StatusForbidden)
			return
		}
		query := r.URL.Query()
		refreshing := query.Get("refresh") != "off"
		view := viewOf(pools, query.Get("settings"))
		view.Refreshing = refreshing
		var b bytes.Buffer
		if err := indexPage.Execute(&b, view); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Security-Policy", policy)
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		if refreshing {
			h.Set("Refresh", indexRefresh)
		}
		w.Write(b.Bytes())
	})
}

// viewOf shows the settings of the app client that is asked for, if any.
func viewOf(pools *cognitotest.Server, settingsFor string) indexView {
	v := indexView{Style: template.CSS(indexCSS), URL: pools.URL()}
	all := pools.Pools()
	for _, p := range all {
		v.Pools = append(v.Pools, viewOfPool(p, settingsFor))
		for _, m := range p.Outbox() {
			message := messageView{Message: m, Time: m.At.Format("15:04:05")}
			if len(all) > 1 {
				message.Pool = p.ID()
			}
			v.Messages = append(v.Messages, message)
		}
	}
	slices.Reverse(v.Messages) // so that of two at one time the later is first
	slices.SortStableFunc(v.Messages, func(a, b messageView) int { return b.At.Compare(a.At) })
	if v.Older = max(len(v.Messages)-maxMessagesShown, 0); v.Older > 0 {
		v.Messages = v.Messages[:maxMessagesShown]
	}
	return v
}

func viewOfPool(p *cognitotest.Pool, settingsFor string) poolView {
	v := poolView{ID: p.ID(), Discovery: p.Issuer() + "/.well-known/openid-configuration", Groups: p.Groups()}
	now := p.Settings()
	v.Rules = rulesOf(now)
	for _, provider := range now.Providers {
		v.Providers = append(v.Providers, viewOfProvider(p, provider))
	}
	for _, c := range p.Clients() {
		client := viewOfClient(p, c)
		if c.ID == settingsFor {
			client.Settings = settingsOf(p.ConfigFor(c.ID))
		}
		v.Clients = append(v.Clients, client)
	}
	users := p.Users()
	slices.SortStableFunc(users, func(a, b cognitotest.User) int { return strings.Compare(shownName(a), shownName(b)) })
	if v.MoreUsers = max(len(users)-maxUsersShown, 0); v.MoreUsers > 0 {
		users = users[:maxUsersShown]
	}
	for _, u := range users {
		v.Users = append(v.Users, viewOfUser(p, u))
	}
	return v
}

func viewOfClient(p *cognitotest.Pool, c cognitotest.AppClient) clientView {
	v := clientView{ID: c.ID, Kind: "public", Callbacks: c.CallbackURLs, Scopes: strings.Join(c.Scopes, " ")}
	if c.Secret != "" {
		v.Kind = "confidential"
	}
	switch {
	case !slices.Contains(c.Flows, cognitotest.FlowCode):
		v.Why = "Only for programs: client_credentials."
		return v
	case len(c.CallbackURLs) == 0:
		v.Why = "No callback URL is registered, so no sign-in can end."
		return v
	}
	query := loginQuery(c)
	v.Login = p.URL() + "/oauth2/authorize?" + query
	v.SignUp = p.URL() + "/signup?" + query
	if len(c.LogoutURLs) > 0 {
		v.Logout = p.URL() + "/logout?" + url.Values{"client_id": {c.ID}, "logout_uri": {c.LogoutURLs[0]}}.Encode()
	}
	return v
}

// viewOfProvider has a link through the first app client that may use it.
func viewOfProvider(p *cognitotest.Pool, provider federation.Provider) providerView {
	v := providerView{Name: provider.Name, Label: settings.ProviderLabel(&provider), Look: "idp-" + strings.ToLower(string(provider.Type))}
	if kind := kindWords(provider.Type); kind != v.Name {
		v.Kind = kind
	}
	for _, u := range provider.Users {
		v.Users = append(v.Users, cmp.Or(u.Email, u.Name, u.ID))
	}
	for _, c := range p.Clients() {
		if signsIn(c) && (c.Providers == nil || slices.Contains(c.Providers, provider.Name)) {
			v.SignIn = p.URL() + "/oauth2/authorize?" + loginQuery(c) + "&identity_provider=" + url.QueryEscape(provider.Name)
			break
		}
	}
	return v
}

// signsIn reports whether people can sign in through the client.
func signsIn(c cognitotest.AppClient) bool {
	return slices.Contains(c.Flows, cognitotest.FlowCode) && len(c.CallbackURLs) > 0
}

// loginQuery asks for a code for the client's first callback.
func loginQuery(c cognitotest.AppClient) string {
	return url.Values{
		"response_type": {"code"}, "client_id": {c.ID}, "redirect_uri": {c.CallbackURLs[0]},
		"scope": {strings.Join(c.Scopes, " ")},
	}.Encode()
}

// shownName is the user's own name: the e-mail, where the username is only the
// sub.
func shownName(u cognitotest.User) string {
	if u.Username == u.Sub && u.Email != "" {
		return u.Email
	}
	return u.Username
}

func viewOfUser(p *cognitotest.Pool, u cognitotest.User) userView {
	factors, _ := p.SecondFactors(u.Username) // a user who was just deleted has none
	v := userView{Name: shownName(u), Email: u.Email, Status: string(u.Status), State: stateWords(u, factors, p.Settings().MFA), Groups: u.Groups}
	if v.Name == u.Email {
		v.Email = u.Sub
	}
	switch {
	case u.Disabled:
		v.Status, v.Look = "disabled, "+v.Status, "bad"
	case u.Status == cognitotest.StatusConfirmed, u.Status == cognitotest.StatusExternalProvider:
		v.Look = "good"
	}
	return v
}

// What is the label of a message.
func (m messageView) What() string {
	return cmp.Or(map[outbox.Purpose]string{
		outbox.SignUp:         "Sign-up",
		outbox.ForgotPassword: "New password",
		outbox.MFA:            "Second factor",
		outbox.SignIn:         "Sign-in",
	}[m.Purpose], string(m.Purpose))
}

// Machine is the time for programs.
func (m messageView) Machine() string { return m.At.Format(time.RFC3339) }

// SafeLink is the link, which is the pool's own.
func (m messageView) SafeLink() template.URL { return template.URL(m.Link) }
