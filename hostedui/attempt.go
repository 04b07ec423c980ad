package hostedui

import (
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
	"strings"
	"sync"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/seal"
	"github.com/seed75762126/cognito-go/internal/web"
)

// An Attempt is the secret half of one login: what only the browser that
// began it may know. State, Nonce and CodeVerifier are 32 random bytes each,
// in base64url without padding, the one alphabet that comes back from Cognito
// unharmed. In fmt and slog an Attempt appears as [cognito.Redacted].
type Attempt struct {
	State        string // RFC 6749 section 10.12
	Nonce        string // OpenID Connect Core section 3.1.2.1
	CodeVerifier string // RFC 7636 section 4.1
	ReturnPath   string // where the login leads, a path of the app
}

// NewAttempt returns a fresh Attempt.
func NewAttempt() Attempt {
	return Attempt{State: random(), Nonce: random(), CodeVerifier: random()}
}

// Format implements [fmt.Formatter], and with it every verb.
func (a Attempt) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, cognito.Redacted) }

// LogValue implements [slog.LogValuer].
func (a Attempt) LogValue() slog.Value { return slog.StringValue(cognito.Redacted) }

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
	return base64.RawURLEncoding.EncodeToString(b[:])
}

const (
	attemptLife = 10 * time.Minute

	// maxAttempts is how many logins a browser may have pending. Their
	// cookies have fixed names, so that no number of tabs makes the request
	// header longer.
	maxAttempts = 5

	attemptFormat = 1
)

// attempts keeps pending logins in the visitor's browser, each sealed in a
// cookie of its own.
type attempts struct {
	box    *seal.Box
	name   string // of the cookies, before their number
	secure bool
	now    func() time.Time
}

func newAttempts(cfg *Config, now func() time.Time) (*attempts, error) {
	box, err := seal.NewBox(cfg.SessionKeys, "login attempt")
	if err != nil {
		return nil, err
	}
	name := cfg.Session.CookieName
	if name == "" {
		name = "session"
	}
	a := &attempts{box: box, name: name + "-login-", secure: strings.HasPrefix(cfg.BaseURL, "https://"), now: now}
	if a.secure {
		a.name = "__Host-" + a.name
	}
	return a, nil
}

func (a *attempts) cookie(suffix, value string, life time.Duration) *http.Cookie {
	return web.Cookie(a.name+suffix, value, life, a.secure)
}

// begin sets the cookie of a new attempt. It takes a free place, or that of
// the oldest attempt.
func (a *attempts) begin(w http.ResponseWriter, r *http.Request, t Attempt) {
	slot := a.place(r)
	sealed := a.box.Seal(encodeAttempt(t, a.now()), a.name+slot)
	http.SetCookie(w, a.cookie(slot, seal.Encode(sealed), attemptLife))
}

// place picks a free slot by chance, so that tabs which open at once rarely
// meet in one.
func (a *attempts) place(r *http.Request) string {
	var free []string
	var oldest string
	var began time.Time
	for i := range maxAttempts {
		slot := strconv.Itoa(i)
		_, at, ok := a.open(r, slot)
		switch {
		case !ok:
			free = append(free, slot)
		case oldest == "" || at.Before(began):
			oldest, began = slot, at
		}
	}
	if len(free) > 0 {
		return free[mathrand.IntN(len(free))]
	}
	return oldest
}

// full reports whether a new attempt would push out a pending one.
func (a *attempts) full(r *http.Request) bool {
	for i := range maxAttempts {
		if _, _, ok := a.open(r, strconv.Itoa(i)); !ok {
			return false
		}
	}
	return true
}

// find returns the pending attempt with this state and its slot.
func (a *attempts) find(r *http.Request, state string) (t Attempt, slot string, ok bool) {
	for i := range maxAttempts {
		slot := strconv.Itoa(i)
		t, _, ok := a.open(r, slot)
		if ok && subtle.ConstantTimeCompare([]byte(t.State), []byte(state)) == 1 {
			return t, slot, true
		}
	}
	return Attempt{}, "", false
}

// finish removes the attempt in slot from the browser.
func (a *attempts) finish(w http.ResponseWriter, slot string) {
	http.SetCookie(w, a.cookie(slot, "", -time.Second))
}

func (a *attempts) open(r *http.Request, slot string) (Attempt, time.Time, bool) {
	cookie, err := r.Cookie(a.name + slot)
	if err != nil {
		return Attempt{}, time.Time{}, false
	}
	sealed, err := seal.Decode(cookie.Value)
	if err != nil {
		return Attempt{}, time.Time{}, false
	}
	plain, _, err := a.box.Open(sealed, a.name+slot)
	if err != nil {
		return Attempt{}, time.Time{}, false
	}
	t, began, ok := decodeAttempt(plain)
	return t, began, ok && a.now().Sub(began) < attemptLife
}

// markRestart notes that a login was begun anew without being asked for;
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

// encodeAttempt writes format, time, the three random values as bytes, and
// the return path.
func encodeAttempt(t Attempt, began time.Time) []byte {
	b := binary.BigEndian.AppendUint64([]byte{attemptFormat}, uint64(began.UnixNano()))
	for _, text := range []string{t.State, t.Nonce, t.CodeVerifier} {
		b, _ = base64.RawURLEncoding.AppendDecode(b, []byte(text)) // random wrote it
	}
	return append(b, t.ReturnPath...)
}

func decodeAttempt(b []byte) (Attempt, time.Time, bool) {
	const head = 1 + 8
	if len(b) < head+3*randomBytes || b[0] != attemptFormat {
		return Attempt{}, time.Time{}, false
	}
	began := time.Unix(0, int64(binary.BigEndian.Uint64(b[1:])))
	value := func(i int) string {
		return base64.RawURLEncoding.EncodeToString(b[head+i*randomBytes : head+(i+1)*randomBytes])
	}
	return Attempt{
		State: value(0), Nonce: value(1), CodeVerifier: value(2),
		ReturnPath: string(b[head+3*randomBytes:]),
	}, began, true
}

// usedStates remembers the states whose code this process has sent to
// Cognito, for as long as their attempt lives: a double click sends the same
// cookie twice. It says which logins are over, not which may be finished.
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
	for len(u.order) > 0 && (len(u.order) >= maxUsed || now.After(u.until[u.order[0]])) {
		delete(u.until, u.order[0])
		u.order = u.order[1:]
	}
	if _, used := u.until[key]; used {
		return false
	}
	u.until[key] = now.Add(attemptLife)
	u.order = append(u.order, key)
	return true
}
