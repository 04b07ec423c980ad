package request

import (
	"context"
	"net/http"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/pool"
)

// A Fleet is the pools at one address, which the API makes and deletes.
type Fleet interface {
	Pools() []*pool.Pool
	Region() string // where it makes pools
	Add(*pool.Pool)
	Remove(*pool.Pool)
}

// servedBy is the key of the context of a request that came to a fleet.
type servedBy struct{}

// WithFleet is a request that came to a fleet.
func WithFleet(r *http.Request, f Fleet) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), servedBy{}, f))
}

// FleetOf returns nil for a request that came to a pool itself.
func FleetOf(r *http.Request) Fleet {
	f, _ := r.Context().Value(servedBy{}).(Fleet)
	return f
}

// sharedHost is the key of the context of a request under a host name that
// several pools share.
type sharedHost struct{}

// WithSharedHost marks a request under a host name that several pools share.
func WithSharedHost(r *http.Request) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), sharedHost{}, true))
}

func isShared(r *http.Request) bool { return r.Context().Value(sharedHost{}) != nil }

// cookieName keeps the cookies of several pools under one host name apart.
func (c *Call) cookieName(name string) string {
	if c.shared {
		return name + "-" + c.ID
	}
	return name
}
