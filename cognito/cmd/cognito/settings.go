package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/doctor"
)

// options are the flags and the settings.
type options struct {
	envFile, url       string
	forms, json, watch bool
	paths              paths
	aws, policy        bool
	store, guests      bool
	resource           string
	cfg                doctor.Config
}

// settingFlags are the flags that set a variable of the environment. There is
// none for a secret: other users of a machine can read the flags of a program.
var settingFlags = map[string]string{
	"pool":          "COGNITO_USER_POOL_ID",
	"client":        "COGNITO_CLIENT_ID",
	"domain":        "COGNITO_DOMAIN",
	"issuer":        "COGNITO_ISSUER",
	"endpoint":      "COGNITO_ENDPOINT",
	"identity-pool": "COGNITO_IDENTITY_POOL_ID",
}

// read reads the flags, and the settings from the environment and the file.
func read(ctx context.Context, args []string) (o options, err error) {
	given := map[string]string{}
	flags := flag.NewFlagSet("cognito doctor", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&o.envFile, "env", "", "")
	flags.StringVar(&o.url, "url", "", "")
	flags.BoolVar(&o.forms, "forms", false, "")
	flags.BoolVar(&o.json, "json", false, "")
	flags.BoolVar(&o.watch, "watch", false, "")
	flags.BoolVar(&o.aws, "aws", false, "")
	flags.BoolVar(&o.policy, "policy", false, "")
	for name, p := range o.paths.flags() {
		flags.StringVar(p, name, "", "")
	}
	flags.BoolVar(&o.store, "store", false, "")
	flags.BoolVar(&o.guests, "guests", false, "")
	flags.StringVar(&o.resource, "resource", "", "")
	for name, variable := range settingFlags {
		flags.Func(name, "", func(value string) error { given[variable] = value; return nil })
	}
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("there is no argument %q", flags.Arg(0))
	}
	if o.policy {
		return o, nil
	}
	for variable, value := range given {
		if err := os.Setenv(variable, value); err != nil {
			return o, err
		}
	}
	if o.envFile != "" {
		if err := readEnvFile(ctx, o.envFile); err != nil {
			return o, err
		}
	}
	pool, err := cognito.ConfigFromEnv()
	if err != nil {
		return o, err
	}
	o.cfg = doctor.Config{
		Pool: pool, BaseURL: os.Getenv("APP_URL"), OwnForms: o.forms, Guests: o.guests, ResourceURL: o.resource,
		SessionKeys: sessionKeys(),
	}
	if o.url != "" {
		o.cfg.BaseURL, o.cfg.App = o.url, true
	}
	if err := o.paths.into(&o.cfg); err != nil {
		return o, err
	}
	return o, nil
}

// sessionKeys is the text of the session keys, wherever the app reads it from.
// A file that cannot be read gives its error's text, which is not a key.
func sessionKeys() string {
	path := os.Getenv("SESSION_KEYS_FILE")
	if path == "" {
		return os.Getenv("SESSION_KEYS")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// paths are where the app has its endpoints, below its URL. An empty one is where
// package hostedui has it.
type paths struct{ prefix, login, callback, signedOut, me string }

// flags are the paths by their flags.
func (p *paths) flags() map[string]*string {
	return map[string]*string{"prefix": &p.prefix, "login": &p.login, "callback": &p.callback, "signed-out": &p.signedOut, "me": &p.me}
}

// into puts the paths into the doctor's settings.
func (p *paths) into(cfg *doctor.Config) error {
	for name, path := range p.flags() {
		if *path != "" && !strings.HasPrefix(*path, "/") {
			return fmt.Errorf("-%s %q is not a path below the app's URL, such as /auth/", name, *path)
		}
	}
	base := strings.TrimSuffix(cfg.BaseURL, "/")
	cfg.Prefix, cfg.LoginPath, cfg.MePath = p.prefix, p.login, p.me
	if p.callback != "" {
		cfg.CallbackURL = base + p.callback
	}
	if p.signedOut != "" {
		cfg.SignedOutURL = base + p.signedOut
	}
	return nil
}

// readEnvFile sets the variables of a file, or of a secret in Secrets Manager,
// that the environment does not have. A line is NAME=value, and may begin with
// "export"; the value may be quoted, or end before a comment.
func readEnvFile(ctx context.Context, name string) error {
	keep, err := keeperOf(ctx, name, nil)
	if err != nil {
		return err
	}
	data, err := keep.read(ctx)
	if err == nil && data == nil {
		err = fmt.Errorf("-env: there is no %s", name)
	}
	if err != nil {
		return err
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")) // as editors on Windows write it
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, maxEnvFile+1)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimPrefix(strings.TrimSpace(lines.Text()), "export ")
		if line == "" || line[0] == '#' {
			continue
		}
		key, value, found := strings.Cut(line, "=")
		key = strings.TrimSpace(key)
		if !found || key == "" {
			return fmt.Errorf("%s, line %d: want NAME=value", name, n) // the line may hold a secret
		}
		if _, set := os.LookupEnv(key); set {
			continue
		}
		if err := os.Setenv(key, unquoted(strings.TrimSpace(value))); err != nil {
			return fmt.Errorf("%s, line %d: %w", name, n, errors.Unwrap(err))
		}
	}
	return lines.Err()
}

func unquoted(value string) string {
	if n := len(value); n >= 2 && (value[0] == '"' || value[0] == '\'') && value[n-1] == value[0] {
		return value[1 : n-1]
	}
	if before, _, found := strings.Cut(value, " #"); found { // a comment
		return strings.TrimSpace(before)
	}
	return value
}
