package doctor

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"iter"
	"log/slog"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/cause"
)

// Config says what to examine.
type Config struct {
	// Pool is the user pool and the app client. Required. Its HTTPClient makes
	// the calls, and its Timeout limits each call; zero means 10 seconds.
	Pool cognito.Config

	// BaseURL is the app's public URL, as in hostedui.Config. Empty means that
	// the login, the logout and the app are not checked.
	BaseURL string

	// Prefix is the path, below BaseURL, of the app's endpoints, as in
	// hostedui.Config. Empty means "/auth/".
	Prefix string

	// LoginPath and MePath are endpoints of the app that are not below Prefix:
	// Login and Me of hostedui.Paths. Empty means Prefix + "login" and Prefix +
	// "me".
	LoginPath, MePath string

	// CallbackURL is the URL to which Cognito returns after a sign-in. Empty
	// means BaseURL + Prefix + "callback".
	CallbackURL string

	// SignedOutURL is the URL to which Cognito returns after a logout. Empty
	// means BaseURL + Prefix + "signed-out".
	SignedOutURL string

	// Scopes are the scopes that a login asks for. Nil means openid, email and
	// profile.
	Scopes []string

	// OwnForms says that the app draws its own sign-in forms (package
	// userpool), which need the SRP flow.
	OwnForms bool

	// SessionKeys is the text of SESSION_KEYS. The doctor checks its form and
	// never shows it. Empty means no check.
	SessionKeys string

	// Guests says that the app gives AWS credentials to visitors who have not
	// signed in. It has an effect only if Pool.IdentityPoolID is set.
	Guests bool

	// ResourceURL is the URL of an API. The doctor checks its metadata (RFC
	// 9728) and its answer to a request without a token. Empty means no check.
	ResourceURL string

	// App makes the doctor check the running app at BaseURL too. The app must
	// serve the endpoints of package hostedui.
	App bool
}

// Format implements [fmt.Formatter]: a Config prints no session key.
func (Config) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "doctor.Config") }

// LogValue implements [slog.LogValuer], like Format.
func (Config) LogValue() slog.Value { return slog.StringValue("doctor.Config") }

// A State is the outcome of a check.
type State string

const (
	OK      State = "ok"
	Warn    State = "warn"    // it works, but something should be changed
	Fail    State = "fail"    // sign-in, or a part of it, cannot work
	Unknown State = "unknown" // it could not be checked, often because another check failed
)

// A Result is the result of one check.
type Result struct {
	// ID names the check. It stays the same between releases.
	ID string `json:"id"`

	// About says in one sentence what is checked.
	About string `json:"about"`

	State State `json:"state"`

	// Evidence is what the doctor saw.
	Evidence string `json:"evidence"`

	// Fix says how to correct the problem. It is nil for a result that is OK or
	// Unknown.
	Fix *Fix `json:"fix,omitempty"`
}

// A Fix says how to correct a problem: in words, and for several tools. A field
// is empty if its tool cannot correct the problem.
type Fix struct {
	Text      string `json:"text"`
	CLI       string `json:"cli,omitempty"`       // a command of the AWS CLI
	Terraform string `json:"terraform,omitempty"` // the argument of a resource
	CDK       string `json:"cdk,omitempty"`       // the property of a construct
	Console   string `json:"console,omitempty"`   // the steps in the AWS console
}

// String returns the result as one line, or as more lines if there is a Fix.
func (r Result) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%-7s %s: %s", r.State, r.ID, r.Evidence)
	if r.Fix == nil {
		return b.String()
	}
	for _, part := range []struct{ label, text string }{
		{"", r.Fix.Text}, {"AWS CLI: ", r.Fix.CLI}, {"Terraform: ", r.Fix.Terraform}, {"CDK: ", r.Fix.CDK}, {"console: ", r.Fix.Console},
	} {
		if part.text != "" {
			b.WriteString("\n        " + part.label + part.text)
		}
	}
	return b.String()
}

// Examine makes the checks one after the other, and yields the result of each.
// If a server does not answer, a check may take some seconds; ctx ends it.
func Examine(ctx context.Context, cfg Config) iter.Seq[Result] {
	return func(yield func(Result) bool) {
		e := newExamination(cfg)
		e.readSecret(ctx)
		done := map[string]State{}
		for _, c := range checks() {
			if c.applies != nil && !c.applies(e) {
				continue
			}
			r := Result{ID: c.id, About: c.about}
			if before, missed := unmet(c, done); missed {
				r.State, r.Evidence = Unknown, "it needs "+before+", which did not pass"
			} else {
				f := c.run(ctx, e)
				r.State, r.Evidence = f.state, f.evidence
				if f.state == Warn || f.state == Fail {
					fix := c.fix
					fix.Text = cause.With(cmp.Or(f.cause, c.cause), f.detail)
					fix.CLI = e.fill(fix.CLI)
					r.Fix = &fix
				}
			}
			done[c.id] = r.State
			if !yield(r) || ctx.Err() != nil {
				return
			}
		}
	}
}

// unmet returns the first check that c needs and that did not pass.
func unmet(c check, done map[string]State) (id string, missed bool) {
	for _, id := range c.after {
		if s, made := done[id]; made && s != OK && s != Warn {
			return id, true
		}
	}
	return "", false
}

// A Report is the results of all checks.
type Report []Result

// Run makes all checks.
func Run(ctx context.Context, cfg Config) (report Report) {
	for r := range Examine(ctx, cfg) {
		report = append(report, r)
	}
	return report
}

// State returns the worst state of all results. Fail is the worst, then
// Unknown, then Warn.
func (r Report) State() State {
	worst := OK
	for _, result := range r {
		if result.State.rank() > worst.rank() {
			worst = result.State
		}
	}
	return worst
}

// rank orders the states from the best to the worst.
func (s State) rank() int { return slices.Index([]State{OK, Warn, Unknown, Fail}, s) }

// String returns the results that are not OK, one below the other. It is empty
// if all are OK.
func (r Report) String() string {
	var lines []string
	for _, result := range r {
		if result.State != OK {
			lines = append(lines, result.String())
		}
	}
	return strings.Join(lines, "\n")
}
