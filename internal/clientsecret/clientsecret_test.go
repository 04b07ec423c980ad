package clientsecret_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/internal/clientsecret"
)

var errRefused = errors.New("invalid_client")

func isRefused(err error) bool { return errors.Is(err, errRefused) }

// A vault has the secret, and may fail.
type vault struct {
	mu     sync.Mutex
	secret string
	err    error
	delay  time.Duration
	asked  int
}

func (v *vault) set(secret string, err error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.secret, v.err = secret, err
}

func (v *vault) ask(context.Context) (string, error) {
	v.mu.Lock()
	v.asked++
	secret, err, delay := v.secret, v.err, v.delay
	v.mu.Unlock()
	time.Sleep(delay)
	return secret, err
}

func (v *vault) count() int {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.asked
}

func keeper(v *vault, log *strings.Builder) *clientsecret.Keeper {
	logger := slog.New(slog.DiscardHandler)
	if log != nil {
		logger = slog.New(slog.NewTextHandler(log, nil))
	}
	return clientsecret.New("", v.ask, clientsecret.Options{Timeout: 10 * time.Second, Now: time.Now, Logger: logger})
}

// service accepts the secrets that it has.
type service struct {
	mu     sync.Mutex
	valid  map[string]bool
	calls  atomic.Int64
	denied atomic.Int64
}

func (s *service) accept(secrets ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.valid = map[string]bool{}
	for _, secret := range secrets {
		s.valid[secret] = true
	}
}

func (s *service) call(secret string) error {
	s.calls.Add(1)
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.valid[secret] {
		s.denied.Add(1)
		return errRefused
	}
	return nil
}

// TestE2_SecretChanges: a secret that is refused is asked for again, and the
// call is repeated once. Callers that come together ask once.
func TestE2_SecretChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v, s := &vault{secret: "old", delay: time.Second}, &service{}
		s.accept("old")
		k := keeper(v, nil)
		all := func(n int) {
			var wg sync.WaitGroup
			for range n {
				wg.Go(func() {
					if err := k.Do(t.Context(), s.call, isRefused); err != nil {
						t.Errorf("Do = %v, want nil", err)
					}
				})
			}
			wg.Wait()
		}
		all(100)
		if v.count() != 1 || s.calls.Load() != 100 {
			t.Errorf("%d asks and %d calls for 100 callers, want 1 and 100", v.count(), s.calls.Load())
		}
		v.set("new", nil)
		s.accept("new")
		all(100)
		if v.count() != 2 || s.calls.Load() != 300 {
			t.Errorf("%d asks and %d calls after the change, want 2 and 300", v.count(), s.calls.Load())
		}
	})
}

// TestR7_SecretIsNotHammered: while the secret is refused and the source has
// no other one, the source is asked now and then, whatever the load is.
func TestR7_SecretIsNotHammered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v, s := &vault{secret: "wrong"}, &service{}
		k := keeper(v, nil)
		for range 6000 { // ten minutes
			if err := k.Do(t.Context(), s.call, isRefused); !errors.Is(err, errRefused) {
				t.Fatalf("Do(wrong secret) = %v, want the refusal", err)
			}
			time.Sleep(100 * time.Millisecond)
		}
		if s.calls.Load() != 6000 {
			t.Errorf("%d calls, want 6000: none is repeated with the same secret", s.calls.Load())
		}
		if got := v.count(); got < 100 || got > 125 {
			t.Errorf("the source was asked %d times in ten minutes, want once in five seconds", got)
		}
		v.set("right", nil)
		s.accept("right")
		time.Sleep(5 * time.Second)
		if err := k.Do(t.Context(), s.call, isRefused); err != nil {
			t.Errorf("Do(the source has the right one) = %v, want nil", err)
		}
	})
}

