package cognitotest

import (
	"fmt"
	"slices"
	"sync"
	"time"
)

// A Fault is something that goes wrong at an endpoint, for a test to see what
// the app makes of it. See [Pool.Fault].
type Fault struct {
	// Op is the endpoint, as in [Event.Op]: "token", "userInfo", "jwks",
	// "discovery", "revoke", "authorize", "login", "InitiateAuth", and so on. Empty means
	// where the kind belongs, such as "token" for [FaultWrongNonce], or every
	// endpoint for the kinds that can happen anywhere.
	Op string

	// Kind is what goes wrong.
	Kind FaultKind

	// Times is how many requests it happens to. Zero means all, until
	// [Pool.ClearFaults].
	Times int

	// Delay is how long the answer takes; with [FaultSlow] that is all. It
	// passes on the clock of the process, so that it costs nothing within a
	// testing/synctest bubble, and ends with the request's context.
	Delay time.Duration
}

// A FaultKind names what goes wrong.
type FaultKind string

// Faults that can happen to any request.
const (
	FaultSlow            FaultKind = "slow"                    // the right answer after Delay
	FaultDrop            FaultKind = "drop"                    // the connection ends before anything is done
	FaultLostAnswer      FaultKind = "lost answer"             // all is done, a code used up, a token rotated, and then the connection ends
	FaultTooManyRequests FaultKind = "429"                     // throttled
	FaultServerError     FaultKind = "500"                     // an error within Cognito, with a JSON body
	FaultUnavailable     FaultKind = "503"                     // a gateway's page
	FaultHTML            FaultKind = "HTML"                    // 200 with a page, as from a captive portal
	FaultTruncated       FaultKind = "truncated"               // all is done, and the first half of the body is sent
	FaultRedirect302     FaultKind = "302"                     // to the same endpoint; the event log shows who follows
	FaultRedirect307     FaultKind = "307"                     // likewise, which has clients repeat a POST
	FaultRedirect308     FaultKind = "308"                     // likewise
	FaultHuge            FaultKind = "huge"                    // 8 MiB of JSON that never end well
	FaultGzipBomb        FaultKind = "gzip bomb"               // a body of 64 KiB that unpacks to 64 MiB
	FaultOAuthError      FaultKind = "temporarily_unavailable" // 400 with an OAuth error that no list of Cognito's has
)

// Faults of the tokens in an answer: of the token endpoint, or of an operation
// that signs in or refreshes.
const (
	FaultWrongNonce    FaultKind = "wrong nonce"     // the ID token's is another one
	FaultNoNonce       FaultKind = "missing nonce"   // the ID token has none
	FaultWrongKey      FaultKind = "wrong key"       // both are signed with keys that are not the pool's, under the pool's kids
	FaultWrongKid      FaultKind = "wrong kid"       // both name keys that nobody has published
	FaultNoAtHash      FaultKind = "missing at_hash" // the ID token has none
	FaultWrongAtHash   FaultKind = "wrong at_hash"   // the ID token's is that of another access token
	FaultNoIDToken     FaultKind = "missing id_token"
	FaultNoAccessToken FaultKind = "missing access_token"
	FaultWrongTokenUse FaultKind = "wrong token_use" // the ID token says access, the access token id
	FaultSwapped       FaultKind = "swapped tokens"  // each is where the other belongs
	FaultWrongIssuer   FaultKind = "wrong iss"       // both are another pool's
	FaultWrongAudience FaultKind = "wrong aud"       // both are another app client's
	FaultExpired       FaultKind = "expired"         // both ended an hour ago
	FaultWrongSub      FaultKind = "wrong sub"       // both are another user's; at userInfo, the answer is
	FaultAlgNone       FaultKind = "alg none"        // neither is signed
)

// Faults of other endpoints.
const (
	FaultBooleans   FaultKind = "booleans"      // userInfo has true and false in place of Cognito's strings
	FaultNoKeys     FaultKind = "no keys"       // jwks: an empty list
	FaultUnexpected FaultKind = "server_error"  // authorize: the browser goes back to the app with this error
	FaultState      FaultKind = "decoded state" // authorize: %2B, %2F and %3D in the state are decoded once more on its way back
)

