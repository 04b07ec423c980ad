//go:build unix

package redisstore_test

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// BenchmarkSoak makes 200,000 requests in 2,000 sessions of 200 users, over two
// processes and a Redis. Access tokens last 30 seconds, and refresh tokens work
// once. A hundred times, three seconds pass between the requests of a session.
// No request may fail and no visitor may be signed out; neither the processes
// nor Redis may grow. It takes minutes:
//
//	go test -run '^$' -bench Soak -benchtime 1x .
func BenchmarkSoak(b *testing.B) {
	const sessions, users, rounds, workers = 2000, 200, 100, 32
	for b.Loop() {
		f := newFleetOf(b, cognitotest.AppClient{RefreshTokenRotation: true, AccessTokenValidity: 30 * time.Second, IDTokenValidity: 30 * time.Second})
		f.add("")
		f.add("")
		for i := range users {
			name := fmt.Sprint("user", i)
			if _, err := f.pool.AddUser(cognitotest.User{Username: name, Password: "Correct-horse-1", Email: name + "@example.com"}); err != nil {
				b.Fatal(err)
			}
		}
		cookies := make([]string, sessions)
		each(workers, sessions, func(i int) { cookies[i] = f.signInAs(f.processes[i%2], fmt.Sprint("user", i%users)) })
		var failed atomic.Int64
		var early [3]int64
		began := time.Now()
		for round := range rounds {
			f.advance(3 * time.Second)
			each(workers, sessions, func(i int) {
				if status, _ := visit(b.Context(), f.processes[(i+round)%2], cookies[i]); status != http.StatusOK && failed.Add(1) < 10 {
					b.Errorf("round %d, session %d: status %d, want 200", round, i, status)
				}
			})
			if round == rounds/4 {
				early = f.memory()
			}
		}
		took, late := time.Since(began), f.memory()
		for i, what := range []string{"process 1", "process 2", "Redis"} {
			if late[i] > early[i]*5/4+4<<20 {
				b.Errorf("%s: %d KiB after a quarter of the requests, %d KiB after all, want no growth", what, early[i]>>10, late[i]>>10)
			}
			b.ReportMetric(float64(early[i])/(1<<20), strings.ReplaceAll(what, " ", "-")+"-MiB-early")
			b.ReportMetric(float64(late[i])/(1<<20), strings.ReplaceAll(what, " ", "-")+"-MiB-late")
		}
		b.ReportMetric(float64(failed.Load()), "failed")
		b.ReportMetric(float64(sessions*rounds)/took.Seconds(), "requests/s")
	}
}

// each calls work with 0 to n-1, several at a time.
func each(workers, n int, work func(i int)) {
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				work(i)
			}
		})
	}
	wg.Wait()
}

// memory is what the two processes and Redis use, in bytes.
func (f *fleet) memory() (used [3]int64) {
	f.t.Helper()
	for i, p := range f.processes {
		res, err := http.Get(p.url + "/memory")
		if err != nil {
			f.t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		used[i], _ = strconv.ParseInt(string(body), 10, 64)
	}
	info, err := connect(f.t, f.redis).Info(f.t.Context(), "memory").Result()
	if err != nil {
		f.t.Fatal(err)
	}
	for line := range strings.Lines(info) {
		if n, ok := strings.CutPrefix(strings.TrimSpace(line), "used_memory:"); ok {
			used[2], _ = strconv.ParseInt(n, 10, 64)
		}
	}
	return used
}
