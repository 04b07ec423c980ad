package main

import (
	"context"
	"net/http"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/examples/webapp/account"
	"github.com/seed75762126/cognito-go/examples/webapp/site"
)

// sessionRow is one line of the list of a user's sessions.
type sessionRow struct {
	session.Info
	This bool // the one that asks
}

// sessionList is where a user is signed in. It is nil where sessions are in
// cookies, as only the browsers know of those.
type sessionList struct {
	Rows       []sessionRow
	Everywhere site.Link // signs out of all of them
	Asks       bool      // Everywhere leads to a page that asks first
}

func (a *app) listSessions(ctx context.Context) (*sessionList, error) {
	if !a.sessionsStored() {
		return nil, nil
	}
	infos, err := a.sessions.Sessions(ctx, cognito.FromContext(ctx))
	if err != nil {
		return nil, err
	}
	list := &sessionList{Everywhere: site.Link{Label: "Sign out everywhere", Path: account.Prefix + "logout-everywhere"}}
	if a.mode.Flow == optionCustom {
		list.Everywhere.Path, list.Asks = account.AccountPath+"/sign-out-everywhere", true
	}
	this := session.FromContext(ctx).ID()
	for _, info := range infos {
		list.Rows = append(list.Rows, sessionRow{info, info.ID == this})
	}
	return list, nil
}

// sessionsStored reports whether the sessions are where all processes of the
// app see them.
func (a *app) sessionsStored() bool { return a.settings.redisURL != "" }

// endOthers ends all sessions of the user except that of the request.
func (a *app) endOthers(w http.ResponseWriter, r *http.Request) error {
	if err := a.sessions.EndOthers(w, r); err != nil {
		return err
	}
	return seeOther(w, "/profile?ended=others")
}

// endSession ends one session of the user's, wherever it is in use. For the
// session of the request there is the button in the header.
func (a *app) endSession(w http.ResponseWriter, r *http.Request) error {
	if err := a.sessions.EndSession(r.Context(), cognito.FromContext(r.Context()), r.PostFormValue("id")); err != nil {
		return err
	}
	return seeOther(w, "/profile?ended")
}
