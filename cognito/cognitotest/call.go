package cognitotest

import (
	"cmp"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
)

// A call is one request while it is being answered.
type call struct {
	*Pool
	w     http.ResponseWriter
	r     *http.Request
	at    time.Time // when it came; the one time that counts for it
	query url.Values
	form  url.Values
	body  []byte // of a call of the API
	json  bool   // errors are JSON
	api   bool   // errors are exceptions of the API

	metadata   map[string]string // ClientMetadata, for the hooks
	address    string            // of the user, where the request told
	validation map[string]string // ClientMetadata of InitiateAuth, for those that run before the password

	shared  bool // other pools answer under the same host name
	dropped bool // by a fault, so that there is no answer
	event   Event
	why     string // of a refusal, for the event alone
	begun   string // id of the step that the call began; "" if it began none
}

func (p *Pool) newCall(w http.ResponseWriter, r *http.Request) *call {
	c := &call{Pool: p, r: r, at: p.Now(), shared: isShared(r)}
	c.w = &statusWriter{ResponseWriter: w, status: &c.event.Status}
	w.Header().Set("X-Amz-Cognito-Request-Id", random.UUID())
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	return c
}

// record writes the event of the call.
func (c *call) record() {
	c.event.At = c.at
	c.event.Method = c.r.Method
	c.event.Params = redacted(c.query, c.form)
	if c.event.ClientID == "" {
		c.event.ClientID = cmp.Or(c.query.Get("client_id"), c.form.Get("client_id"))
	}
	if c.dropped {
		c.event.Status = 0
	} else if c.event.Status == 0 {
		c.event.Status = http.StatusOK
	}
	c.events.add(c.event)
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

// fail refuses the request, as JSON or as a page.
func (c *call) fail(status int, code, description string) {
	c.event.Error = joinWords(code, description)
	if !c.json {
		c.showError(status, code, description)
		return
	}
	body := struct {
		Error       string `json:"error"`
		Description string `json:"error_description,omitempty"`
	}{code, description}
	c.writeJSON(status, body)
}

func joinWords(words ...string) string {
	return strings.Trim(strings.Join(words, " "), " ")
}

func (c *call) writeJSON(status int, v any) {
	h := c.w.Header()
	h.Set("Content-Type", "application/json;charset=UTF-8")
	c.allowOrigins()
	body, err := json.Marshal(v)
	if err != nil {
		panic("cognitotest: " + err.Error())
	}
	c.w.WriteHeader(status)
	c.w.Write(body)
}

// redirect answers with 302.
func (c *call) redirect(location string) {
	c.w.Header().Set("Location", location)
	c.w.WriteHeader(http.StatusFound)
}

// redirectToPage leads to another page of the domain, under the host name the
// browser used.
func (c *call) redirectToPage(path, rawQuery string) {
	location := path
	if c.r.Host != "" {
		scheme := "http://"
		if c.secure() {
			scheme = "https://"
		}
		location = scheme + c.r.Host + path
	}
	if rawQuery != "" {
		location += "?" + rawQuery
	}
	c.redirect(location)
}

// secure reports whether the browser speaks https.
func (c *call) secure() bool {
	return c.r.TLS != nil || strings.HasPrefix(c.socketURL(), "https:")
}

func (c *call) setCookie(name, value string, life time.Duration) {
	cookie := &http.Cookie{
		Name: c.cookieName(name), Value: value, Path: "/", MaxAge: int(life / time.Second),
		HttpOnly: true, Secure: c.secure(), SameSite: http.SameSiteLaxMode,
	}
	if life < 0 {
		cookie.MaxAge = -1
	}
	http.SetCookie(c.w, cookie)
}

func (c *call) cookie(name string) string {
	cookie, err := c.r.Cookie(c.cookieName(name))
	if err != nil {
		return ""
	}
	return cookie.Value
}
