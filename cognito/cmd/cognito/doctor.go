package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cmd/cognito/internal/setup"
	"github.com/seed75762126/cognito-go/cognito/doctor"
)

// watchEvery is how long -watch waits between two examinations.
var watchEvery = 10 * time.Second

// examine is "cognito doctor".
func examine(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := read(ctx, args)
	if err != nil {
		return mistake(err, stdout, stderr)
	}
	if o.policy {
		return printJSON(setup.Policy(false), stdout, stderr)
	}
	return o.examine(ctx, stdout, stderr)
}

// examine makes the checks once, or with -watch until nothing is wrong. From
// the second time on it prints what has changed.
func (o options) examine(ctx context.Context, stdout, stderr io.Writer) int {
	began := o.cfg.Pool.WithDefaults().Now()
	shown := map[string]doctor.Result{}
	for {
		worst := o.once(ctx, stdout, shown)
		if worst == doctor.OK || worst == doctor.Warn {
			return exitOK
		}
		if !o.watch || ctx.Err() != nil {
			return exitWrong
		}
		since := o.cfg.Pool.WithDefaults().Now().Sub(began).Round(time.Second)
		done := progress(stderr)(fmt.Sprintf("not right yet after %v; checking again in %v", since, watchEvery))
		select {
		case <-ctx.Done():
			done(ctx.Err())
			return exitWrong
		case <-time.After(watchEvery):
			done(nil)
		}
	}
}

// once makes all checks, and prints each result as soon as it is there, unless
// the same was shown before.
func (o options) once(ctx context.Context, stdout io.Writer, shown map[string]doctor.Result) doctor.State {
	var report doctor.Report
	counts := map[doctor.State]int{}
	for result := range o.results(ctx) {
		report = append(report, result)
		counts[result.State]++
		before, known := shown[result.ID]
		shown[result.ID] = result
		if known && before.State == result.State && before.Evidence == result.Evidence {
			continue
		}
		if o.json {
			line, err := json.Marshal(result)
			if err != nil {
				line = []byte(err.Error())
			}
			fmt.Fprintf(stdout, "%s\n", line)
			continue
		}
		fmt.Fprintln(stdout, result)
	}
	if !o.json {
		fmt.Fprintf(stdout, "\n%d ok, %d warn, %d fail, %d unknown\n",
			counts[doctor.OK], counts[doctor.Warn], counts[doctor.Fail], counts[doctor.Unknown])
	}
	return report.State()
}

// results are those from outside, and with -aws those of the account.
func (o options) results(ctx context.Context) iter.Seq[doctor.Result] {
	return func(yield func(doctor.Result) bool) {
		for result := range doctor.Examine(ctx, o.cfg) {
			if !yield(result) {
				return
			}
		}
		if !o.aws {
			return
		}
		for _, result := range o.inside(ctx) {
			if !yield(result) {
				return
			}
		}
	}
}

// maxToken is the longest input of "cognito doctor token".
const maxToken = 64 << 10

// examineToken is "cognito doctor token".
func examineToken(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	o, err := read(ctx, args)
	if err != nil {
		return mistake(err, stdout, stderr)
	}
	data, err := io.ReadAll(io.LimitReader(stdin, maxToken))
	if err != nil {
		return mistake(err, stdout, stderr)
	}
	token := strings.TrimPrefix(strings.TrimSpace(string(data)), "Bearer ")
	if token == "" {
		return mistake(errors.New("there is no token on standard input"), stdout, stderr)
	}
	verifier, err := cognito.NewVerifier(o.cfg.Pool)
	if err != nil {
		return mistake(err, stdout, stderr)
	}
	access, err := verifier.VerifyAccess(ctx, cognito.AccessToken(token))
	if err == nil {
		fmt.Fprintf(stdout, "ok: an access token of %s, until %s\n", access.Subject, access.Expiry.UTC().Format(time.RFC3339))
		return exitOK
	}
	var refused *cognito.VerifyError
	if errors.As(err, &refused) && refused.Check == cognito.CheckTokenUse {
		var id *cognito.IDClaims
		if id, err = verifier.VerifyID(ctx, cognito.IDToken(token)); err == nil {
			fmt.Fprintf(stdout, "ok: an ID token of %s, until %s; an API takes access tokens\n", id.Subject, id.Expiry.UTC().Format(time.RFC3339))
			return exitOK
		}
	}
	fmt.Fprintln(stdout, "refused:", err)
	if errors.As(err, &refused) && refused.Hint() != "" {
		fmt.Fprintln(stdout, "        "+refused.Hint())
	}
	return exitWrong
}

// mistake tells of a mistake in the flags or the settings.
func mistake(err error, stdout, stderr io.Writer) int {
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stdout, usage)
		return exitOK
	}
	for line := range strings.SplitSeq(err.Error(), "\n") {
		fmt.Fprintln(stderr, "cognito:", strings.TrimPrefix(line, "cognito: "))
	}
	return exitMistake
}
