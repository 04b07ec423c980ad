// Package recipe protects routes of echo.
package recipe

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/seed75762126/cognito-go/cognito"
)

// Require lets only requests through whose access token is valid and whose
// user satisfies every policy. Handlers read the user with
// cognito.FromContext(c.Request().Context()).
func Require(v cognito.TokenVerifier, policies ...cognito.Policy) echo.MiddlewareFunc {
	guard := cognito.Guard{Authenticator: cognito.Bearer{Verifier: v}}
	return echo.WrapMiddleware(guard.Requiring(policies...))
}

// Routes is an API with a route for everybody who has a token, one for a group
// and one for a scope.
func Routes(v cognito.TokenVerifier) http.Handler {
	e := echo.New()
	e.GET("/me", me, Require(v))
	e.GET("/admin", me, Require(v, cognito.AnyGroup("admins")))
	e.GET("/orders", me, Require(v, cognito.AllScopes("orders/read")))
	return e
}

func me(c echo.Context) error {
	return c.String(http.StatusOK, cognito.FromContext(c.Request().Context()).Subject)
}
