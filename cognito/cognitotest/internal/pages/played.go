package pages

import (
	"github.com/seed75762126/cognito-go/cognito/cognitotest/federation"
)

// A Played is a page on which the pool plays an external provider.
type Played struct {
	Label    string // of the provider
	Look     string // class of the page
	Users    []PlayedUser
	Typed    federation.User // what the tester typed last
	Other    bool            // the typed user is chosen
	Prompt   string          // what the pool asked for
	Failures []PlayedFailure
	Response string // SAML: the field SAMLResponse
	Relay    string // SAML: the field RelayState
}

// A PlayedUser is one whom the page offers.
type PlayedUser struct {
	federation.User
	Chosen bool
}

// A PlayedFailure is a way to fail that the page offers. Label is a key.
type PlayedFailure struct{ Value, Label string }
