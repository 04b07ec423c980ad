package cognitotest

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// maxBody bounds the body of a request.
const maxBody = 64 << 10

// An endpoint is one path of the domain or the issuer.
type endpoint struct {
	op   string
	json bool // errors are JSON, for programs; else a page, for browsers
	api  bool // an operation of the user-pool API
	get  func(*call)
	post func(*call)
}

// domainEndpoints are the paths of the user-pool domain.
var domainEndpoints = map[string]endpoint{
	"/oauth2/authorize":      {op: "authorize", get: (*call).authorize},
	"/oauth2/token":          {op: "token", json: true, post: (*call).token},
	"/oauth2/userInfo":       {op: "userInfo", json: true, get: (*call).userInfo},
	"/oauth2/revoke":         {op: "revoke", json: true, post: (*call).revoke},
	"/login":                 {op: "login", get: (*call).loginPage, post: (*call).login},
	"/signup":                {op: "signup", get: (*call).signUpPage, post: (*call).signUp},
	"/confirmUser":           {op: "confirmUser", get: (*call).confirmUser},
	"/changePassword":        {op: "changePassword", get: (*call).changePage, post: (*call).change},
	"/mfa":                   {op: "mfa", get: (*call).mfaPage, post: (*call).mfa},
	"/mfa/register":          {op: "mfa/register", get: (*call).mfaPage, post: (*call).mfa},
	"/oauth2/idpresponse":    {op: "idpresponse", get: (*call).idpResponse},
	"/saml2/idpresponse":     {op: "saml2/idpresponse", post: (*call).samlIDPResponse},
	"/confirm":               {op: "confirm", get: (*call).confirmPage, post: (*call).confirm},
	"/resendcode":            {op: "resendcode", post: (*call).resendCode},
	"/forgotPassword":        {op: "forgotPassword", get: (*call).forgotPage, post: (*call).forgot},
	"/confirmforgotPassword": {op: "confirmforgotPassword", get: (*call).resetPage, post: (*call).reset},
	"/logout":                {op: "logout", get: (*call).logout},
	"/error":                 {op: "error", get: (*call).errorPage},
}

// ServeHTTP serves the pool: OAuth endpoints, hosted pages, discovery and
// keys, and the user-pool API at POST /. A request for the issuer's host on
// AWS, which is the API's too, gets the issuer's paths only and one for the
// domain's host the domain's; under any other host name all paths are served.
func (p *Pool) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := p.newCall(w, r)
	defer c.record()
	e, ok := p.endpoint(r)
	c.event.Op = e.op
	c.json, c.api = e.json, e.api
	switch {
	case !ok:
		c.notFound()
	case r.Method == http.MethodOptions && c.crossOrigin():
		c.preflight()
	case e.api && !c.readAPI() || !e.api && !c.readParams():
	case e.get != nil && (r.Method == http.MethodGet || r.Method == http.MethodHead && c.harmless()):
		c.serveFaulty(func() { e.get(c) })
	case e.post != nil && r.Method == http.MethodPost:
		c.serveFaulty(func() { e.post(c) })
	default:
		c.methodNotAllowed(e)
	}
}

// endpoint finds what r asks for.
func (p *Pool) endpoint(r *http.Request) (endpoint, bool) {
	host := r.Host
	if isPreflight(r) && r.URL.Path == "/" && !slices.Contains(p.domainHosts(), host) {
		return apiEndpoint(r), true
	}
	if slices.Contains(p.identityHosts(), host) {
		return p.identityEndpoint(r)
	}
	if p.names().exist() && !slices.Contains(p.issuerHosts(), host) {
		if e, ok := domainEndpoints[r.URL.Path]; ok {
			return e, true
		}
		if strings.HasPrefix(r.URL.Path, "/idp/") {
			return endpoint{op: "idp", get: (*call).playProvider, post: (*call).answerProvider}, true
		}
	}
	if !slices.Contains(p.domainHosts(), host) {
		if _, ok := isAPI(r); ok {
			return apiEndpoint(r), true
		}
		if isSTS(r) && p.identities != nil {
			return stsEndpoint, true
		}
		if e, ok := issuerEndpoint(r.URL.Path); ok {
			return e, true
		}
	}
	return endpoint{}, false
}

// harmless reports whether the endpoint's GET changes nothing, so that HEAD
// may do the same.
func (c *call) harmless() bool { return c.event.Op == "discovery" || c.event.Op == "jwks" }

// crossOrigin reports whether pages of other origins may call the endpoint.
func (c *call) crossOrigin() bool {
	switch c.event.Op {
	case "discovery", "jwks", "token", "userInfo", "revoke":
		return true
	}
	return c.api
}

// allowOrigins sends Cognito's one CORS header, where it does.
func (c *call) allowOrigins() {
	if c.crossOrigin() {
		c.w.Header().Set("Access-Control-Allow-Origin", "*")
	}
}

// isPreflight reports whether a browser asks before a page of another origin
// calls.
func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != ""
}

// domainRequestHeaders are what libraries for browsers send to the endpoints of
// the domain and the issuer; X-Amz-User-Agent is Amplify's.
const domainRequestHeaders = "Authorization, Content-Type, Cache-Control, Pragma, X-Amz-User-Agent, X-Requested-With"

func (c *call) preflight() {
	h := c.w.Header()
	h.Set("Access-Control-Allow-Origin", "*")
	h.Set("Access-Control-Allow-Methods", "GET, POST, OPTIONS")
	allowed := domainRequestHeaders
	if c.api {
		allowed = apiRequestHeaders
	}
	h.Set("Access-Control-Allow-Headers", allowed)
	c.w.WriteHeader(http.StatusNoContent)
}

func (c *call) methodNotAllowed(e endpoint) {
	var allow []string
	if e.get != nil {
		allow = append(allow, http.MethodGet)
	}
	if e.post != nil {
		allow = append(allow, http.MethodPost)
	}
	c.w.Header().Set("Allow", strings.Join(allow, ", "))
	c.fail(http.StatusMethodNotAllowed, "invalid_request", "")
}

func (c *call) notFound() {
	c.fail(http.StatusNotFound, "not_found", "")
}

// readParams fills c.query and c.form. On failure it has answered.
func (c *call) readParams() bool {
	raw := c.r.URL.RawQuery // goes into redirects as it is
	query, err := url.ParseQuery(raw)
	if err != nil || strings.ContainsFunc(raw, unicode.IsControl) {
		c.fail(http.StatusBadRequest, "invalid_request", "")
		return false
	}
	c.query = query
	if c.r.Method != http.MethodPost {
		return true
	}
	form, status := readForm(c.r)
	if status != 0 {
		c.fail(status, "invalid_request", "")
		return false
	}
	c.form = form
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

// repeated reports whether a parameter is there twice (RFC 6749 section 3.1
// forbids it).
func repeated(values url.Values) bool {
	for _, v := range values {
		if len(v) > 1 {
			return true
		}
	}
	return false
}
