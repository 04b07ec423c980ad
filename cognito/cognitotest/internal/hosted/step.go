package hosted

import (
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/attempts"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// stepCookie is the cookie that ties a browser to a step between two pages.
const stepCookie = "page-data"

// beginStep ties the browser to st for as long as life.
func (c *Handler) beginStep(st attempts.Step, life time.Duration) {
	id := random.ID()
	st.Expires = c.At.Add(life)
	c.Steps.Put(id, st, c.At)
	c.SetCookie(stepCookie, id, life+staleStep)
	c.Begun = id
}

// staleStep is how much longer than a step its cookie lives, so that a
// browser that comes too late can be told.
const staleStep = time.Hour

// tellNext leaves a message for the next page of a step.
func (c *Handler) tellNext(st attempts.Step, notice string, problem error) {
	st.Notice, st.Problem = notice, problem
	c.Steps.Put(c.Cookie(stepCookie), st, c.At)
}

// currentStep returns the step the browser is at. Without one it has led to
// the sign-in page.
func (c *Handler) currentStep(kind attempts.StepKind) (attempts.Step, bool) {
	st, ok := c.Steps.Take(c.Cookie(stepCookie), c.At)
	if ok && st.Kind == kind {
		return st, true
	}
	if !ok && c.Cookie(stepCookie) != "" {
		c.Event.Error = refusal.SessionOver.Error()
		c.beginStep(attempts.Step{Kind: attempts.StepSignIn, Problem: refusal.SessionOver}, loginLife)
	}
	c.RedirectToPage("/login", c.R.URL.RawQuery)
	return attempts.Step{}, false
}

// currentUser is currentStep with the user whom the step is about.
func (c *Handler) currentUser(kind attempts.StepKind) (attempts.Step, directory.Account, bool) {
	st, ok := c.currentStep(kind)
	if !ok {
		return attempts.Step{}, directory.Account{}, false
	}
	a, ok := c.Users.Find(st.Name)
	c.Event.Username = a.Username
	if !ok {
		c.endStep()
		c.RedirectToPage("/login", c.R.URL.RawQuery)
	}
	return st, a, ok
}

func (c *Handler) endStep() {
	c.Steps.Drop(c.Cookie(stepCookie))
	c.SetCookie(stepCookie, "", -1)
}
