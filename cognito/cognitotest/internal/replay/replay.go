// Package replay recognizes a request that a client sends twice, and gives the
// first answer again. The AWS SDKs repeat a call whose answer was lost, and the
// call must not be carried out twice.
package replay

import (
	"bytes"
	"context"
	"maps"
	"net/http"
	"sync"
)

// kept is how many answers are remembered. A client repeats its request at
// once or a few seconds later.
const kept = 256

// Answers are the latest answers, by the key of their request. The zero value
// is ready for use. Its methods may be called concurrently.
type Answers struct {
	mu    sync.Mutex // guards everything below
	byKey map[string]*answer
	order []string // keys, the oldest first
}

// An answer is what a request gets, or will get.
type answer struct {
	done chan struct{} // closed when the rest is there

	ok     bool // there is an answer to give again
	status int
	header http.Header
	body   bytes.Buffer
}

// Serve writes the answer that the key got before. If there is none, it has
// serve write one and remembers it, unless serve fails with a status of 500 or
// more or panics. A repeated request that comes while the first is being
// answered waits for that answer, or for the end of ctx.
func (a *Answers) Serve(ctx context.Context, key string, w http.ResponseWriter, serve func(http.ResponseWriter)) {
	for {
		known, first := a.begin(key)
		if first {
			a.answer(key, known, w, serve)
			return
		}
		select {
		case <-known.done:
		case <-ctx.Done():
			panic(http.ErrAbortHandler)
		}
		if known.ok {
			known.write(w)
			return
		}
	}
}

// begin returns the answer of the key, and whether the caller is to find it.
func (a *Answers) begin(key string) (known *answer, first bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if known := a.byKey[key]; known != nil {
		return known, false
	}
	if a.byKey == nil {
		a.byKey = make(map[string]*answer)
	}
	if len(a.order) >= kept {
		delete(a.byKey, a.order[0])
		a.order = a.order[1:]
	}
	known = &answer{done: make(chan struct{})}
	a.byKey[key] = known
	a.order = append(a.order, key)
	return known, true
}

// answer has serve write an answer, and keeps it for those who wait.
func (a *Answers) answer(key string, into *answer, w http.ResponseWriter, serve func(http.ResponseWriter)) {
	defer func() {
		if !into.ok {
			a.forget(key, into)
		}
		close(into.done)
	}()
	serve(&recorder{ResponseWriter: w, into: into})
	into.header = w.Header().Clone()
	into.ok = into.status < http.StatusInternalServerError
}

// forget removes an answer that must not be given again.
func (a *Answers) forget(key string, old *answer) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.byKey[key] == old {
		delete(a.byKey, key)
	}
}

func (k *answer) write(w http.ResponseWriter) {
	maps.Copy(w.Header(), k.header)
	w.WriteHeader(k.status)
	w.Write(k.body.Bytes())
}

// A recorder notes an answer while it is written.
type recorder struct {
	http.ResponseWriter
	into *answer
}

// WriteHeader implements [http.ResponseWriter].
func (r *recorder) WriteHeader(status int) {
	if r.into.status == 0 {
		r.into.status = status
	}
	r.ResponseWriter.WriteHeader(status)
}

// Write implements [http.ResponseWriter].
func (r *recorder) Write(b []byte) (int, error) {
	if r.into.status == 0 {
		r.into.status = http.StatusOK
	}
	r.into.body.Write(b)
	return r.ResponseWriter.Write(b)
}

// Unwrap is for [http.ResponseController].
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
