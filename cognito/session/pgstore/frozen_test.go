//go:build unix

package pgstore_test

import (
	"context"
	"errors"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/seed75762126/cognito-go/cognito/session/pgstore"
	"github.com/seed75762126/cognito-go/internal/checks/servers"
)

// A frost stops what the server says on its way to a client while it is locked.
type frost struct{ sync.RWMutex }

func (f *frost) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	server, err := new(net.Dialer).DialContext(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	client, inner := net.Pipe()
	go f.carry(inner, server)
	go f.carry(server, inner)
	return client, nil
}

func (f *frost) carry(to, from net.Conn) {
	defer to.Close()
	defer from.Close()
	for buffer := make([]byte, 4096); ; {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		f.RLock()
		_, err = to.Write(buffer[:n])
		f.RUnlock()
		if err != nil {
			return
		}
	}
}

// TestE5_LockEndsWithItsContext: a wait for a lock ends with its context, also
// when the server hangs and Config.Timeout is long.
func TestE5_LockEndsWithItsContext(t *testing.T) {
	t.Parallel()
	dsn := servers.NewDatabase(t)
	other := newStore(t, dsn, pgstore.Config{})
	_, unlock := take(t, other, "id")
	defer unlock()
	for what, hang := range map[string]time.Duration{"while it opens its connection": 0, "while it asks for the lock": 500 * time.Millisecond} {
		t.Run(what, func(t *testing.T) {
			var f frost
			cfg, err := pgxpool.ParseConfig(dsn)
			if err != nil {
				t.Fatal(err)
			}
			cfg.ConnConfig.DialFunc = f.dial
			pool, err := pgxpool.NewWithConfig(t.Context(), cfg)
			if err != nil {
				t.Fatal(err)
			}
			defer pool.Close()
			s, err := pgstore.New(pool, pgstore.Config{Timeout: time.Minute, Lease: time.Hour})
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(t.Context(), hang+500*time.Millisecond)
			defer cancel()
			time.AfterFunc(hang, f.Lock)
			_, _, err = s.Lock(ctx, "id")
			ends, _ := ctx.Deadline()
			if late := time.Since(ends); !errors.Is(err, context.DeadlineExceeded) || late > 2*time.Second {
				t.Errorf("Lock = %v, %v after its context's end, want context.DeadlineExceeded at once", err, late)
			}
			f.Unlock()
		})
	}
}
