// Command api is a small orders API that accepts Cognito's access tokens. They
// belong to users, to other apps that act for users with limited scopes, and to
// programs.
//
//	go run ./examples/api
//
// Without COGNITO_ settings in the environment it runs on a Cognito in this
// process and prints its settings; README.md has curl lines that use them.
// With COGNITO_ settings it runs on the user pool that they name:
//
//	COGNITO_USER_POOL_ID=eu-west-1_aB3dE5gH7 COGNITO_CLIENT_ID=… go run ./examples/api -clients …
package main

import (
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
)

func main() {
	addr := flag.String("addr", "localhost:8080", "where to listen; port 0 is any free one")
	clients := flag.String("clients", "", "app clients of other apps and programs, separated by commas; the API accepts their tokens too, and checks the scopes")
	flag.Parse()

	cfg, err := cognito.ConfigFromEnv()
	if *clients != "" {
		cfg.OtherClientIDs = strings.Split(*clients, ",")
	}
	demo := errors.Is(err, cognito.ErrNotConfigured)
	if demo {
		cfg, err = startDemo()
	}
	if err != nil {
		log.Fatal(err)
	}
	api, err := newAPI(cfg)
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		log.Fatal(err)
	}
	if demo {
		log.Print("No COGNITO_ settings in the environment: running on a Cognito in this process. README.md has curl lines.")
		log.Printf("Users are jane (group admins) and joe, password %s. App clients are web, partner, and jobs with the secret %s.", demoPassword, demoSecret)
		fmt.Print(settingsOf(cfg))
	}
	fmt.Printf("API_URL=%s\n", urlOf(*addr, listener))
	server := &http.Server{Handler: api, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second}
	log.Fatal(server.Serve(listener))
}

// urlOf is the URL of a listener with the host that was asked for.
func urlOf(addr string, listener net.Listener) string {
	host, _, _ := net.SplitHostPort(addr)
	_, port, _ := net.SplitHostPort(listener.Addr().String())
	return "http://" + net.JoinHostPort(host, port)
}
