package hostedui

import (
	"context"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"log/slog"
	mathrand "math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/seed75762126/cognito-go/internal/base64url"
	"github.com/seed75762126/cognito-go/internal/redact"
	"github.com/seed75762126/cognito-go/internal/seal"
	"github.com/seed75762126/cognito-go/internal/web"
)

// An Attempt is the secret half of one login: what only the browser that
// began it may know. State, Nonce and CodeVerifier are 32 random bytes each,
// in base64url without padding, the one alphabet that comes back from Cognito
// unharmed. In fmt and slog an Attempt appears as "[redacted]".
type Attempt struct {
	State        string // RFC 6749 section 10.12
	Nonce        string // OpenID Connect Core section 3.1.2.1
	CodeVerifier string // RFC 7636 section 4.1
	ReturnPath   string // where the login leads, a path of the app

	begun time.Time // zero where it is unknown
}

// NewAttempt returns a fresh Attempt.
func NewAttempt() Attempt {
	return Attempt{State: random(), Nonce: random(), CodeVerifier: random()}
}

// Format implements [fmt.Formatter], and with it every verb.
func (a Attempt) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redact.Text) }

// LogValue implements [slog.LogValuer].
func (a Attempt) LogValue() slog.Value { return slog.StringValue(redact.Text) }

// complete reports whether nonce and verifier are as long as NewAttempt makes
// them. An empty nonce would ask for none, and an empty verifier is one that
// everybody knows.
func (a Attempt) complete() bool {
	least := base64.RawURLEncoding.EncodedLen(randomBytes)
	return len(a.Nonce) >= least && len(a.CodeVerifier) >= least
}

const randomBytes = 32

func random() string {
	var b [randomBytes]byte
	_, _ = rand.Read(b[:]) // never fails
	return base64url.Encode(b[:])
}

const (
	attemptLife = 10 * time.Minute

	// maxAttempts is how many logins a browser may have pending. Their
	// cookies have fixed names, so that no number of tabs makes the request
	// header longer.
	maxAttempts = 5

	// maxPending is the most that pending logins take in a Cookie header, in
	// bytes: maxAttempts attempts, and the pages that they lead to.
	maxPending = 2048

	attemptFormat = 2
	silentFormat  = 3 // likewise, of a silent login

	// maxGoal is how long the goal of a login may be to stay in its own
	// cookie. Tabs that open at once do not overwrite each other there.
	maxGoal = 44

	// attemptHead is the length of format, time and seed.
	attemptHead = 1 + 4 + randomBytes
)

// attempts keeps pending logins in the visitor's browser, each sealed in a
// cookie of its own. One more cookie keeps where they lead.
type attempts struct {
	box     *seal.Box
	name    string // of the cookies, before their number
	session string // name of the session's cookie
	pages   string // name of the cookie with the goals
	bound   string // the pool, app client and redirect URI they are good for
	site    web.Site
	now     func() time.Time
}

func newAttempts(cfg *Config, keys *seal.Ring, bound string, now func() time.Time) (*attempts, error) {
	box, err := keys.Box("login attempt")
	if err != nil {
		return nil, err
	}
	site := web.NewSite(cfg.BaseURL)
	name := site.SessionCookie(cfg.Session.CookieName)
	return &attempts{box: box, bound: bound, site: site, now: now, session: name, name: name + "-login-", pages: name + "-pages"}, nil
}

func (a *attempts) cookie(suffix, value string, life time.Duration) *http.Cookie {
	return a.site.Cookie(a.name+suffix, value, life)
}

// sealAs seals a cookie's plain text under its name, only for this app client.
func (a *attempts) sealAs(name string, plain []byte) string {
	return seal.Encode(a.box.Seal(plain, name+"\x00"+a.bound))
}

func (a *attempts) openAs(ctx context.Context, name, value string) ([]byte, bool) {
	sealed, err := seal.Decode(value)
	if err != nil {
		return nil, false
	}
	plain, _, err := a.box.Open(ctx, sealed, name+"\x00"+a.bound)
	return plain, err == nil
}

// begin sets the cookies of a new attempt for a goal and returns the attempt.
// It takes a free place, or that of the oldest attempt.
func (a *attempts) begin(w http.ResponseWriter, r *http.Request, g goal) Attempt {
	var seed [randomBytes]byte
	_, _ = rand.Read(seed[:]) // never fails
	t := attemptOf(seed[:])
	t.ReturnPath = g.path
	slot := a.place(r)
	format := byte(attemptFormat)
	if g.silent {
		format = silentFormat
	}
	plain := binary.BigEndian.AppendUint32([]byte{format}, uint32(a.now().Unix()))
	plain = append(plain, seed[:]...)
	short := g.encode()
	if len(short) > maxGoal {
		short = ""
	}
	http.SetCookie(w, a.cookie(slot, a.sealAs(a.name+slot, append(plain, short...)), attemptLife))
	a.remember(w, r, t.State, g)
	return t
}

// attemptOf derives the three values from the seed that the cookie keeps: 32
// pseudo-random bytes each (RFC 5869), none of which tells of the others.
func attemptOf(seed []byte) Attempt {
	value := func(name string) string {
		key, _ := hkdf.Key(sha256.New, seed, nil, "cognito-go "+name, randomBytes) // the length is right
		return base64url.Encode(key)
	}
	return Attempt{State: value("state"), Nonce: value("nonce"), CodeVerifier: value("code verifier")}
}

