package hostedui

import (
	"context"

	"github.com/seed75762126/cognito-go/cognito/doctor"
)

// Check examines the user pool, the app client and the domain that p was made
// for, from outside: whether Cognito would take its logins, its secret and its
// logouts. It signs nobody in. It takes about two seconds, and longer where
// something does not answer; ctx ends it. It is for a test, a readiness page or
// a line in the log at the start. Package doctor lists the checks.
//
//	go func() {
//		if report := client.Check(ctx); report.State() != doctor.OK {
//			log.Print(report)
//		}
//	}()
func (p *Protocol) Check(ctx context.Context) doctor.Report {
	return doctor.Run(ctx, doctor.Config{
		Pool:         p.pool,
		CallbackURL:  p.CallbackURL(),
		SignedOutURL: p.SignedOutURL(),
		Scopes:       p.oauth.Scopes,
	})
}
