package userpool

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/cognito/userpool/internal/record"
	"github.com/seed75762126/cognito-go/cognito/userpool/internal/vault"
	"github.com/seed75762126/cognito-go/internal/cookies"
	"github.com/seed75762126/cognito-go/internal/hosts"
	"github.com/seed75762126/cognito-go/internal/problems"
	"github.com/seed75762126/cognito-go/internal/seal"
	"github.com/seed75762126/cognito-go/internal/web"
)

// PendingConfig configures a [Pending]. Client, Keys (or KeySource) and BaseURL
// are required.
type PendingConfig struct {
	// Client makes the calls of the challenges that come back.
	Client *Client

	// Keys seal the cookies: the first seals, all open. They may be those of
	// the sessions.
	Keys []session.Key

	// KeySource returns the keys, instead of Keys, so that they can change
	// while the program runs. [NewPending] asks for them: see
	// [session.Config].KeySource.
	KeySource func(ctx context.Context) ([]session.Key, error)

	// BaseURL is the app's own public URL, such as "https://app.example.com"
	// or "https://example.com/app". Cookies are Secure, except on a loopback
	// host with http, and browsers send them to the path of BaseURL only.
	BaseURL string

	// CookieName names the cookie of a challenge, without the prefix "__Host-"
	// or "__Secure-". With "-device" behind it, it names the cookie of a
	// remembered device. "-sign-up" names that of a sign-up, and "-passkeys"
	// that of users with a passkey. Empty means "sign-in"; the port and the
	// path of BaseURL follow, where it has them.
	CookieName string

	// Life is how long a challenge can be answered. Zero means three minutes,
	// which is how long Cognito waits unless AuthSessionValidity of the app
	// client says otherwise: 15 minutes at most.
	Life time.Duration
}

const (
	defaultPendingLife = 3 * time.Minute
	maxPendingLife     = 15 * time.Minute
	defaultPendingName = "sign-in"
)

func (c PendingConfig) life() time.Duration { return cmp.Or(c.Life, defaultPendingLife) }

// Pending keeps a challenge in the visitor's browser from the request that got
// it to the one that answers it: sealed, in one cookie. The cookie holds no
// password and no code, but what Cognito needs to go on, its session string
// among it. It is safe for concurrent use; an app has one.
//
// A form's handler is short:
//
//	ch, err := pending.Take(w, r, r.PostFormValue("challenge"))
//	if err != nil {
//		… // back to the sign-in form, with NoticeFor(err)
//	}
//	code, ok := ch.(*userpool.TOTPCode)
//	…
//	step, err := code.Answer(r.Context(), r.PostFormValue("code"))
//	if err != nil {
//		if userpool.CanAnswerAgain(err) {
//			_ = pending.Save(w, ch)
//		}
//		… // the form again, or the sign-in form, with NoticeFor(err)
//	}
//	if step.Challenge != nil {
//		_ = pending.Save(w, step.Challenge)
//		… // its form
//	}
//	err = sessions.Start(w, r, step.Identity, step.Tokens)
//
// Guard the forms with [http.CrossOriginProtection].
//
// # How often, and by whom
//
// Only the browser that has the cookie can answer. Take removes it from the
// browser before the answer is sent. No server remembers the cookie: a
// challenge is single use because Cognito takes each session string once.
// Somebody who has copied the cookie, and so reads what the browser sends, can
// go on while the challenge is open. They can try further codes, as the visitor
// could, within Cognito's limits. After a right answer, and after its time, the
// copy is worthless.
//
// One browser has one challenge pending. A form says in a hidden field,
// [Challenge.ID], which one it is for:
//
//   - Two tabs: the one that signed in last has its challenge pending. The
//     other's form gets an error, and leaves the pending one as it is.
//   - The Back button, a reload of the answer, a double click: the form's
//     challenge is gone. Or Cognito refuses the second of two requests that
//     crossed. One of them has signed the user in: look for a session before
//     showing the sign-in form.
//   - Too late, changed, of another browser, app client or key: an error.
//
// Every error of Take, Peek and Open is [ErrSessionExpired]: start again.
//
// # Without cookies
//
// An app on a phone, or one in the browser that keeps its own state, has no
// cookie. For these, [Pending.Seal] makes a string of the challenge for the
// answer, and [Pending.Open] reads it from the next request. [Pending.Reply]
// puts both kinds of step into JSON.
type Pending struct {
	c          *Client
	life       time.Duration
	challenges *vault.Vault
	devices    *vault.Vault
	signUps    *vault.Vault
	passkeys   *vault.Vault
}

// NewPending returns a Pending, or every problem of cfg at once.
func NewPending(cfg PendingConfig) (*Pending, error) {
	errs := newProblems()
	cfg.check(errs)
	keys := cfg.ring(errs)
	if err := errs.Err(); err != nil {
		return nil, err
	}
	site := web.NewSite(cfg.BaseURL)
	name := site.CookieName(cmp.Or(cfg.CookieName, site.Own(defaultPendingName)))
	of := func(purpose, suffix, text string) *vault.Vault {
		box, _ := keys.Box(purpose) // the keys are good, and it is bound to nothing
		return &vault.Vault{Box: box, Site: site, Bound: cfg.Client.pool.UserPoolID + " " + cfg.Client.pool.ClientID, Cookie: name + suffix, Text: text}
	}
	return &Pending{
		c:          cfg.Client,
		life:       cfg.life(),
		challenges: of("sign-in challenge", "", "challenge in a string"),
		devices:    of("remembered device", "-device", ""),
		signUps:    of("sign-up session", "-sign-up", "sign-up in a string"),
		passkeys:   of("users with passkeys", "-passkeys", ""),
	}, nil
}

