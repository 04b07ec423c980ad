package hostedui

import (
	"context"
	"log/slog"

	"github.com/seed75762126/cognito-go/cognito/doctor"
)

// Check examines from outside the user pool, the app client and the domain that
// p was made for. It finds out whether Cognito would accept the logins, the
// secret and the logouts of this app client. It does not sign a user in. It
// takes about two seconds, or longer if a server does not answer; ctx ends it.
// Use it in a test, on a readiness page, or for a line in the log at the start.
// Package doctor lists the checks.
//
//	if report := client.Check(ctx); report.State() == doctor.Fail {
//		log.Print(report)
//	}
//
// To log the result when the app starts, set [Config].CheckAtStart.
func (p *Protocol) Check(ctx context.Context) doctor.Report {
	return doctor.Run(ctx, doctor.Config{
		Pool:         p.pool,
		CallbackURL:  p.CallbackURL(),
		SignedOutURL: p.SignedOutURL(),
		Scopes:       p.oauth.Scopes,
	})
}

// LogCheck makes the checks of [Protocol.Check] and logs the faults they found,
// in one line. Each fault comes with its remedy. Set Config.CheckAtStart to
// LogCheck to run it once, when the app starts.
func (p *Protocol) LogCheck(ctx context.Context) {
	report := p.Check(ctx)
	if ctx.Err() != nil {
		return // the app ends
	}
	level, results := slog.LevelInfo, []string{}
	for _, r := range report {
		if r.State == doctor.OK {
			continue
		}
		text := string(r.State) + " " + r.ID + ": " + r.Evidence
		if r.Fix != nil {
			text += " (" + r.Fix.Text + ")"
		}
		results = append(results, text)
	}
	switch report.State() {
	case doctor.Fail:
		level = slog.LevelError
	case doctor.Warn, doctor.Unknown:
		level = slog.LevelWarn
	}
	p.pool.WithDefaults().Logger.Log(ctx, level, "hostedui: the set-up was checked", "op", "check", "state", string(report.State()), "results", results)
}
