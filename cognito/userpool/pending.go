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

// PendingConfig configures a [Pending]. Client, BaseURL and keys are required.
type PendingConfig struct {
	// Client makes the calls of the challenges that come back.
	Client *Client

	// Keys encrypt the cookies. The first key encrypts; every key decrypts.
	// They may be the keys of the sessions.
	Keys []session.Key

	// KeySource is a function that returns the keys. Set it instead of Keys
	// if the keys can change while the program runs. [NewPending] calls it;
	// [session.Config].KeySource says when it is called again.
	KeySource func(ctx context.Context) ([]session.Key, error)

	// BaseURL is the app's own public URL, such as "https://app.example.com"
	// or "https://example.com/app". Cookies are Secure, except on a loopback
	// host with http, and browsers send them to the path of BaseURL only.
	BaseURL string

	// CookieName is the name of the cookie of a challenge, without the prefix
	// "__Host-" or "__Secure-". Other cookies have this name with an ending:
	// "-device" for a remembered device, "-sign-up" for a sign-up, "-passkeys"
	// for users with a passkey. Empty means "sign-in". If BaseURL has a port
	// or a path, it is added to the name.
	CookieName string

	// Life is how long a challenge can be answered. Set it to
	// AuthSessionValidity of the app client, which is 15 minutes at most.
	// Zero means three minutes, which is also Cognito's default.
	Life time.Duration
}

const (
	defaultPendingLife = 3 * time.Minute
	maxPendingLife     = 15 * time.Minute
	defaultPendingName = "sign-in"
)

func (c PendingConfig) life() time.Duration { return cmp.Or(c.Life, defaultPendingLife) }

// Pending keeps a challenge in the visitor's browser between two requests: the
// one that got the challenge and the one that answers it. The challenge is
// encrypted ("sealed") in one cookie. The cookie holds no password and no
// code. It holds what Cognito needs to go on, such as its session string. A
// Pending is safe for concurrent use; create one for the whole app.
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
// Only the browser that has the cookie can answer. Take removes the cookie from
// the browser before the answer is sent. Your server does not remember the
// cookie. A challenge can be used only once because Cognito accepts each
// session string once. A person who has copied the cookie can answer the
// challenge while it is open. They can try codes as the visitor can, within
// Cognito's limits. After a right answer, or when time is up, the copy is
// worthless.
//
// A browser has one pending challenge. Each form has a hidden field with the
// [Challenge.ID] of its challenge. These cases can happen:
//
//   - Two tabs: only the challenge of the tab that signed in last is pending.
//     The form of the other tab gets an error, and the pending challenge stays.
//   - The Back button, a reload of the answer, a double click: the form's
//     challenge is no longer there, or Cognito refuses the second request.
//     The first request may have signed the user in, so look for a session
//     before you show the sign-in form.
//   - The challenge is too old or was altered, or belongs to another browser,
//     app client or key: an error.
//
// Every error of Take, Peek and Open is [ErrSessionExpired]: start again.
//
// # Without cookies
//
// An app on a phone, or an app in the browser that keeps its own state, uses
// no cookie. For such an app, [Pending.Seal] makes a string from the
// challenge, and [Pending.Open] reads it in the next request. [Pending.Reply]
// makes JSON from a step, with its challenge or its tokens.
type Pending struct {
	c          *Client
	life       time.Duration
	challenges *vault.Vault
	devices    *vault.Vault
	signUps    *vault.Vault
	passkeys   *vault.Vault
}

// NewPending returns a Pending, or an error with every problem of cfg.
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
		errs.Add("Client", "missing: the Client that New returned")
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
		errs.Add("Life", "%v is not between 0 and %v", c.Life, maxPendingLife)
	}
}

// Format implements [fmt.Formatter]. It prints no part of the configuration.
func (Pending) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "userpool.Pending") }

// Save keeps the challenge in the browser, and replaces any other. The
// challenge's time begins when Cognito sent it: saving it again gives no more
// time. The error is [session.ErrTooLarge] if it does not fit into a cookie;
// then nothing has changed. This happens if a trigger puts too much into the
// public parameters of a [CustomChallenge]. Then keep the string of
// [Pending.Seal] on the server. Large values that only the page needs are not
// saved: see [WebAuthn.Options] and [NewPasswordRequired.Attributes].
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

// Peek returns the pending challenge and does not remove it. Use it in the
// page that shows the form.
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
// browser. The argument id is the [Challenge.ID] in the form. If it is the id
// of another challenge, the result is an error and the pending challenge stays.
func (p *Pending) Take(w http.ResponseWriter, r *http.Request, id string) (Challenge, error) {
	ch, err := p.Peek(r)
	if err == nil && ch.ID() != id {
		return nil, p.gone(errOtherChallenge)
	}
	p.Drop(w)
	return ch, err
}

// Drop removes a pending challenge from the browser, when the visitor gives up.
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

// CanAnswerAgain reports whether a challenge can be answered once more, after
// an answer has failed with err. This is so after a wrong code, and after a new
// password that breaks the policy. It is also so if nothing was sent, or if
// Cognito could not be reached. Otherwise the sign-in has to start again.
func CanAnswerAgain(err error) bool {
	e, ok := errors.AsType[*Error](err)
	if ok && e.Challenge == nameWebAuthn { // as with a decoy
		return e.Retryable || e.Reason == ReasonBadRequest
	}
	return ok && slices.Contains(answerAgain, e.Reason)
}

var answerAgain = []Reason{
	ReasonCodeMismatch, ReasonCodeUsed, ReasonPasswordPolicy, ReasonPasswordReused, ReasonBadParameter, ReasonTaken,
	ReasonAttributeSet, ReasonBadRequest, ReasonBusy, ReasonOutage, ReasonUnreachable,
}
