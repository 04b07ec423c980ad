package cognitotest

import (
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/expiring"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// stepCookie is the cookie that ties a browser to a step between two pages.
const stepCookie = "page-data"

// A step is what the pages must remember of a browser that is not signed in
// yet: whose code it is about to enter.
type step struct {
	kind    stepKind
	factor  string // of MFA, that is being proved; "" while the user chooses
	name    string // sub, or what was typed where no user answers to it
	notice  string // to show once
	problem string // likewise, as an error
	expires time.Time
}

type stepKind int

const (
	stepSignIn      stepKind = iota // nothing but messages to show
	stepConfirm                     // the code confirms an account
	stepReset                       // the code sets a new password
	stepNewPassword                 // a temporary password was right
	stepMFA                         // the password was right, a second factor is due
	stepMFASetUp                    // likewise, and there is none yet
)

type stepStore struct{ byID expiring.Map[string, step] }

func (s *stepStore) put(id string, st step, now time.Time) { s.byID.Put(id, st, st.expires, now) }

// take returns a step and forgets its messages.
func (s *stepStore) take(id string, now time.Time) (st step, ok bool) {
	s.byID.Update(id, now, func(kept step, known bool) (step, time.Time) {
		st, ok = kept, known
		kept.notice, kept.problem = "", ""
		return kept, kept.expires
	})
	return st, ok
}

func (s *stepStore) drop(id string) { s.byID.Delete(id) }

// beginStep ties the browser to st for as long as life.
func (c *call) beginStep(st step, life time.Duration) {
	id := random.ID()
	st.expires = c.at.Add(life)
	c.steps.put(id, st, c.at)
	c.setCookie(stepCookie, id, life+staleStep)
	c.begun = id
}

// staleStep is how much longer than a step its cookie lives, so that a
// browser that comes too late can be told.
const staleStep = time.Hour

// tellNext leaves a message for the next page of a step.
func (c *call) tellNext(st step, notice, problem string) {
	st.notice, st.problem = notice, problem
	c.steps.put(c.cookie(stepCookie), st, c.at)
}

// currentStep returns the step the browser is at. Without one it has led to
// the sign-in page.
func (c *call) currentStep(kind stepKind) (step, bool) {
	st, ok := c.steps.take(c.cookie(stepCookie), c.at)
	if ok && st.kind == kind {
		return st, true
	}
	if !ok && c.cookie(stepCookie) != "" {
		c.event.Error = refusal.SessionOver.Error()
		c.beginStep(step{kind: stepSignIn, problem: refusal.SessionOver.Error()}, loginLife)
	}
	c.redirectToPage("/login", c.r.URL.RawQuery)
	return step{}, false
}

// currentUser is currentStep with the user whom the step is about.
func (c *call) currentUser(kind stepKind) (step, account, bool) {
	st, ok := c.currentStep(kind)
	if !ok {
		return step{}, account{}, false
	}
	a, ok := c.users.find(st.name)
	c.event.Username = a.username
	if !ok {
		c.endStep()
		c.redirectToPage("/login", c.r.URL.RawQuery)
	}
	return st, a, ok
}

func (c *call) endStep() {
	c.steps.drop(c.cookie(stepCookie))
	c.setCookie(stepCookie, "", -1)
}
