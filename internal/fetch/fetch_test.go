package fetch_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/internal/fetch"
)

const address = "https://pool.example/answer"

// A server answers requests in memory and notes what became of its bodies.
type server struct {
	status int
	header http.Header
	body   func(*http.Request) io.Reader

	calls  atomic.Int64
	closed atomic.Int64
}

// RoundTrip implements [http.RoundTripper].
func (s *server) RoundTrip(r *http.Request) (*http.Response, error) {
	s.calls.Add(1)
	h := s.header.Clone()
	if h == nil {
		h = http.Header{"Content-Type": {"application/json"}}
	}
	body := io.Reader(strings.NewReader(`{}`))
	if s.body != nil {
		body = s.body(r)
	}
	return &http.Response{StatusCode: s.status, Header: h, Body: &closer{Reader: body, n: &s.closed}, Request: r, ContentLength: -1}, nil
}

type closer struct {
	io.Reader
	n *atomic.Int64
}

func (c *closer) Close() error { c.n.Add(1); return nil }

func (s *server) client(base http.Client) *http.Client {
	base.Transport = s
	return fetch.New(&base, 10*time.Second)
}

func text(s string) func(*http.Request) io.Reader {
	return func(*http.Request) io.Reader { return strings.NewReader(s) }
}

func get(t testing.TB) *http.Request {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	return req
}

func TestC8_NoRedirectIsFollowed(t *testing.T) {
	for status := 300; status < 400; status++ {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			s := &server{status: status, header: http.Header{"Location": {"https://evil.example/"}, "Content-Type": {"application/json"}}}
			bare := fetch.NewAny(&http.Client{Transport: s}, time.Second)
			for name, c := range map[string]*http.Client{"New": s.client(http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return nil }}), "NewAny": bare} {
				s.calls.Store(0)
				s.closed.Store(0)
				req, err := http.NewRequest(method, address, strings.NewReader("code=secret"))
				if err != nil {
					t.Fatal(err)
				}
				res, err := c.Do(req)
				if res != nil || !errors.Is(err, fetch.ErrRedirect) {
					t.Errorf("%s: %s answered with %d = %v, %v, want ErrRedirect", name, method, status, res, err)
				}
				if s.calls.Load() != 1 || s.closed.Load() != 1 {
					t.Errorf("%s: %s answered with %d: %d calls, %d bodies closed, want one of each", name, method, status, s.calls.Load(), s.closed.Load())
				}
			}
		}
	}
}

