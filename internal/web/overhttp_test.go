package web_test

import (
	"crypto/tls"
	"net/http/httptest"
	"testing"

	"github.com/seed75762126/cognito-go/internal/web"
)

func TestOverHTTP(t *testing.T) {
	const (
		chrome  = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
		firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
		safari  = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15"
	)
	for _, tt := range []struct {
		name, agent string
		header      []string
		tls, want   bool
	}{
		{name: "Chrome over http", agent: chrome, want: true},
		{name: "Firefox over http", agent: firefox, want: true},
		{name: "Safari over http", agent: safari, want: true},
		{name: "Chrome over https behind a proxy", agent: chrome, header: []string{"Sec-Fetch-Mode", "navigate"}},
		{name: "a proxy leaves one header", agent: chrome, header: []string{"Sec-Fetch-Site", "none"}},
		{name: "Chrome over https here", agent: chrome, tls: true},
		{name: "an old Chrome", agent: "Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/49.0.2623.112 Safari/537.36"},
		{name: "an old Firefox", agent: "Mozilla/5.0 (Windows NT 6.1; rv:52.0) Gecko/20100101 Firefox/52.0"},
		{name: "an old Safari", agent: "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.6 Mobile/15E148 Safari/604.1"},
		{name: "a program", agent: "curl/8.5.0"},
		{name: "no name"},
		{name: "no version", agent: "Chrome/"},
		{name: "a strange version", agent: "Chrome/99999999999999999999.0"},
	} {
		r := httptest.NewRequest("GET", "http://app.example.com/", nil)
		r.Header.Set("User-Agent", tt.agent)
		for i := 0; i < len(tt.header); i += 2 {
			r.Header.Set(tt.header[i], tt.header[i+1])
		}
		if tt.tls {
			r.TLS = new(tls.ConnectionState)
		}
		if got := web.OverHTTP(r); got != tt.want {
			t.Errorf("%s: OverHTTP() = %t, want %t", tt.name, got, tt.want)
		}
	}
}
