package userpool_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/cognito/userpool"
)

// TestE7_PendingKeySource: the keys of pending sign-ins change while the program
// runs. What an older key sealed opens while the source returns that key, and
// two minutes later no more. While the source fails, the keys stay.
func TestE7_PendingKeySource(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a, c := newAPI(t, "", func(cfg *userpool.Config) { cfg.Pool.Now = time.Now })
		var now atomic.Pointer[[]session.Key]
		var fails atomic.Bool
		set := func(keys ...session.Key) { now.Store(&keys) }
		set(sealKey(1))
		p := newPending(t, c, func(cfg *userpool.PendingConfig) {
			cfg.Keys, cfg.Life = nil, 15*time.Minute
			cfg.KeySource = func(context.Context) ([]session.Key, error) {
				if fails.Load() {
					return nil, errors.New("no route")
				}
				return *now.Load(), nil
			}
		})
		onlyNew := newPending(t, c, func(cfg *userpool.PendingConfig) {
			cfg.Keys, cfg.Life = []session.Key{sealKey(2)}, 15*time.Minute
		})
		// later lets time pass, and the Pending ask for its keys.
		later := func(d time.Duration) {
			time.Sleep(d)
			_, _ = p.Peek((jar{}).request())
			_ = p.Device((jar{deviceName: savedDevice(t, p)}).request())
			synctest.Wait()
		}
		kept := func() jar {
			j := jar{}
			j.save(t, p, meet(t, a, c, challenged("SMS_MFA", nil)))
			return j
		}
		peek := func(what string, p *userpool.Pending, j jar, good bool) {
			t.Helper()
			ch, err := p.Peek(j.request())
			switch {
			case !good:
				wantGone(t, what, ch, err)
			case err != nil:
				t.Errorf("%s = %v, want the challenge", what, err)
			}
		}

		old := kept()
		rec := httptest.NewRecorder()
		if err := p.KeepDevice(rec, &userpool.Device{Key: deviceKey, GroupKey: deviceGroup, Secret: "s"}); err != nil {
			t.Fatal(err)
		}
		old.keep(rec)
		peek("Peek(sealed with the old key) by a process that has the new one alone", onlyNew, old, false)

		set(sealKey(2), sealKey(1))
		later(61 * time.Second)
		peek("Peek(sealed before the change)", p, old, true)
		peek("Peek(sealed with the new key) by a process that has it alone", onlyNew, kept(), true)

		fails.Store(true)
		later(5 * time.Minute)
		peek("Peek(while the source fails)", p, old, true)

		fails.Store(false)
		set(sealKey(2))
		later(time.Minute)
		later(time.Minute)
		peek("Peek(sealed with a key that was withdrawn)", p, old, false)
		if d := p.Device(old.request()); d != nil {
			t.Errorf("Device(sealed with a key that was withdrawn) = %v, want nil", d)
		}
		peek("Peek(sealed with the key that stays)", p, kept(), true)
	})
}
