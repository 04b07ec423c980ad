package cognitotest

import (
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pages"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/outbox"
)

// secondFactor goes on after the password: to a second factor where the pool
// and the user have one, else to the app. The problem is what to show
// instead, or "".
func (c *call) secondFactor(req *authRequest, a *account) (problem string) {
	factors, setUp := c.factorsOf(a), c.factorsToSetUp(a)
	switch {
	case len(factors) > 0:
		c.beginStep(step{kind: stepMFA, name: a.sub}, mfaLife)
		return c.beginFactor(factors, "/mfa")
	case len(setUp) > 0:
		c.beginStep(step{kind: stepMFASetUp, name: a.sub}, mfaLife)
		return c.beginFactor(setUp, "/mfa/register")
	case c.rules().mfa.Mode == "ON":
		return refusal.NoFactor.Error()
	}
	c.signIn(req, a)
	return ""
}

// beginFactor leads to the page of a factor, and prepares the factor if there
// is no choice.
func (c *call) beginFactor(factors []string, path string) (problem string) {
	if len(factors) == 1 {
		if err := c.chooseFactor(c.begun, factors[0]); err != nil {
			return err.Error()
		}
	}
	c.redirectToPage(path, c.r.URL.RawQuery)
	return ""
}

// chooseFactor makes factor the one whose code the browser is asked for.
func (c *call) chooseFactor(id string, factor string) error {
	st, ok := c.steps.take(id, c.at)
	if !ok {
		return refusal.SessionOver
	}
	switch {
	case factor != FactorTOTP:
		if err := c.sendMFACode(st.name, factor); err != nil {
			return err
		}
	case st.kind == stepMFASetUp:
		key := credential.NewTOTPKey()
		err := c.users.update(st.name, func(a *account) error { a.factors.pending = key; return nil })
		if err != nil {
			return err
		}
	}
	st.factor, st.expires = factor, c.at.Add(mfaLife)
	c.steps.put(id, st, c.at)
	return nil
}

// sendMFACode sends a user a code for the pages. The one before ends.
func (c *call) sendMFACode(sub, factor string) error {
	a, ok := c.users.find(sub)
	if !ok {
		return unknownUser(sub)
	}
	code, err := c.sendOTP(&a, factor, outbox.MFA, mfaLife)
	if err != nil {
		return err
	}
	return c.users.update(sub, func(a *account) error { a.factors.code = code; return nil })
}

// mfaPage is GET /mfa, where a user proves a second factor, and
// GET /mfa/register, where a user without one sets it up.
func (c *call) mfaPage() {
	if _, ok := c.localRequest(); !ok {
		return
	}
	kind, _ := c.mfaKind()
	if st, a, ok := c.currentUser(kind); ok {
		c.showMFA(&st, &a)
	}
}

// mfaKind is the step that the path is about, and the factors it is about.
func (c *call) mfaKind() (stepKind, func(*account) []string) {
	if c.event.Op == "mfa/register" {
		return stepMFASetUp, c.factorsToSetUp
	}
	return stepMFA, c.factorsOf
}

func (c *call) showMFA(st *step, a *account) {
	_, factors := c.mfaKind()
	pg := pages.Page{
		Error: st.problem, Notice: st.notice, Factor: st.factor, Factors: factors(a),
		To: mask(a.email()), Phone: maskPhone(a.phone()),
		Action: c.link(c.r.URL.Path),
	}
	setUp := st.kind == stepMFASetUp
	switch {
	case st.factor == "" && setUp:
		pg.Title = "Set up a second factor"
	case st.factor == "":
		pg.Title = "Choose how to verify that it’s you"
	case st.factor == FactorTOTP && setUp:
		pg.Title = "Set up an authenticator app"
		pg.Secret, pg.OTPAuth = c.totpSetUp(a)
	case st.factor == FactorTOTP:
		pg.Title = "Enter the code of your authenticator app"
	case st.factor == FactorSMS:
		pg.Title = "Enter the code from your text message"
	default:
		pg.Title = "Enter the code from your email"
	}
	c.show(http.StatusOK, "mfa", pg, c.at)
}

