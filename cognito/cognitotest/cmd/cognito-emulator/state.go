package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
	"github.com/seed75762126/cognito-go/internal/hosts"
)

const (
	stateFormat  = "cognito-emulator state"
	stateVersion = 1
	maxState     = 256 << 20
)

// savedState is what a state file holds.
type savedState struct {
	Format  string                     `json:"format"`
	Version int                        `json:"version"`
	Pools   map[string]json.RawMessage `json:"pools"`             // what Pool.Snapshot wrote, by pool id
	Created []string                   `json:"created,omitempty"` // ids of pools that CreateUserPool made
}

// A stateFile keeps pools between runs. Nothing but [stateFile.touch] may be
// called concurrently.
type stateFile struct {
	path    string
	saved   savedState
	last    []byte      // what the file holds
	setUp   []string    // ids of the pools of the set-up
	seen    []string    // ids of the pools that this run has had
	touched atomic.Bool // the pools may have changed since
}

// openState reads a state file. One that is not there yet is empty; one that
// cannot be read in full is an error, and stays as it is.
func openState(path string) (*stateFile, error) {
	s := &stateFile{path: path, saved: savedState{Format: stateFormat, Version: stateVersion}}
	if target, err := filepath.EvalSymlinks(path); err == nil {
		s.path = target
	}
	text, err := readBounded(s.path, maxState)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return nil, &mistake{"-state", err}
	}
	if err := s.read(text); err != nil {
		return nil, s.refuse(err)
	}
	s.last = text
	return s, nil
}

func (s *stateFile) read(text []byte) error {
	var read savedState
	if len(bytes.TrimSpace(text)) == 0 {
		return errors.New("the file is empty")
	}
	if err := json.Unmarshal(text, &read); err != nil {
		return fmt.Errorf("the file is damaged: %w", err)
	}
	if read.Format != stateFormat {
		return fmt.Errorf("it is not a state file: its format is %q, not %q", read.Format, stateFormat)
	}
	if read.Version != stateVersion {
		return fmt.Errorf("it has version %d, and this program reads %d", read.Version, stateVersion)
	}
	s.saved = read
	return nil
}

// refuse says what to do about a file that cannot be used.
func (s *stateFile) refuse(err error) error {
	return &mistake{"-state " + s.path, fmt.Errorf("%w; it was left as it is: put a good copy in its place, or move it away to begin without it", err)}
}

// restore brings a pool back to what it was, if the file has it.
func (s *stateFile) restore(pool *cognitotest.Pool) error {
	snapshot, ok := s.saved.Pools[pool.ID()]
	if !ok {
		return nil
	}
	var compact bytes.Buffer // the file has it with wider indentation, which counts against the bound
	if err := json.Compact(&compact, snapshot); err != nil {
		return s.refuse(err)
	}
	if err := pool.Restore(compact.Bytes()); err != nil {
		return s.refuse(fmt.Errorf("pool %s: %w", pool.ID(), plain(err)))
	}
	return nil
}

// restoreCreated brings the pools back that CreateUserPool made in earlier
// runs, unless the set-up has one of that id by now. Their hooks are given.
func (s *stateFile) restoreCreated(server *cognitotest.Server, hooks trigger.Hooks) error {
	for _, p := range server.Pools() {
		s.setUp = append(s.setUp, p.ID())
	}
	for _, id := range s.saved.Created {
		if slices.Contains(s.setUp, id) {
			continue
		}
		if _, err := hosts.ParsePoolID(id); err != nil {
			return s.refuse(err)
		}
		pool := cognitotest.NewPool(cognitotest.WithID(id), cognitotest.WithHooks(hooks))
		if err := s.restore(pool); err != nil {
			return err
		}
		server.Add(pool)
	}
	return nil
}

// touch notes that the pools may have changed.
func (s *stateFile) touch() { s.touched.Store(true) }

// save writes what changed. Pools that only the file has stay in it. Those that
// DeleteUserPool deleted are removed. The file is replaced as a whole, and only
// its owner can read it, for it holds private keys.
func (s *stateFile) save(pools []*cognitotest.Pool) error {
	next := savedState{Format: stateFormat, Version: stateVersion, Pools: make(map[string]json.RawMessage)}
	for id, snapshot := range s.saved.Pools {
		if !slices.Contains(s.seen, id) {
			next.Pools[id] = snapshot
		}
	}
	for _, p := range pools {
		if !slices.Contains(s.seen, p.ID()) {
			s.seen = append(s.seen, p.ID())
		}
		if !slices.Contains(s.setUp, p.ID()) {
			next.Created = append(next.Created, p.ID())
		}
		snapshot, err := p.Snapshot()
		if err != nil {
			return err
		}
		next.Pools[p.ID()] = snapshot
	}
	text, err := json.MarshalIndent(next, "", "\t")
	if err != nil {
		return err
	}
	if bytes.Equal(text, s.last) {
		return nil
	}
	if len(text) > maxState {
		return &mistake{"-state " + s.path, fmt.Errorf("the pools take %d MiB, and a state file has at most %d: it was left as it is", len(text)>>20, maxState>>20)}
	}
	if err := replaceFile(s.path, text); err != nil {
		return &mistake{"-state", err}
	}
	s.saved, s.last = next, text
	return nil
}

// replaceFile writes a file in such a way that it is whole at any time.
func replaceFile(path string, text []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp") // mode 0600
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		err = errors.Join(err, os.Remove(f.Name()))
	}
	return err
}

// keep saves every so often while the pools change, until ctx ends. A failure
// is reported, and tried again.
func (s *stateFile) keep(ctx context.Context, every time.Duration, pools func() []*cognitotest.Pool, report func(error)) {
	ticker := time.NewTicker(every)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		if !s.touched.Swap(false) {
			continue
		}
		if err := s.save(pools()); err != nil {
			s.touch()
			report(err)
		}
	}
}
