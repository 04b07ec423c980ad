package cookies_test

import (
	"bytes"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/internal/cookies"
	"github.com/seed75762126/cognito-go/internal/web"
)

// TestS4_Chunks: what is cut into cookies is joined to the same, and any chunk
// that is missing, swapped or of another session is noticed.
func TestS4_Chunks(t *testing.T) {
	c := cookies.New(web.NewSite("https://app.example.com"), "__Host-session", false)
	c.Most = 1000
	id, other := [16]byte{1, 2, 3, 4, 5, 6}, [16]byte{6, 5, 4, 3, 2, 1}
	sealed := bytes.Repeat([]byte("sealed"), 300)
	header := func(list []*http.Cookie) (sent []string) {
		for _, k := range list {
			sent = append(sent, k.Name+"="+k.Value)
		}
		return []string{strings.Join(sent, "; ")}
	}
	list := c.Chunks(id, sealed, time.Hour)
	if len(list) < 3 {
		t.Fatalf("%d chunks, want three at least", len(list))
	}
	for _, k := range list {
		if n := len(k.String()); n > c.Most {
			t.Errorf("cookie %s has %d bytes, want at most %d", k.Name, n, c.Most)
		}
	}
	if got, ok := c.Join(header(list), id); !ok || !bytes.Equal(got, sealed) || !c.Complete(header(list), id) {
		t.Errorf("Join = %d bytes, %v, want what was cut", len(got), ok)
	}
	swapped := []*http.Cookie{{Name: list[0].Name, Value: list[1].Value}, {Name: list[1].Name, Value: list[0].Value}, list[2]}
	for name, sent := range map[string][]string{
		"none": nil, "one missing": header(list[1:]), "last missing": header(list[:2]), "swapped": header(swapped),
		"another session's": header(c.Chunks(other, sealed, time.Hour)),
		"one sent twice":    append(header(list), list[0].Name+"=other"),
	} {
		if _, ok := c.Join(sent, id); ok || c.Complete(sent, id) {
			t.Errorf("Join(%s) = true, want false", name)
		}
	}
}

// TestS4_Budget: cookies that take more than the budget do not fit.
func TestS4_Budget(t *testing.T) {
	for withID, most := range map[bool]int{false: 4 << 10, true: 6 << 10} {
		c := cookies.New(web.NewSite("https://app.example.com"), "session", withID)
		half := strings.Repeat("x", most/2-len("session-1=; "))
		list := []*http.Cookie{c.Make("session-1", half, time.Hour), c.Make("session-2", half, time.Hour)}
		if err := c.Fit(list); err != nil {
			t.Errorf("Fit(%d bytes) = %v, want nil", most, err)
		}
		list[1].Value += "x"
		if err := c.Fit(list); !errors.Is(err, cookies.ErrTooLarge) {
			t.Errorf("Fit(%d bytes) = %v, want ErrTooLarge", most+1, err)
		}
	}
}
