package hosted

import (
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/attempts"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/flows"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/oauth"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pages"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/outbox"
)

// secondFactor goes on after the password: to a second factor where the pool
// and the user have one, else to the app. If it cannot, the error is what to
// show.
func (c *Handler) secondFactor(req *oauth.AuthRequest, a *directory.Account) error {
	factors, setUp := c.FactorsOf(a), c.FactorsToSetUp(a)
	switch {
	case len(factors) > 0:
		c.beginStep(attempts.Step{Kind: attempts.StepMFA, Name: a.Sub}, flows.MFALife)
		return c.beginFactor(factors, "/mfa")
	case len(setUp) > 0:
		c.beginStep(attempts.Step{Kind: attempts.StepMFASetUp, Name: a.Sub}, flows.MFALife)
		return c.beginFactor(setUp, "/mfa/register")
	case c.Rules().MFA.Mode == "ON":
		return refusal.NoFactor
	}
	c.signIn(req, a)
	return nil
}

// beginFactor leads to the page of a factor, and prepares the factor if there
// is no choice.
func (c *Handler) beginFactor(factors []string, path string) error {
	if len(factors) == 1 {
		if err := c.chooseFactor(c.Begun, factors[0]); err != nil {
			return err
		}
	}
	c.RedirectToPage(path, c.R.URL.RawQuery)
	return nil
}

// chooseFactor makes factor the one whose code the browser is asked for.
func (c *Handler) chooseFactor(id, factor string) error {
	st, ok := c.Steps.Take(id, c.At)
	if !ok {
		return refusal.SessionOver
	}
	switch {
	case factor != directory.FactorTOTP:
		if err := c.sendMFACode(st.Name, factor); err != nil {
			return err
		}
	case st.Kind == attempts.StepMFASetUp:
		key := credential.NewTOTPKey()
		err := c.Users.Update(st.Name, func(a *directory.Account) error { a.Factors.Pending = key; return nil })
		if err != nil {
			return err
		}
	}
	st.Factor, st.Expires = factor, c.At.Add(flows.MFALife)
	c.Steps.Put(id, st, c.At)
	return nil
}

// sendMFACode sends a user a code for the pages. The one before ends.
func (c *Handler) sendMFACode(sub, factor string) error {
	a, ok := c.Users.Find(sub)
	if !ok {
		return directory.NoUser(sub)
	}
	code, err := c.SendOTP(&a, factor, outbox.MFA, flows.MFALife)
	if err != nil {
		return err
	}
	return c.Users.Update(sub, func(a *directory.Account) error { a.Factors.Code = code; return nil })
}

// MFAPage is GET /mfa, where a user proves a second factor, and
// GET /mfa/register, where a user without one sets it up.
func (c *Handler) MFAPage() {
	if _, ok := c.LocalRequest(); !ok {
		return
	}
	kind, _ := c.mfaKind()
	if st, a, ok := c.currentUser(kind); ok {
		c.showMFA(&st, &a)
	}
}

// mfaKind is the step that the path is about, and the factors it is about.
func (c *Handler) mfaKind() (attempts.StepKind, func(*directory.Account) []string) {
	if c.Event.Op == "mfa/register" {
		return attempts.StepMFASetUp, c.FactorsToSetUp
	}
	return attempts.StepMFA, c.FactorsOf
}

func (c *Handler) showMFA(st *attempts.Step, a *directory.Account) {
	_, factors := c.mfaKind()
	pg := pages.Page{
		Error: st.Problem, Notice: st.Notice, Factor: st.Factor, Factors: factors(a),
		To: directory.Mask(a.Email()), Phone: directory.MaskPhone(a.Phone()),
		Action: c.Link(c.R.URL.Path),
	}
	setUp := st.Kind == attempts.StepMFASetUp
	switch {
	case st.Factor == "" && setUp:
		pg.Title = "mfa.setUp"
	case st.Factor == "":
		pg.Title = "mfa.choose"
	case st.Factor == directory.FactorTOTP && setUp:
		pg.Title = "mfa.setUpApp"
		pg.Secret, pg.OTPAuth = c.totpSetUp(a)
	case st.Factor == directory.FactorTOTP:
		pg.Title = "mfa.titleApp"
	case st.Factor == directory.FactorSMS:
		pg.Title = "mfa.titleSMS"
	default:
		pg.Title = "mfa.titleEmail"
	}
	c.Show(http.StatusOK, "mfa", pg, c.At)
}