// place picks a free slot by chance, so that tabs which open at once rarely
// meet in one. Attempts of another app client go before the oldest.
func (a *attempts) place(r *http.Request) string {
	var free, foreign []string
	var oldest string
	var began time.Time
	for i := range maxAttempts {
		slot := strconv.Itoa(i)
		_, err := r.Cookie(a.name + slot)
		_, _, at, ok := a.open(r, slot)
		switch {
		case err != nil:
			free = append(free, slot)
		case !ok:
			foreign = append(foreign, slot)
		case oldest == "" || at.Before(began):
			oldest, began = slot, at
		}
	}
	for _, list := range [][]string{free, foreign} {
		if len(list) > 0 {
			return list[mathrand.IntN(len(list))]
		}
	}
	return oldest
}

// full reports whether a new attempt would push out a pending one.
func (a *attempts) full(r *http.Request) bool {
	for i := range maxAttempts {
		if _, _, _, ok := a.open(r, strconv.Itoa(i)); !ok {
			return false
		}
	}
	return true
}

// find returns the pending attempt with this state, its goal and its slot. An
// attempt that has gone may have left its goal: then only that is returned.
func (a *attempts) find(r *http.Request, state string) (t Attempt, g goal, slot string, ok bool) {
	g, remembered := a.recall(r, state)
	for i := range maxAttempts {
		slot := strconv.Itoa(i)
		t, own, begun, ok := a.open(r, slot)
		if ok && subtle.ConstantTimeCompare([]byte(t.State), []byte(state)) == 1 {
			if !remembered {
				g = own
			}
			g.silent = own.silent
			t.ReturnPath, t.begun = g.path, begun
			return t, g, slot, true
		}
	}
	return Attempt{}, g, "", false
}

// unreadable reports whether the request has an attempt's cookie that does not
// open here: another key has sealed it, or it is another app's.
func (a *attempts) unreadable(r *http.Request) bool {
	for i := range maxAttempts {
		name := a.name + strconv.Itoa(i)
		if cookie, err := r.Cookie(name); err == nil {
			if _, ok := a.openAs(r.Context(), name, cookie.Value); !ok {
				return true
			}
		}
	}
	return false
}

// finish removes the attempt in slot from the browser.
func (a *attempts) finish(w http.ResponseWriter, slot string) {
	http.SetCookie(w, a.cookie(slot, "", -time.Second))
}

// finishAll removes all attempts but that in slot, which is removed already.
// Where they led stays: their tabs may still come back.
func (a *attempts) finishAll(w http.ResponseWriter, r *http.Request, slot string) {
	for i := range maxAttempts {
		other := strconv.Itoa(i)
		if _, err := r.Cookie(a.name + other); err == nil && other != slot {
			a.finish(w, other)
		}
	}
}

func (a *attempts) open(r *http.Request, slot string) (Attempt, goal, time.Time, bool) {
	cookie, err := r.Cookie(a.name + slot)
	if err != nil {
		return Attempt{}, goal{}, time.Time{}, false
	}
	plain, ok := a.openAs(r.Context(), a.name+slot, cookie.Value)
	if !ok || len(plain) < attemptHead || plain[0] != attemptFormat && plain[0] != silentFormat {
		return Attempt{}, goal{}, time.Time{}, false
	}
	began := time.Unix(int64(binary.BigEndian.Uint32(plain[1:])), 0)
	t := attemptOf(plain[5:attemptHead])
	g := decodeGoal(string(plain[attemptHead:]))
	g.silent = plain[0] == silentFormat
	return t, g, began, a.now().Sub(began) < attemptLife
}

// markRestart notes that a login was begun again without being asked for;
// restarted tells whether that was just now. It keeps a callback that always
// fails from going round in circles.
func (a *attempts) markRestart(w http.ResponseWriter) {
	http.SetCookie(w, a.cookie("again", "1", time.Minute))
}

func (a *attempts) restarted(r *http.Request) bool {
	_, err := r.Cookie(a.name + "again")
	return err == nil
}

func (a *attempts) clearRestart(w http.ResponseWriter, r *http.Request) {
	if a.restarted(r) {
		a.finish(w, "again")
	}
}

// usedStates remembers the states whose code this process has sent to Cognito,
// for as long as their attempt lives. A double click sends the same cookie
// twice. It says which logins are over, not which may be finished.
type usedStates struct {
	now func() time.Time

	mu    sync.Mutex // guards the rest
	until map[[sha256.Size]byte]time.Time
	order [][sha256.Size]byte // oldest first
}

// maxUsed bounds usedStates; the oldest go first.
const maxUsed = 10000

func newUsedStates(now func() time.Time) *usedStates {
	return &usedStates{now: now, until: map[[sha256.Size]byte]time.Time{}}
}

// claim reports whether the caller is the first to use state.
func (u *usedStates) claim(state string) bool {
	key := sha256.Sum256([]byte(state))
	u.mu.Lock()
	defer u.mu.Unlock()
	now := u.now()
	if until, used := u.until[key]; used && !now.After(until) {
		return false
	}
	for len(u.order) > 0 && (len(u.order) >= maxUsed || now.After(u.until[u.order[0]])) {
		delete(u.until, u.order[0])
		u.order = u.order[1:]
	}
	u.until[key] = now.Add(attemptLife)
	u.order = append(u.order, key)
	return true
}
