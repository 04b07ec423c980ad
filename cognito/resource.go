package cognito

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/seed75762126/cognito-go/internal/oauth"
	"github.com/seed75762126/cognito-go/internal/problems"
	"github.com/seed75762126/cognito-go/internal/web"
)

// A Resource describes an API to OAuth clients that do not know it, such as
// MCP clients (RFC 9728). It is an [http.Handler] that serves its own
// metadata. Set it as [Guard.Resource], so that refusals tell clients where
// the metadata is:
//
//	api := &cognito.Resource{URL: "https://api.example.com/mcp", Pool: pool, Scopes: []string{"orders/read"}}
//	mux.Handle("/.well-known/", api)
//	mux.Handle("/mcp", cognito.Guard{Authenticator: bearer, Resource: api}.Require(h))
//
// Set [Config.ForResource] of the Verifier to the same URL. A Resource is safe
// for concurrent use if its fields no longer change.
type Resource struct {
	// URL identifies the API (RFC 8707). Clients send it as the parameter
	// resource, and the aud of their tokens must be this text. Add a resource
	// server with this identifier to the pool. Required.
	URL string

	// Pool is the user pool whose users the API serves. The metadata names
	// its issuer as the authorization server. Required.
	Pool Config

	// Name is the API's name, which clients may show to users
	// (resource_name). Empty leaves it out.
	Name string

	// Scopes are the scopes that clients may ask for (scopes_supported). A
	// refusal names them if the policies of its route name no scope.
	Scopes []string

	// Documentation is the URL of a page for developers
	// (resource_documentation).
	Documentation string

	// DescribeServer publishes the metadata of the authorization server (RFC
	// 8414) on the API's own host as well, and names that host as the
	// authorization server. This document has
	// code_challenge_methods_supported, which Cognito's own document lacks.
	// MCP clients stop without it. Users still sign in at Pool.Domain, which
	// is then required.
	DescribeServer bool
}

const (
	resourcePath = "/.well-known/oauth-protected-resource"
	serverPath   = "/.well-known/oauth-authorization-server"
)

var _ http.Handler = (*Resource)(nil)

// Validate reports every problem of r at once.
func (r *Resource) Validate() error {
	errs := problems.New(new(ConfigError).At)
	errs.Check("URL", checkResource(r.URL))
	if u, err := url.Parse(r.URL); err == nil && u.Scheme != "https" && u.Scheme != "http" {
		errs.Check("URL", errors.New("a resource with metadata needs an https URL"))
	}
	errs.Join(r.Pool.Validate())
	for _, s := range r.Scopes {
		if !oauth.IsScope(s) {
			errs.Check("Scopes", errors.New("each scope is an element of its own, without spaces and quotes"))
		}
	}
	if r.DescribeServer && r.Pool.Domain == "" {
		errs.Check("Domain", errors.New("missing: DescribeServer needs the user pool's domain, where users sign in"))
	}
	return errs.Err()
}

// MetadataURL returns the URL of the metadata. The well-known path stands
// between the host and the path of URL (RFC 9728 section 3.1).
func (r *Resource) MetadataURL() string {
	u, err := url.Parse(r.URL)
	if err != nil {
		return ""
	}
	at := u.Scheme + "://" + u.Host + resourcePath + r.path()
	if u.RawQuery != "" {
		at += "?" + u.RawQuery
	}
	return at
}

// path is the path of the resource, or "" for the root.
func (r *Resource) path() string {
	u, err := url.Parse(r.URL)
	if err != nil || u.EscapedPath() == "/" {
		return ""
	}
	return u.EscapedPath()
}

// origin is the URL without path and query.
func (r *Resource) origin() string {
	u, err := url.Parse(r.URL)
	if err != nil {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// ServeHTTP answers GET requests for the metadata, with and without the
// resource's path. If DescribeServer is set, it also serves the metadata of the
// server. Scripts of every origin may read both. All other paths get 404.
func (r *Resource) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	h := w.Header()
	web.NoStore(h)
	h.Set("X-Content-Type-Options", "nosniff")
	var doc any
	switch path := req.URL.EscapedPath(); {
	case r.Validate() != nil:
		problem(w, http.StatusInternalServerError, GuardMistake, "Something is set up wrong here. The people who run this API find the details with Resource.Validate.")
		return
	case path == resourcePath || path == resourcePath+r.path():
		doc = r.metadata()
	case path == serverPath && r.DescribeServer:
		doc = r.serverMetadata()
	default:
		problem(w, http.StatusNotFound, NotFound, "There is no metadata at this path.")
		return
	}
	h.Set("Access-Control-Allow-Origin", "*") // RFC 9728 section 3.1: browser apps read it
	switch req.Method {
	case http.MethodGet, http.MethodHead:
		h.Set("Content-Type", "application/json")
		if req.Method == http.MethodGet {
			_ = json.NewEncoder(w).Encode(doc) // a caller who has left
		}
	case http.MethodOptions: // a preflight: MCP clients send a header of their own
		h.Set("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS")
		h.Set("Access-Control-Allow-Headers", "*")
		w.WriteHeader(http.StatusNoContent)
	default:
		h.Set("Allow", "GET, HEAD, OPTIONS")
		problem(w, http.StatusMethodNotAllowed, MethodNotAllowed, "The metadata can only be read.")
	}
}

func problem(w http.ResponseWriter, status int, code RefusalCode, detail string) {
	web.WriteProblem(w, &web.Problem{Status: status, Title: http.StatusText(status), Detail: detail, Code: string(code)})
}

// metadata is the document of RFC 9728 section 2.
func (r *Resource) metadata() any {
	server := r.Pool.IssuerURL()
	if r.DescribeServer {
		server = r.origin()
	}
	return struct {
		Resource      string   `json:"resource"`
		Servers       []string `json:"authorization_servers"`
		Scopes        []string `json:"scopes_supported,omitempty"`
		Methods       []string `json:"bearer_methods_supported"`
		Name          string   `json:"resource_name,omitempty"`
		Documentation string   `json:"resource_documentation,omitempty"`
	}{r.URL, []string{server}, r.Scopes, []string{"header"}, r.Name, r.Documentation}
}

// serverMetadata is the document of RFC 8414 section 2. Its issuer is this
// host, as section 3.3 demands; the endpoints are Cognito's.
func (r *Resource) serverMetadata() any {
	domain := strings.TrimSuffix(r.Pool.DomainURL(), "/")
	return struct {
		Issuer        string   `json:"issuer"`
		Authorization string   `json:"authorization_endpoint"`
		Token         string   `json:"token_endpoint"`
		Revocation    string   `json:"revocation_endpoint"`
		Keys          string   `json:"jwks_uri"`
		Scopes        []string `json:"scopes_supported,omitempty"`
		Responses     []string `json:"response_types_supported"`
		Grants        []string `json:"grant_types_supported"`
		Methods       []string `json:"token_endpoint_auth_methods_supported"`
		Challenges    []string `json:"code_challenge_methods_supported"`
	}{
		r.origin(), domain + "/oauth2/authorize", domain + "/oauth2/token", domain + "/oauth2/revoke", r.Pool.JWKSURL(), r.Scopes,
		[]string{"code"}, []string{"authorization_code", "refresh_token"},
		[]string{"none", "client_secret_basic", "client_secret_post"}, []string{"S256"},
	}
}
