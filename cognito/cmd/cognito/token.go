package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/flight"
)

// A keptSignIn is a sign-in that "cognito token" keeps, in a file that only its
// owner may read.
type keptSignIn struct {
	ID       string            `json:"id_token"`
	Access   string            `json:"access_token"`
	Refresh  string            `json:"refresh_token"`
	Nonce    string            `json:"nonce"`
	Expiry   time.Time         `json:"expiry"`
	Identity *cognito.Identity `json:"identity"`
}

// early is how long before its end a kept token is refreshed.
const early = 2 * time.Minute

// maxKept is the largest file of a kept sign-in.
const maxKept = 256 << 10

// printToken is "cognito token".
func printToken(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var l loginFlags
	var id, credential, forget bool
	flags := flag.NewFlagSet("cognito token", flag.ContinueOnError)
	l.add(flags)
	flags.BoolVar(&id, "id", false, "")
	flags.BoolVar(&credential, "exec-credential", false, "")
	flags.BoolVar(&forget, "forget", false, "")
	if err := flags.Parse(args); err != nil {
		return mistake(err, stdout, stderr)
	}
	s, err := l.signIn(ctx, stderr)
	if err != nil {
		return mistake(err, stdout, stderr)
	}
	file, err := keptFile(s)
	if err != nil {
		return failed(err, stderr)
	}
	if forget {
		return s.forget(ctx, file, stderr)
	}
	kept, err := s.token(ctx, file)
	if err != nil {
		return explain(err, stderr)
	}
	token := kept.Access
	if id {
		token = kept.ID
	}
	if credential {
		return printJSON(execCredential(token, kept.Expiry), stdout, stderr)
	}
	fmt.Fprintln(stdout, token)
	return exitOK
}

// execCredential is what kubectl reads from a credential plugin
// (client.authentication.k8s.io/v1).
func execCredential(token string, expiry time.Time) any {
	return map[string]any{
		"apiVersion": "client.authentication.k8s.io/v1",
		"kind":       "ExecCredential",
		"status":     map[string]any{"token": token, "expirationTimestamp": expiry.UTC().Format(time.RFC3339)},
	}
}

// keptFile is where the sign-in of this pool and app client is kept.
func keptFile(s *signIn) (string, error) {
	dir, err := userCacheDir()
	if err != nil {
		return "", err
	}
	dir = filepath.Join(dir, "cognito-go")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(os.Getenv("COGNITO_ISSUER") + "\n" + os.Getenv("COGNITO_USER_POOL_ID") + "\n" + os.Getenv("COGNITO_CLIENT_ID") + "\n" + s.client.CallbackURL()))
	return filepath.Join(dir, hex.EncodeToString(sum[:16])+".json"), nil
}

// token returns the kept sign-in while it is valid, and refreshes it when that
// is due. Otherwise it signs in again.
func (s *signIn) token(ctx context.Context, file string) (*keptSignIn, error) {
	kept := readKept(file)
	if kept != nil && time.Until(kept.Expiry) > early {
		return kept, nil
	}
	if kept != nil && kept.Refresh != "" && kept.Identity != nil {
		tokens, who, err := s.client.Refresh(ctx, kept.tokens(), kept.Identity)
		if err == nil {
			return keep(file, tokens, who)
		}
		if !errors.Is(err, cognito.ErrInvalidGrant) {
			return nil, err
		}
		if other := anothers(ctx, file, kept); other != nil {
			return other, nil
		}
	}
	login, err := s.run(ctx)
	if err != nil {
		return nil, err
	}
	return keep(file, login.Tokens, login.Identity)
}

// anothers is what another run of this program has kept since kept was read, or
// nil. kubectl makes several runs at a time. Where refresh tokens are rotated,
// the first of them spends the refresh token, and is about to write the file.
func anothers(ctx context.Context, file string, kept *keptSignIn) *keptSignIn {
	for range 3 {
		now := readKept(file)
		if now != nil && now.Access != kept.Access && time.Until(now.Expiry) > early {
			return now
		}
		if flight.Sleep(ctx, 100*time.Millisecond) != nil {
			return nil
		}
	}
	return nil
}

func (k *keptSignIn) tokens() cognito.Tokens {
	return cognito.Tokens{
		ID: cognito.IDToken(k.ID), Access: cognito.AccessToken(k.Access), Refresh: cognito.RefreshToken(k.Refresh),
		Nonce: k.Nonce, Expiry: k.Expiry,
	}
}

func keep(file string, t cognito.Tokens, who *cognito.Identity) (*keptSignIn, error) {
	k := &keptSignIn{ID: string(t.ID), Access: string(t.Access), Refresh: string(t.Refresh), Nonce: t.Nonce, Expiry: t.Expiry, Identity: who}
	data, err := json.Marshal(k)
	if err != nil {
		return nil, err
	}
	return k, replaceFile(file, data)
}

// readKept is the kept sign-in, or nil where none can be read.
func readKept(name string) *keptSignIn {
	file, err := os.Open(name)
	if err != nil {
		return nil
	}
	defer func() { _ = file.Close() }()
	kept := new(keptSignIn)
	if json.NewDecoder(io.LimitReader(file, maxKept)).Decode(kept) != nil {
		return nil
	}
	return kept
}

// forget revokes the kept refresh token and removes the file.
func (s *signIn) forget(ctx context.Context, file string, stderr io.Writer) int {
	if kept := readKept(file); kept != nil && kept.Refresh != "" {
		if err := s.client.Revoke(ctx, cognito.RefreshToken(kept.Refresh)); err != nil {
			fmt.Fprintln(stderr, "cognito: the refresh token could not be revoked:", err)
		}
	}
	if err := os.Remove(file); err != nil && !os.IsNotExist(err) {
		return failed(err, stderr)
	}
	return exitOK
}
