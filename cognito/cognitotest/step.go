package cognitotest

import (
	"sync"
	"time"
)

// stepCookie is the cookie that ties a browser to a step between two pages.
const stepCookie = "page-data"

// A step is what the pages must remember of a browser that is not signed in
// yet: whose code it is about to enter.
type step struct {
	kind    stepKind
	name    string // sub, or what was typed where no user answers to it
	notice  string // to show once
	problem string // likewise, as an error
	expires time.Time
}

type stepKind int

const (
	stepSignIn  stepKind = iota // nothing but messages to show
	stepConfirm                 // the code confirms an account
	stepReset                   // the code sets a new password
)

type stepStore struct {
	mu   sync.Mutex // guards byID
	byID map[string]step
}

func (s *stepStore) put(id string, st step, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.byID == nil {
		s.byID = make(map[string]step)
	}
	for id, old := range s.byID {
		if !now.Before(old.expires) {
			delete(s.byID, id)
		}
	}
	s.byID[id] = st
}

// take returns a step and forgets its messages.
func (s *stepStore) take(id string, now time.Time) (step, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	st, ok := s.byID[id]
	if !ok || !now.Before(st.expires) {
		return step{}, false
	}
	shown := st
	shown.notice, shown.problem = "", ""
	s.byID[id] = shown
	return st, true
}

func (s *stepStore) drop(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byID, id)
}

// beginStep ties the browser to st for as long as life.
func (c *call) beginStep(st step, life time.Duration) {
	id := randomID()
	st.expires = c.at.Add(life)
	c.steps.put(id, st, c.at)
	c.setCookie(stepCookie, id, life)
}

// tellNext leaves a message for the next page of a step.
func (c *call) tellNext(st step, notice, problem string) {
	st.notice, st.problem = notice, problem
	c.steps.put(c.cookie(stepCookie), st, c.at)
}

// currentStep returns the step the browser is at. Without one it has led to
// the sign-in page.
func (c *call) currentStep(kind stepKind) (step, bool) {
	st, ok := c.steps.take(c.cookie(stepCookie), c.at)
	if !ok || st.kind != kind {
		c.redirectToPage("/login", c.r.URL.RawQuery)
		return step{}, false
	}
	return st, true
}

func (c *call) endStep() {
	c.steps.drop(c.cookie(stepCookie))
	c.setCookie(stepCookie, "", -1)
}
