// This program stands for one outside this repository. It turns a sign-in into
// a metric.
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"

	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/otelcognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/hostedui"
)

const base = "https://app.example.com"

func main() {
	pool := cognitotest.NewPool(cognitotest.WithClient(cognitotest.AppClient{CallbackURLs: []string{base + "/auth/callback"}}))
	if _, err := pool.AddUser(cognitotest.User{Username: "jane", Password: "Passw0rd!"}); err != nil {
		log.Fatal(err)
	}
	reader := sdk.NewManualReader()
	cfg := pool.Config()
	var err error
	if cfg.Observer, err = otelcognito.New(otelcognito.Config{MeterProvider: sdk.NewMeterProvider(sdk.WithReader(reader))}); err != nil {
		log.Fatal(err)
	}
	client, err := hostedui.New(hostedui.Config{Pool: cfg, BaseURL: base, SessionKeys: []session.Key{session.NewKey()}})
	if err != nil {
		log.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/auth/", client)
	mux.Handle("/", client.Protect(http.NotFoundHandler()))
	pool.SignedIn(mux, base+"/", "jane", "Passw0rd!")
	var all metricdata.ResourceMetrics
	if err := reader.Collect(context.Background(), &all); err != nil {
		log.Fatal(err)
	}
	for _, m := range all.ScopeMetrics[0].Metrics {
		if m.Name == "cognito.authentication.sign_ins" {
			fmt.Println("jane is signed in")
		}
	}
}
