// Package recipe protects routes of gin.
package recipe

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/seed75762126/cognito-go/cognito"
)

// Require lets only requests through whose access token is valid and whose
// user satisfies every policy. Handlers read the user with
// cognito.FromContext(c.Request.Context()).
func Require(v cognito.TokenVerifier, policies ...cognito.Policy) gin.HandlerFunc {
	return func(c *gin.Context) {
		passed := false
		cognito.RequireToken(v, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			passed, c.Request = true, r
		}), policies...).ServeHTTP(c.Writer, c.Request)
		if !passed {
			c.Abort()
		}
	}
}

// Routes is an API with a route for everybody who has a token, one for a group
// and one for a scope.
func Routes(v cognito.TokenVerifier) http.Handler {
	r := gin.New()
	r.GET("/me", Require(v), me)
	r.GET("/admin", Require(v, cognito.AnyGroup("admins")), me)
	r.GET("/orders", Require(v, cognito.AllScopes("orders/read")), me)
	return r
}

func me(c *gin.Context) {
	c.String(http.StatusOK, "%s", cognito.FromContext(c.Request.Context()).Subject)
}
