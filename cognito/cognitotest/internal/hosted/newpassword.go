package hosted

import (
	"net/http"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/attempts"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/flows"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pages"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// changePageLife is how long the page for a new password may take: as long as
// a session of the user-pool API.
const changePageLife = flows.MFALife

// demandNewPassword sends a user with a temporary password to the page where
// they choose their own.
func (c *Handler) demandNewPassword(a *directory.Account) error {
	if c.TemporaryOver(a, c.At) {
		return refusal.TemporaryOver
	}
	c.beginStep(attempts.Step{Kind: attempts.StepNewPassword, Name: a.Sub}, changePageLife)
	c.RedirectToPage("/changePassword", c.R.URL.RawQuery)
	return nil
}

// ChangePage is GET /changePassword.
func (c *Handler) ChangePage() {
	if _, ok := c.LocalRequest(); !ok {
		return
	}
	if st, a, ok := c.currentUser(attempts.StepNewPassword); ok {
		c.showChange(&a, st.Problem)
	}
}

func (c *Handler) showChange(a *directory.Account, problem error) {
	c.Show(http.StatusOK, "change", pages.Page{
		Title: "change.title", Error: problem,
		Fields: pages.Fields(directory.MissingAttributes(c.Rules().Required, a.Attributes), c.Form),
	}, c.At)
}

// Change is POST /changePassword. Form: password, and the required attributes
// that the user lacks.
func (c *Handler) Change() {
	req, ok := c.LocalRequest()
	if !ok {
		return
	}
	if _, ok := c.Guarded(); !ok {
		return
	}
	_, a, ok := c.currentUser(attempts.StepNewPassword)
	if !ok {
		return
	}
	changed, err := c.changePassword(&a)
	if err == nil {
		c.endStep()
		err = c.secondFactor(req, &changed)
	}
	if err != nil {
		c.Event.Error = err.Error()
		c.showChange(&a, err)
	}
}

// changePassword gives a user with a temporary password the one in the form.
func (c *Handler) changePassword(a *directory.Account) (directory.Account, error) {
	if a.Status() != directory.StatusForceChangePassword {
		return *a, refusal.SessionOver
	}
	if err := c.CheckPassword(c.Form.Get("password")); err != nil {
		return *a, err
	}
	values, err := directory.ReadAttributes(directory.MissingAttributes(c.Rules().Required, a.Attributes), c.Form)
	if err != nil {
		return *a, err
	}
	changed, err := c.ReplaceTemporary(a, c.Form.Get("password"), values)
	if err != nil {
		return *a, err
	}
	return changed, nil
}
