package userpool_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/userpool"
)

func ExampleNew() {
	pool := cognitotest.NewPool() // in production: cognito.ConfigFromEnv, or a cognito.Config
	client, err := userpool.New(userpool.Config{Pool: pool.Config()})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(client)
	// Output: userpool.Client
}

// A user signs up and confirms the address with the code that was sent.
func ExampleClient_SignUp() {
	pool := cognitotest.NewPool()
	client, err := userpool.New(userpool.Config{Pool: pool.Config()})
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	user, err := client.SignUp(ctx, userpool.NewUser{
		Username:   "jane",
		Password:   "Correct-Horse-1",
		Attributes: map[string]string{"email": "jane@example.com"},
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("confirmed:", user.Confirmed, "- code by", user.Delivery.Medium, "to", user.Delivery.Destination)

	code := pool.LastCode("jane@example.com") // the user reads it in the mail
	_, err = client.ConfirmSignUp(ctx, userpool.Confirmation{Username: "jane", Code: code, Session: user.Session})
	fmt.Println("confirmation:", err)
	// Output:
	// confirmed: false - code by EMAIL to j***@e***
	// confirmation: <nil>
}

// A user resets a forgotten password. The page after the first form is the
// same if the user does not exist.
func ExampleClient_ForgotPassword() {
	pool := cognitotest.NewPool()
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Email: "jane@example.com", EmailVerified: true}); err != nil {
		log.Fatal(err)
	}
	client, err := userpool.New(userpool.Config{Pool: pool.Config()})
	if err != nil {
		log.Fatal(err)
	}
	ctx := context.Background()
	for _, name := range []string{"jane", "nobody"} {
		_, err := client.ForgotPassword(ctx, name)
		if err != nil && !userpool.RevealsAccount(err) {
			log.Fatal(err)
		}
		fmt.Println("If there is an account, a code is on its way.")
	}
	err = client.ConfirmForgotPassword(ctx, userpool.PasswordReset{
		Username: "jane", Code: pool.LastCode("jane@example.com"), NewPassword: "Battery-Staple-2",
	})
	fmt.Println("new password:", err)
	// Output:
	// If there is an account, a code is on its way.
	// If there is an account, a code is on its way.
	// new password: <nil>
}

func ExampleClient_GetUser() {
	pool := cognitotest.NewPool()
	_, err := pool.AddUser(cognitotest.User{
		Username: "jane", Email: "jane@example.com", EmailVerified: true, Attributes: map[string]string{"custom:plan": "gold"},
	})
	if err != nil {
		log.Fatal(err)
	}
	client, err := userpool.New(userpool.Config{Pool: pool.Config()})
	if err != nil {
		log.Fatal(err)
	}
	user, err := client.GetUser(context.Background(), pool.Tokens("jane").Access) // the session's access token
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(user.Username, user.Email, user.EmailVerified, user.Custom["plan"])
	// Output: jane jane@example.com true gold
}

// NoticeFor returns the text for the visitor. The error itself goes to the
// log.
func ExampleNoticeFor() {
	pool := cognitotest.NewPool()
	client, err := userpool.New(userpool.Config{Pool: pool.Config()})
	if err != nil {
		log.Fatal(err)
	}
	_, err = client.SignUp(context.Background(), userpool.NewUser{Username: "jane", Password: "short"})
	fmt.Println(errors.Is(err, userpool.ErrInvalidPassword))
	fmt.Println(userpool.NoticeFor(err).Key)
	fmt.Println(userpool.NoticeFor(err).Text)
	// Output:
	// true
	// password_short
	// Choose a longer password.
}

func ExampleSoftwareToken_URI() {
	token := userpool.SoftwareToken{Secret: "JBSWY3DPEHPK3PXP"} // from AssociateSoftwareToken
	fmt.Println(token.URI("Example Shop", "jane@example.com"))
	fmt.Println(token)
	// Output:
	// otpauth://totp/Example%20Shop:jane%40example.com?secret=JBSWY3DPEHPK3PXP&issuer=Example%20Shop
	// {[redacted] }
}

// Without a proxy in front of the app, the address of the connection is the
// visitor's.
func ExampleWithContextData() {
	pool := cognitotest.NewPool()
	client, err := userpool.New(userpool.Config{Pool: pool.Config()})
	if err != nil {
		log.Fatal(err)
	}
	forgot := func(w http.ResponseWriter, r *http.Request) {
		visitor := userpool.WithContextData(userpool.PeerIP(r), r.PostFormValue("fingerprint"))
		_, err := client.ForgotPassword(r.Context(), r.PostFormValue("name"), visitor)
		if err != nil && !userpool.RevealsAccount(err) {
			http.Error(w, userpool.NoticeFor(err).Text, http.StatusBadRequest)
			return
		}
		http.Redirect(w, r, "/reset", http.StatusSeeOther)
	}
	form := httptest.NewRequest(http.MethodPost, "/forgot", strings.NewReader("name=jane"))
	form.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	rec := httptest.NewRecorder()
	forgot(rec, form)
	fmt.Println(rec.Code, rec.Header().Get("Location"))
	// Output: 303 /reset
}
