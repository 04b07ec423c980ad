// Package inmemory lets handlers answer HTTP clients without a socket. It can
// also send the headers and cookies of a browser.
package inmemory

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
)

// A Transport is an http.RoundTripper made of a function. It ends with the
// request's context, and closes the request's body.
type Transport func(*http.Request) (*http.Response, error)

// RoundTrip implements [http.RoundTripper].
func (t Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		defer r.Body.Close()
	}
	if r.Context().Err() != nil {
		return nil, context.Cause(r.Context())
	}
	resp, err := t(r)
	if r.Context().Err() != nil {
		return nil, context.Cause(r.Context())
	}
	return resp, err
}

// Answer lets h answer r as in a server.
func Answer(h http.Handler, r *http.Request) (resp *http.Response, err error) {
	defer func() {
		switch v := recover(); v {
		case nil:
		case http.ErrAbortHandler:
			resp, err = nil, errors.New("cognitotest: the handler aborted the connection")
		default:
			panic(v)
		}
	}()
	rec := &Recorder{Headers: make(http.Header)}
	h.ServeHTTP(rec, serverRequest(r))
	return unpack(rec.response(r)), nil
}

// unpack takes gzip off a body that the client did not ask for by itself, as
// [http.Transport] does.
func unpack(resp *http.Response) *http.Response {
	if resp.Header.Get("Content-Encoding") != "gzip" || resp.Request.Header.Get("Accept-Encoding") != "" || resp.Body == http.NoBody {
		return resp
	}
	resp.Body = &gzipBody{packed: resp.Body}
	resp.Header.Del("Content-Encoding")
	resp.Header.Del("Content-Length")
	resp.ContentLength = -1
	resp.Uncompressed = true
	return resp
}

// A gzipBody unpacks as it is read.
type gzipBody struct {
	packed io.ReadCloser
	zip    *gzip.Reader // nil before the first read
}

// Read implements [io.Reader].
func (b *gzipBody) Read(p []byte) (int, error) {
	if b.zip == nil {
		zip, err := gzip.NewReader(b.packed)
		if err != nil {
			return 0, err
		}
		b.zip = zip
	}
	return b.zip.Read(p)
}

// Close implements [io.Closer].
func (b *gzipBody) Close() error { return b.packed.Close() }

// serverRequest turns a client's request into the server's view of it.
func serverRequest(r *http.Request) *http.Request {
	s := r.Clone(r.Context())
	s.URL = &url.URL{Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: r.URL.RawQuery, ForceQuery: r.URL.ForceQuery}
	if s.URL.Path == "" {
		s.URL.Path = "/"
	}
	s.RequestURI = s.URL.RequestURI()
	s.Proto, s.ProtoMajor, s.ProtoMinor = "HTTP/1.1", 1, 1
	s.RemoteAddr = "127.0.0.1:50000"
	s.Response, s.GetBody, s.Close = nil, nil, false
	if s.Host == "" {
		s.Host = r.URL.Host
	}
	if s.Header == nil {
		s.Header = make(http.Header)
	}
	if s.Header.Get("User-Agent") == "" {
		s.Header.Set("User-Agent", "Go-http-client/1.1")
	}
	if s.Body == nil {
		s.Body = http.NoBody
	}
	if r.URL.Scheme == "https" {
		s.TLS = &tls.ConnectionState{Version: tls.VersionTLS13, HandshakeComplete: true, ServerName: r.URL.Hostname()}
	}
	return s
}

// A Recorder keeps what a handler writes.
type Recorder struct {
	Headers http.Header
	sent    http.Header // header as it was at WriteHeader
	Status  int
	Body    bytes.Buffer
}

// Header implements [http.ResponseWriter].
func (w *Recorder) Header() http.Header { return w.Headers }

// WriteHeader implements [http.ResponseWriter]. An informational status is
// not the answer yet.
func (w *Recorder) WriteHeader(status int) {
	if w.Status != 0 || status < 200 && status != http.StatusSwitchingProtocols {
		return
	}
	w.Status = status
	w.sent = w.Headers.Clone()
}

// Write implements [http.ResponseWriter].
func (w *Recorder) Write(b []byte) (int, error) {
	if w.Status == 0 {
		if _, set := w.Headers["Content-Type"]; !set && len(b) > 0 {
			w.Headers.Set("Content-Type", http.DetectContentType(b))
		}
		w.WriteHeader(http.StatusOK)
	}
	if !hasBody(w.Status) {
		return 0, http.ErrBodyNotAllowed
	}
	return w.Body.Write(b)
}

// Flush implements [http.Flusher]; the client sees the answer at its end.
func (w *Recorder) Flush() { w.WriteHeader(http.StatusOK) }

func hasBody(status int) bool {
	return status >= 200 && status != http.StatusNoContent && status != http.StatusNotModified
}

func (w *Recorder) response(r *http.Request) *http.Response {
	w.WriteHeader(http.StatusOK)
	resp := &http.Response{
		Status:     strconv.Itoa(w.Status) + " " + http.StatusText(w.Status),
		StatusCode: w.Status,
		Proto:      "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        w.sent,
		Request:       r,
		Body:          http.NoBody,
		ContentLength: int64(w.Body.Len()),
	}
	if r.URL.Scheme == "https" {
		resp.TLS = &tls.ConnectionState{Version: tls.VersionTLS13, HandshakeComplete: true, ServerName: r.URL.Hostname()}
	}
	if hasBody(w.Status) && resp.Header.Get("Content-Length") == "" {
		resp.Header.Set("Content-Length", strconv.Itoa(w.Body.Len()))
	}
	if r.Method != http.MethodHead && w.Body.Len() > 0 {
		resp.Body = io.NopCloser(bytes.NewReader(w.Body.Bytes()))
	}
	return resp
}
