package main

import (
	"context"
	"io"

	"github.com/seed75762126/cognito-go/cognito/cmd/cognito/internal/setup"
	"github.com/seed75762126/cognito-go/cognito/doctor"
)

// inside are the checks that need AWS credentials. They read, and change
// nothing.
func (o options) inside(ctx context.Context) []doctor.Result {
	pool := o.cfg.Pool
	so := setupOptions{wish: setup.Wish{App: o.cfg.BaseURL, Forms: o.forms, Store: o.store, Resource: o.resource}, emulator: pool.Issuer != ""}
	access := doctor.Result{ID: "aws-access", About: "The AWS credentials can read the pool.", State: doctor.OK}
	account, err := so.account(ctx, io.Discard)
	var state *setup.State
	design := so.wish.Design()
	if err == nil {
		state, err = account.ReadPool(ctx, design, pool.UserPoolID, pool.ClientID)
	}
	if err == nil {
		err = account.ReadSecrets(ctx, state)
	}
	if err != nil {
		access.State, access.Evidence = doctor.Fail, err.Error()
		access.Fix = &doctor.Fix{Text: "give credentials of the pool's account, with the policy that cognito doctor -policy prints"}
		return []doctor.Result{access}
	}
	access.Evidence = "user pool " + pool.UserPoolID + " and app client " + pool.ClientID + " were read"
	results := []doctor.Result{access}
	secret := pool.ClientSecret
	if pool.ClientSecretSource != nil {
		secret, err = pool.ClientSecretSource(ctx)
		if err != nil { // the check "settings" tells of it
			secret = ""
		}
	}
	for _, f := range setup.Review(design.Wish, state, string(secret)) {
		r := doctor.Result{ID: "aws-" + f.ID, About: f.About, State: doctor.OK, Evidence: f.Evidence}
		if f.Wrong {
			r.State = doctor.Warn
			r.Fix = &doctor.Fix{Text: f.Fix}
			if f.Mendable {
				r.Fix.CLI = "cognito setup -app " + o.cfg.BaseURL + " -import " + pool.UserPoolID + "/" + pool.ClientID + " -mend " + f.ID
			}
		}
		results = append(results, r)
	}
	return results
}
