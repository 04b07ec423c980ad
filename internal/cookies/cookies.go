// Package cookies keeps a session in a browser, in two parts: the identity and
// the tokens. It decides names and attributes, splits large values into several
// cookies, and limits their total size.
package cookies

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/internal/base64url"
	"github.com/seed75762126/cognito-go/internal/seal"
	"github.com/seed75762126/cognito-go/internal/web"
)

const (
	// maxCookie is the most one cookie may take, name and attributes
	// counted: browsers drop larger ones without a word (RFC 6265 section
	// 6.1).
	maxCookie = 4096

	// maxCookies is the most all cookies of a session may take in a request.
	// Proxies take 8 KiB for all cookies. Pending logins may have 2 KiB of
	// that, and the app's own cookies get the other 2 KiB.
	maxCookies = 4 << 10

	// maxCookiesWithID is the same where the ID token is kept too. Then the
	// answer of a sign-in is larger than some proxies take by default, and
	// little is left for the app's own cookies.
	maxCookiesWithID = 6 << 10

	// maxChunks is how many cookies the tokens part is cut into at most. Two
	// are enough for maxCookies; a few more are cleared.
	maxChunks = 4
)

// ErrTooLarge means that a session does not fit. Nothing was set: a browser
// would drop part of it silently.
var ErrTooLarge = errors.New("session: the user's tokens do not fit into cookies: configure a Store, or have the pool issue fewer groups and claims")

// A Set knows the names and attributes of a session's cookies.
//
// The identity part is one cookie. The tokens part, in cookie mode, is cut
// into chunks named with -1, -2 and so on. Each says how many there are, which
// one it is, and a tag of its session. So a chunk that is missing, swapped or
// another session's is noticed before any is opened.
type Set struct {
	Name string // of the identity part
	Most int    // bytes of one cookie: 4096, except in tests
	site web.Site
	sum  int // bytes of all cookies in a request
}

// New returns the cookies of a site whose identity part has this name. Where
// the ID token is kept too, they may take more.
func New(site web.Site, name string, withID bool) Set {
	c := Set{Name: name, Most: maxCookie, site: site, sum: maxCookies}
	if withID {
		c.sum = maxCookiesWithID
	}
	return c
}

func (c Set) chunkName(i int) string { return c.Name + "-" + strconv.Itoa(i) }

// Make returns a cookie of the session that lives for a second at least.
func (c Set) Make(name, value string, life time.Duration) *http.Cookie {
	return c.site.Cookie(name, value, max(time.Second, life))
}

// Chunks cuts a sealed tokens part into cookies.
func (c Set) Chunks(id [16]byte, sealed []byte, maxAge time.Duration) []*http.Cookie {
	text := seal.Encode(sealed)
	attributes := len(c.Make(c.chunkName(1), "", maxAge).String())
	room := c.Most - attributes - len(chunkHead(1, 1, id))
	total := (len(text) + room - 1) / room
	list := make([]*http.Cookie, 0, total)
	for i := 1; i <= total; i++ {
		part := text[:min(room, len(text))]
		text = text[len(part):]
		list = append(list, c.Make(c.chunkName(i), chunkHead(total, i, id)+part, maxAge))
	}
	return list
}

// chunkHead is what a chunk starts with, such as "2.1.q83vEjRW.".
func chunkHead(total, i int, id [16]byte) string {
	return strconv.Itoa(total) + "." + strconv.Itoa(i) + "." + base64url.Encode(id[:6]) + "."
}

// Join returns the sealed tokens part from a request's cookies, or false if a
// chunk is missing or out of place.
func (c Set) Join(sent []string, id [16]byte) (sealed []byte, ok bool) {
	var text strings.Builder
	if !c.eachChunk(sent, id, func(part string) { text.WriteString(part) }) {
		return nil, false
	}
	sealed, err := seal.Decode(text.String())
	return sealed, err == nil
}

// eachChunk calls visit with each chunk's content, in order. It reports false
// as soon as a chunk is missing or out of place.
func (c Set) eachChunk(sent []string, id [16]byte, visit func(string)) bool {
	total := 1
	for i := 1; i <= total; i++ {
		value, _ := Read(sent, c.chunkName(i))
		if i == 1 && value != "" && '1' <= value[0] && value[0] <= '0'+maxChunks {
			total = int(value[0] - '0')
		}
		part, headed := strings.CutPrefix(value, chunkHead(total, i, id))
		if !headed {
			return false
		}
		visit(part)
	}
	return true
}