// totpSetUp is the secret in groups of four, and as a link for an app on the
// same machine.
func (c *Handler) totpSetUp(a *directory.Account) (groups string, link template.URL) {
	secret := credential.Base32.EncodeToString(a.Factors.Pending)
	var parts []string
	for part := range slices.Chunk([]byte(secret), 4) {
		parts = append(parts, string(part))
	}
	issuer := "Cognito emulator"
	name := a.Username
	if a.Username == a.Sub {
		name = a.Email()
	}
	label := url.PathEscape(issuer) + ":" + url.PathEscape(name)
	query := flows.EncodePairs([]string{"secret", secret, "issuer", issuer, "algorithm", "SHA1", "digits", "6", "period", "30"})
	return strings.Join(parts, " "), template.URL("otpauth://totp/" + label + "?" + strings.ReplaceAll(query, "+", "%20"))
}

// MFA is POST /mfa and POST /mfa/register. Form: code; or factor, to choose
// one, or "" to choose again; or resend, for another message.
func (c *Handler) MFA() {
	req, ok := c.LocalRequest()
	if !ok {
		return
	}
	if _, ok := c.Guarded(); !ok {
		return
	}
	kind, factors := c.mfaKind()
	st, a, ok := c.currentUser(kind)
	if !ok {
		return
	}
	st.Problem, st.Notice = nil, ""
	id := c.Cookie(stepCookie)
	switch offered := factors(&a); {
	case c.Form.Has("factor") && !slices.Contains(offered, c.Form.Get("factor")):
		st.Factor = ""
		c.Steps.Put(id, st, c.At)
	case c.Form.Has("factor") && c.Form.Get("factor") != st.Factor:
		c.leaveProblem(id, st, c.chooseFactor(id, c.Form.Get("factor")), "")
	case c.Form.Has("resend") && st.Factor != "" && st.Factor != directory.FactorTOTP:
		c.leaveProblem(id, st, c.chooseFactor(id, st.Factor), "code.resent")
	case c.Form.Has("code") && slices.Contains(offered, st.Factor):
		c.checkMFA(req, &st)
		return
	}
	c.RedirectToPage(c.R.URL.Path, c.R.URL.RawQuery)
}

// leaveProblem leaves what became of a request for the next page.
func (c *Handler) leaveProblem(id string, st attempts.Step, err error, notice string) {
	if now, ok := c.Steps.Take(id, c.At); ok {
		st = now
	}
	st.Notice = notice
	if err != nil {
		c.Event.Error = err.Error()
		st.Notice, st.Problem = "", err
	}
	c.Steps.Put(id, st, c.At)
}

// checkMFA signs the user in if the code is right.
func (c *Handler) checkMFA(req *oauth.AuthRequest, st *attempts.Step) {
	code := strings.Join(strings.Fields(c.Form.Get("code")), "")
	var a directory.Account
	err := c.Users.Update(st.Name, func(stored *directory.Account) error {
		err := c.proveFactor(stored, st, code)
		a = stored.Clone()
		return err
	})
	if err != nil {
		c.Event.Error = err.Error()
		st.Problem = err
		c.showMFA(st, &a)
		return
	}
	c.endStep()
	if a.Disabled {
		c.Refuse(req, "invalid_request", refusal.Disabled.Error())
		return
	}
	c.signIn(req, &a)
}

// proveFactor accepts a code, and turns the factor on where it is being set
// up.
func (c *Handler) proveFactor(a *directory.Account, st *attempts.Step, code string) error {
	setUp := st.Kind == attempts.StepMFASetUp
	if st.Factor == directory.FactorTOTP {
		return a.ProveTOTP(code, setUp, c.At)
	}
	if err := a.Factors.Code.Check(code, c.At); err != nil {
		if err == refusal.CodeMismatch {
			err = refusal.MFACode
		}
		return err
	}
	a.Factors.Code = credential.Code{}
	if setUp {
		a.TurnOn(st.Factor)
	}
	return nil
}
