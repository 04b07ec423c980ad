// Command client calls the orders API of examples/api. It signs a user in with
// SRP. Without -user it calls in its own name, with its own token.
//
//	PASSWORD=… go run ./examples/api/client -user jane -order tea
//	COGNITO_CLIENT_ID=jobs COGNITO_CLIENT_SECRET=… go run ./examples/api/client
//
// The COGNITO_ settings and API_URL come from the environment. README.md of
// examples/api says how to get them.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"time"

	"golang.org/x/oauth2"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/clientcredentials"
	"github.com/seed75762126/cognito-go/cognito/userpool"
)

func main() {
	user := flag.String("user", "", "user to sign in as, with the password in the environment variable PASSWORD; empty means the program itself")
	item := flag.String("order", "", "item to order first")
	flag.Parse()
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()

	cfg, err := cognito.ConfigFromEnv()
	if err != nil {
		log.Fatal(err)
	}
	var tokens oauth2.TokenSource
	list := "/shipments"
	if *user == "" {
		tokens, err = clientcredentials.New(clientcredentials.Config{Pool: cfg})
	} else {
		tokens, err = signIn(ctx, cfg, *user, cognito.Secret(os.Getenv("PASSWORD")))
		list = "/orders"
	}
	if err != nil {
		log.Fatal(err)
	}
	if err := run(ctx, os.Stdout, newClient(os.Getenv("API_URL"), tokens), *item, list); err != nil {
		log.Fatal(err)
	}
}

// signIn returns the tokens of a user who has no second factor: a program that
// talks with its user answers the challenges as examples/customlogin does.
func signIn(ctx context.Context, cfg cognito.Config, user string, password cognito.Secret) (oauth2.TokenSource, error) {
	pool, err := userpool.New(userpool.Config{Pool: cfg})
	if err != nil {
		return nil, err
	}
	step, err := pool.SignIn(ctx, userpool.Credentials{Username: user, Password: password})
	if err != nil {
		return nil, err
	}
	if step.Challenge != nil {
		return nil, fmt.Errorf("the sign-in goes on with %s, which this program does not do", step.Challenge.Name())
	}
	return oauth2.StaticTokenSource(&oauth2.Token{AccessToken: string(step.Tokens.Access)}), nil
}

// A client calls the API.
type client struct {
	url  string
	http *http.Client
}

func newClient(url string, tokens oauth2.TokenSource) *client {
	return &client{url: url, http: &http.Client{
		Transport: &oauth2.Transport{Source: tokens},
		Timeout:   10 * time.Second,
		// The transport would send the token wherever a redirect leads.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

type order struct {
	ID       int    `json:"id,omitempty"`
	Item     string `json:"item"`
	Quantity int    `json:"quantity"`
}

// run says who is calling, orders an item unless it is empty, and lists orders.
func run(ctx context.Context, out io.Writer, api *client, item, list string) error {
	var me struct {
		Username, Client string
		Machine          bool
	}
	if err := api.call(ctx, "GET", "/me", nil, &me); err != nil {
		return err
	}
	if me.Machine {
		fmt.Fprintf(out, "Calling as the program %s\n", me.Client)
	} else {
		fmt.Fprintf(out, "Calling as the user %s\n", me.Username)
	}
	if item != "" {
		var placed order
		if err := api.call(ctx, "POST", "/orders", order{Item: item, Quantity: 1}, &placed); err != nil {
			return err
		}
		fmt.Fprintf(out, "Ordered %s\n", placed.Item)
	}
	var orders []order
	if err := api.call(ctx, "GET", list, nil, &orders); err != nil {
		return err
	}
	for _, o := range orders {
		fmt.Fprintf(out, "Order %d: %d × %s\n", o.ID, o.Quantity, o.Item)
	}
	return nil
}

// maxAnswer bounds an answer, in bytes.
const maxAnswer = 1 << 20

// call sends what is to be sent, unless it is nil, and reads the answer.
func (c *client) call(ctx context.Context, method, path string, send, receive any) error {
	var body io.Reader
	if send != nil {
		doc, err := json.Marshal(send)
		if err != nil {
			return err
		}
		body = bytes.NewReader(doc)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.url+path, body)
	if err != nil {
		return err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	dec := json.NewDecoder(io.LimitReader(resp.Body, maxAnswer))
	if resp.StatusCode >= 300 {
		var problem struct{ Code, Detail string }
		_ = dec.Decode(&problem) // an answer that is not a problem has neither
		return fmt.Errorf("%s %s: %s: %s: %s", method, path, resp.Status, problem.Code, problem.Detail)
	}
	return dec.Decode(receive)
}
