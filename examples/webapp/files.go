package main

import (
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito/identitypool"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/examples/webapp/site"
)

// filesView is what the page about files shows.
type filesView struct {
	Open     bool // the visitor has a folder
	SignedIn bool
	Identity string
	KeyID    string    // of the visitor's credentials
	Expires  time.Time // theirs
	Bucket   string
	Notes    []note
	Name     string // of the form
	Text     string
	Answer   string // of S3, about another visitor's folder
}

// visitor returns the AWS credentials for a request: those of the
// session, or those of a guest who has opened a folder before. It is nil for a
// guest who has not.
func (a *app) visitor(r *http.Request) (*identitypool.Provider, error) {
	guest := a.guestID(r)
	if s := session.FromContext(r.Context()); s != nil {
		return a.files.identities.ForSession(s, identitypool.FromGuest(guest)), nil
	}
	if _, err := a.sessions.FromRequest(r); !errors.Is(err, session.ErrNoSession) {
		// The visitor is signed in, but the tokens cannot be renewed just now.
		// This is not a guest.
		return nil, filesAway
	}
	if guest == "" {
		return nil, nil
	}
	return a.files.guests.ForGuest(guest), nil
}

func (a *app) showFiles(w http.ResponseWriter, r *http.Request) error {
	notice := ""
	switch q := r.URL.Query(); {
	case q.Has("saved"):
		notice = "Your note is saved."
	case q.Has("deleted"):
		notice = "The note is gone."
	}
	return a.filesPage(w, r, site.View{Notice: notice}, filesView{})
}

// filesPage shows the visitor's folder. The arguments v and data have what else
// the page shows.
func (a *app) filesPage(w http.ResponseWriter, r *http.Request, v site.View, data filesView) error {
	v.Title, data.Bucket = "Your files", a.files.bucket
	p, err := a.visitor(r)
	if err != nil {
		return err
	}
	if p != nil {
		data.Open, data.SignedIn = true, session.FromContext(r.Context()) != nil
		credentials, err := p.Retrieve(r.Context())
		if err != nil {
			return a.awsProblem(r, err)
		}
		data.KeyID, data.Expires = credentials.AccessKeyID, credentials.Expires.UTC()
		f, err := a.files.of(r.Context(), p)
		if err != nil {
			return a.awsProblem(r, err)
		}
		data.Identity = f.id
		if data.Notes, err = f.list(r.Context(), f.id); err != nil {
			return a.awsProblem(r, err)
		}
		if data.SignedIn {
			v.Notice = strings.TrimSpace(v.Notice + " " + a.takeOver(w, r, f.id))
		}
	}
	v.Data = data
	a.site.Show(w, r, "files", v)
	return nil
}

// takeOver ends a guest's visit when they have signed in, and says what has
// become of their folder.
func (a *app) takeOver(w http.ResponseWriter, r *http.Request, id string) string {
	guest := a.guestID(r)
	if guest == "" {
		return ""
	}
	a.setGuest(w, "")
	if guest == id {
		return "The folder that you had as a guest is yours now."
	}
	return "You have a folder from an earlier visit. The one that you had as a guest is left behind."
}

// openGuestFolder gives a guest an identity. Each call makes a new identity, so
// it needs a form: a crawler only follows links.
func (a *app) openGuestFolder(w http.ResponseWriter, r *http.Request) error {
	p, err := a.visitor(r)
	if err != nil {
		return err
	}
	if p == nil {
		id, err := a.files.guests.ForGuest("").IdentityID(r.Context())
		if err != nil {
			return a.awsProblem(r, err)
		}
		a.setGuest(w, id)
	}
	return seeOther(w, "/files")
}

// folder is that of the visitor, who must have one.
func (a *app) folder(r *http.Request) (*folder, error) {
	p, err := a.visitor(r)
	if err != nil {
		return nil, err
	}
	if p == nil {
		return nil, problem{Status: http.StatusUnprocessableEntity, Title: "You have no folder yet", Text: "Open one first.", Retry: "/files"}
	}
	f, err := a.files.of(r.Context(), p)
	if err != nil {
		return nil, a.awsProblem(r, err)
	}
	return f, nil
}

// noteName is what a note may be called.
var noteName = regexp.MustCompile(`^[\pL\pN][\pL\pN ._-]{0,59}$`)

// maxNote bounds a note, in bytes.
const maxNote = 8 << 10

