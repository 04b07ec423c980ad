package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/internal/hosts"
)

// A Site is where an app is, as browsers see it. Its URL may have a path:
// then all pages, endpoints and cookies of the app are below that path.
//
// Requests reach such an app in one of two forms. They still have the path
// where the app is mounted below it, or a proxy passes it on. They have lost it
// where [http.StripPrefix] or a proxy takes it off. A Site accepts both.
type Site struct {
	path   string // of the URL: "" or such as "/app"
	name   string // what tells the app's cookies from those of others on its host
	prefix string // of the cookies' names, which browsers know
	secure bool
	local  bool // on a loopback host
}

// NewSite returns the site of a base URL that [hosts.ParseBaseURL] accepts.
func NewSite(base string) Site {
	u, err := url.Parse(base)
	if err != nil || u.Host == "" {
		return Site{prefix: hostPrefix, secure: true}
	}
	s := Site{
		path:   strings.TrimSuffix(u.Path, "/"),
		secure: u.Scheme != "http",
		local:  hosts.IsLoopback(u.Hostname()),
	}
	if port := u.Port(); port != "" {
		s.name = "_" + port
	}
	s.name += cookieWord(s.path)
	switch {
	case s.secure && s.path == "":
		s.prefix = hostPrefix
	case s.secure:
		s.prefix = securePrefix
	}
	return s
}

// What browsers demand of a cookie by its name (RFC 6265bis section 4.1.3):
// Secure, and in the first case Path=/ as well and no Domain.
const (
	hostPrefix   = "__Host-"
	securePrefix = "__Secure-"
)

// maxCookieWord bounds how much of a path is in a cookie's name.
const maxCookieWord = 32

// cookieWord writes a path with the characters of a cookie's name.
func cookieWord(path string) string {
	word := strings.Map(func(c rune) rune {
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' {
			return c
		}
		return '_'
	}, path)
	return word[:min(len(word), maxCookieWord)]
}

// Outside returns the path that browsers know for one that is below the site's
// URL: "/app/auth/login" for "/auth/login".
func (s Site) Outside(path string) string { return s.path + path }

// Is reports whether a request is for path, which is below the site's URL.
func (s Site) Is(r *http.Request, path string) bool {
	return r.URL.Path == path || s.path != "" && r.URL.Path == s.path+path
}

// Target is the path and query that a browser has asked for, as it wrote them.
// Where a proxy has taken the site's path off, it is put back. A request whose
// path begins with the site's path counts as one that has it still.
//
// The result is safe in a link and in a redirect. It is "" for a path that could
// lead to another site there, such as "//other.example".
func (s Site) Target(r *http.Request) string {
	target := r.RequestURI
	if !strings.HasPrefix(target, "/") {
		target = r.URL.RequestURI()
	}
	rest, has := strings.CutPrefix(target, s.path)
	if !has || rest != "" && rest[0] != '/' && rest[0] != '?' {
		target = s.path + target
	}
	if path, _, _ := strings.Cut(target, "?"); !sitePath(path, nil) {
		return ""
	}
	return target
}

// CookieName returns the name of a cookie with the prefix that browsers demand.
// It is "__Host-" at the root of a host, "__Secure-" below a path, and nothing
// for http on a loopback host.
func (s Site) CookieName(name string) string { return s.prefix + name }

// Own adds to the name of a cookie what tells this app from others on its host:
// its port and its path. Browsers do not tell ports apart, and send the cookies
// of "/" to every path.
func (s Site) Own(name string) string { return name + s.name }

// SessionCookie returns the name of the session's cookie. Configured is the
// name that the app has chosen, or "".
func (s Site) SessionCookie(configured string) string {
	switch {
	case configured != "":
		return s.CookieName(configured)
	case s.local:
		return s.CookieName(s.Own("cognito_session"))
	}
	return s.CookieName(s.Own("session"))
}

// Cookie returns a cookie of ours. It is only for this app, out of scripts'
// reach, and not sent with what other sites' pages load or post. A negative
// life expires it.
func (s Site) Cookie(name, value string, life time.Duration) *http.Cookie {
	path := s.path
	if path == "" {
		path = "/"
	}
	return &http.Cookie{
		Name:     name,
		Value:    value,
		Path:     path,
		MaxAge:   int(life / time.Second),
		Secure:   s.secure,
		HttpOnly: true,
		SameSite: http.SameSiteLaxMode,
	}
}
