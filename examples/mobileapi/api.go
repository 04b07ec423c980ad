package main

import (
	"context"
	"encoding/json"
	"log"
	"net/http"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/userpool"
)

type api struct {
	client  *userpool.Client
	pending *userpool.Pending
}

// A request is what the app may send; each call uses some of it. State, SignUp
// and NewDevice are what an answer had in it.
type request struct {
	userpool.Answers
	Username string `json:"username"`
	State    string `json:"state"`
	SignUp   string `json:"signup"`
	ID       string `json:"id"`

	First        userpool.Factor      `json:"first"` // to sign in with: EMAIL_OTP, WEB_AUTHN, …; none means the password
	NewDevice    userpool.NewDevice   `json:"new_device"`
	AccessToken  cognito.AccessToken  `json:"access_token"`
	RefreshToken cognito.RefreshToken `json:"refresh_token"`
}

type call func(context.Context, request) (any, error)

// open are the calls for everybody, by the pattern of their route.
func (a *api) open() map[string]call {
	return map[string]call{
		"POST /signup": a.signUp, "POST /confirm": a.confirm, "POST /signin": a.signIn, "POST /challenge": a.challenge, "POST /refresh": a.refresh,
		"POST /resend": func(ctx context.Context, r request) (any, error) {
			_, err := a.client.ResendConfirmationCode(ctx, r.Username)
			return done, hide(err)
		},
		"POST /forgot": func(ctx context.Context, r request) (any, error) {
			_, err := a.client.ForgotPassword(ctx, r.Username)
			return done, hide(err)
		},
		"POST /reset": func(ctx context.Context, r request) (any, error) {
			return done, a.client.ConfirmForgotPassword(ctx, userpool.PasswordReset{Username: r.Username, Code: r.Code, NewPassword: r.Password})
		},
		"POST /signout": func(ctx context.Context, r request) (any, error) { return done, a.client.Revoke(ctx, r.RefreshToken) },
	}
}

// signedIn are the calls for users, whose access token is in the request.
func (a *api) signedIn() map[string]call {
	return map[string]call{
		"GET /me":      func(ctx context.Context, r request) (any, error) { return a.client.GetUser(ctx, r.AccessToken) },
		"POST /device": a.device,
		"GET /passkeys": func(ctx context.Context, r request) (any, error) {
			return a.client.ListWebAuthnCredentials(ctx, r.AccessToken)
		},
		"POST /passkeys/start": func(ctx context.Context, r request) (any, error) {
			return a.client.StartWebAuthnRegistration(ctx, r.AccessToken)
		},
		"POST /passkeys": func(ctx context.Context, r request) (any, error) {
			return done, a.client.CompleteWebAuthnRegistration(ctx, r.AccessToken, r.Credential)
		},
		"POST /passkeys/delete": func(ctx context.Context, r request) (any, error) {
			return done, a.client.DeleteWebAuthnCredential(ctx, r.AccessToken, r.ID)
		},
	}
}

func (a *api) routes() http.Handler {
	mux := http.NewServeMux()
	for pattern, call := range a.open() {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) { serve(w, r, call) })
	}
	for pattern, call := range a.signedIn() {
		mux.Handle(pattern, cognito.RequireToken(a.client.Verifier(), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			serve(w, r, func(ctx context.Context, in request) (any, error) {
				in.AccessToken, _ = cognito.Bearer{}.Token(r) // RequireToken has checked it
				return call(ctx, in)
			})
		})))
	}
	return mux
}

// serve reads a request, and writes the answer or what the user may know of
// the error.
func serve(w http.ResponseWriter, r *http.Request, call call) {
	var in request
	if r.Method != http.MethodGet && json.NewDecoder(http.MaxBytesReader(w, r.Body, 256<<10)).Decode(&in) != nil {
		http.Error(w, "The request is not a JSON document of this API.", http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	out, err := call(r.Context(), in)
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
	up, err := a.client.SignUp(ctx, userpool.NewUser{Username: r.Username, Password: r.Password, Attributes: r.Attributes})
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

func (a *api) signIn(ctx context.Context, r request) (any, error) {
	who := userpool.Credentials{Username: r.Username, Password: r.Password, Device: r.Device}
	if r.First != "" { // no password
		who = userpool.Credentials{Username: r.Username, Flow: userpool.FlowChoice, First: r.First, HideAccount: true}
	}
	return a.reply(a.client.SignIn(ctx, who))
}

func (a *api) challenge(ctx context.Context, r request) (any, error) {
	ch, err := a.pending.Open(r.State)
	if err != nil {
		return nil, err
	}
	return a.reply(a.client.Answer(ctx, ch, r.Answers))
}

// device has Cognito remember the phone. The app keeps the answer, and sends it
// with each sign-in.
func (a *api) device(ctx context.Context, r request) (any, error) {
	d, err := a.client.ConfirmDevice(ctx, r.AccessToken, r.NewDevice, r.AppName)
	if err != nil {
		return nil, err
	}
	return d.Reply(), nil
}

func (a *api) refresh(ctx context.Context, r request) (any, error) {
	tokens, _, err := a.client.Refresh(ctx, cognito.Tokens{Refresh: r.RefreshToken, Access: r.AccessToken}, nil)
	return a.client.ReplyTokens(tokens), err
}
