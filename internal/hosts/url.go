package hosts

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// parseBase accepts an absolute https URL, or http for a loopback host,
// without user, query and fragment, and returns it without a trailing slash.
// A path is accepted where withPath says so. plain are further hosts, without
// port, for which http is accepted; "" names no host.
func parseBase(raw string, withPath bool, plain []string) (string, error) {
	bad := func(why string) (string, error) {
		shown := raw
		if at := strings.LastIndexByte(raw, '@'); at >= 0 {
			shown = "…" + raw[at:] // before it there may be a password
		}
		return "", fmt.Errorf("%q: %s", Clip(shown), why)
	}
	u, err := url.Parse(raw)
	switch {
	case err != nil && !strings.Contains(raw, "://"): // "127.0.0.1:8080" does not parse
		return bad(withoutScheme(raw))
	case err != nil:
		return bad("not a URL")
	}
	host := u.Hostname()
	switch {
	case !strings.Contains(raw, "://"):
		return bad(withoutScheme(raw))
	case u.Scheme != "https" && u.Scheme != "http":
		return bad("the scheme must be https")
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || strings.Contains(raw, "#"):
		return bad("a base URL has no user, query or fragment")
	case !isHostName(host) && !isIP(host):
		return bad("the host is not a host name")
	case u.Scheme == "http" && !IsLoopback(host) && (host == "" || !slices.Contains(plain, strings.ToLower(host))):
		why := "plain http is accepted for loopback hosts only; use https"
		if len(plain) > 0 { // the configuration can name one
			why += ", or name the host of an emulator in EmulatorHost (COGNITO_EMULATOR_HOST)"
		}
		return bad(why)
	case strings.HasSuffix(u.Host, ":"):
		return bad("the port is empty")
	}
	path := u.EscapedPath()
	if path != "" && path != "/" && !withPath {
		return bad("no path belongs here")
	}
	if strings.ContainsAny(path, "\\%") || strings.Contains(path, "//") || strings.Contains(path+"/", "/../") || strings.Contains(path+"/", "/./") {
		return bad("the path must be plain")
	}
	return u.Scheme + "://" + canonicalHost(u) + strings.TrimSuffix(path, "/"), nil
}

// canonicalHost is host and port as browsers write them: in lower case, and
// without the port that the scheme has anyway (RFC 6454 section 4).
func canonicalHost(u *url.URL) string {
	host := strings.ToLower(u.Host)
	if defaults := map[string]string{"https": "443", "http": "80"}; u.Port() == defaults[u.Scheme] {
		return strings.TrimSuffix(host, ":"+u.Port())
	}
	return host
}

// withoutScheme says what is missing from something that has no "://".
func withoutScheme(raw string) string {
	rest := strings.TrimPrefix(raw, "//")
	u, err := url.Parse("https://" + rest)
	if err != nil || u.User != nil || strings.HasPrefix(rest, "http:") || strings.HasPrefix(rest, "https:") || !isHostName(u.Hostname()) && !isIP(u.Hostname()) {
		return "not a URL: write one such as https://app.example.com"
	}
	scheme := "https://"
	if IsLoopback(u.Hostname()) {
		scheme = "http://"
	}
	return "the scheme is missing: write " + scheme + Clip(rest)
}

// ParseBaseURL returns an app's or a service's base URL without a trailing
// slash. It must be absolute and https. http is accepted on a loopback host,
// and on one of the plain hosts, which have no port and are in lower case.
func ParseBaseURL(raw string, plain ...string) (string, error) { return parseBase(raw, true, plain) }

// ParseEmulatorHost returns the host of an emulator, in lower case. It has no
// scheme and no port, and is not a host of AWS.
func ParseEmulatorHost(host string) (string, error) {
	host = strings.ToLower(host)
	if !isHostName(host) && !isIP(host) {
		return "", fmt.Errorf("%q is not a host name: write it without scheme and port, such as cognito", Clip(host))
	}
	if _, ours := prefixHostRegion(host); ours || isAWSHost(host) {
		return "", fmt.Errorf("%q is a host of AWS, which is reached only by https", Clip(host))
	}
	return host, nil
}

// IsLoopback reports whether host, without a port, is this machine by its
// name or address: localhost, 127.0.0.0/8 or ::1.
func IsLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

func isIP(host string) bool {
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Zone() == ""
}
