// Package recipe signs users in to an app on gin.
package recipe

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/examples/frameworks/signin/page"
	"github.com/seed75762126/cognito-go/hostedui"
)

// Protect lets signed-in users through who satisfy every policy.
func Protect(client *hostedui.Client, policies ...cognito.Policy) gin.HandlerFunc {
	return func(c *gin.Context) {
		passed := false
		client.Protect(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			passed, c.Request = true, r
		}), policies...).ServeHTTP(c.Writer, c.Request)
		if !passed {
			c.Abort()
		}
	}
}

// Routes is an app with a page for users, one for a group, and a form.
func Routes(client *hostedui.Client) http.Handler {
	r := gin.New()
	r.Any("/auth/*endpoint", gin.WrapH(client))
	r.GET("/account", Protect(client), account)
	r.POST("/note", Protect(client), note)
	r.GET("/admin", Protect(client, cognito.AnyGroup("admins")), account)
	return http.NewCrossOriginProtection().Handler(r) // gin has none of its own
}

func account(c *gin.Context) {
	c.Data(http.StatusOK, "text/html; charset=utf-8", []byte(page.Account(cognito.FromContext(c.Request.Context()).Email)))
}

func note(c *gin.Context) {
	c.String(http.StatusOK, "%s noted %q", cognito.FromContext(c.Request.Context()).Email, c.PostForm("text"))
}
