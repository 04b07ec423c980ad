package cognitotest

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/identities"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/inmemory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pool"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/settings"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/trail"
)

// A Server serves several pools, as AWS does. In memory each pool has its own
// domains, and the pools of a region share the issuer hosts. On a socket, such
// as after [Server.Start], each pool's issuer is <address>/<pool id>. The paths
// of the domain are then the same for all pools. The client_id of a request
// selects the pool, so app client ids must differ.
//
// Its methods may be called concurrently.
type Server struct {
	mu      sync.Mutex // guards everything below
	pools   []*Pool
	firstID string // of the first pool there was
	base    string // where a socket serves the pools; "" means only in memory
	server  *server
	trail   trail.Sink // where the events of all pools go
}

// NewServer returns a server of pools. More can be added later. It panics if
// two pools have the same id.
func NewServer(pools ...*Pool) *Server {
	s := new(Server)
	for _, p := range pools {
		s.Add(p)
	}
	return s
}

// Add adds a pool. It panics if the server already has a pool with its id.
func (s *Server) Add(p *Pool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, other := range s.pools {
		if other.core.ID == p.core.ID {
			panic(fmt.Sprintf("cognitotest: the server has a pool %q: set another id with WithID", p.core.ID))
		}
	}
	if s.base != "" {
		p.ServeAt(s.base)
	}
	if deliver := s.trail.Get(); deliver != nil {
		p.DeliverTrail(deliver)
	}
	s.firstID = cmp.Or(s.firstID, p.core.ID)
	s.pools = append(s.pools, p)
}

// remove forgets a pool. What it had goes with it.
func (s *Server) remove(p *Pool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pools = slices.DeleteFunc(slices.Clone(s.pools), func(other *Pool) bool { return other == p })
	p.ServeAt("")
}

// region is where CreateUserPool makes pools: in the region of the first pool
// that the server had.
func (s *Server) region() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	region, _, _ := strings.Cut(cmp.Or(s.firstID, pool.DefaultPoolID), "_")
	return region
}

// Pools returns the pools in the order in which they were added.
func (s *Server) Pools() []*Pool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.pools)
}

// Pool returns the pool with that id, or nil.
func (s *Server) Pool(id string) *Pool {
	for _, p := range s.Pools() {
		if p.core.ID == id {
			return p
		}
	}
	return nil
}

// ID returns the user-pool id.
func (p *Pool) ID() string { return p.core.ID }

// Start serves all pools on a loopback address, as [Pool.Start] does for one
// pool.
func (s *Server) Start(addr string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.server != nil {
		return errors.New("cognitotest: start: the server is started already")
	}
	started, base, err := startServer(addr, s)
	if err != nil {
		return err
	}
	s.server, s.base = started, base
	for _, p := range s.pools {
		p.ServeAt(base)
	}
	return nil
}

// ServeAt is [Pool.ServeAt] for all pools, also for those that are added later.
func (s *Server) ServeAt(baseURL string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.pools {
		p.ServeAt(baseURL)
	}
	s.base = strings.TrimSuffix(baseURL, "/")
}

// URL returns the address at which a socket serves the pools, without a
// trailing slash. It is "" if there is no socket.
func (s *Server) URL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.base
}

// Close stops the server that Start has started and waits for its end. The
// pools still answer in memory.
func (s *Server) Close() error {
	s.mu.Lock()
	started := s.server
	if started != nil {
		s.server, s.base = nil, ""
		for _, p := range s.pools {
			p.ServeAt("")
		}
	}
	s.mu.Unlock()
	return started.stop()
}

// Client is [Pool.Client] for all pools.
func (s *Server) Client() *http.Client {
	return &http.Client{Transport: inmemory.Transport(func(r *http.Request) (*http.Response, error) {
		if !s.serves(r.URL) {
			return nil, fmt.Errorf("cognitotest: %s://%s belongs to none of the server's pools", r.URL.Scheme, r.URL.Host)
		}
		return inmemory.Answer(s, r)
	})}
}

// Browser is [Pool.Browser] for all pools.
func (s *Server) Browser(app http.Handler, baseURL string) *http.Client {
	return inmemory.BrowserOf(app, baseURL, s, s.serves)
}

// serves reports whether one of the pools answers u in memory.
func (s *Server) serves(u *url.URL) bool {
	return slices.ContainsFunc(s.answering(), func(p *Pool) bool { return p.core.Serves(u) })
}

// poolCookie remembers which of several pools under one host name a browser
// is at, for requests that do not say.
const poolCookie = "emulator-pool"

// answering are the pools. If there are none, it is an empty one, which can be
// asked to make the first.
func (s *Server) answering() []*Pool {
	if pools := s.Pools(); len(pools) > 0 {
		return pools
	}
	return []*Pool{{core: pool.NewEmpty(s.region()+"_None", settings.Settings{Rules: settings.Rules{First: []string{settings.FirstFactorPassword}}})}}
}

