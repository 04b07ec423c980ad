package userpool

import (
	"net/http"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/internal/seal"
	"github.com/seed75762126/cognito-go/internal/wire"
)

const deviceFormat = 1

// KeepDevice keeps a remembered device in the browser that it is, sealed, for
// as long as browsers keep a cookie. A browser is one device: where several
// people sign in, it is remembered for the last of them. Keep it again at each
// sign-in, so that the cookie stays and moves to the newest key.
func (p *Pending) KeepDevice(w http.ResponseWriter, d *Device) error {
	b := []byte{deviceFormat}
	for _, text := range []string{d.Key, d.GroupKey, string(d.Secret)} {
		b = wire.AppendString(b, text)
	}
	cookie := p.site.Cookie(p.deviceCookie(), seal.Encode(p.devices.Seal(b, p.boundTo(p.deviceCookie()))), deviceLife)
	if len(cookie.String()) > maxCookie {
		return p.c.ownError("Pending.KeepDevice", codeBadRequest, errTooLarge("the device does not fit a cookie"))
	}
	p.set(w, cookie)
	return nil
}

// Device returns the device that the request's browser is, for
// [Credentials.Device], or nil.
func (p *Pending) Device(r *http.Request) *Device {
	plain, err := p.read(r, p.devices, p.deviceCookie())
	if err != nil {
		return nil
	}
	record := wire.NewReader(string(plain))
	if record.Byte() != deviceFormat {
		return nil
	}
	d := &Device{Key: record.String(), GroupKey: record.String(), Secret: cognito.Secret(record.String())}
	if !record.Done() || !d.complete() {
		return nil
	}
	return d
}

// DropDevice has the browser forget the device that it is. See
// [Client.ForgetDevice] for Cognito's part.
func (p *Pending) DropDevice(w http.ResponseWriter) {
	p.set(w, p.site.Cookie(p.deviceCookie(), "", -time.Second))
}

func (p *Pending) deviceCookie() string { return p.name + "-device" }
