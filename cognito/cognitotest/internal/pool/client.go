package pool

import (
	"fmt"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
)

// CheckClient checks a client by itself and against the pool's resource
// servers.
func (p *Pool) CheckClient(c *clients.Client) error {
	if err := c.Validate(); err != nil {
		return err
	}
	if err := p.checkProviders(c); err != nil {
		return err
	}
	return p.Servers.Check(c.Scopes)
}

// MustClient finds an app client that the test says is there.
func (p *Pool) MustClient(id string) *clients.Client {
	c := p.Clients.Find(id)
	if c == nil {
		panic(fmt.Sprintf("cognitotest: the pool has no app client %q", id))
	}
	return c
}

// AddClient adds an app client. It panics if the client is not possible or its
// id is taken.
func (p *Pool) AddClient(c clients.Client) *clients.Client {
	c = c.WithDefaults()
	if c.Scopes == nil {
		c.Scopes = p.Servers.Scopes()
	}
	err := p.CheckClient(&c)
	if err == nil {
		err = p.Clients.Add(&c)
	}
	if err != nil {
		panic("cognitotest: app client " + c.ID + ": " + err.Error())
	}
	return &c
}