func TestC8_AnswersAreLimited(t *testing.T) {
	tests := []struct {
		size int
		ok   bool
	}{{0, true}, {1, true}, {fetch.MaxAnswer - 1, true}, {fetch.MaxAnswer, true}, {fetch.MaxAnswer + 1, false}, {3 * fetch.MaxAnswer, false}}
	readers := map[string]func(io.Reader) io.Reader{
		"all at once": func(r io.Reader) io.Reader { return r }, "by halves": iotest.HalfReader, "with the end": iotest.DataErrReader,
		"by a prime": func(r io.Reader) io.Reader {
			return readerFunc(func(p []byte) (int, error) { return r.Read(p[:min(len(p), 8191)]) })
		},
	}
	for _, tt := range tests {
		for name, how := range readers {
			body := strings.Repeat("x", tt.size)
			s := &server{status: 200, body: func(*http.Request) io.Reader { return how(strings.NewReader(body)) }}
			res, err := s.client(http.Client{}).Do(get(t))
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(res.Body)
			if tt.ok && (err != nil || len(got) != tt.size) {
				t.Errorf("%d bytes %s: read %d, %v, want all", tt.size, name, len(got), err)
			}
			if !tt.ok && !errors.Is(err, fetch.ErrTooLarge) {
				t.Errorf("%d bytes %s: read %d, %v, want ErrTooLarge", tt.size, name, len(got), err)
			}
			if len(got) > fetch.MaxAnswer {
				t.Errorf("%d bytes %s: handed out %d, want at most 1 MiB", tt.size, name, len(got))
			}
			if err := res.Body.Close(); err != nil || s.closed.Load() != 1 {
				t.Errorf("Close = %v, closed %d times, want once", err, s.closed.Load())
			}
		}
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// TestC8_NoMoreIsReadThanTheLimit: an answer without end is not drained.
func TestC8_NoMoreIsReadThanTheLimit(t *testing.T) {
	var read int
	s := &server{status: 200, body: func(*http.Request) io.Reader {
		return readerFunc(func(p []byte) (int, error) { read += len(p); return len(p), nil })
	}}
	if doc, err := fetch.Read(s.client(http.Client{}), get(t), 2*fetch.MaxAnswer); !errors.Is(err, fetch.ErrTooLarge) || doc != nil {
		t.Errorf("Read(endless) = %d bytes, %v, want ErrTooLarge", len(doc), err)
	}
	if read > fetch.MaxAnswer+1 {
		t.Errorf("read %d bytes of an endless answer, want at most 1 MiB and one", read)
	}
}

// TestC8_TheLimitCountsAfterDecompression goes through net/http's own
// transport, over a pipe, since it is the one that decompresses.
func TestC8_TheLimitCountsAfterDecompression(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		zipped := func(n int) []byte {
			var b bytes.Buffer
			w := gzip.NewWriter(&b)
			_, _ = io.Copy(w, io.LimitReader(zeros{}, int64(n)))
			_ = w.Close()
			return b.Bytes()
		}
		answers := map[string][]byte{"/within": zipped(fetch.MaxAnswer), "/beyond": zipped(fetch.MaxAnswer + 1), "/bomb": zipped(8 << 20)}
		if n := len(answers["/bomb"]); n > fetch.MaxAnswer/20 {
			t.Fatalf("the bomb has %d bytes on the wire: it shows nothing", n)
		}
		base := overPipe(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(answers[r.URL.Path])
		}))
		for path, want := range map[string]error{"/within": nil, "/beyond": fetch.ErrTooLarge, "/bomb": fetch.ErrTooLarge} {
			c := fetch.New(base, time.Minute)
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://pool.example"+path, nil)
			if err != nil {
				t.Fatal(err)
			}
			doc, err := fetch.Read(c, req, 2*fetch.MaxAnswer)
			if !errors.Is(err, want) || want == nil && len(doc) != fetch.MaxAnswer {
				t.Errorf("Read(%s) = %d bytes, %v, want %v", path, len(doc), err, want)
			}
		}
	})
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// overPipe returns a client whose connections are pipes to a server of h.
func overPipe(t *testing.T, h http.Handler) *http.Client {
	l := &pipeListener{conns: make(chan net.Conn), done: make(chan struct{})}
	srv := &http.Server{Handler: h}
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		client, server := net.Pipe()
		select {
		case l.conns <- server:
			return client, nil
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}}
	var served sync.WaitGroup
	served.Go(func() { _ = srv.Serve(l) })
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		_ = srv.Close()
		served.Wait()
	})
	return &http.Client{Transport: transport}
}

type pipeListener struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error   { l.once.Do(func() { close(l.done) }); return nil }
func (l *pipeListener) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

func TestC8_JSONWhereJSONIsDue(t *testing.T) {
	for contentType, ok := range map[string]bool{
		"application/json": true, "application/json;charset=UTF-8": true, "Application/JSON; charset=utf-8": true, "application/jwk-set+json": true, "application/problem+json": true,
		"": false, "text/html": false, "text/html; charset=utf-8": false, "text/json": false, "application/jsonp": false, "application/javascript": false,
		"application/json, text/html": false, "application/json; charset": false, "json": false, "application/octet-stream": false,
	} {
		for _, status := range []int{200, 201, 400, 401, 500} {
			s := &server{status: status, header: http.Header{"Content-Type": {contentType}}, body: text("<html>hotel</html>")}
			res, err := s.client(http.Client{}).Do(get(t))
			if want := ok || status >= 300; (err == nil) != want || !want && !errors.Is(err, fetch.ErrNotJSON) {
				t.Errorf("%d with type %q = %v, want ErrNotJSON: %v", status, contentType, err, !want)
			}
			if err != nil && (s.closed.Load() != 1 || strings.Contains(err.Error(), "hotel")) {
				t.Errorf("%d with type %q: closed %d times, %q, want once and no quote", status, contentType, s.closed.Load(), err)
			}
			if err == nil {
				_ = res.Body.Close()
			}
			res, err = fetch.NewAny(&http.Client{Transport: s}, time.Second).Do(get(t))
			if err != nil {
				t.Errorf("NewAny: %d with type %q = %v, want nil", status, contentType, err)
				continue
			}
			_ = res.Body.Close()
		}
	}
}

