package hostedui

import (
	"net/http"
	"path"
	"strings"

	"github.com/seed75762126/cognito-go/internal/problems"
	"github.com/seed75762126/cognito-go/internal/web"
)

// Paths moves single endpoints of a [Client], such as a callback that is
// registered with the app client already. Each field is a path below
// Config.BaseURL, such as "/callback". An empty field means Config.Prefix and
// the endpoint's own name.
//
// Mount the Client at each path that you set:
//
//	mux.Handle("/callback", client)
type Paths struct {
	Login            string // Prefix + "login"
	SignUp           string // Prefix + "signup"
	ForgotPassword   string // Prefix + "forgot-password"
	Callback         string // Prefix + "callback"
	Logout           string // Prefix + "logout"
	LogoutEverywhere string // Prefix + "logout-everywhere"
	SignedOut        string // Prefix + "signed-out"
	Forget           string // Prefix + "forget"
	Me               string // Prefix + "me"
	Passkey          string // Prefix + "passkey"
}

// Names of the endpoints, which follow the Prefix and are in log lines.
const (
	loginEndpoint            = "login"
	signUpEndpoint           = "signup"
	forgotPasswordEndpoint   = "forgot-password"
	callbackEndpoint         = "callback"
	logoutEndpoint           = "logout"
	logoutEverywhereEndpoint = "logout-everywhere"
	signedOutEndpoint        = "signed-out"
	forgetEndpoint           = "forget"
	meEndpoint               = "me"
	passkeyEndpoint          = "passkey"
)

// An endpointPath is an endpoint with the path that the app has set for it, or
// "".
type endpointPath struct{ field, name, path string }

func (p *Paths) list() []endpointPath {
	return []endpointPath{
		{"Login", loginEndpoint, p.Login},
		{"SignUp", signUpEndpoint, p.SignUp},
		{"ForgotPassword", forgotPasswordEndpoint, p.ForgotPassword},
		{"Callback", callbackEndpoint, p.Callback},
		{"Logout", logoutEndpoint, p.Logout},
		{"LogoutEverywhere", logoutEverywhereEndpoint, p.LogoutEverywhere},
		{"SignedOut", signedOutEndpoint, p.SignedOut},
		{"Forget", forgetEndpoint, p.Forget},
		{"Me", meEndpoint, p.Me},
		{"Passkey", passkeyEndpoint, p.Passkey},
	}
}

// endpoints knows where the endpoints are, in two views: below BaseURL, as the
// configuration has them, and outside, as browsers see them.
type endpoints struct {
	site   web.Site
	prefix string
	home   string            // outside: the page after a login that began on no page
	paths  map[string]string // by name, below BaseURL
	names  map[string]string // by the path of a request, in both views
	own    []string          // outside: no login leads back to these
}

func newEndpoints(cfg *Config) *endpoints {
	site := web.NewSite(cfg.BaseURL)
	e := &endpoints{
		site:   site,
		prefix: cfg.prefix(),
		home:   site.Outside(cfg.defaultPage()),
		paths:  map[string]string{},
		names:  map[string]string{},
		own:    []string{site.Outside(cfg.prefix())},
	}
	for _, p := range cfg.Paths.list() {
		if p.path == "" {
			p.path = e.prefix + p.name
		} else {
			e.own = append(e.own, site.Outside(p.path))
		}
		e.paths[p.name] = p.path
		e.names[p.path] = p.name
	}
	for name, path := range e.paths {
		e.names[site.Outside(path)] = name
	}
	return e
}

// outside is the path of an endpoint that browsers know.
func (e *endpoints) outside(name string) string { return e.site.Outside(e.paths[name]) }

// of returns the name of the endpoint that a request is for, or "".
func (e *endpoints) of(r *http.Request) string { return e.names[r.URL.Path] }

// returnPath is raw if that is a page that a login may lead back to, and else
// the default page. Both are paths that browsers know.
func (e *endpoints) returnPath(raw string) string { return web.ReturnPath(raw, e.home, e.own...) }

// validate reports what is wrong with the paths.
func (e *endpoints) validate(errs *problems.List, cfg *Config) {
	if p := e.prefix; len(p) < 3 || !strings.HasSuffix(p, "/") || !plainPath(p) || strings.Contains(p, ".") {
		errs.Add("Prefix", "%q is not a path such as /auth/; Config.Paths moves single endpoints to the root", p)
	}
	taken := map[string]string{} // by path: the field
	for _, p := range cfg.Paths.list() {
		path := e.paths[p.name]
		if !plainPath(path) && p.path != "" {
			errs.Add("Paths."+p.field, "%q is not a path such as /%s, below BaseURL and without a query", path, p.name)
			continue
		}
		key := strings.ToLower(strings.TrimSuffix(path, "/"))
		if other := taken[key]; other != "" {
			errs.Add("Paths."+p.field, "%q is the path of %s already", path, other)
		}
		taken[key] = p.field
		if name := e.names[path]; e.paths[name] != path {
			errs.Add("Paths."+p.field, "%q is also what browsers request for %q, because BaseURL has a path: choose another path", path, e.paths[name])
		}
	}
	own := []string{e.prefix}
	for _, path := range e.paths {
		own = append(own, path)
	}
	if page := cfg.defaultPage(); web.ReturnPath(page, "", own...) == "" {
		errs.Add("DefaultPage", "%q is not a page of this site", page)
	}
}

// plainPath reports whether p is the path of something below the root, written
// as a request's URL.Path has it. It may end with a slash.
func plainPath(p string) bool {
	return strings.HasPrefix(p, "/") && p != "/" && path.Clean(p) == strings.TrimSuffix(p, "/") &&
		!strings.ContainsFunc(p, func(c rune) bool { return c <= ' ' || c > '~' || strings.ContainsRune(`?#%\;{}"<>`, c) })
}

// isBelow reports whether a request's path is below the Prefix, in one of the
// two views.
func (e *endpoints) isBelow(path string) bool {
	return strings.HasPrefix(path, e.prefix) || strings.HasPrefix(path, e.site.Outside(e.prefix))
}
