package webauthn

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"

	"github.com/seed75762126/cognito-go/internal/hosts"
)

// clientData is what the browser signed with (section 5.8.1).
type clientData struct {
	Type        string `json:"type"`
	Challenge   string `json:"challenge"`
	Origin      string `json:"origin"`
	CrossOrigin bool   `json:"crossOrigin"`
}

// The types of client data.
const (
	typeCreate = "webauthn.create"
	typeGet    = "webauthn.get"
)

func parseClientData(raw []byte) (c clientData, err error) {
	if err := json.Unmarshal(raw, &c); err != nil {
		return c, refuse(CheckFormat, "clientDataJSON is not the JSON of client data")
	}
	return c, nil
}

// check compares the client data with what was asked.
func (c clientData) check(typ string, challenge []byte, rp RelyingParty) error {
	switch {
	case c.Type != typ:
		return refuse(CheckType, "the client data are of the type %q, not %q", clip(c.Type), typ)
	case c.Challenge != base64.RawURLEncoding.EncodeToString(challenge):
		return refuse(CheckChallenge, "the challenge is not the one that was asked")
	case c.CrossOrigin:
		return refuse(CheckOrigin, "the page was in a frame of another origin")
	case !rp.serves(c.Origin):
		return refuse(CheckOrigin, "%q is not an origin of %q", clip(c.Origin), rp.ID)
	}
	return nil
}

// serves reports whether a page of this origin may use passkeys of the relying
// party. Its host must be the relying party id or lie below it (section 5.1.3).
// It must come over TLS or from this machine. Android apps name their signing
// key.
func (rp RelyingParty) serves(origin string) bool {
	if key, ok := strings.CutPrefix(origin, "android:apk-key-hash:"); ok {
		hash, err := decode(key)
		return err == nil && len(hash) == 32
	}
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || u.Scheme+"://"+u.Host != origin {
		return false
	}
	if u.Scheme != "https" && (u.Scheme != "http" || !hosts.IsLoopback(u.Hostname())) {
		return false
	}
	host, id := strings.ToLower(u.Hostname()), strings.ToLower(rp.ID)
	return id != "" && (host == id || strings.HasSuffix(host, "."+id))
}

// decode reads base64url without padding, as WebAuthn writes it.
func decode(s string) ([]byte, error) {
	if strings.ContainsAny(s, "\r\n") { // which the decoder skips
		return nil, base64.CorruptInputError(0)
	}
	return base64.RawURLEncoding.Strict().DecodeString(s)
}

// clip limits the length of a text from outside in an error.
func clip(s string) string {
	if len(s) > 64 {
		return strings.ToValidUTF8(s[:64], "") + "…"
	}
	return s
}
