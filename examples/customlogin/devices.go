package main

import (
	"errors"
	"net/http"

	"github.com/seed75762126/cognito-go/cognito/userpool"
)

type devicesView struct {
	Devices  []userpool.DeviceInfo
	This     string // key of the device that this browser is
	Ask      bool   // remember this browser?
	ReturnTo string
}

func (p *pages) showDevices(w http.ResponseWriter, r *http.Request) { p.devicesPage(w, r, "") }

func (p *pages) devicesPage(w http.ResponseWriter, r *http.Request, problem string) {
	token, err := accessToken(r)
	view := devicesView{Ask: r.FormValue("new") != "", ReturnTo: p.returnTo(r)}
	if d := p.Pending.Device(r); d != nil {
		view.This = d.Key
	}
	for page, first := "", true; err == nil && (first || page != ""); first = false {
		var devices []userpool.DeviceInfo
		devices, page, err = p.Client.ListDevices(r.Context(), token, page)
		view.Devices = append(view.Devices, devices...)
	}
	if err != nil && !remembersNone(err) {
		if p.sessionOver(w, r, err) {
			return
		}
		problem = p.problem(r, err)
	}
	title := "Your devices"
	if view.Ask {
		title = "Remember this browser?"
	}
	p.form(w, r, "devices", View{Title: title, Problem: problem, Data: view})
}

// remembersNone reports whether the user pool is set up to remember no devices,
// which is Cognito's default.
func remembersNone(err error) bool {
	refused, ok := errors.AsType[*userpool.Error](err)
	return ok && refused.Code == "InvalidUserPoolConfigurationException"
}

// changeDevice remembers or forgets a device.
func (p *pages) changeDevice(w http.ResponseWriter, r *http.Request) {
	key := r.PostFormValue("key")
	token, err := accessToken(r)
	if err == nil {
		switch r.PostFormValue("action") {
		case "remember":
			err = p.Client.UpdateDeviceStatus(r.Context(), token, key, true)
		case "not-now":
			seeOther(w, p.returnTo(r))
			return
		case "forget":
			err = p.Client.ForgetDevice(r.Context(), token, key)
			if d := p.Pending.Device(r); err == nil && d != nil && d.Key == key {
				p.forgetThis(w, r)
				return
			}
		}
	}
	switch {
	case err != nil:
		if !p.sessionOver(w, r, err) {
			p.devicesPage(w, r, p.problem(r, err))
		}
	case r.PostFormValue("return_to") != "":
		seeOther(w, p.returnTo(r))
	default:
		seeOther(w, AccountPath+"/devices")
	}
}

// forgetThis ends the session of a browser that Cognito no longer knows as a
// device: its tokens could not be refreshed.
func (p *pages) forgetThis(w http.ResponseWriter, r *http.Request) {
	if err := p.Sessions.End(w, r); err != nil {
		p.unavailable(w, r, err)
		return
	}
	p.Pending.DropDevice(w)
	seeOther(w, Prefix+"login?forgotten=1")
}