// Complete reports whether all chunks of the session are there.
func (c Set) Complete(sent []string, id [16]byte) bool {
	return c.eachChunk(sent, id, func(string) {})
}

// Fit checks the list against the budget for all cookies together.
func (c Set) Fit(list []*http.Cookie) error {
	sum := 0
	for _, k := range list {
		if n := len(k.String()); n > maxCookie {
			return fmt.Errorf("%w (one cookie would have %d bytes)", ErrTooLarge, n)
		}
		sum += len(k.Name) + len("=") + len(k.Value) + len("; ")
	}
	if sum > c.sum {
		return fmt.Errorf("%w (they would have %d bytes, of %d at most)", ErrTooLarge, sum, c.sum)
	}
	return nil
}

// Write sets the cookies in list. Where it is a whole session, and not only the
// identity part, chunks of the request that are not among them expire. Cookies
// of the session that the answer was to set before are taken back.
func (c Set) Write(w http.ResponseWriter, r *http.Request, list []*http.Cookie, whole bool) {
	kept := map[string]bool{}
	for _, k := range list {
		kept[k.Name] = true
	}
	withdraw(w.Header(), func(name string) bool { return kept[name] || whole && c.owns(name) })
	for _, k := range list {
		http.SetCookie(w, k)
	}
	if whole {
		c.expire(w, r, kept)
	}
}

// Clear expires every cookie of a session that the request has, and takes
// back those that the answer was to set.
func (c Set) Clear(w http.ResponseWriter, r *http.Request) {
	withdraw(w.Header(), c.owns)
	c.expire(w, r, nil)
}

func (c Set) expire(w http.ResponseWriter, r *http.Request, kept map[string]bool) {
	for _, name := range c.names() {
		if has(r.Header, name) && !kept[name] {
			http.SetCookie(w, c.site.Cookie(name, "", -time.Second))
		}
	}
}

// names are all names that cookies of a session can have.
func (c Set) names() []string {
	names := []string{c.Name}
	for i := 1; i <= maxChunks; i++ {
		names = append(names, c.chunkName(i))
	}
	return names
}

func (c Set) owns(name string) bool { return slices.Contains(c.names(), name) }

// withdraw takes back cookies that an answer was to set: a handler may end
// the session which the middleware around it has just refreshed.
func withdraw(h http.Header, which func(name string) bool) {
	lines := h["Set-Cookie"]
	if len(lines) == 0 {
		return
	}
	h["Set-Cookie"] = slices.DeleteFunc(lines, func(line string) bool {
		name, _, _ := strings.Cut(line, "=")
		return which(name)
	})
}

// SetOne has an answer set one cookie, in place of one of the same name that it
// was to set. The answer is for one browser then, and no cache keeps it.
func SetOne(h http.Header, cookie *http.Cookie) {
	withdraw(h, func(name string) bool { return name == cookie.Name })
	h.Add("Set-Cookie", cookie.String())
	if h.Get("Cache-Control") == "" {
		web.NoStore(h)
	}
	if !slices.ContainsFunc(h["Vary"], func(v string) bool { return strings.EqualFold(v, "Cookie") }) {
		h.Add("Vary", "Cookie")
	}
}

// has reports whether the named cookie was sent, once or twice.
func has(h http.Header, name string) bool {
	for _, line := range h["Cookie"] {
		for pair := range strings.SplitSeq(line, ";") {
			if n, _, _ := strings.Cut(strings.Trim(pair, " \t"), "="); n == name {
				return true
			}
		}
	}
	return false
}

// Read returns the value of the named cookie; sent are the lines of the
// Cookie header. A name that is sent twice
// with different values counts as not sent. It replaces [http.Request.Cookie],
// which costs an allocation per cookie.
func Read(sent []string, name string) (value string, ok bool) {
	for _, line := range sent {
		for line != "" {
			var pair string
			pair, line, _ = strings.Cut(line, ";")
			n, v, _ := strings.Cut(strings.Trim(pair, " \t"), "=")
			if n != name {
				continue
			}
			if ok && v != value {
				return "", false
			}
			value, ok = v, true
		}
	}
	return value, ok
}