func (a *app) saveNote(w http.ResponseWriter, r *http.Request) error {
	f, err := a.folder(r)
	if err != nil {
		return err
	}
	form := filesView{Name: strings.TrimSpace(r.PostFormValue("name")), Text: r.PostFormValue("text")}
	wrong := site.View{Status: http.StatusUnprocessableEntity}
	switch {
	case !noteName.MatchString(form.Name):
		wrong.Problem = "A name has letters, digits, spaces, dots and dashes, 60 at most, and begins with a letter or a digit."
	case form.Text == "" || len(form.Text) > maxNote:
		wrong.Problem = "A note has some text, of 8 KiB at most."
	}
	if wrong.Problem == "" {
		if err = f.put(r.Context(), f.id, form.Name, form.Text); err == nil {
			return seeOther(w, "/files?saved")
		}
		slog.ErrorContext(r.Context(), "s3", "err", err)
		// What was typed stays in the form, which needs no S3.
		wrong.Status, wrong.Problem = http.StatusServiceUnavailable, "The note could not be saved just now. Please try again in a moment."
		w.Header().Set("Retry-After", "5")
		wrong.Title = "Your files"
		form.Open, form.Identity, form.Bucket = true, f.id, a.files.bucket
		wrong.Data = form
		a.site.Show(w, r, "files", wrong)
		return nil
	}
	return a.filesPage(w, r, wrong, form)
}

func (a *app) showNote(w http.ResponseWriter, r *http.Request) error {
	f, err := a.folder(r)
	if err != nil {
		return err
	}
	name := r.URL.Query().Get("name")
	if !noteName.MatchString(name) {
		return a.notFound(w, r)
	}
	text, err := f.get(r.Context(), name)
	if err != nil {
		return a.awsProblem(r, err)
	}
	a.site.Show(w, r, "note", site.View{Title: name, Data: text})
	return nil
}

func (a *app) deleteNote(w http.ResponseWriter, r *http.Request) error {
	f, err := a.folder(r)
	if err != nil {
		return err
	}
	name := r.PostFormValue("name")
	if !noteName.MatchString(name) {
		return a.notFound(w, r)
	}
	if err := f.delete(r.Context(), name); err != nil {
		return a.awsProblem(r, err)
	}
	return seeOther(w, "/files?deleted")
}

// trespass tries to write into another visitor's folder, with the visitor's
// credentials, and shows what S3 says. It is not this app that keeps the
// folders apart.
func (a *app) trespass(w http.ResponseWriter, r *http.Request) error {
	f, err := a.folder(r)
	if err != nil {
		return err
	}
	region, _, _ := strings.Cut(f.id, ":")
	answer := "It was allowed: the policy of the role is too wide."
	if err := f.put(r.Context(), region+":00000000-0000-0000-0000-000000000000", "trespass", "…"); err != nil {
		code, ok := s3Code(err)
		if !ok {
			return a.awsProblem(r, err)
		}
		answer = "S3 refused with " + code + "."
	}
	return a.filesPage(w, r, site.View{}, filesView{Answer: answer})
}

// awsProblem is what a visitor is told when they have no credentials, or AWS
// does not answer.
func (a *app) awsProblem(r *http.Request, err error) error {
	var e *identitypool.Error
	if code, ok := s3Code(err); ok && (code == "AccessDenied" || code == "NoSuchKey") {
		slog.WarnContext(r.Context(), "s3", "code", code, "err", err)
		if code == "NoSuchKey" {
			return problem{Status: http.StatusNotFound, Title: "There is no such note", Text: "It may have been deleted."}
		}
		return problem{Status: http.StatusForbidden, Title: "That is not yours", Text: "Your credentials do not open it."}
	}
	if errors.As(err, &e) && !e.Retryable {
		slog.ErrorContext(r.Context(), "identity pool", "code", e.Code, "fix", e.Fix, "err", err)
		return problem{Status: http.StatusBadGateway, Title: "There are no files for you here", Text: "The shop is not set up to give you a folder. The people who run it find the reason in its log."}
	}
	slog.ErrorContext(r.Context(), "files", "err", err)
	return filesAway
}

var filesAway = problem{Status: away.Status, Title: away.Title, Text: "Your files cannot be reached just now. They are not lost."}

// The identity of a guest is a secret of theirs: it opens the
// folder. It stays in this browser until they sign in.
const guestCookie = "guest"

var identityID = regexp.MustCompile(`^[a-z0-9-]+:[0-9a-f-]{36}$`)

// guestID is the identity of a guest, or "".
func (a *app) guestID(r *http.Request) string {
	c, err := r.Cookie(a.guestCookieName())
	if err != nil {
		return ""
	}
	id, err := url.QueryUnescape(c.Value)
	if err != nil || !identityID.MatchString(id) {
		return ""
	}
	return id
}

// setGuest keeps the identity of a guest, or forgets it where id is empty.
func (a *app) setGuest(w http.ResponseWriter, id string) {
	c := &http.Cookie{
		Name: a.guestCookieName(), Value: url.QueryEscape(id), Path: "/", MaxAge: 30 * 24 * 60 * 60,
		HttpOnly: true, Secure: a.secure(), SameSite: http.SameSiteLaxMode,
	}
	if id == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

func (a *app) guestCookieName() string {
	if a.secure() {
		return "__Host-" + guestCookie
	}
	return guestCookie
}

func (a *app) secure() bool { return strings.HasPrefix(a.settings.baseURL, "https:") }