func TestC8_EachCallHasADeadline(t *testing.T) {
	hang := func(r *http.Request) io.Reader {
		return io.MultiReader(strings.NewReader(`{"a":`), readerFunc(func([]byte) (int, error) {
			<-r.Context().Done()
			return 0, r.Context().Err()
		}))
	}
	silent := roundTripper(func(r *http.Request) (*http.Response, error) { <-r.Context().Done(); return nil, r.Context().Err() })
	talks := roundTripper((&server{status: 200, body: hang}).RoundTrip)
	for _, tt := range []struct {
		own, base, ctx, want time.Duration
	}{
		{10 * time.Second, 0, time.Hour, 10 * time.Second},
		{10 * time.Second, 2 * time.Second, time.Hour, 2 * time.Second},
		{10 * time.Second, time.Minute, time.Hour, 10 * time.Second},
		{10 * time.Second, 0, time.Second, time.Second},
	} {
		for name, transport := range map[string]http.RoundTripper{"no header": silent, "no end of the body": talks} {
			synctest.Test(t, func(t *testing.T) {
				c := fetch.New(&http.Client{Transport: transport, Timeout: tt.base}, tt.own)
				ctx, cancel := context.WithTimeout(t.Context(), tt.ctx)
				defer cancel()
				start := time.Now()
				doc, err := fetch.Read(c, get(t).WithContext(ctx), 100)
				if doc != nil || !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("%s: Read = %q, %v, want a deadline exceeded", name, doc, err)
				}
				if d := time.Since(start); d != tt.want {
					t.Errorf("%s: Read(own %v, base %v, ctx %v) took %v, want %v", name, tt.own, tt.base, tt.ctx, d, tt.want)
				}
			})
		}
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestC8_NoCookieIsKept(t *testing.T) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	jar.SetCookies(get(t).URL, []*http.Cookie{{Name: "app", Value: "1"}})
	s := &server{status: 200, header: http.Header{"Content-Type": {"application/json"}, "Set-Cookie": {"pool=1; Path=/"}}}
	var sent []string
	c := fetch.New(&http.Client{Jar: jar, Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		sent = append(sent, r.Header.Get("Cookie"))
		return s.RoundTrip(r)
	})}, time.Second)
	for range 2 {
		if _, err := fetch.Read(c, get(t), 100); err != nil {
			t.Fatal(err)
		}
	}
	if sent[0] != "" || sent[1] != "" || len(jar.Cookies(get(t).URL)) != 1 {
		t.Errorf("cookies sent %q, jar %v, want none sent and none kept", sent, jar.Cookies(get(t).URL))
	}
}

func TestRead(t *testing.T) {
	tests := []struct {
		name   string
		status int
		body   func(*http.Request) io.Reader
		want   string
		ok     bool
	}{
		{"short", 200, text(`{"a":1}`), `{"a":1}`, true},
		{"empty", 200, text(``), ``, true},
		{"just fits", 200, text(strings.Repeat("x", 20)), strings.Repeat("x", 20), true},
		{"a byte too many", 200, text(strings.Repeat("x", 21)), "", false},
		{"breaks off", 200, func(*http.Request) io.Reader {
			return io.MultiReader(strings.NewReader(`{"a":`), iotest.ErrReader(io.ErrUnexpectedEOF))
		}, "", false},
	}
	for _, tt := range tests {
		s := &server{status: tt.status, body: tt.body}
		doc, err := fetch.Read(s.client(http.Client{}), get(t), 20)
		if string(doc) != tt.want || (err == nil) != tt.ok || s.closed.Load() != 1 {
			t.Errorf("Read(%s) = %q, %v, closed %d times, want %q", tt.name, doc, err, s.closed.Load(), tt.want)
		}
		if err != nil && strings.Contains(err.Error(), strings.Repeat("x", 3)) {
			t.Errorf("Read(%s) = %q, want an error that does not quote", tt.name, err)
		}
	}
}

