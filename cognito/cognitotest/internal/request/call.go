// Package request has one request to a pool while it is being answered: its
// parameters, its cookies, its event and its faults.
package request

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/journal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pool"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
)

// A Call is one request while it is being answered.
type Call struct {
	*pool.Pool
	W     http.ResponseWriter
	R     *http.Request
	At    time.Time // when it came; the one time that counts for it
	Query url.Values
	Form  url.Values
	body  []byte // of a call of the API
	json  bool   // errors are JSON
	API   bool   // errors are exceptions of the API

	Metadata   map[string]string // ClientMetadata, for the hooks
	Address    string            // of the user, where the request told
	Validation map[string]string // ClientMetadata of InitiateAuth, for the hooks that run before the password

	shared  bool // other pools answer under the same host name
	dropped bool // by a fault, so that there is no answer
	Event   journal.Event
	Why     string // of a refusal, only for the event
	Begun   string // id of the step that the call began; "" if it began none
}

// New returns the call of a request to p, whose answer goes to w.
func New(p *pool.Pool, w http.ResponseWriter, r *http.Request) *Call {
	c := &Call{Pool: p, R: r, At: p.Now(), shared: isShared(r)}
	c.W = &statusWriter{ResponseWriter: w, status: &c.Event.Status}
	w.Header().Set("X-Amz-Cognito-Request-Id", random.UUID())
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	return c
}

// Record writes the event of the call.
func (c *Call) Record() {
	c.Event.At = c.At
	c.Event.Method = c.R.Method
	c.Event.Params = journal.Redacted(c.Query, c.Form)
	c.Event.Error = journal.RedactedError(c.Event.Error, c.Form)
	if c.Event.ClientID == "" {
		c.Event.ClientID = cmp.Or(c.Query.Get("client_id"), c.Form.Get("client_id"))
	}
	if c.dropped {
		c.Event.Status = 0
	} else if c.Event.Status == 0 {
		c.Event.Status = http.StatusOK
	}
	c.Events.Add(c.Event)
	if !c.API {
		c.recordPage()
	}
}

// A statusWriter notes the status of an answer.
type statusWriter struct {
	http.ResponseWriter
	status *int
}

func (w *statusWriter) WriteHeader(status int) {
	*w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Fail refuses the request, as JSON or as a page.
func (c *Call) Fail(status int, code, description string) {
	c.Event.Error = JoinWords(code, description)
	if !c.json {
		c.showError(status, code, description)
		return
	}
	body := struct {
		Error       string `json:"error"`
		Description string `json:"error_description,omitempty"`
	}{code, description}
	c.WriteJSON(status, body)
}

func JoinWords(words ...string) string {
	return strings.Trim(strings.Join(words, " "), " ")
}

func (c *Call) WriteJSON(status int, v any) {
	h := c.W.Header()
	h.Set("Content-Type", "application/json;charset=UTF-8")
	c.AllowOrigins()
	body, err := json.Marshal(v)
	if err != nil {
		panic("cognitotest: " + err.Error())
	}
	c.W.WriteHeader(status)
	c.W.Write(body)
}

// Redirect answers with 302.
func (c *Call) Redirect(location string) {
	c.W.Header().Set("Location", location)
	c.W.WriteHeader(http.StatusFound)
}

// RedirectToPage leads to another page of the domain, under the host name the
// browser used.
func (c *Call) RedirectToPage(path, rawQuery string) {
	location := path
	if c.R.Host != "" {
		scheme := "http://"
		if c.secure() {
			scheme = "https://"
		}
		location = scheme + c.R.Host + path
	}
	if rawQuery != "" {
		location += "?" + rawQuery
	}
	c.Redirect(location)
}

// secure reports whether the browser speaks https.
func (c *Call) secure() bool {
	return c.R.TLS != nil || strings.HasPrefix(c.SocketURL(), "https:")
}

func (c *Call) SetCookie(name, value string, life time.Duration) {
	cookie := &http.Cookie{
		Name: c.cookieName(name), Value: value, Path: "/", MaxAge: int(life / time.Second),
		HttpOnly: true, Secure: c.secure(), SameSite: http.SameSiteLaxMode,
	}
	if life < 0 {
		cookie.MaxAge = -1
	}
	http.SetCookie(c.W, cookie)
}

func (c *Call) Cookie(name string) string {
	cookie, err := c.R.Cookie(c.cookieName(name))
	if err != nil {
		return ""
	}
	return cookie.Value
}
