package hostedui

import (
	"context"

	"github.com/seed75762126/cognito-go/cognito/doctor"
)

// Check examines the user pool, the app client and the domain that c was made
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
func (c *Client) Check(ctx context.Context) doctor.Report {
	return doctor.Run(ctx, doctor.Config{
		Pool:         c.cfg.Pool,
		BaseURL:      c.cfg.BaseURL,
		CallbackURL:  c.CallbackURL(),
		SignedOutURL: c.SignedOutURL(),
		Scopes:       c.cfg.scopes(),
	})
}
