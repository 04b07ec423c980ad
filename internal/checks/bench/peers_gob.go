package main

import (
	"encoding/gob"
	"time"
)

// user is what an app keeps of an identity in a session of gorilla or scs,
// whose values go through encoding/gob.
type user struct {
	Issuer, Subject, Username, ClientID string
	Email                               string
	EmailVerified                       bool
	Name                                string
	Groups, Roles                       []string
	AuthTime                            time.Time
}

// grant is what it keeps of the tokens.
type grant struct {
	ID, Access, Refresh string
	Expiry              time.Time
}

func init() {
	gob.Register(user{})
	gob.Register(grant{})
}

func (w *world) user() (user, error) {
	id, err := w.identity()
	if err != nil {
		return user{}, err
	}
	return user{
		Issuer: id.Issuer, Subject: id.Subject, Username: id.Username, ClientID: id.ClientID,
		Email: id.Email, EmailVerified: id.EmailVerified, Name: id.Name,
		Groups: id.Groups, Roles: id.Roles, AuthTime: id.AuthTime,
	}, nil
}

func (w *world) grant() grant {
	return grant{string(w.tokens.ID), string(w.tokens.Access), string(w.tokens.Refresh), w.tokens.Expiry}
}