// totpSetUp is the secret in groups of four, and as a link for an app on the
// same machine.
func (c *call) totpSetUp(a *account) (groups string, link template.URL) {
	secret := credential.Base32.EncodeToString(a.factors.pending)
	var parts []string
	for part := range slices.Chunk([]byte(secret), 4) {
		parts = append(parts, string(part))
	}
	issuer := "Cognito emulator"
	name := a.username
	if a.username == a.sub {
		name = a.email()
	}
	label := url.PathEscape(issuer) + ":" + url.PathEscape(name)
	query := encodePairs([]string{"secret", secret, "issuer", issuer, "algorithm", "SHA1", "digits", "6", "period", "30"})
	return strings.Join(parts, " "), template.URL("otpauth://totp/" + label + "?" + strings.ReplaceAll(query, "+", "%20"))
}

// mfa is POST /mfa and POST /mfa/register. Form: code; or factor, to choose
// one, or "" to choose anew; or resend, for another message.
func (c *call) mfa() {
	req, ok := c.localRequest()
	if !ok {
		return
	}
	if _, ok := c.guarded(); !ok {
		return
	}
	kind, factors := c.mfaKind()
	st, a, ok := c.currentUser(kind)
	if !ok {
		return
	}
	st.problem, st.notice = "", ""
	id := c.cookie(stepCookie)
	switch offered := factors(&a); {
	case c.form.Has("factor") && !slices.Contains(offered, c.form.Get("factor")):
		st.factor = ""
		c.steps.put(id, st, c.at)
	case c.form.Has("factor") && c.form.Get("factor") != st.factor:
		c.leaveProblem(id, st, c.chooseFactor(id, c.form.Get("factor")), "")
	case c.form.Has("resend") && st.factor != "" && st.factor != FactorTOTP:
		c.leaveProblem(id, st, c.chooseFactor(id, st.factor), "We sent a new code. The one before no longer works.")
	case c.form.Has("code") && slices.Contains(offered, st.factor):
		c.checkMFA(req, &st)
		return
	}
	c.redirectToPage(c.r.URL.Path, c.r.URL.RawQuery)
}

// leaveProblem leaves what became of a request for the next page.
func (c *call) leaveProblem(id string, st step, err error, notice string) {
	if now, ok := c.steps.take(id, c.at); ok {
		st = now
	}
	st.notice = notice
	if err != nil {
		c.event.Error = err.Error()
		st.notice, st.problem = "", err.Error()
	}
	c.steps.put(id, st, c.at)
}

// checkMFA signs the user in if the code is right.
func (c *call) checkMFA(req *authRequest, st *step) {
	code := strings.Join(strings.Fields(c.form.Get("code")), "")
	var a account
	err := c.users.update(st.name, func(stored *account) error {
		err := stored.proveFactor(st, code, c)
		a = stored.clone()
		return err
	})
	if err != nil {
		c.event.Error = err.Error()
		st.problem = err.Error()
		c.showMFA(st, &a)
		return
	}
	c.endStep()
	if a.disabled {
		c.refuse(req, "invalid_request", refusal.Disabled.Error())
		return
	}
	c.signIn(req, &a)
}

// proveFactor accepts a code, and turns the factor on where it is being set
// up.
func (a *account) proveFactor(st *step, code string, c *call) error {
	setUp := st.kind == stepMFASetUp
	if st.factor == FactorTOTP {
		return a.proveTOTP(code, setUp, c.at)
	}
	if err := a.factors.code.Check(code, c.at); err != nil {
		if err == refusal.CodeMismatch {
			err = refusal.MFACode
		}
		return err
	}
	a.factors.code = credential.Code{}
	if setUp {
		a.turnOn(st.factor)
	}
	return nil
}

// proveTOTP accepts a code of the authenticator app, or the first code of the
// one that is being set up.
func (a *account) proveTOTP(code string, setUp bool, now time.Time) error {
	totp := a.factors.totp
	if setUp {
		totp = credential.TOTP{Key: a.factors.pending}
	}
	used, err := totp.Check(code, now)
	if err == refusal.MFACode && setUp {
		return refusal.TOTPSetUp
	}
	if err != nil {
		return err
	}
	totp.Used = used
	a.factors.totp, a.factors.pending = totp, nil
	if setUp {
		a.turnOn(FactorTOTP)
	}
	return nil
}