// ServeHTTP passes the request to its pool.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	candidates := s.answering()
	r = request.WithFleet(r, serverFleet{s})
	if id, _, ok := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/.well-known/"); ok {
		cmp.Or(s.Pool(id), candidates[0]).ServeHTTP(w, r) // any pool says that it is not of that id
		return
	}
	if own := slices.DeleteFunc(slices.Clone(candidates), func(p *Pool) bool { return !slices.Contains(p.core.DomainHosts(), r.Host) }); len(own) > 0 {
		candidates = own
	}
	if len(candidates) == 1 {
		candidates[0].ServeHTTP(w, r)
		return
	}
	r = request.WithSharedHost(r)
	p, named := choosePool(candidates, r)
	if _, api := request.IsAPI(r); named && !api && !domainEndpoints[r.URL.Path].JSON {
		http.SetCookie(w, &http.Cookie{Name: poolCookie, Value: p.core.ID, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode})
	}
	p.ServeHTTP(w, r)
}

// choosePool finds the pool a request is for: the one that has its client, or
// issued its token, or that the browser was at. It may replace the body of r,
// which it has to read. Where nothing tells, it is the first.
func choosePool(pools []*Pool, r *http.Request) (p *Pool, named bool) {
	if p := identityOwner(pools, r); p != nil {
		return p, false
	}
	for _, id := range clientIDs(r) {
		for _, p := range pools {
			if p.core.Clients.Find(id) != nil {
				return p, true
			}
		}
	}
	id := bearerPool(r.Header.Get("Authorization"))
	if _, ok := request.IsAPI(r); ok {
		id = apiPool(r)
		session := request.APIParams(request.PeekBody(r)).Get("Session")
		for _, p := range pools {
			if session != "" && p.core.AuthSessions.Has(session, p.Now()) {
				return p, false
			}
		}
	}
	if cookie, err := r.Cookie(poolCookie); id == "" && err == nil {
		id = cookie.Value
	}
	for _, p := range pools {
		if p.core.ID == id {
			return p, false
		}
	}
	return pools[0], false
}

// clientIDs are what a request says about its app client.
func clientIDs(r *http.Request) []string {
	ids := []string{r.URL.Query().Get("client_id")}
	if id, _, ok := r.BasicAuth(); ok {
		ids = append(ids, id)
	}
	if _, ok := request.IsAPI(r); ok {
		ids = append(ids, request.APIParams(request.PeekBody(r)).Get("ClientId"))
	} else if e := domainEndpoints[r.URL.Path]; r.Method == http.MethodPost && e.Post != nil && e.JSON {
		ids = append(ids, request.PeekForm(r).Get("client_id"))
	}
	return slices.DeleteFunc(ids, func(id string) bool { return id == "" })
}

// apiPool is the id of the pool that a call of the API names by its id or ARN, or
// whose access token it has.
func apiPool(r *http.Request) string {
	params := request.APIParams(request.PeekBody(r))
	arn := params.Get("ResourceArn")
	return cmp.Or(params.Get("UserPoolId"), arn[strings.LastIndexByte(arn, '/')+1:], bearerPool("Bearer "+params.Get("AccessToken")))
}

// bearerPool is the pool id at the end of a bearer token's iss. Nothing else
// follows from it: the pool verifies the token.
func bearerPool(authorization string) string {
	_, token, _ := strings.Cut(authorization, " ")
	var claims struct{ Iss string }
	if json.Unmarshal(request.PeekPayload(strings.TrimSpace(token)), &claims) != nil {
		return ""
	}
	return claims.Iss[strings.LastIndexByte(claims.Iss, '/')+1:]
}

// identityOwner is the pool that has the identity pool, the identity or the
// identity's token that a request names. It is nil if the request names none of
// them.
func identityOwner(pools []*Pool, r *http.Request) *Pool {
	target, api := request.IsAPI(r)
	var named string
	switch {
	case api && strings.HasPrefix(target, identities.IdentityTarget):
		params := request.APIParams(request.PeekBody(r))
		named = cmp.Or(params.Get("IdentityPoolId"), params.Get("IdentityId"))
	case identities.IsSTS(r):
		named = request.Audience(request.PeekForm(r).Get("WebIdentityToken"))
	}
	for _, p := range pools {
		if named != "" && p.core.Identities != nil && (p.core.Identities.ID == named || p.core.Identities.Has(named)) {
			return p
		}
	}
	return nil
}

// serverFleet is a Server as the API sees it.
type serverFleet struct{ server *Server }

// Pools are the server's pools.
func (f serverFleet) Pools() (all []*pool.Pool) {
	for _, p := range f.server.Pools() {
		all = append(all, p.core)
	}
	return all
}

// Region is where CreateUserPool makes pools.
func (f serverFleet) Region() string { return f.server.region() }

// Add adds a pool that the API has made.
func (f serverFleet) Add(p *pool.Pool) { f.server.Add(&Pool{core: p}) }

// Remove forgets a pool. What it had goes with it.
func (f serverFleet) Remove(p *pool.Pool) {
	for _, own := range f.server.Pools() {
		if own.core == p {
			f.server.remove(own)
		}
	}
}
