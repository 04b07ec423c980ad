// Package recipe protects routes of fiber.
package recipe

import (
	"net/http"

	"github.com/gofiber/fiber/v3"
	"github.com/gofiber/fiber/v3/middleware/adaptor"

	"github.com/seed75762126/cognito-go/cognito"
)

// Require lets only requests through whose access token is valid and whose
// user satisfies every policy. Handlers read the user with
// cognito.FromContext(c.Context()).
//
// The adaptor would pass on only the last of several Authorization fields. The
// library refuses several, and so does this.
func Require(v cognito.TokenVerifier, policies ...cognito.Policy) fiber.Handler {
	return func(c fiber.Ctx) error {
		if len(c.Request().Header.PeekAll(fiber.HeaderAuthorization)) > 1 {
			return fiber.ErrBadRequest
		}
		var user *cognito.Identity
		guard := cognito.RequireToken(v, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			user = cognito.FromContext(r.Context())
		}), policies...)
		if err := adaptor.HTTPHandler(guard)(c); err != nil || user == nil {
			return err // refused: the answer is written
		}
		c.SetContext(cognito.NewContext(c.Context(), user))
		return c.Next()
	}
}

// Routes is an API with a route for everybody who has a token, one for a group
// and one for a scope.
func Routes(v cognito.TokenVerifier) *fiber.App {
	app := fiber.New()
	app.Get("/me", Require(v), me)
	app.Get("/admin", Require(v, cognito.AnyGroup("admins")), me)
	app.Get("/orders", Require(v, cognito.AllScopes("orders/read")), me)
	return app
}

func me(c fiber.Ctx) error {
	return c.SendString(cognito.FromContext(c.Context()).Subject)
}
