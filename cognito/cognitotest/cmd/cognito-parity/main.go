package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/cmd/cognito-parity/internal/suite"
	"github.com/seed75762126/cognito-go/internal/hosts"
)

// Exit codes.
const (
	exitSame      = 0
	exitDifferent = 1
	exitFailed    = 2 // nothing was compared, or not all
)

// options are the flags.
type options struct {
	pool, endpoint, domain, profile, run string
	byHand                               string
	json, list, send, paid               bool
	anyUsers, clean, quiet               bool
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the program without its process.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return exitSame
	case err != nil:
		fmt.Fprintln(stderr, "cognito-parity:", err)
		return exitFailed
	case o.list:
		return list(stdout)
	}
	code, err := o.compare(ctx, stdout, stderr)
	if err != nil {
		fmt.Fprintln(stderr, "cognito-parity:", err)
		return exitFailed
	}
	return code
}

func parse(args []string, stderr io.Writer) (o options, err error) {
	flags := flag.NewFlagSet("cognito-parity", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.pool, "pool", "", "id of a user pool for tests, such as eu-west-1_aB3dE5gH7")
	flags.StringVar(&o.endpoint, "endpoint", "", "URL of another server's user-pool API, instead of AWS")
	flags.StringVar(&o.domain, "domain", "", "base URL of the pool's domain (default: the one that the pool names)")
	flags.StringVar(&o.profile, "profile", "", "profile of the AWS credentials")
	flags.StringVar(&o.run, "run", "", "make only requests whose id contains this text")
	flags.BoolVar(&o.json, "json", false, "print one JSON object")
	flags.BoolVar(&o.list, "list", false, "print all requests, and make none")
	flags.BoolVar(&o.send, "send", false, "make also requests after which Cognito sends e-mail, to the mailbox simulator of SES")
	flags.BoolVar(&o.paid, "paid", false, "make also requests that AWS may charge for: tokens for programs")
	flags.StringVar(&o.byHand, "by-hand", "", "stories that a person has set up, separated by commas; -list says what to set up")
	flags.BoolVar(&o.anyUsers, "allow-users", false, "use the pool even if it has users that the program did not create")
	flags.BoolVar(&o.clean, "clean", false, "delete what earlier runs left behind more than an hour ago, and make no requests")
	flags.BoolVar(&o.quiet, "q", false, "no progress")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	switch _, name, _ := strings.Cut(o.pool, "_"); {
	case o.list:
	case flags.NArg() > 0:
		return o, fmt.Errorf("%q is not a flag", flags.Arg(0))
	case o.pool == "":
		return o, errors.New("-pool is missing: the id of a user pool for tests")
	case name == "" || o.endpoint == "" && !hosts.IsRegion(o.region()):
		return o, fmt.Errorf("-pool %s: an id looks like eu-west-1_aB3dE5gH7", o.pool)
	}
	for name, value := range map[string]string{"-endpoint": o.endpoint, "-domain": o.domain} {
		if u, err := url.Parse(value); value != "" && (err != nil || u.Host == "") {
			return o, fmt.Errorf("%s %s: it must be a URL", name, value)
		}
	}
	o.endpoint, o.domain = strings.TrimRight(o.endpoint, "/"), strings.TrimRight(o.domain, "/")
	return o, nil
}

// region is that of the pool. Other servers have ids without one.
func (o options) region() string {
	region, _, _ := strings.Cut(o.pool, "_")
	if o.endpoint != "" && !hosts.IsRegion(region) {
		return "us-east-1"
	}
	return region
}

// list prints the suite, as a table of tabs.
func list(w io.Writer) int {
	for _, story := range suite.All() {
		for _, r := range story.Requests {
			body := r.Body
			if r.API() {
				body = r.JSON()
			}
			need := string(r.Needs)
			for _, n := range story.Needs {
				need = strings.TrimPrefix(need+"; "+string(n), "; ")
			}
			if story.Setup != "" {
				need += ": " + story.Setup
			}
			fmt.Fprintln(w, strings.TrimRight(strings.Join([]string{story.ID(r), r.Op, strings.Join(strings.Fields(body), " "), need}, "\t"), "\t"))
		}
	}
	return exitSame
}

// namePrefix begins all names that this program gives.
const namePrefix = "parity-"

// newPrefix begins the names of one run: its time, and letters by chance, so
// that two runs at once do not meet.
func newPrefix(now time.Time) string {
	return namePrefix + strconv.FormatInt(now.Unix(), 36) + strings.ToLower(rand.Text()[:4])
}

// olderRun reports whether a name was given by a run that began before age ago.
func olderRun(name string, age time.Duration) bool {
	rest, ok := strings.CutPrefix(name, namePrefix)
	if !ok || len(rest) < 6 {
		return false
	}
	began, err := strconv.ParseInt(rest[:6], 36, 64)
	return err == nil && time.Since(time.Unix(began, 0)) > age
}

