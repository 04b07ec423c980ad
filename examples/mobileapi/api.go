package main

import (
	"context"
	"encoding/json"
	"errors"
	"log"
	"net/http"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/userpool"
)

type api struct {
	client  *userpool.Client
	pending *userpool.Pending
	rpID    string // RelyingPartyId of the pool
}

// A request is what the app may send; each call uses some of it. State and
// SignUp are what an answer had in it.
type request struct {
	Username, Password, Code, Email, Choice, State, SignUp string

	First        userpool.Factor   // to sign in with: EMAIL_OTP, WEB_AUTHN, …; none means the password
	Attributes   map[string]string // of a new user, or those that a challenge requires
	Credential   json.RawMessage   // of a passkey
	Device       *userpool.Device
	AccessToken  cognito.AccessToken
	RefreshToken cognito.RefreshToken
}

func (a *api) routes(v cognito.TokenVerifier) http.Handler {
	mux := http.NewServeMux()
	open := map[string]func(context.Context, request) (any, error){
		"POST /signup": a.signUp, "POST /confirm": a.confirm, "POST /resend": a.resend,
		"POST /signin": a.signIn, "POST /challenge": a.challenge, "POST /enrol": a.enrol,
		"POST /forgot": a.forgot, "POST /reset": a.reset,
		"POST /refresh": a.refresh, "POST /signout": a.signOut,
	}
	signedIn := map[string]func(context.Context, cognito.AccessToken, request) (any, error){
		"GET /me": func(ctx context.Context, t cognito.AccessToken, _ request) (any, error) {
			return a.client.GetUser(ctx, t)
		},
		"GET /passkeys": func(ctx context.Context, t cognito.AccessToken, _ request) (any, error) {
			return a.client.ListWebAuthnCredentials(ctx, t)
		},
		"POST /passkeys/start": func(ctx context.Context, t cognito.AccessToken, _ request) (any, error) {
			return a.client.StartWebAuthnRegistration(ctx, t)
		},
		"POST /passkeys": func(ctx context.Context, t cognito.AccessToken, r request) (any, error) {
			return done, a.client.CompleteWebAuthnRegistration(ctx, t, r.Credential)
		},
		"POST /passkeys/delete": func(ctx context.Context, t cognito.AccessToken, r request) (any, error) {
			return done, a.client.DeleteWebAuthnCredential(ctx, t, r.Choice)
		},
	}
	for pattern, call := range open {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			serve(w, r, func(in request) (any, error) { return call(r.Context(), in) })
		})
	}
	for pattern, call := range signedIn {
		mux.Handle(pattern, cognito.RequireToken(v, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			token, _ := cognito.Bearer{}.Token(r) // RequireToken has checked it
			serve(w, r, func(in request) (any, error) { return call(r.Context(), token, in) })
		})))
	}
	return mux
}

// serve reads a request, and writes the answer or what the user may know of
// the error.
func serve(w http.ResponseWriter, r *http.Request, call func(request) (any, error)) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	var in request
	if r.Method != http.MethodGet && json.NewDecoder(http.MaxBytesReader(w, r.Body, 256<<10)).Decode(&in) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	out, err := call(in)
	if err != nil {
		log.Printf("%s: %v", r.URL.Path, err)
		notice := userpool.NoticeFor(err)
		w.WriteHeader(notice.Status)
		out = struct {
			userpool.Notice
			CanAnswerAgain bool `json:"can_answer_again"` // with the same state
		}{notice, userpool.CanAnswerAgain(err)}
	}
	_ = json.NewEncoder(w).Encode(out)
}

var (
	errUnknown  = errors.New("a challenge that this app does not know")
	errNotSetup = errors.New("enrolment in another challenge than MFA_SETUP")
)

var done = map[string]bool{"done": true}

// hide passes on no error that tells of an account.
func hide(err error) error {
	if userpool.RevealsAccount(err) {
		log.Print(err)
		return nil
	}
	return err
}

func (a *api) reply(step *userpool.Step, err error) (any, error) {
	if err != nil {
		return nil, err
	}
	return a.pending.Reply(step)
}

func (a *api) signUp(ctx context.Context, r request) (any, error) {
	up, err := a.client.SignUp(ctx, userpool.NewUser{Username: r.Username, Password: cognito.Secret(r.Password), Attributes: r.Attributes})
	if up == nil {
		up = &userpool.SignedUp{} // a name that is taken gets the same answer
	}
	return map[string]string{"signup": a.pending.SealSignUp(up.Session)}, hide(err)
}

