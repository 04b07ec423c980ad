// Package recipe signs users in to an app on fiber v2.
package recipe

import (
	"fmt"
	"net/http"

	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/adaptor"
	"github.com/gofiber/fiber/v2/middleware/csrf"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/examples/frameworks/signin/page"
	"github.com/seed75762126/cognito-go/hostedui"
)

// Protect lets signed-in users through who satisfy every policy.
func Protect(client *hostedui.Client, policies ...cognito.Policy) fiber.Handler {
	return func(c *fiber.Ctx) error {
		var passed *http.Request
		guard := client.Protect(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { passed = r }), policies...)
		if err := adaptor.HTTPHandler(guard)(c); err != nil || passed == nil {
			return err // refused: the answer is written
		}
		c.SetUserContext(passed.Context())
		return c.Next()
	}
}

// Routes is an app with a page for users, one for a group, and a form.
func Routes(client *hostedui.Client) *fiber.App {
	// A session in cookies may have 6 KiB. By default, fiber accepts 4 KiB of
	// headers, and answers 431 to more.
	app := fiber.New(fiber.Config{ReadBufferSize: 16 << 10})
	app.All("/auth/*", adaptor.HTTPHandler(client)) // guards its own forms
	app.Use(csrf.New(csrf.Config{
		KeyLookup: "form:_csrf", CookieName: "__Host-csrf", ContextKey: "csrf",
		CookieSecure: true, CookieHTTPOnly: true,
	}))
	app.Get("/account", Protect(client), account)
	app.Post("/note", Protect(client), note)
	app.Get("/admin", Protect(client, cognito.AnyGroup("admins")), account)
	return app
}

func account(c *fiber.Ctx) error {
	token, _ := c.Locals("csrf").(string)
	field := fmt.Sprintf(`<input type="hidden" name="_csrf" value="%s">`, token)
	return c.Type("html").SendString(page.Account(cognito.FromContext(c.UserContext()).Email, field))
}

func note(c *fiber.Ctx) error {
	return c.SendString(fmt.Sprintf("%s noted %q", cognito.FromContext(c.UserContext()).Email, c.FormValue("text")))
}
