package recipe_test

import (
	"net/http"
	"testing"

	"github.com/seed75762126/cognito-go/examples/frameworks/internal/trial"
	recipe "github.com/seed75762126/cognito-go/examples/frameworks/signin/fiber2"
	"github.com/seed75762126/cognito-go/hostedui"
)

func TestSignIn(t *testing.T) {
	trial.SignIn(t, true, func(c *hostedui.Client) http.Handler {
		app := recipe.Routes(c)
		return trial.Behind(t, app.Listener, app.Shutdown)
	})
}