// real is the side of the pool.
func (o options) real(ctx context.Context) (*side, error) {
	region := o.region()
	s := &side{
		name: "pool", region: region, api: apiURL(region), transport: http.DefaultTransport,
		vars: &vars{set: map[string]string{"pool": o.pool}},
	}
	if o.endpoint != "" {
		s.api, s.credentials = o.endpoint, dummyCredentials // another server gets no signature by real keys
		return s, nil
	}
	load := []func(*config.LoadOptions) error{config.WithRegion(region)}
	if o.profile != "" {
		load = append(load, config.WithSharedConfigProfile(o.profile))
	}
	cfg, err := config.LoadDefaultConfig(ctx, load...)
	if err != nil {
		return nil, fmt.Errorf("AWS credentials: %w", err)
	}
	s.credentials = aws.NewCredentialsCache(cfg.Credentials)
	return s, nil
}

func apiURL(region string) string {
	return "https://" + hosts.API("cognito-idp", region)
}

// compare makes the suite's requests on both sides, and deletes what it made.
func (o options) compare(ctx context.Context, stdout, stderr io.Writer) (code int, err error) {
	pool, err := o.real(ctx)
	if err != nil {
		return exitFailed, err
	}
	facts, err := pool.readPool(ctx)
	if err != nil {
		return exitFailed, err
	}
	if o.clean {
		removed, err := pool.remove(ctx, namePrefix, time.Hour)
		fmt.Fprintf(stdout, "deleted %d things that earlier runs left\n", removed)
		return exitSame, err
	}
	if err := o.acceptable(ctx, pool, facts); err != nil {
		return exitFailed, err
	}
	emulator, notes, err := newEmulator(ctx, facts, pool.region)
	if err != nil {
		return exitFailed, err
	}
	pool.domain = o.domainOf(facts, pool.region)
	prefix := newPrefix(time.Now())
	r := &runner{pool: pool, emulator: emulator, facts: facts, send: o.send, paid: o.paid, byHand: strings.Split(o.byHand, ","),
		only:     func(id string) bool { return strings.Contains(id, o.run) },
		progress: o.progress(stderr)}
	defer func() {
		// What was made is deleted even after Ctrl-C.
		cleanCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Minute)
		defer cancel()
		if _, cleanErr := pool.remove(cleanCtx, prefix, 0); cleanErr != nil {
			err = errors.Join(err, fmt.Errorf("not all could be deleted; try -clean in an hour: %w", cleanErr))
		}
	}()
	for _, s := range []*side{pool, emulator} {
		s.setVars(prefix, facts, o.endpoint)
		more, err := s.addClients(ctx, facts, o.paid)
		notes = append(notes, more...)
		if err != nil {
			return exitFailed, err
		}
	}
	results, err := r.run(ctx)
	found := &report{Pool: o.pool, Notes: notes, Results: results}
	found.count()
	write := found.writeText
	if o.json {
		write = found.writeJSON
	}
	if writeErr := write(stdout); writeErr != nil || err != nil {
		return exitFailed, errors.Join(err, writeErr)
	}
	switch {
	case found.Different > 0:
		return exitDifferent, nil
	case found.Same == 0:
		return exitFailed, errors.New("no request was compared")
	}
	return exitSame, nil
}

// acceptable refuses pools in which the program could do harm or cost money.
func (o options) acceptable(ctx context.Context, pool *side, facts *poolFacts) error {
	if facts.UserPoolTier == "PLUS" && !o.paid {
		return errors.New("the pool has the Plus plan, in which each active user costs money: use another pool, or -paid")
	}
	if o.anyUsers {
		return nil
	}
	other, err := pool.foreignUser(ctx)
	if err != nil {
		return err
	}
	if other != "" {
		return errors.New("the pool has users whom this program did not make: use a pool for tests, or -allow-users")
	}
	return nil
}

func (o options) domainOf(facts *poolFacts, region string) string {
	switch {
	case o.domain != "":
		return o.domain
	case o.endpoint != "": // the names that the pool has lead to AWS
		return ""
	case facts.CustomDomain != "":
		return "https://" + facts.CustomDomain
	case facts.Domain != "":
		return "https://" + hosts.PrefixDomain(facts.Domain, region)
	}
	return ""
}

// setVars are the values that all stories share.
func (s *side) setVars(prefix string, facts *poolFacts, endpoint string) {
	set := s.vars.set
	set["prefix"], set["api"], set["domain"] = prefix, s.api, s.domain
	set["issuer"] = s.api + "/" + set["pool"]
	set["region"] = s.region
	set["password"] = "Correct-horse-battery-1" + strings.Repeat("x", max(0, facts.Policies.PasswordPolicy.MinimumLength-23))
	set["temporary"] = "Temporary-" + set["password"]
	set["callback"], set["logout"] = callbackURL, logoutURL
	set["long"] = strings.Repeat("x", 70_000)
	set["verifier"] = strings.Repeat("verifier-", 6)
}

// progress writes a line for each story.
func (o options) progress(w io.Writer) func(string, int, int) {
	return func(story string, done, all int) {
		if !o.quiet {
			fmt.Fprintf(w, "%3d of %d: %s\n", done+1, all, story)
		}
	}
}
