package hostedui

import (
	"context"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	mathrand "math/rand/v2"
	"net/http"
	"strconv"
	"time"

	"github.com/seed75762126/cognito-go/internal/base64url"
	"github.com/seed75762126/cognito-go/internal/seal"
	"github.com/seed75762126/cognito-go/internal/web"
)

const (
	attemptLife = 10 * time.Minute

	// maxAttempts is how many logins a browser may have pending. Their
	// cookies have fixed names, so that no number of tabs makes the request
	// header longer.
	maxAttempts = 5

	// maxPending is the most that pending logins take in a Cookie header, in
	// bytes: maxAttempts attempts, and the pages that they lead to.
	maxPending = 2048

	attemptFormat = 2 // first byte of an attempt's cookie
	silentFormat  = 3 // the same for a silent login

	// maxGoal is how long the goal of a login may be to stay in its own
	// cookie. Tabs that open at once do not overwrite each other there.
	maxGoal = 44

	// attemptHead is the length of format, time and seed.
	attemptHead = 1 + 4 + randomBytes
)

// A pending login is an attempt, its goal and the slot of its cookie.
type pending struct {
	attempt Attempt
	goal    goal
	slot    string
}

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
// It takes a free slot, or that of the oldest attempt.
func (a *attempts) begin(w http.ResponseWriter, r *http.Request, g goal) Attempt {
	var seed [randomBytes]byte
	_, _ = rand.Read(seed[:]) // never fails
	t := attemptOf(seed[:])
	t.ReturnPath = g.path
	slot := a.chooseSlot(r)
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
// pseudo-random bytes each (RFC 5869). None can be computed from another.
func attemptOf(seed []byte) Attempt {
	value := func(name string) string {
		key, _ := hkdf.Key(sha256.New, seed, nil, "cognito-go "+name, randomBytes) // the length is right
		return base64url.Encode(key)
	}
	return Attempt{State: value("state"), Nonce: value("nonce"), CodeVerifier: value("code verifier")}
}

// chooseSlot picks a free slot by chance, so that tabs which open at once
// rarely meet in one. Attempts of another app client go before the oldest.
func (a *attempts) chooseSlot(r *http.Request) string {
	var free, foreign []string
	var oldest string
	var began time.Time
	for i := range maxAttempts {
		slot := strconv.Itoa(i)
		_, err := r.Cookie(a.name + slot)
		p, ok := a.open(r, slot)
		switch {
		case err != nil:
			free = append(free, slot)
		case !ok:
			foreign = append(foreign, slot)
		case oldest == "" || p.attempt.begun.Before(began):
			oldest, began = slot, p.attempt.begun
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
		if _, ok := a.open(r, strconv.Itoa(i)); !ok {
			return false
		}
	}
	return true
}

// find returns the pending login with this state. If its attempt has gone, find
// reports false and returns only the goal, if that is still kept.
func (a *attempts) find(r *http.Request, state string) (pending, bool) {
	g, remembered := a.recall(r, state)
	for i := range maxAttempts {
		p, ok := a.open(r, strconv.Itoa(i))
		if !ok || subtle.ConstantTimeCompare([]byte(p.attempt.State), []byte(state)) != 1 {
			continue
		}
		if remembered {
			g.silent = p.goal.silent
			p.goal = g
		}
		p.attempt.ReturnPath = p.goal.path
		return p, true
	}
	return pending{goal: g}, false
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
// The cookie with the goals stays: the tabs of these attempts may still come
// back.
func (a *attempts) finishAll(w http.ResponseWriter, r *http.Request, slot string) {
	for i := range maxAttempts {
		other := strconv.Itoa(i)
		if _, err := r.Cookie(a.name + other); err == nil && other != slot {
			a.finish(w, other)
		}
	}
}

// open returns the pending login whose cookie is in slot.
func (a *attempts) open(r *http.Request, slot string) (pending, bool) {
	cookie, err := r.Cookie(a.name + slot)
	if err != nil {
		return pending{}, false
	}
	plain, ok := a.openAs(r.Context(), a.name+slot, cookie.Value)
	if !ok || len(plain) < attemptHead || plain[0] != attemptFormat && plain[0] != silentFormat {
		return pending{}, false
	}
	p := pending{attempt: attemptOf(plain[5:attemptHead]), goal: decodeGoal(string(plain[attemptHead:])), slot: slot}
	p.attempt.begun = time.Unix(int64(binary.BigEndian.Uint32(plain[1:])), 0)
	p.goal.silent = plain[0] == silentFormat
	return p, a.now().Sub(p.attempt.begun) < attemptLife
}
