package session_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/session"
)

// prints is v in every way that fmt, slog and JSON know, except for %p. fmt
// calls no method for it, and go vet refuses it for anything but pointers.
func prints(v any) []string {
	var texts []string
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "% x", "%d", "%o", "%b", "%c", "%U", "%t"} {
		texts = append(texts, fmt.Sprintf(verb, v))
	}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("m", "v", v)
	slog.New(slog.NewJSONHandler(&log, nil)).Info("m", "v", v)
	doc, _ := json.Marshal(v)
	return append(texts, fmt.Sprint(v), fmt.Sprintln(v), fmt.Errorf("%v", v).Error(), log.String(), string(doc))
}

func TestE1_KeyIsRedacted(t *testing.T) {
	k := session.Key(strings.Repeat("\xc9", 32))
	secrets := []string{
		"201 201", "201,201", "c9c9c9", "C9C9C9", "c9 c9", "0xc9, 0xc9", "\xc9\xc9", `\xc9\xc9`, "311 311", "11001001 11001001", "U+00C9 U+00C9", "ÉÉ",
		base64.StdEncoding.EncodeToString(k)[:20],
	}
	values := []any{k, []session.Key{k}, map[string]session.Key{"k": k}, struct{ K session.Key }{k}, session.Config{Keys: []session.Key{k}}, &session.Config{Keys: []session.Key{k}}}
	for _, v := range values {
		for _, text := range prints(v) {
			for _, secret := range secrets {
				if strings.Contains(text, secret) {
					t.Errorf("%T prints %s: %s", v, secret, text)
				}
			}
		}
	}
	for _, text := range []string{fmt.Sprintf("%x", k), k.String(), fmt.Sprint(k), k.LogValue().String()} {
		if text != "[redacted]" {
			t.Errorf("a key prints as %q, want %q", text, "[redacted]")
		}
	}
	if doc, err := json.Marshal(k); err != nil || string(doc) != `"`+"[redacted]"+`"` {
		t.Errorf("Marshal(key) = %s, %v, want %q", doc, err, "[redacted]")
	}
}

func TestNewKey(t *testing.T) {
	a, b := session.NewKey(), session.NewKey()
	if len(a) != 32 || bytes.Equal(a, b) {
		t.Errorf("NewKey = %d bytes, the same twice: %v, want 32 new ones", len(a), bytes.Equal(a, b))
	}
}

func TestS2_ParseKeys(t *testing.T) {
	one, two := []byte(session.NewKey()), append(session.NewKey(), session.NewKey()...)
	copy(one, "\xfb\xff\xfb\xff") // which the alphabets write in different ways
	std, raw := base64.StdEncoding.EncodeToString, base64.RawStdEncoding.EncodeToString
	web, rawWeb := base64.URLEncoding.EncodeToString, base64.RawURLEncoding.EncodeToString
	tests := []struct {
		name string
		text string
		want [][]byte
		err  string
	}{
		{name: "standard", text: std(one), want: [][]byte{one}},
		{name: "standard without padding", text: raw(one), want: [][]byte{one}},
		{name: "URL alphabet", text: web(one), want: [][]byte{one}},
		{name: "URL alphabet without padding", text: rawWeb(one), want: [][]byte{one}},
		{name: "two, newest first", text: std(one) + "," + web(two), want: [][]byte{one, two}},
		{name: "spaces", text: " " + std(one) + " ,\n" + std(two) + "\n", want: [][]byte{one, two}},
		{name: "empty", text: "", err: "no key"},
		{name: "blank", text: " \n", err: "no key"},
		{name: "comma at the end", text: std(one) + ",", err: "key 2 has 0 bytes"},
		{name: "short", text: std(one[:31]), err: "key 1 has 31 bytes"},
		{name: "second short", text: std(one) + "," + std(one[:16]), err: "key 2 has 16 bytes"},
		{name: "no base64", text: std(one) + ",correct horse", err: "key 2 is not base64: generate one with openssl rand -base64 32"},
		{name: "zero bytes", text: std(make([]byte, 32)), err: "key 1 is nothing but zeros"},
		{name: "second of zero bytes", text: std(one) + "," + std(make([]byte, 48)), err: "key 2 is nothing but zeros"},
		{name: "hexadecimal is short", text: strings.Repeat("ab", 16), err: "key 1 has 24 bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			keys, err := session.ParseKeys(tt.text)
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) || keys != nil {
					t.Errorf("ParseKeys = %d keys, %v, want an error with %q", len(keys), err, tt.err)
				}
				if err != nil && strings.Contains(err.Error(), std(one)[:10]) {
					t.Errorf("ParseKeys = %q, which quotes a key", err)
				}
				return
			}
			if err != nil || len(keys) != len(tt.want) {
				t.Fatalf("ParseKeys = %d keys, %v, want %d", len(keys), err, len(tt.want))
			}
			for i := range keys {
				if !bytes.Equal(keys[i], tt.want[i]) {
					t.Errorf("key %d is not the one that was encoded", i+1)
				}
			}
		})
	}
}
