package cognitotest

import (
	"net/http"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pages"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// confirmationLink is the link that confirms the account of username.
func (p *Pool) confirmationLink(clientID, username, code string) string {
	return p.URL() + "/confirmUser?" + encodePairs([]string{"client_id", clientID, "user_name", username, "confirmation_code", code})
}

// confirmUser is GET /confirmUser, which the links in mails lead to.
func (c *call) confirmUser() {
	client := c.clients.find(c.query.Get("client_id"))
	if client == nil || repeated(c.query) {
		c.refuseHere("invalid_request", "")
		return
	}
	a, err := c.confirmNamed(client, c.query.Get("user_name"), c.query.Get("confirmation_code"), false)
	c.event.Username = a.username
	if err == nil {
		err = c.postConfirmation(trigger.SourceConfirmSignUp, &a)
	}
	if err != nil {
		c.event.Error = err.Error()
		c.write(http.StatusBadRequest, "confirmed", pages.Page{Title: "Confirm your account", Error: err.Error()})
		return
	}
	c.write(http.StatusOK, "confirmed", pages.Page{Title: "Your account is confirmed"})
}
