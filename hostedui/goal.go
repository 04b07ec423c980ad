package hostedui

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"net/http"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/internal/seal"
)

// A goal is what a login was begun for: a page of the app, and the options it
// was begun with. Trying again, or starting over, has the same goal.
type goal struct {
	path    string
	options string // as loginOptions.encode writes them
	silent  bool   // nobody asked for this login; not part of the encoding
}

// kind is how a login with this goal signs in.
func (g goal) kind() observe.Kind {
	if g.silent {
		return observe.Silent
	}
	return observe.HostedUI
}

// encode writes a goal as one text: the options have no line break.
func (g goal) encode() string {
	if g.options == "" {
		return g.path
	}
	return g.path + "\n" + g.options
}

func decodeGoal(text string) goal {
	path, options, _ := strings.Cut(text, "\n")
	return goal{path: path, options: options}
}

// goalLife is how long a goal is remembered: a sign-in page may be open for
// hours before somebody uses it.
const goalLife = 12 * time.Hour

// maxGoals bounds the goals that are remembered; the oldest go first.
const maxGoals = 32

// A kept goal belongs to the login with a state.
type keptGoal struct {
	tag   [6]byte // of the state
	until uint32  // Unix time
	goal  string
}

func tagOf(state string) (tag [6]byte) {
	sum := sha256.Sum256([]byte(state))
	copy(tag[:], sum[:])
	return tag
}

// remember keeps a goal beside those kept before. The length of the cookie is
// limited. If it would be too long, the oldest goals go, then the query of the
// new goal's page, then the page.
func (a *attempts) remember(w http.ResponseWriter, r *http.Request, state string, g goal) {
	if g == (goal{}) {
		return
	}
	entry := keptGoal{tagOf(state), uint32(a.now().Add(goalLife).Unix()), g.encode()}
	kept := append([]keptGoal{entry}, a.kept(r)...)
	kept = kept[:min(len(kept), maxGoals)]
	for len(kept) > 0 {
		if value := a.sealAs(a.pages, packGoals(kept)); len(value) <= a.roomForGoals() {
			http.SetCookie(w, a.site.Cookie(a.pages, value, goalLife))
			return
		}
		if len(kept) > 1 {
			kept = kept[:len(kept)-1]
			continue
		}
		short, cut := g.shorten()
		if !cut {
			return
		}
		g = short
		kept[0].goal = g.encode()
	}
}

// shorten drops the query of a goal's page, or else the page, or else the
// options.
func (g goal) shorten() (goal, bool) {
	if path, _, cut := strings.Cut(g.path, "?"); cut {
		return goal{path: path, options: g.options}, true
	}
	if g.path != "" {
		return goal{options: g.options}, true
	}
	return goal{}, g.options != ""
}

// roomForGoals is how long the goals' cookie may be: maxPending, less the
// length of maxAttempts attempts at their longest.
func (a *attempts) roomForGoals() int {
	attempt := len(a.name) + len("0=; ") + len(seal.Encode(make([]byte, seal.Overhead+attemptHead+maxGoal)))
	return maxPending - maxAttempts*attempt - len(a.pages) - len("=; ")
}

// recall returns the goal of the login with a state.
func (a *attempts) recall(r *http.Request, state string) (goal, bool) {
	tag := tagOf(state)
	for _, k := range a.kept(r) {
		if subtle.ConstantTimeCompare(k.tag[:], tag[:]) == 1 {
			return decodeGoal(k.goal), true
		}
	}
	return goal{}, false
}

// forget drops the goals once the only login that was begun has ended.
func (a *attempts) forget(w http.ResponseWriter, r *http.Request, state string) {
	kept := a.kept(r)
	if len(kept) == 1 && kept[0].tag == tagOf(state) {
		http.SetCookie(w, a.site.Cookie(a.pages, "", -time.Second))
	}
}

// kept are the goals that a request's cookie has, newest first.
func (a *attempts) kept(r *http.Request) []keptGoal {
	cookie, err := r.Cookie(a.pages)
	if err != nil {
		return nil
	}
	plain, ok := a.openAs(r.Context(), a.pages, cookie.Value)
	if !ok {
		return nil
	}
	var list []keptGoal
	now := uint32(a.now().Unix())
	for _, k := range unpackGoals(plain) {
		if now < k.until {
			list = append(list, k)
		}
	}
	return list
}

// goalHead is the length of a kept goal before its text: tag, time and length.
const goalHead = 6 + 4 + 2

// packGoals writes goals one after the other.
func packGoals(list []keptGoal) (packed []byte) {
	for _, k := range list {
		packed = append(packed, k.tag[:]...)
		packed = binary.BigEndian.AppendUint32(packed, k.until)
		packed = binary.BigEndian.AppendUint16(packed, uint16(len(k.goal)))
		packed = append(packed, k.goal...)
	}
	return packed
}

// unpackGoals reads what packGoals wrote.
func unpackGoals(packed []byte) (list []keptGoal) {
	for len(packed) >= goalHead {
		end := goalHead + int(binary.BigEndian.Uint16(packed[10:]))
		if len(packed) < end {
			break
		}
		k := keptGoal{tag: [6]byte(packed[:6]), until: binary.BigEndian.Uint32(packed[6:]), goal: string(packed[goalHead:end])}
		list, packed = append(list, k), packed[end:]
	}
	return list
}