// confirm signs in as well, where the sign-up was in this app.
func (a *api) confirm(ctx context.Context, r request) (any, error) {
	s, err := a.client.ConfirmSignUp(ctx, userpool.Confirmation{Username: r.Username, Code: r.Code, Session: a.pending.OpenSignUp(r.SignUp)})
	if err != nil || s == "" {
		return done, err
	}
	return a.reply(a.client.SignIn(ctx, userpool.Credentials{Username: r.Username, Flow: userpool.FlowChoice, Session: s}))
}

func (a *api) resend(ctx context.Context, r request) (any, error) {
	_, err := a.client.ResendConfirmationCode(ctx, r.Username)
	return done, hide(err)
}

func (a *api) signIn(ctx context.Context, r request) (any, error) {
	who := userpool.Credentials{Username: r.Username, Password: cognito.Secret(r.Password), Device: r.Device}
	if r.First != "" {
		who = userpool.Credentials{Username: r.Username, Flow: userpool.FlowChoice, First: r.First}
	}
	step, err := a.client.SignIn(ctx, who)
	passwordless := r.First == userpool.FactorEmailOTP || r.First == userpool.FactorSMSOTP || r.First == userpool.FactorWebAuthn
	if userpool.RevealsAccount(err) || passwordless && errors.Is(err, userpool.ErrNotAuthorized) {
		log.Print(err)
		step, err = a.client.Decoy(who), nil
	} else if err == nil && passwordless {
		if _, other := step.Challenge.(*userpool.SelectFactor); other { // this account has no such factor
			step = a.client.Decoy(who)
		}
	}
	if step != nil {
		if ch, ok := step.Challenge.(*userpool.WebAuthn); ok { // its own options tell that there is an account
			ch.Options = ch.AnyOptions(a.rpID)
		}
	}
	return a.reply(step, err)
}

// challenge answers one, with what its kind wants.
func (a *api) challenge(ctx context.Context, r request) (any, error) {
	ch, err := a.pending.Open(r.State)
	if err != nil {
		return nil, err
	}
	switch ch := ch.(type) {
	case userpool.TextChallenge: // a code, or the answer to a question
		return a.reply(ch.Answer(ctx, r.Code))
	case *userpool.NewPasswordRequired:
		return a.reply(ch.Answer(ctx, cognito.Secret(r.Password), r.Attributes))
	case *userpool.SelectMFA:
		return a.reply(ch.Choose(ctx, r.Choice))
	case *userpool.SelectFactor:
		if r.Password != "" {
			return a.reply(ch.PasswordSRP(ctx, cognito.Secret(r.Password)))
		}
		return a.reply(ch.Choose(ctx, userpool.Factor(r.Choice)))
	case *userpool.MFASetup:
		if r.Email != "" {
			return a.reply(ch.AnswerEmail(ctx, r.Email))
		}
		return a.reply(ch.Answer(ctx, r.Code, ""))
	case *userpool.PasswordChallenge:
		return a.reply(ch.Answer(ctx, cognito.Secret(r.Password)))
	case *userpool.WebAuthn:
		return a.reply(ch.Answer(ctx, r.Credential))
	case *userpool.DeviceChallenge:
		return a.reply(ch.Answer(ctx, r.Device))
	}
	return nil, errUnknown
}

// enrol begins to set up an authenticator app; the state is a new one.
func (a *api) enrol(ctx context.Context, r request) (any, error) {
	ch, err := a.pending.Open(r.State)
	if err != nil {
		return nil, err
	}
	setup, ok := ch.(*userpool.MFASetup)
	if !ok {
		return nil, errNotSetup
	}
	token, err := setup.Enrol(ctx)
	if err != nil {
		return nil, err
	}
	state, err := a.pending.Seal(setup)
	return map[string]string{"state": state, "secret": string(token.Secret), "uri": token.URI("Mobile app", "your account")}, err
}

func (a *api) forgot(ctx context.Context, r request) (any, error) {
	_, err := a.client.ForgotPassword(ctx, r.Username)
	return done, hide(err)
}

func (a *api) reset(ctx context.Context, r request) (any, error) {
	return done, a.client.ConfirmForgotPassword(ctx, userpool.PasswordReset{Username: r.Username, Code: r.Code, NewPassword: cognito.Secret(r.Password)})
}

func (a *api) refresh(ctx context.Context, r request) (any, error) {
	tokens, _, err := a.client.Refresh(ctx, cognito.Tokens{Refresh: r.RefreshToken, Access: r.AccessToken}, nil)
	if err != nil {
		return nil, err
	}
	return a.client.ReplyTokens(tokens), nil
}

func (a *api) signOut(ctx context.Context, r request) (any, error) {
	return done, a.client.Revoke(ctx, r.RefreshToken)
}