// TestE6_SecretSourceFails: a source that fails, is empty, panics or hangs
// keeps the secret that there is. Without one, the error says so.
func TestE6_SecretSourceFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		v, s := &vault{secret: "old", err: errors.New("no route")}, &service{}
		s.accept("old")
		k := keeper(v, &log)
		if err := k.Do(t.Context(), s.call, isRefused); !errors.Is(err, clientsecret.ErrUnavailable) || !strings.Contains(err.Error(), "no route") || s.calls.Load() != 0 {
			t.Errorf("Do(no secret yet) = %v after %d calls, want ErrUnavailable with the cause, and no call", err, s.calls.Load())
		}
		v.set("old", nil)
		if err := k.Do(t.Context(), s.call, isRefused); err != nil {
			t.Errorf("Do(the source answers) = %v, want nil", err)
		}
		s.accept("new")
		for _, fail := range []func(){
			func() { v.set("", errors.New("access denied")) },
			func() { v.set("", nil) },
			func() { v.mu.Lock(); v.delay = time.Hour; v.mu.Unlock() },
		} {
			fail()
			time.Sleep(time.Minute)
			began := time.Now()
			if err := k.Do(t.Context(), s.call, isRefused); !errors.Is(err, errRefused) {
				t.Errorf("Do(refused, and the source fails) = %v, want the refusal", err)
			}
			if took := time.Since(began); took > 10*time.Second {
				t.Errorf("a source that hangs took %v of the caller's time, want 10s at most", took)
			}
		}
		s.accept("old")
		if err := k.Do(t.Context(), s.call, isRefused); err != nil {
			t.Errorf("Do(the old secret) = %v, want nil", err)
		}
		if text := log.String(); strings.Count(text, "could not be read") != 4 || strings.Contains(text, "old") || strings.Contains(text, "new") {
			t.Errorf("the log has %s", text)
		}
		time.Sleep(2 * time.Hour) // for the source that hangs
	})
}

// TestE3_SecretSourcePanics: a panic of the source is an error, and its value
// is quoted nowhere.
func TestE3_SecretSourcePanics(t *testing.T) {
	k := clientsecret.New("", func(context.Context) (string, error) { panic("the secret is hunter2") },
		clientsecret.Options{Timeout: time.Second, Now: time.Now, Logger: slog.New(slog.DiscardHandler)})
	err := k.Do(t.Context(), func(string) error { return nil }, isRefused)
	if !errors.Is(err, clientsecret.ErrUnavailable) || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("Do(a source that panics) = %v, want ErrUnavailable without the value", err)
	}
}

// TestE5_SecretWaits: a caller leaves with its own context while the source is
// asked, and others get the answer.
func TestE5_SecretWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &vault{secret: "old", delay: 5 * time.Second}
		k := keeper(v, nil)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		left := make(chan error)
		go func() { _, err := k.Get(ctx); left <- err }()
		synctest.Wait()
		secret, err := k.Get(t.Context())
		if secret != "old" || err != nil || v.count() != 1 {
			t.Errorf("Get = %q, %v after %d asks, want old after one", secret, err, v.count())
		}
		if err := <-left; !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Get(a context that ends) = %v, want its cause", err)
		}
	})
}

// TestFixed: a secret that does not change is asked of nobody, and neither is
// none.
func TestFixed(t *testing.T) {
	s := &service{}
	for _, secret := range []string{"", "fixed"} {
		k := clientsecret.New(secret, nil, clientsecret.Options{Timeout: time.Second, Now: time.Now, Logger: slog.New(slog.DiscardHandler)})
		if got := k.Exists(); got != (secret != "") {
			t.Errorf("Exists(%q) = %v", secret, got)
		}
		if err := k.Do(t.Context(), s.call, isRefused); !errors.Is(err, errRefused) {
			t.Errorf("Do(%q) = %v, want the refusal", secret, err)
		}
	}
	if s.calls.Load() != 2 {
		t.Errorf("%d calls, want 2", s.calls.Load())
	}
}
