package doctor

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/cause"
	"github.com/seed75762126/cognito-go/internal/fetch"
	"github.com/seed75762126/cognito-go/internal/flight"
)

// maxAnswer bounds what is read of an answer.
const maxAnswer = 256 << 10

// A check is one row of the table in checks.go.
type check struct {
	id, about string
	after     []string // checks that must have passed
	applies   func(*examination) bool
	run       func(context.Context, *examination) finding
	cause     cause.ID // what it finds, whose advice is the text of the fix
	fix       Fix      // without its text
}

// A finding is how a check ended.
type finding struct {
	state    State
	evidence string
	cause    cause.ID // where it is another one than the check's
	detail   string   // what this case adds to the advice
}

func ok(format string, a ...any) finding   { return found(OK, format, a) }
func warn(format string, a ...any) finding { return found(Warn, format, a) }
func fail(format string, a ...any) finding { return found(Fail, format, a) }
func unknown(format string, a ...any) finding {
	return found(Unknown, format, a)
}

func found(s State, format string, a []any) finding {
	return finding{state: s, evidence: fmt.Sprintf(format, a...)}
}

// because names another cause than the check's.
func (f finding) because(id cause.ID) finding {
	f.cause = id
	return f
}

// so adds to the advice what to do in this case.
func (f finding) so(detail string) finding {
	f.detail = detail
	return f
}

// An examination is one run of the checks, and what they share.
type examination struct {
	cfg    Config
	pool   cognito.Config
	client *http.Client

	secretErr error // of ClientSecretSource

	login  func(context.Context) answer // the authorization request of a real login, made once
	flows  func(context.Context) flows  // what the user-pool API said, asked once
	signIn func(context.Context) answer // the app's own login, begun once
}

// readSecret asks for the client secret, so that the checks send what the app
// sends.
func (e *examination) readSecret(ctx context.Context) {
	source := e.cfg.Pool.ClientSecretSource
	if source == nil || e.pool.ClientSecret != "" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, e.pool.Timeout)
	defer cancel()
	e.pool.ClientSecret, e.secretErr = flight.Ask(ctx, source)
}