func TestReadReportsTheStatus(t *testing.T) {
	for _, status := range []int{201, 204, 400, 404, 429, 500, 503} {
		s := &server{status: status, header: http.Header{"Content-Type": {"application/json"}, "Retry-After": {"7"}}, body: text("secret")}
		doc, err := fetch.Read(s.client(http.Client{}), get(t), 20)
		var failed *fetch.StatusError
		if doc != nil || !errors.As(err, &failed) || failed.Status != status || failed.Header.Get("Retry-After") != "7" {
			t.Errorf("Read(%d) = %q, %v, want a StatusError with its header", status, doc, err)
			continue
		}
		if want := fmt.Sprintf("the answer has status %d %s", status, http.StatusText(status)); failed.Error() != want {
			t.Errorf("Read(%d) = %q, want %q", status, failed, want)
		}
		if s.closed.Load() != 1 {
			t.Errorf("Read(%d) closed the body %d times, want once", status, s.closed.Load())
		}
	}
}

func TestReadFailsWithTheTransport(t *testing.T) {
	down := errors.New("no route to host")
	c := fetch.New(&http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) { return nil, down })}, time.Second)
	if doc, err := fetch.Read(c, get(t), 20); doc != nil || !errors.Is(err, down) {
		t.Errorf("Read = %q, %v, want %v", doc, err, down)
	}
}

func TestClean(t *testing.T) {
	tests := []struct{ text, want string }{
		{"Incorrect username or password.", "Incorrect username or password."},
		{"two\r\nlines\x00\x1b[31m", "two  lines  [31m"},
		{"h\xffalf", "half"},
		{strings.Repeat("a", 501), strings.Repeat("a", 500)},
		{strings.Repeat("a", 499) + "é", strings.Repeat("a", 499)},
	}
	for _, tt := range tests {
		if got := fetch.Clean(tt.text); got != tt.want {
			t.Errorf("Clean(%.20q) = %q, want %q", tt.text, got, tt.want)
		}
	}
}

// TestC8_AMebibyte pins the numbers that the other tests are relative to.
func TestC8_AMebibyte(t *testing.T) {
	for size, want := range map[int]error{1 << 20: nil, 1<<20 + 1: fetch.ErrTooLarge} {
		c := fetch.New(&http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/x-amz-json-1.1"}}, Body: io.NopCloser(strings.NewReader(strings.Repeat("x", size))), Request: r}, nil
		})}, time.Second)
		res, err := c.Do(get(t))
		if err != nil {
			t.Fatal(err)
		}
		if body, err := io.ReadAll(res.Body); !errors.Is(err, want) || err == nil && len(body) != size {
			t.Errorf("%d bytes: ReadAll = %d bytes, %v, want error %v", size, len(body), err, want)
		}
	}
}

// TestC8_DefaultTransport: a client without a transport has the guards, too.
func TestC8_DefaultTransport(t *testing.T) {
	before := http.DefaultTransport
	defer func() { http.DefaultTransport = before }()
	http.DefaultTransport = roundTripper(func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: 307, Header: http.Header{"Location": {"https://evil.example"}}, Body: http.NoBody, Request: r}, nil
	})
	if _, err := fetch.New(&http.Client{}, time.Second).Do(get(t)); !errors.Is(err, fetch.ErrRedirect) {
		t.Errorf("Do(no transport of one's own) = %v, want ErrRedirect", err)
	}
}