// ring returns the keys. It adds what is wrong with them.
func (c PendingConfig) ring(errs *problems.List) *seal.Ring {
	field := "Keys"
	if c.KeySource != nil {
		field = "KeySource"
	}
	pool := cognito.Config{}.WithDefaults()
	if c.Client != nil {
		pool = c.Client.pool
	}
	keys, err := seal.RingOf(c.Keys, c.KeySource, pool.Now, pool.Logger)
	errs.Check(field, err)
	return keys
}

func (c PendingConfig) check(errs *problems.List) {
	if c.Client == nil {
		errs.Add("Client", "missing: what New returned")
	}
	if c.BaseURL == "" {
		errs.Add("BaseURL", "missing: the app's own public URL")
	} else if _, err := hosts.ParseBaseURL(c.BaseURL); err != nil {
		errs.Add("BaseURL", "%w", err)
	}
	if c.CookieName != "" && !cookies.IsName(c.CookieName) {
		errs.Add("CookieName", "%q is not a cookie name: letters, digits, - and _", c.CookieName)
	}
	if c.Life < 0 || c.Life > maxPendingLife {
		errs.Add("Life", "%v is not within 0 and %v", c.Life, maxPendingLife)
	}
}

// Format implements [fmt.Formatter]: a Pending prints nothing of its
// configuration.
func (Pending) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "userpool.Pending") }

// Save keeps the challenge in the browser, in place of any other. Its time
// counts from when Cognito asked: saving it again does not prolong it. The error is
// [session.ErrTooLarge] where it does not fit a cookie, and then nothing has changed. The cause is
// a trigger that puts too much into the public parameters of a [CustomChallenge]. Keep the string
// of [Pending.Seal] on the server then. What only the page needs and is large stays out: see
// [WebAuthn.Options] and [NewPasswordRequired.Attributes].
func (p *Pending) Save(w http.ResponseWriter, ch Challenge) error {
	if ch == nil {
		return p.c.ownError("Pending.Save", observe.CodeBadRequest, errors.New("there is no challenge: the user is signed in"))
	}
	t := ch.open()
	if t.c == nil {
		return p.c.ownError("Pending.Save", observe.CodeBadRequest, errNotIssued)
	}
	left := p.left(t)
	if left <= 0 {
		return p.gone(errTooLate)
	}
	for _, without := range [][]string{{requestOptions}, {requestOptions, "userAttributes"}} {
		if p.challenges.Put(w, t.Encode(without...), left) {
			return nil
		}
	}
	return p.c.ownError("Pending.Save", observe.CodeBadRequest, errTooLarge("the challenge "+t.Name+" does not fit a cookie: shorten the trigger's publicChallengeParameters, or keep the string of Pending.Seal on the server"))
}

// left is how long a challenge can still be answered: see [record.Turn.Left].
func (p *Pending) left(t *turn) time.Duration { return t.Left(p.c.pool.Now(), p.life) }

// Peek returns the pending challenge and leaves it there: for the page that
// shows its form.
func (p *Pending) Peek(r *http.Request) (Challenge, error) {
	plain, err := p.challenges.Get(r)
	if err != nil {
		return nil, p.gone(err)
	}
	return p.restore(plain)
}

// restore returns the challenge of a record.
func (p *Pending) restore(plain []byte) (Challenge, error) {
	kept, ok := record.DecodeTurn(plain)
	if !ok {
		return nil, p.gone(vault.ErrUnreadable)
	}
	t := &turn{c: p.c, Turn: kept}
	if p.left(t) <= 0 {
		return nil, p.gone(errTooLate)
	}
	ch, err := t.challenge()
	if err != nil {
		return nil, p.gone(err)
	}
	return ch, nil
}

// Take returns the pending challenge to answer it, and removes it from the
// browser. ID is the [Challenge.ID] that the form was shown with; where it is
// that of another challenge, the pending one stays.
func (p *Pending) Take(w http.ResponseWriter, r *http.Request, id string) (Challenge, error) {
	ch, err := p.Peek(r)
	if err == nil && ch.ID() != id {
		return nil, p.gone(errOtherChallenge)
	}
	p.Drop(w)
	return ch, err
}

// Drop removes a pending challenge from the browser, when the visitor gives
// up.
func (p *Pending) Drop(w http.ResponseWriter) { p.challenges.Drop(w) }

var (
	errTooLate        = errors.New("the challenge is too old")
	errOtherChallenge = errors.New("the form is of another challenge than the pending one")
)

func (p *Pending) gone(err error) error { return p.c.ownError("Pending", observe.CodeNoChallenge, err) }

// An errTooLarge is [session.ErrTooLarge] with the remedy that fits here.
type errTooLarge string

func (e errTooLarge) Error() string        { return string(e) }
func (e errTooLarge) Is(target error) bool { return target == session.ErrTooLarge }

// CanAnswerAgain reports whether the challenge whose answer gave err may be
// answered again. It may after a wrong code or an unacceptable new password,
// and where nothing was sent or Cognito could not be reached. Otherwise the
// sign-in has to start again.
func CanAnswerAgain(err error) bool {
	e, ok := errors.AsType[*Error](err)
	return ok && slices.Contains(answerAgain, e.Reason)
}

var answerAgain = []Reason{
	ReasonCodeMismatch, ReasonCodeUsed, ReasonPasswordPolicy, ReasonPasswordReused, ReasonBadParameter, ReasonTaken,
	ReasonAttributeSet, ReasonBadRequest, ReasonBusy, ReasonOutage, ReasonUnreachable,
}
