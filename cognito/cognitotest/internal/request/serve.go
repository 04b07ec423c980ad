package request

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"unicode"
)

// maxBody bounds the body of a request.
const maxBody = 64 << 10

// An Endpoint is one path of the domain or the issuer.
type Endpoint struct {
	Op   string
	JSON bool // errors are JSON, for programs; else a page, for browsers
	API  bool // an operation of the user-pool API
	Get  func(*Call)
	Post func(*Call)
}

// Serve answers with an endpoint, if there is one.
func (c *Call) Serve(e Endpoint, ok bool) {
	c.Event.Op = e.Op
	c.json, c.API = e.JSON, e.API
	r := c.R
	switch {
	case !ok:
		c.NotFound()
	case r.Method == http.MethodOptions && c.crossOrigin():
		c.preflight()
	case e.API && !c.readAPI() || !e.API && !c.readParams():
	case e.Get != nil && (r.Method == http.MethodGet || r.Method == http.MethodHead && c.harmless()):
		c.serveFaulty(func() { e.Get(c) })
	case e.Post != nil && r.Method == http.MethodPost:
		c.serveFaulty(func() { e.Post(c) })
	default:
		c.methodNotAllowed(e)
	}
}

// harmless reports whether the endpoint's GET changes nothing, so that HEAD
// may do the same.
func (c *Call) harmless() bool { return c.Event.Op == "discovery" || c.Event.Op == "jwks" }

// crossOrigin reports whether pages of other origins may call the endpoint.
func (c *Call) crossOrigin() bool {
	switch c.Event.Op {
	case "discovery", "jwks", "token", "userInfo", "revoke":
		return true
	}
	return c.API
}

// AllowOrigins sends the one CORS header of Cognito, for the endpoints that
// have it.
func (c *Call) AllowOrigins() {
	if c.crossOrigin() {
		c.W.Header().Set("Access-Control-Allow-Origin", "*")
	}
}

// IsPreflight reports whether a browser asks before a page of another origin
// calls.
func IsPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != ""
}

// domainRequestHeaders are what libraries for browsers send to the endpoints of
// the domain and the issuer; X-Amz-User-Agent is Amplify's.
const domainRequestHeaders = "Authorization, Content-Type, Cache-Control, Pragma, X-Amz-User-Agent, X-Requested-With"

func (c *Call) preflight() {
	h := c.W.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Allow-Methods", "GET, POST, OPTIONS")
	allowed := domainRequestHeaders
	if c.API {
		allowed = apiRequestHeaders
	}
	h.Set("Access-Control-Allow-Headers", allowed)
	c.W.WriteHeader(http.StatusNoContent)
}

func (c *Call) methodNotAllowed(e Endpoint) {
	var allow []string
	if e.Get != nil {
		allow = append(allow, http.MethodGet)
	}
	if e.Post != nil {
		allow = append(allow, http.MethodPost)
	}
	c.W.Header().Set("Allow", strings.Join(allow, ", "))
	c.Fail(http.StatusMethodNotAllowed, "invalid_request", "")
}

func (c *Call) NotFound() {
	c.Fail(http.StatusNotFound, "not_found", "")
}

// readParams fills c.Query and c.Form. On failure it has answered.
func (c *Call) readParams() bool {
	raw := c.R.URL.RawQuery // goes into redirects as it is
	query, err := url.ParseQuery(raw)
	if err != nil || strings.ContainsFunc(raw, unicode.IsControl) {
		c.Fail(http.StatusBadRequest, "invalid_request", "")
		return false
	}
	c.Query = query
	if c.R.Method != http.MethodPost {
		return true
	}
	form, status := readForm(c.R)
	if status != 0 {
		c.Fail(status, "invalid_request", "")
		return false
	}
	c.Form = form
	return true
}

var errTooLarge = errors.New("body too large")

// readForm reads the form in the body of r. A status other than 0 says why
// it cannot.
func readForm(r *http.Request) (form url.Values, status int) {
	mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || mediaType != "application/x-www-form-urlencoded" {
		return nil, http.StatusBadRequest
	}
	body, err := readLimited(r.Body)
	switch {
	case errors.Is(err, errTooLarge):
		return nil, http.StatusRequestEntityTooLarge
	case err != nil:
		return nil, http.StatusBadRequest
	}
	form, err = url.ParseQuery(string(body))
	if err != nil {
		return nil, http.StatusBadRequest
	}
	return form, 0
}

func readLimited(r io.Reader) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r, maxBody+1))
	if err == nil && len(body) > maxBody {
		err = errTooLarge
	}
	return body, err
}

// Repeated reports whether a parameter is there twice (RFC 6749 section 3.1
// forbids it).
func Repeated(values url.Values) bool {
	for _, v := range values {
		if len(v) > 1 {
			return true
		}
	}
	return false
}
