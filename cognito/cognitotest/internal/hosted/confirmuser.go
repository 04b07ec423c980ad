package hosted

import (
	"net/http"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pages"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
)

// ConfirmUser is GET /confirmUser, which the links in mails lead to.
func (c *Handler) ConfirmUser() {
	client := c.Clients.Find(c.Query.Get("client_id"))
	if client == nil || request.Repeated(c.Query) {
		c.RefuseHere("invalid_request", "")
		return
	}
	a, err := c.ConfirmNamed(client, c.Query.Get("user_name"), c.Query.Get("confirmation_code"), false)
	c.Event.Username = a.Username
	if err == nil {
		err = c.PostConfirmation(trigger.SourceConfirmSignUp, &a)
	}
	if err != nil {
		c.Event.Error = err.Error()
		c.Write(http.StatusBadRequest, "confirmed", pages.Page{Title: "confirm.title", Error: err})
		return
	}
	c.Write(http.StatusOK, "confirmed", pages.Page{Title: "confirmed.title"})
}
