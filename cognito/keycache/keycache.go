// Package keycache keeps the signing keys of user pools after a process has
// ended. So a process that starts while Cognito cannot be reached can still
// verify tokens:
//
//	pool := cognito.Config{
//		UserPoolID: "eu-west-1_aB3dE5gH7",
//		ClientID:   "7exampleclientid0a1b2c3d",
//		KeyCache:   keycache.Folder("/var/lib/shop/keys"),
//	}
//
// A verifier saves the keys after each fetch. It loads them only if it has no
// keys and a fetch has just failed, and only if they are at most [MaxAge] old.
//
// Anybody who can write to a cache can forge tokens. So only the app may have
// write access to the folder; a file that others may write is refused. For a
// store that several programs use, take [InStore], which encrypts the keys.
package keycache

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/seed75762126/cognito-go/internal/seal"
)

// MaxAge is the greatest age of keys that are loaded. Cognito does not say how
// long its keys are valid; a pool uses them for months.
const MaxAge = 24 * time.Hour

// maxRecord bounds what is kept of one pool, in bytes.
const maxRecord = 512 << 10

// Keys are the signing keys of one user pool.
type Keys struct {
	JWKS    json.RawMessage `json:"jwks"`    // a JWKS document (RFC 7517 section 5)
	Fetched time.Time       `json:"fetched"` // when they were fetched from Cognito
}

// A Cache keeps the keys of each issuer. Its methods may run concurrently. Keys
// that Load returns are trusted: see the package documentation.
type Cache interface {
	// Load returns the keys that were saved last for an issuer, or nil if there
	// are none.
	Load(ctx context.Context, issuer string) (*Keys, error)

	// Save replaces the keys of an issuer.
	Save(ctx context.Context, issuer string, keys Keys) error
}

// A record is how keys are kept.
type record struct {
	Issuer string `json:"issuer"`
	Keys
}

var (
	errIssuer   = errors.New("the kept keys are those of another user pool")
	errWritable = errors.New("other users may write to this file, so its keys are not used: remove it, or take their permission away")
	errTooLarge = fmt.Errorf("what is kept has more than %d bytes", maxRecord)
)

func encode(issuer string, keys Keys) ([]byte, error) { return json.Marshal(record{issuer, keys}) }

func decode(data []byte, issuer string) (*Keys, error) {
	var r record
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("what is kept cannot be read: %w", err)
	}
	if r.Issuer != issuer {
		return nil, errIssuer
	}
	return &r.Keys, nil
}

// nameOf is the name of an issuer's record.
func nameOf(issuer string) string {
	sum := sha256.Sum256([]byte(issuer))
	return "cognito-keys-" + hex.EncodeToString(sum[:16])
}

// Folder returns a Cache that keeps a file for each user pool in this folder.
// Save creates the folder if it is missing. It replaces a file in one step, so
// several processes may share the folder. Files have the mode 0600.
func Folder(path string) Cache { return folder(path) }

type folder string

func (f folder) file(issuer string) string { return filepath.Join(string(f), nameOf(issuer)+".json") }

func (f folder) Load(_ context.Context, issuer string) (*Keys, error) {
	path := f.file(issuer)
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is not a regular file", path)
	case info.Mode().Perm()&0o022 != 0:
		return nil, fmt.Errorf("%s: %w", path, errWritable)
	case info.Size() > maxRecord:
		return nil, fmt.Errorf("%s: %w", path, errTooLarge)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(io.LimitReader(file, maxRecord))
	if err != nil {
		return nil, err
	}
	keys, err := decode(data, issuer)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return keys, nil
}

func (f folder) Save(_ context.Context, issuer string, keys Keys) error {
	data, err := encode(issuer, keys)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(string(f), 0o700); err != nil {
		return err
	}
	next, err := os.CreateTemp(string(f), nameOf(issuer)+".*.new") // with the mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(next.Name()) }() // unless it was renamed
	_, err = next.Write(data)
	if err = errors.Join(err, next.Sync(), next.Close()); err != nil {
		return err
	}
	return os.Rename(next.Name(), f.file(issuer))
}

// A Store keeps encrypted bytes. Every session.Store is a Store.
type Store interface {
	Find(ctx context.Context, id string) (sealed []byte, found bool, err error)
	Commit(ctx context.Context, id string, sealed []byte, expiry time.Time) error
}

// InStore returns a Cache in a store, such as the store of the sessions. The
// first of keys encrypts; every key decrypts. They may be the session keys. A
// person who can write to the store but has no key cannot forge tokens.
func InStore[K ~[]byte](store Store, keys []K) (Cache, error) {
	box, err := seal.NewBox(keys, "signing keys of user pools")
	if err != nil {
		return nil, fmt.Errorf("keycache: %w", err)
	}
	return &stored{store, box}, nil
}

type stored struct {
	store Store
	box   *seal.Box
}

func (s *stored) Load(ctx context.Context, issuer string) (*Keys, error) {
	sealed, found, err := s.store.Find(ctx, nameOf(issuer))
	if err != nil || !found {
		return nil, err
	}
	if len(sealed) > maxRecord+seal.Overhead {
		return nil, errTooLarge
	}
	data, _, err := s.box.Open(ctx, sealed, issuer)
	if err != nil {
		return nil, err
	}
	return decode(data, issuer)
}

func (s *stored) Save(ctx context.Context, issuer string, keys Keys) error {
	data, err := encode(issuer, keys)
	if err != nil {
		return err
	}
	return s.store.Commit(ctx, nameOf(issuer), s.box.Seal(data, issuer), keys.Fetched.Add(MaxAge))
}
