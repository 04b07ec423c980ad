// Command mcp is an MCP server for the users of a Cognito user pool.
//
//	go run .
//
// Without COGNITO_ settings in the environment it runs on a Cognito in this
// process. With COGNITO_ settings it runs on the user pool that they name. The
// pool needs a resource server with the scope "read". Its identifier is the URL
// of the MCP server. The pool also needs an app client for each MCP client: see
// docs/mcp.md.
package main

import (
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

const demoPassword = "Correct-horse-1"

func main() {
	addr := flag.String("addr", "localhost:8080", "where to listen")
	url := flag.String("url", "http://localhost:8080/mcp", "public URL of the server; the tokens of MCP clients have it as aud")
	callback := flag.String("callback", "http://localhost:6274/oauth/callback", "callback URL of the demo's MCP client")
	flag.Parse()

	pool, err := cognito.ConfigFromEnv()
	if errors.Is(err, cognito.ErrNotConfigured) {
		pool, err = startDemo(*url, *callback)
	}
	if err != nil {
		log.Fatal(err)
	}
	handler, err := newServer(pool, *url)
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("MCP_URL=%s\n", *url)
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	log.Fatal(server.Serve(listener))
}

// startDemo starts a Cognito in this process.
func startDemo(url, callback string) (cognito.Config, error) {
	pool, err := demoPool(url, callback)
	if err != nil {
		return cognito.Config{}, err
	}
	if err := pool.Start("127.0.0.1:0"); err != nil {
		return cognito.Config{}, err
	}
	log.Printf("No COGNITO_ settings: a Cognito in this process has the user jane, password %s, and the app client %q.", demoPassword, pool.Config().ClientID)
	return pool.Config(), nil
}

// demoPool is a pool with the resource server url and one app client.
func demoPool(url, callback string) (*cognitotest.Pool, error) {
	pool := cognitotest.NewPool(
		cognitotest.WithResourceServer(cognitotest.ResourceServer{Identifier: url, Scopes: []string{"read"}}),
		cognitotest.WithClient(cognitotest.AppClient{
			ID:           "mcpclient",
			CallbackURLs: []string{callback},
			Scopes:       []string{"openid", readScope(url)},
		}),
	)
	_, err := pool.AddUser(cognitotest.User{Username: "jane", Password: demoPassword, Email: "jane@example.com", EmailVerified: true})
	return pool, err
}
