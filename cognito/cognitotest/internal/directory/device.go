package directory

import (
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/internal/srp"
)

// A Device is one on which a user signs in through the user-pool API, once
// its app has confirmed it.
type Device struct {
	Key, Group, Name string
	Verifier         srp.Verifier // of its secret
	Remembered       bool
	Address          string // last_ip_used
	Created          time.Time
	Modified         time.Time
	Used             time.Time // when it last signed in
}

type savedDevice struct {
	Key, Group, Name        string
	Verifier                credential.SavedVerifier
	Remembered              bool
	Address                 string
	Created, Modified, Used time.Time
}

func (d Device) save() savedDevice {
	return savedDevice{d.Key, d.Group, d.Name, credential.SavedVerifier{Salt: d.Verifier.Salt, Value: d.Verifier.Value}, d.Remembered, d.Address, d.Created, d.Modified, d.Used}
}

func (s savedDevice) read() Device {
	return Device{s.Key, s.Group, s.Name, srp.Verifier{Salt: s.Verifier.Salt, Value: s.Verifier.Value}, s.Remembered, s.Address, s.Created, s.Modified, s.Used}
}

// Device returns the user's device of that key, or nil.
func (a *Account) Device(key string) *Device {
	for i := range a.Devices {
		if a.Devices[i].Key == key {
			return &a.Devices[i]
		}
	}
	return nil
}

// Remembers reports whether the device of that key proves itself when it
// signs in.
func (a *Account) Remembers(key string) bool {
	d := a.Device(key)
	return d != nil && d.Remembered
}
