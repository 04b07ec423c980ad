package userpool

import (
	"net/http"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/cognito/userpool/internal/record"
	"github.com/seed75762126/cognito-go/cognito/userpool/internal/vault"
)

// KeepDevice keeps the remembered device in an encrypted cookie, for as long as
// browsers keep a cookie. A browser is one device: if several people sign in,
// it is remembered for the last of them. Call KeepDevice again at each sign-in:
// this renews the cookie and encrypts it with the newest key.
func (p *Pending) KeepDevice(w http.ResponseWriter, d *Device) error {
	if !p.devices.Put(w, record.EncodeDevice(d.Key, d.GroupKey, string(d.Secret)), vault.Longest) {
		return p.c.ownError("Pending.KeepDevice", observe.CodeBadRequest, errTooLarge("the device does not fit a cookie"))
	}
	return nil
}

// Device returns the remembered device of the request's browser, for
// [Credentials.Device]. It returns nil if there is none.
func (p *Pending) Device(r *http.Request) *Device {
	plain, err := p.devices.Get(r)
	if err != nil {
		return nil
	}
	key, groupKey, secret, ok := record.DecodeDevice(plain)
	d := &Device{Key: key, GroupKey: groupKey, Secret: cognito.Secret(secret)}
	if !ok || !d.complete() {
		return nil
	}
	return d
}

// DropDevice removes the remembered device from the browser. To remove it
// from Cognito, call [Client.ForgetDevice].
func (p *Pending) DropDevice(w http.ResponseWriter) { p.devices.Drop(w) }
