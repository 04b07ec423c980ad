package main

import (
	"bufio"
	"bytes"
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
	aws, policy        bool
	cfg                doctor.Config
}

// read reads the flags, and the settings from the environment and the file.
func read(args []string) (o options, err error) {
	flags := flag.NewFlagSet("cognito doctor", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&o.envFile, "env", "", "")
	flags.StringVar(&o.url, "url", "", "")
	flags.BoolVar(&o.forms, "forms", false, "")
	flags.BoolVar(&o.json, "json", false, "")
	flags.BoolVar(&o.watch, "watch", false, "")
	flags.BoolVar(&o.aws, "aws", false, "")
	flags.BoolVar(&o.policy, "policy", false, "")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("there is no argument %q", flags.Arg(0))
	}
	if o.policy {
		return o, nil
	}
	if o.envFile != "" {
		if err := readEnvFile(o.envFile); err != nil {
			return o, err
		}
	}
	pool, err := cognito.ConfigFromEnv()
	if err != nil {
		return o, err
	}
	o.cfg = doctor.Config{Pool: pool, BaseURL: os.Getenv("APP_URL"), OwnForms: o.forms}
	if o.url != "" {
		o.cfg.BaseURL, o.cfg.App = o.url, true
	}
	return o, nil
}

// maxEnvFile is the largest file of settings.
const maxEnvFile = 64 << 10

// readEnvFile sets the variables of a file that the environment does not have.
// A line is NAME=value, and may begin with "export"; the value may be quoted.
func readEnvFile(name string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(io.LimitReader(file, maxEnvFile+1))
	if err != nil {
		return err
	}
	if len(data) > maxEnvFile {
		return fmt.Errorf("%s is longer than %d bytes", name, maxEnvFile)
	}
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
	return value
}
