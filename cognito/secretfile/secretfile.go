// Package secretfile reads the client secret and the session keys from files,
// so that they can change while the program runs:
//
//	secret := &secretfile.File{Path: "/run/secrets/client-secret"}
//	keys := &secretfile.File{Path: "/run/secrets/session-keys"}
//	client, err := hostedui.New(hostedui.Config{
//		Pool: cognito.Config{
//			UserPoolID:         "eu-west-1_aB3dE5gH7",
//			ClientID:           "7exampleclientid0a1b2c3d",
//			ClientSecretSource: secret.ClientSecret,
//			Domain:             "auth.example.com",
//		},
//		BaseURL:          "https://app.example.com",
//		SessionKeySource: keys.SessionKeys,
//	})
//
// A file is read each time that the source is called:
// [cognito.Config].ClientSecretSource and [session.Config].KeySource say when
// that is. No goroutine watches the file.
//
// Write a new file and rename it over the old one. Then a reader finds either
// the old text or the new one. Volumes of Kubernetes and of Docker do the same
// with symbolic links. If a file cannot be read, is empty or is being written,
// the program keeps what it has and logs that.
//
// The chapters "Change the client secret" and "Change session keys" of
// docs/operations.md say in which order to change things. They also show this
// for Secrets Manager.
package secretfile

import (
	"context"
	"log/slog"
	"sync"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/internal/secretfile"
)

// A File is a file with a secret, of 64 KiB at most. White space at both ends
// is left out. Its methods are safe for concurrent use.
type File struct {
	// Path is the path of the file. It is resolved at each read, so a symbolic
	// link may change.
	Path string

	// Logger gets one line if every user of the machine can read the file. Nil
	// means [slog.Default].
	Logger *slog.Logger

	once  sync.Once
	inner *secretfile.File
}

// ClientSecret reads the app client's secret: it is a
// [cognito.Config].ClientSecretSource.
func (f *File) ClientSecret(ctx context.Context) (cognito.Secret, error) {
	text, err := f.read(ctx)
	return cognito.Secret(text), err
}

// SessionKeys reads session keys. The file has the same form as SESSION_KEYS:
// see [session.ParseKeys]. It is a [session.Config].KeySource.
func (f *File) SessionKeys(ctx context.Context) ([]session.Key, error) {
	text, err := f.read(ctx)
	if err != nil {
		return nil, err
	}
	return session.ParseKeys(text)
}

func (f *File) read(ctx context.Context) (string, error) {
	f.once.Do(func() { f.inner = &secretfile.File{Path: f.Path, Logger: f.Logger} })
	return f.inner.Read(ctx)
}
