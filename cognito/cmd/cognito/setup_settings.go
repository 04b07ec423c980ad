package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/seed75762126/cognito-go/cognito/cmd/cognito/internal/setup"
)

// A setting is one NAME=value of the app's environment.
type setting struct {
	name, value string
	secret      bool
}

// settings returns what the app needs in its environment, from the resources
// that exist.
func (o *setupOptions) settings(s *setup.State) []setting {
	all := []setting{
		{"COGNITO_USER_POOL_ID", aws.ToString(s.Pool.Id), false},
		{"COGNITO_CLIENT_ID", aws.ToString(s.Client.ClientId), false},
		{"COGNITO_CLIENT_SECRET", aws.ToString(s.Client.ClientSecret), true},
		{"COGNITO_DOMAIN", s.Domain(), false},
		{"APP_URL", o.wish.App, false},
	}
	if id := s.IdentityPoolID(); id != "" {
		all = append(all, setting{"COGNITO_IDENTITY_POOL_ID", id, false})
	}
	if o.endpoint != "" {
		all = append(all, setting{"COGNITO_ENDPOINT", o.endpoint, false})
	}
	if o.emulator {
		base := strings.TrimRight(o.endpoint, "/")
		all = append(all, setting{"COGNITO_ISSUER", base + "/" + aws.ToString(s.Pool.Id), false})
		all[3].value = base
	}
	if s.Machine != nil {
		all = append(all,
			setting{"COGNITO_MACHINE_CLIENT_ID", aws.ToString(s.Machine.ClientId), false},
			setting{"COGNITO_MACHINE_CLIENT_SECRET", aws.ToString(s.Machine.ClientSecret), true})
	}
	return all
}

// keepSecrets writes the settings to where -secrets says: a file that only its
// owner may read, or a secret in Secrets Manager. Session keys, and what else
// is there, stay.
func (o *setupOptions) keepSecrets(ctx context.Context, account *setup.Account, s *setup.State, stdout io.Writer) error {
	keep, err := keeperOf(ctx, o.secrets, &o.aws)
	if err != nil {
		return err
	}
	old, err := keep.read(ctx)
	if err != nil {
		return err
	}
	settings := o.settings(s)
	if !hasSetting(old, "SESSION_KEYS") {
		key := make([]byte, 32)
		if _, err := rand.Read(key); err != nil {
			return err
		}
		settings = append(settings, setting{"SESSION_KEYS", base64.StdEncoding.EncodeToString(key), true})
	}
	kept := settingValues(old)
	for _, user := range o.users {
		number, there := testUser(kept, user)
		if there {
			continue
		}
		kept["COGNITO_TEST_USER"+number] = user
		password := "Aa1-" + rand.Text()
		if err := account.AddUser(ctx, s, user, password); err != nil {
			return err
		}
		settings = append(settings, setting{"COGNITO_TEST_USER" + number, user, false}, setting{"COGNITO_TEST_PASSWORD" + number, password, true})
	}
	if err := keep.write(ctx, merged(old, settings)); err != nil {
		return err
	}
	fmt.Fprintln(stdout, keep.where())
	return nil
}

// testUser returns the ending of the settings that a test user has, or is to
// have. It reports whether the password is already there.
func testUser(kept map[string]string, user string) (number string, there bool) {
	for i := 2; ; i++ {
		name, named := kept["COGNITO_TEST_USER"+number]
		_, there := kept["COGNITO_TEST_PASSWORD"+number]
		switch {
		case named && strings.EqualFold(name, user):
			return number, there
		case !named && !there:
			return number, false
		}
		number = fmt.Sprintf("_%d", i)
	}
}

// settingValues are the settings in a file by their names.
func settingValues(file []byte) map[string]string {
	values := map[string]string{}
	for line := range strings.Lines(string(file)) {
		if name := settingName(line); name != "" {
			_, value, _ := strings.Cut(line, "=")
			values[name] = unquoted(strings.TrimSpace(value))
		}
	}
	return values
}

func hasSetting(file []byte, name string) bool {
	return slices.ContainsFunc(bytes.Split(file, []byte("\n")), func(line []byte) bool {
		return settingName(string(line)) == name
	})
}

// settingName is the name in a line NAME=value, or "".
func settingName(line string) string {
	name, _, found := strings.Cut(strings.TrimPrefix(strings.TrimSpace(line), "export "), "=")
	if !found || strings.HasPrefix(name, "#") {
		return ""
	}
	return strings.TrimSpace(name)
}

// merged is the file with its settings of those names replaced, and the new
// ones at its end.
func merged(file []byte, settings []setting) []byte {
	var b strings.Builder
	written := map[string]bool{}
	for line := range strings.Lines(string(file)) {
		name := settingName(line)
		i := slices.IndexFunc(settings, func(s setting) bool { return s.name == name })
		if i < 0 {
			b.WriteString(strings.TrimRight(line, "\n") + "\n")
			continue
		}
		b.WriteString(settings[i].line())
		written[name] = true
	}
	for _, s := range settings {
		if !written[s.name] {
			b.WriteString(s.line())
		}
	}
	return []byte(b.String())
}

func (s setting) line() string { return s.name + "=" + s.value + "\n" }

// replaceFile writes a file that only its owner may read, whole or not at all.
func replaceFile(name string, data []byte) error {
	file, err := os.CreateTemp(filepath.Dir(name), ".cognito-*") // mode 0600
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	if closeErr := file.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(file.Name(), name)
	}
	if err != nil {
		_ = os.Remove(file.Name())
	}
	return err
}

// printSettings prints the settings as -o says, without secrets unless
// -show-secrets asks for them.
func (o *setupOptions) printSettings(s *setup.State, stdout, stderr io.Writer) int {
	if s.Pool == nil || s.Client == nil {
		return failed(fmt.Errorf("there is no pool for %s yet: cognito setup makes it with -apply", o.wish.App), stderr)
	}
	for _, each := range o.settings(s) {
		switch {
		case each.secret && each.value == "":
		case each.secret && !o.showSecrets:
			fmt.Fprintf(stdout, "# %s is a secret: with -apply it is written to %s\n", each.name, o.secrets)
		case o.output == "env":
			fmt.Fprintf(stdout, "export %s", each.line())
		default:
			fmt.Fprint(stdout, each.line())
		}
	}
	return exitOK
}
