// Package refusals has the texts and the built-in page for requests that may not
// pass.
package refusals

import (
	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/web"
)

// Text is what the page says for a session.Refusal.Code. A detail replaces the
// text.
func Text(code cognito.RefusalCode, detail string) (title, text string) {
	for i := range texts {
		if t := &texts[i]; t.code == code {
			title, text = t.title, t.text
		}
	}
	if detail != "" {
		text = detail
	}
	return title, text
}

// Links are where the page leads. Login and Continue may be "". With Again, the
// page has a button that loads the address of the browser again.
type Links struct {
	Login, Continue, Home string
	Again                 bool
}

// Page is the page for a refusal.
func Page(code cognito.RefusalCode, detail string, to Links) *web.Page {
	title, text := Text(code, detail)
	page := &web.Page{Title: title, Text: []string{text}}
	if to.Login != "" {
		label := "Sign in"
		if code == "stale_sign_in" {
			label = "Sign in again"
		}
		page.Actions = append(page.Actions, web.Action{Label: label, URL: to.Login, Primary: true})
	}
	if to.Continue != "" {
		page.Actions = append(page.Actions, web.Action{Label: "Continue", URL: to.Continue, Primary: true})
	}
	if to.Again {
		page.Actions = append(page.Actions, web.TryAgain)
	}
	page.Actions = append(page.Actions, web.Action{Label: "Home", URL: to.Home})
	return page
}

var texts = [...]struct {
	code        cognito.RefusalCode
	title, text string
}{
	{cognito.SignInRequired, "Please sign in", "You are not signed in, or your session has ended. If you were sending a form, it was not processed: sign in, then send it again."},
	{cognito.CrossOrigin, "Please go on from here", "Another site sent you to this page. For your safety, nothing that it sent was processed. Continue to open the page."},
	{cognito.Forbidden, "This page is not open to you", "You are signed in, but your account may not see this page. If you think it should, ask the people who run this app."},
	{cognito.StaleSignIn, "Please sign in again", "This page needs a recent sign-in. Yours was too long ago."},
	{cognito.PolicyMistake, "This page is closed by mistake", "Something is set up wrong in this app. The people who run it find the details in its log."},
	{cognito.Refused, "This page is not open to you", "You are signed in, but this app does not let you in."},
	{cognito.GuardMistake, "This page is closed by mistake", "The app failed to find your record. The people who run it find the details in its log."},
	{cognito.PolicyUnchecked, "Please try again in a moment", "The app cannot tell just now whether this page is open to you. Please reload it in a few seconds."},
	{cognito.RefreshUnavailable, "Please try again in a moment", "Your sign-in could not be renewed just now. You are still signed in; please reload this page in a few seconds."},
	{cognito.StoreUnavailable, "Please try again in a moment", "The app cannot tell just now who is signed in. Please reload this page in a few seconds."},
}
