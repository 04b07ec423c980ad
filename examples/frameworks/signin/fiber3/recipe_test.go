package recipe_test

import (
	"net"
	"net/http"
	"testing"

	"github.com/gofiber/fiber/v3"

	"github.com/seed75762126/cognito-go/examples/frameworks/internal/trial"
	recipe "github.com/seed75762126/cognito-go/examples/frameworks/signin/fiber3"
	"github.com/seed75762126/cognito-go/hostedui"
)

func TestSignIn(t *testing.T) {
	trial.SignIn(t, true, func(c *hostedui.Client) http.Handler {
		app := recipe.Routes(c, trial.Origin)
		return trial.Behind(t, func(l net.Listener) error { return app.Listener(l, fiber.ListenConfig{DisableStartupMessage: true}) }, app.Shutdown)
	})
}