// anywhere are the kinds that can happen to any request.
var anywhere = []FaultKind{
	FaultSlow, FaultDrop, FaultLostAnswer, FaultTooManyRequests, FaultServerError, FaultUnavailable, FaultHTML,
	FaultTruncated, FaultRedirect302, FaultRedirect307, FaultRedirect308, FaultHuge, FaultGzipBomb, FaultOAuthError,
}

// faultOps says where the other kinds can happen, the usual endpoint first.
var faultOps = map[FaultKind][]string{
	FaultWrongNonce: {"token"}, FaultNoNonce: {"token"}, FaultWrongKey: tokenOps, FaultWrongKid: tokenOps,
	FaultNoAtHash: {"token"}, FaultWrongAtHash: tokenOps, FaultNoIDToken: tokenOps, FaultNoAccessToken: tokenOps,
	FaultWrongTokenUse: tokenOps, FaultSwapped: tokenOps, FaultWrongIssuer: append([]string{"token", "discovery"}, tokenOps[1:]...),
	FaultWrongAudience: tokenOps, FaultExpired: tokenOps, FaultWrongSub: append([]string{"token", "userInfo"}, tokenOps[1:]...), FaultAlgNone: tokenOps,
	FaultBooleans: {"userInfo"}, FaultNoKeys: {"jwks"}, FaultState: {"authorize"}, FaultUnexpected: {"authorize"},
}

// tokenOps are the endpoints that give tokens.
var tokenOps = []string{
	"token", "InitiateAuth", "AdminInitiateAuth", "RespondToAuthChallenge", "AdminRespondToAuthChallenge", "GetTokensFromRefreshToken",
}

// Fault makes something go wrong, after the faults that are set already: each
// request meets at most one, the oldest that is for it. The event of the
// request names it. CORS preflights meet none.
//
//	pool.Fault(cognitotest.Fault{Op: "token", Kind: cognitotest.FaultUnavailable, Times: 2})
//
// Fault panics if there is no such endpoint or kind, or if the one cannot
// happen at the other.
func (p *Pool) Fault(f Fault) {
	if err := f.place(); err != nil {
		panic("cognitotest: fault: " + err.Error())
	}
	p.faults.add(f)
}

// ClearFaults ends all faults.
func (p *Pool) ClearFaults() { p.faults.clear() }

// place checks a fault and fills in its endpoint.
func (f *Fault) place() error {
	ops, bound := faultOps[f.Kind]
	if !bound && !slices.Contains(anywhere, f.Kind) {
		return fmt.Errorf("no kind %q", f.Kind)
	}
	if bound && f.Op == "" {
		f.Op = ops[0]
	}
	switch {
	case f.Op != "" && !isOp(f.Op):
		return fmt.Errorf("no endpoint %q", f.Op)
	case bound && !slices.Contains(ops, f.Op):
		return fmt.Errorf("%q happens at %q, not at %q", f.Kind, ops, f.Op)
	case f.Times < 0 || f.Delay < 0:
		return fmt.Errorf("a Times of %d and a Delay of %v: neither may be negative", f.Times, f.Delay)
	case f.Kind == FaultSlow && f.Delay == 0:
		return fmt.Errorf("%q without a Delay", f.Kind)
	}
	return nil
}

// isOp reports whether there is an endpoint of that name.
func isOp(op string) bool {
	if op == "discovery" || op == "jwks" || op == "idp" {
		return true
	}
	if _, ok := apiOperations[op]; ok {
		return true
	}
	if _, ok := identityOperations[op]; ok || op == stsAction {
		return true
	}
	for _, e := range domainEndpoints {
		if e.op == op {
			return true
		}
	}
	return false
}

// faultList is the faults of a pool, oldest first.
type faultList struct {
	mu   sync.Mutex // guards list
	list []Fault
}

func (l *faultList) add(f Fault) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = append(l.list, f)
}

func (l *faultList) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = nil
}

// take returns the fault that happens to a request, and counts it.
func (l *faultList) take(match func(Fault) bool) (Fault, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := slices.IndexFunc(l.list, match)
	if i < 0 {
		return Fault{}, false
	}
	f := l.list[i]
	if f.Times > 0 {
		l.list[i].Times--
		if l.list[i].Times == 0 {
			l.list = slices.Delete(l.list, i, i+1)
		}
	}
	return f, true
}
