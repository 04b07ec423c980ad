package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"html/template"
	"io"
	"net"
	"os"
	"strings"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/secretfile"
	"github.com/seed75762126/cognito-go/cognito/session"
)

// flags are the command line.
type flags struct {
	addr        string
	login       string
	sqlite      string
	metricsAddr string // where Prometheus finds the metrics; empty means nowhere
	logFormat   string
	emailCodes  bool
	token       bool
	clients     string
}

func parseFlags(args []string, out io.Writer) (flags, error) {
	var f flags
	set := flag.NewFlagSet("webapp", flag.ContinueOnError)
	set.SetOutput(out)
	set.StringVar(&f.addr, "addr", "localhost:8080", "where to listen")
	set.StringVar(&f.login, "login", optionAuto, "how users sign in: hosted (Cognito's Hosted UI), custom (this app's own pages), or auto: hosted where COGNITO_DOMAIN is set")
	set.StringVar(&f.sqlite, "db", "", "SQLite file for users and orders, if DATABASE_URL is not set; empty means a temporary file, which is deleted when the app ends")
	set.StringVar(&f.metricsAddr, "metrics", "", "where to serve /metrics for Prometheus, such as localhost:9464; empty means nowhere")
	set.StringVar(&f.logFormat, "log", "text", "format of the log: text or json")
	set.BoolVar(&f.emailCodes, "email-codes", false, "own pages: offer a sign-in with a code by e-mail, which the pool must allow")
	set.StringVar(&f.clients, "clients", "", "further app clients, separated by commas, whose access tokens the API takes")
	set.BoolVar(&f.token, "token", false, "demo: print an access token of joe's for the API")
	if err := set.Parse(args); err != nil {
		return f, err
	}
	if set.NArg() > 0 {
		return f, fmt.Errorf("%q: there are flags only, see -help", set.Arg(0))
	}
	if f.logFormat != "text" && f.logFormat != "json" {
		return f, fmt.Errorf("-log %q is neither text nor json", f.logFormat)
	}
	return f, nil
}

// settings are what the app is made of.
type settings struct {
	pool    cognito.Config
	baseURL string
	keys    []session.Key

	// keySource returns the keys in place of keys, so that they can change
	// while the app runs.
	keySource func(context.Context) ([]session.Key, error)

	login      string // auto, hosted or custom
	emailCodes bool

	databaseURL string // of a PostgreSQL; empty means SQLite
	sqlite      string // its file; empty means a temporary one
	redisURL    string // keeps the sessions; empty means that cookies do

	eventsSecret cognito.Secret // that EventBridge sends; empty means that there are no events

	bucket     string // of the visitors' folders; empty means that there are none
	s3Region   string // of the bucket
	s3Endpoint string // of a stand-in for S3; empty means AWS
	guestRole  string // that guests assume in the basic flow; empty means the enhanced flow

	note template.HTML // above the sign-in page
}

// fromEnv reads the settings of a pool. Without one the error is
// [cognito.ErrNotConfigured], and the settings are those that a demo has, too.
func fromEnv(f flags) (settings, error) {
	s := settings{
		login:       f.login,
		emailCodes:  f.emailCodes,
		sqlite:      f.sqlite,
		databaseURL: os.Getenv("DATABASE_URL"),
		redisURL:    os.Getenv("REDIS_URL"),
		baseURL:     os.Getenv("APP_URL"),
		bucket:      os.Getenv("S3_BUCKET"),
		s3Region:    os.Getenv("S3_REGION"),
		guestRole:   os.Getenv("GUEST_ROLE_ARN"),

		eventsSecret: cognito.Secret(os.Getenv("EVENTS_SECRET")),
	}
	keysErr := s.readKeys()
	var err error
	if s.pool, err = cognito.ConfigFromEnv(); errors.Is(err, cognito.ErrNotConfigured) {
		if keysErr == nil {
			return s, err
		}
		return s, keysErr
	}
	if f.clients != "" {
		s.pool.OtherClientIDs = append(s.pool.OtherClientIDs, strings.Split(f.clients, ",")...)
	}
	return s, errors.Join(err, keysErr, s.complete())
}

// readKeys reads SESSION_KEYS, or takes the file that SESSION_KEYS_FILE names
// as the source of the keys.
func (s *settings) readKeys() (err error) {
	text, path := strings.TrimSpace(os.Getenv("SESSION_KEYS")), strings.TrimSpace(os.Getenv("SESSION_KEYS_FILE"))
	if path == "" {
		if text != "" {
			if s.keys, err = session.ParseKeys(text); err != nil {
				return fmt.Errorf("SESSION_KEYS: %w", err)
			}
		}
		return nil
	}
	s.keySource = (&secretfile.File{Path: path}).SessionKeys
	if text != "" {
		return errors.New("SESSION_KEYS_FILE: SESSION_KEYS is set as well: set one of the two")
	}
	if _, err = s.keySource(context.Background()); err != nil {
		return fmt.Errorf("SESSION_KEYS_FILE: %w", err)
	}
	return nil
}

// complete reports what a real pool needs and is missing.
func (s *settings) complete() error {
	var errs []error
	need := func(name, value, how string) {
		if value == "" {
			errs = append(errs, fmt.Errorf("%s is missing: %s", name, how))
		}
	}
	need("APP_URL", s.baseURL, "the app's own public URL, such as http://localhost:8080")
	if len(s.keys) == 0 && s.keySource == nil {
		need("SESSION_KEYS", os.Getenv("SESSION_KEYS"), "make one with: openssl rand -base64 32")
	}
	if s.bucket != "" {
		need("COGNITO_IDENTITY_POOL_ID", s.pool.IdentityPoolID, "S3_BUCKET is set, and visitors get to it through an identity pool")
	}
	if s.s3Region == "" {
		s.s3Region, _, _ = strings.Cut(s.pool.IdentityPoolID, ":")
	}
	return errors.Join(errs...)
}

// sameHost is addr with the port that was found for it, where it has 0.
func sameHost(addr string, found net.Addr) string {
	host, _, _ := net.SplitHostPort(addr) // net.Listen has taken it
	_, port, _ := net.SplitHostPort(found.String())
	return net.JoinHostPort(host, port)
}

// urlOf is the URL under which a browser on this machine finds the app.
func urlOf(addr string) string {
	host, port, _ := net.SplitHostPort(addr)
	if host == "" || net.ParseIP(host).IsUnspecified() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}
