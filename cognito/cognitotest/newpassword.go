package cognitotest

import (
	"net/http"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pages"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// changePageLife is how long the page for a new password may take: as long as
// a session of the user-pool API.
const changePageLife = mfaLife

// demandNewPassword sends a user with a temporary password to the page where
// they choose their own.
func (c *call) demandNewPassword(a *account) (problem string) {
	if c.temporaryOver(a, c.at) {
		return refusal.TemporaryOver.Error()
	}
	c.beginStep(step{kind: stepNewPassword, name: a.sub}, changePageLife)
	c.redirectToPage("/changePassword", c.r.URL.RawQuery)
	return ""
}

// changePage is GET /changePassword.
func (c *call) changePage() {
	if _, ok := c.localRequest(); !ok {
		return
	}
	if st, a, ok := c.currentUser(stepNewPassword); ok {
		c.showChange(&a, st.problem)
	}
}

func (c *call) showChange(a *account, problem string) {
	c.show(http.StatusOK, "change", pages.Page{
		Title: "Choose a new password", Error: problem,
		Fields: pages.Fields(missingAttributes(c.rules().required, a.attributes), c.form),
	}, c.at)
}

// change is POST /changePassword. Form: password, and the required attributes
// that the user lacks.
func (c *call) change() {
	req, ok := c.localRequest()
	if !ok {
		return
	}
	if _, ok := c.guarded(); !ok {
		return
	}
	_, a, ok := c.currentUser(stepNewPassword)
	if !ok {
		return
	}
	changed, problem := c.changePassword(&a)
	if problem == "" {
		c.endStep()
		problem = c.secondFactor(req, &changed)
	}
	if problem != "" {
		c.event.Error = problem
		c.showChange(&a, problem)
	}
}

// changePassword gives a user with a temporary password the one in the form.
func (c *call) changePassword(a *account) (changed account, problem string) {
	if a.status() != StatusForceChangePassword {
		return *a, refusal.SessionOver.Error()
	}
	if err := c.checkPassword(c.form.Get("password")); err != nil {
		return *a, err.Error()
	}
	values, err := readAttributes(missingAttributes(c.rules().required, a.attributes), c.form)
	if err != nil {
		return *a, err.Error()
	}
	changed, err = c.replaceTemporary(a, c.form.Get("password"), values)
	if err != nil {
		return *a, err.Error()
	}
	return changed, ""
}

// temporaryOver reports whether the user's temporary password has expired.
func (p *Pool) temporaryOver(a *account, now time.Time) bool {
	return !a.givenOut.IsZero() && now.Sub(a.givenOut) >= p.temporaryLife()
}

// replaceTemporary gives a user with a temporary password one of their own,
// and attributes that were asked for with it.
func (c *call) replaceTemporary(a *account, password string, values map[string]string) (changed account, err error) {
	if err := c.checkPassword(password); err != nil {
		return *a, err
	}
	err = c.users.update(a.sub, func(a *account) error {
		for name, value := range values {
			a.set(name, value)
		}
		if err := c.newPassword(a, password); err != nil {
			return err
		}
		err := a.setStatus(StatusConfirmed)
		changed = a.clone()
		return err
	})
	return changed, err
}
