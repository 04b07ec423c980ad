package attempts

import (
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/expiring"
)

// A Step is what the pages must remember of a browser that is not signed in
// yet: whose code it is about to enter.
type Step struct {
	Kind    StepKind
	Factor  string // of MFA, that is being proved; "" while the user chooses
	Name    string // sub, or what was typed where no user answers to it
	Notice  string // to show once: its key among the texts of the pages
	Problem error  // likewise, what went wrong
	Expires time.Time

	Passkey []byte // challenge of the passkey that is asked for
}

type StepKind int

const (
	StepSignIn      StepKind = iota // nothing but messages to show
	StepConfirm                     // the code confirms an account
	StepReset                       // the code sets a new password
	StepNewPassword                 // a temporary password was right
	StepMFA                         // the password was right, a second factor is due
	StepMFASetUp                    // likewise, and there is none yet
	StepPasskey                     // the name was given, a passkey is due
)

type Steps struct{ ByID expiring.Map[string, Step] }

func (s *Steps) Put(id string, st Step, now time.Time) { s.ByID.Put(id, st, st.Expires, now) }

// Take returns a step and forgets its messages.
func (s *Steps) Take(id string, now time.Time) (st Step, ok bool) {
	s.ByID.Update(id, now, func(kept Step, known bool) (Step, time.Time) {
		st, ok = kept, known
		kept.Notice, kept.Problem = "", nil
		return kept, kept.Expires
	})
	return st, ok
}

func (s *Steps) Drop(id string) { s.ByID.Delete(id) }