func newExamination(cfg Config) *examination {
	e := &examination{cfg: cfg, pool: cfg.Pool.WithDefaults()}
	if e.cfg.Prefix == "" {
		e.cfg.Prefix = "/auth/"
	}
	if e.cfg.CallbackURL == "" && cfg.BaseURL != "" {
		e.cfg.CallbackURL = e.appURL("", "callback")
	}
	if e.cfg.SignedOutURL == "" && cfg.BaseURL != "" {
		e.cfg.SignedOutURL = e.appURL("", "signed-out")
	}
	if e.cfg.Scopes == nil {
		e.cfg.Scopes = []string{"openid", "email", "profile"}
	}
	var transport http.RoundTripper
	if cfg.Pool.HTTPClient != nil {
		transport = cfg.Pool.HTTPClient.Transport
	}
	e.client = &http.Client{
		Transport:     transport,
		Timeout:       e.pool.Timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	e.login = once(func(ctx context.Context) answer {
		return e.get(ctx, e.authorizeURL("code", e.cfg.Scopes, ""))
	})
	e.flows = once(e.askFlows)
	e.signIn = once(func(ctx context.Context) answer {
		return e.navigate(ctx, e.loginURL())
	})
	return e
}

// appURL is the URL of an endpoint of the app: at path, or else below Prefix.
func (e *examination) appURL(path, name string) string {
	if path == "" {
		path = strings.TrimSuffix(e.cfg.Prefix, "/") + "/" + name
	}
	return strings.TrimSuffix(e.cfg.BaseURL, "/") + "/" + strings.TrimPrefix(path, "/")
}

func (e *examination) loginURL() string { return e.appURL(e.cfg.LoginPath, "login") }
func (e *examination) meURL() string    { return e.appURL(e.cfg.MePath, "me") }

// once calls f the first time, and returns the same value from then on.
func once[T any](f func(context.Context) T) func(context.Context) T {
	var first sync.Once
	var value T
	return func(ctx context.Context) T {
		first.Do(func() { value = f(ctx) })
		return value
	}
}

// fill puts the pool and the client into a command of the AWS CLI.
func (e *examination) fill(command string) string {
	return strings.NewReplacer(
		"<pool>", e.pool.UserPoolID,
		"<client>", e.pool.ClientID,
		"<callback>", e.cfg.CallbackURL,
		"<signed-out>", e.cfg.SignedOutURL,
		"<identities>", e.pool.IdentityPoolID,
		"<domain>", e.domainName(),
	).Replace(command)
}

// domainName is the domain as the AWS CLI takes it: a prefix, or a host.
func (e *examination) domainName() string {
	host := strings.TrimPrefix(e.pool.DomainURL(), "https://")
	if prefix, _, found := strings.Cut(host, ".auth"); found && strings.Contains(host, ".amazon") {
		return prefix
	}
	return host
}

// An answer is what came back. err is set where nothing did.
type answer struct {
	status   int
	header   http.Header
	body     []byte
	location *url.URL // of a redirect
	err      error
}

func (e *examination) get(ctx context.Context, url string, header ...string) answer {
	return e.do(ctx, http.MethodGet, url, nil, header...)
}

// navigate opens a page as a browser does: only page navigations begin a login.
func (e *examination) navigate(ctx context.Context, url string, header ...string) answer {
	return e.get(ctx, url, append(header, "Accept", "text/html", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document", "Sec-Fetch-Site", "none")...)
}

func (e *examination) postForm(ctx context.Context, url string, form url.Values) answer {
	header := []string{"Content-Type", "application/x-www-form-urlencoded"}
	if secret := e.pool.ClientSecret; secret != "" {
		r := http.Request{Header: http.Header{}}
		r.SetBasicAuth(e.pool.ClientID, string(secret))
		header = append(header, "Authorization", r.Header.Get("Authorization"))
	} else {
		form.Set("client_id", e.pool.ClientID)
	}
	return e.do(ctx, http.MethodPost, url, []byte(form.Encode()), header...)
}

func (e *examination) do(ctx context.Context, method, target string, body []byte, header ...string) (a answer) {
	req, err := http.NewRequestWithContext(ctx, method, target, bytes.NewReader(body))
	if err != nil {
		return answer{err: err}
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := e.client.Do(req)
	if err != nil {
		if wrapped := (*url.Error)(nil); errors.As(err, &wrapped) {
			err = wrapped.Err // without the URL, which has a state in it
		}
		return answer{err: err}
	}
	defer func() { _ = res.Body.Close() }()
	a = answer{status: res.StatusCode, header: res.Header}
	a.body, a.err = io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if a.status >= 300 && a.status < 400 {
		a.location, _ = res.Location()
	}
	return a
}

// json reads the body into v.
func (a answer) json(v any) error {
	if a.err != nil {
		return a.err
	}
	return json.Unmarshal(a.body, v)
}

// oauthError is the error of an OAuth answer, and its description.
func (a answer) oauthError() (code, description string) {
	var body struct {
		Code        string `json:"error"`
		Description string `json:"error_description"`
	}
	if a.json(&body) != nil {
		return "", ""
	}
	return fetch.Clean(body.Code), fetch.Clean(body.Description)
}

// where is the page that a redirect leads to, without its query.
func (a answer) where() string {
	if a.location == nil {
		return fmt.Sprintf("status %d", a.status)
	}
	bare := *a.location
	bare.RawQuery, bare.Fragment, bare.User = "", "", nil
	return fetch.Clean(bare.String())
}

// authorizeURL is that of a login which asks for scopes.
func (e *examination) authorizeURL(responseType string, scopes []string, resource string) string {
	q := url.Values{
		"response_type": {responseType},
		"client_id":     {e.pool.ClientID},
		"redirect_uri":  {e.cfg.CallbackURL},
		"scope":         {strings.Join(scopes, " ")},
		"state":         {rand.Text()},
		"nonce":         {rand.Text()},
	}
	if responseType == "code" {
		q.Set("code_challenge", strings.Repeat("A", 43)) // nobody will redeem a code
		q.Set("code_challenge_method", "S256")
	}
	if resource != "" {
		q.Set("resource", resource)
	}
	return e.pool.DomainURL() + "/oauth2/authorize?" + q.Encode()
}

// A refusal is how Cognito turned an authorization request away. Its code is
// empty where the request was taken.
type refusal struct {
	code, description string
	own               bool // on Cognito's own page: the app never hears of it
}

// refusal reads the answer to an authorization request.
func (e *examination) refusal(a answer) refusal {
	if a.location == nil {
		if a.status == http.StatusOK {
			return refusal{}
		}
		return refusal{code: fmt.Sprintf("status_%d", a.status), own: true}
	}
	q := a.location.Query()
	if fragment, err := url.ParseQuery(a.location.Fragment); err == nil && fragment.Get("error") != "" {
		q = fragment
	}
	toApp := strings.HasPrefix(a.location.String(), e.cfg.CallbackURL)
	if toApp || strings.HasSuffix(a.location.Path, "/error") {
		return refusal{code: fetch.Clean(q.Get("error")), description: fetch.Clean(q.Get("error_description")), own: !toApp}
	}
	return refusal{}
}

// clockOff is how far this machine's clock is from that of an answer.
func (e *examination) clockOff(a answer) (off time.Duration, known bool) {
	date, err := http.ParseTime(a.header.Get("Date"))
	if err != nil {
		return 0, false
	}
	return e.pool.Now().Sub(date).Round(time.Second), true
}
