package recipe_test

import (
	"net/http"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/examples/frameworks/internal/trial"
	recipe "github.com/seed75762126/cognito-go/examples/frameworks/signin/gorilla"
	"github.com/seed75762126/cognito-go/hostedui"
)

func TestSignIn(t *testing.T) {
	trial.SignIn(t, true, func(c *hostedui.Client) http.Handler { return recipe.Routes(c, session.NewKey()) })
}
