// Package recipe signs users in to an app on echo.
package recipe

import (
	"fmt"
	"html"
	"net/http"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/examples/frameworks/signin/page"
	"github.com/seed75762126/cognito-go/hostedui"
)

// Protect lets signed-in users through who satisfy every policy.
func Protect(client *hostedui.Client, policies ...cognito.Policy) echo.MiddlewareFunc {
	return echo.WrapMiddleware(client.Requiring(policies...))
}

// Routes is an app with a page for users, one for a group, and a form.
func Routes(client *hostedui.Client) http.Handler {
	e := echo.New()
	e.Any("/auth/*", echo.WrapHandler(client)) // guards its own forms
	csrf := middleware.CSRFWithConfig(middleware.CSRFConfig{
		TokenLookup: "form:_csrf", CookieName: "__Host-csrf", CookiePath: "/",
		CookieSecure: true, CookieHTTPOnly: true, CookieSameSite: http.SameSiteLaxMode,
	})
	pages := e.Group("", csrf)
	pages.GET("/account", account, Protect(client))
	pages.POST("/note", note, Protect(client))
	pages.GET("/admin", account, Protect(client, cognito.AnyGroup("admins")))
	return e
}

func account(c echo.Context) error {
	token, _ := c.Get("csrf").(string)
	field := fmt.Sprintf(`<input type="hidden" name="_csrf" value="%s">`, html.EscapeString(token))
	return c.HTML(http.StatusOK, page.Account(cognito.FromContext(c.Request().Context()).Email, field))
}

func note(c echo.Context) error {
	return c.String(http.StatusOK, fmt.Sprintf("%s noted %q", cognito.FromContext(c.Request().Context()).Email, c.FormValue("text")))
}
