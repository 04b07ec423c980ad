package hostedui

import (
	"net/http/httptest"
	"strconv"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/session"
	"github.com/seed75762126/cognito-go/internal/seal"
)

// TestC2_UsedStates: a state is used once while its attempt lives, then it is
// forgotten. The memory for states is bounded, and the oldest go first.
func TestC2_UsedStates(t *testing.T) {
	now := time.Unix(1_700_000_000, 0)
	u := newUsedStates(func() time.Time { return now })
	if !u.claim("a") || u.claim("a") {
		t.Fatal("a state is not used exactly once")
	}
	now = now.Add(attemptLife)
	if u.claim("a") {
		t.Error("a state may be used again at the end of its attempt's life")
	}
	now = now.Add(time.Second)
	if !u.claim("b") || len(u.until) != 1 || len(u.order) != 1 {
		t.Errorf("%d states and %d in order are kept after the first one's life, want 1", len(u.until), len(u.order))
	}
	for i := range maxUsed + 5 {
		u.claim(strconv.Itoa(i))
	}
	if len(u.until) != maxUsed || len(u.order) != maxUsed {
		t.Errorf("%d states and %d in order are kept, want %d", len(u.until), len(u.order), maxUsed)
	}
	if u.claim(strconv.Itoa(maxUsed + 4)) {
		t.Error("the newest state was forgotten")
	}
	if u.claim("5") { // "b" and 0 to 4 have gone
		t.Error("a state was forgotten before older ones")
	}
	if !u.claim("4") {
		t.Error("the oldest state is still there")
	}
}

// TestS12_AttemptOfAnotherRelease: an attempt whose format byte is unknown is
// none, and its place is free for a new one.
func TestS12_AttemptOfAnotherRelease(t *testing.T) {
	now := time.Now
	keys, err := seal.FixedRing([]session.Key{session.NewKey()})
	if err != nil {
		t.Fatal(err)
	}
	a, err := newAttempts(&Config{BaseURL: "https://app.example.com"}, keys, "bound", now)
	if err != nil {
		t.Fatal(err)
	}
	rec := httptest.NewRecorder()
	begun := a.begin(rec, httptest.NewRequest("GET", "/auth/login", nil), goal{})
	cookie := rec.Result().Cookies()[0]
	plain, ok := a.openAs(t.Context(), cookie.Name, cookie.Value)
	if !ok || plain[0] != attemptFormat {
		t.Fatalf("the cookie holds %x", plain)
	}
	for format, want := range map[byte]bool{attemptFormat: true, silentFormat: true, attemptFormat - 1: false, silentFormat + 1: false} {
		plain[0] = format
		cookie.Value = a.sealAs(cookie.Name, plain)
		r := httptest.NewRequest("GET", "/auth/callback", nil)
		r.AddCookie(cookie)
		if _, found := a.find(r, begun.State); found != want {
			t.Errorf("an attempt of format %d is found: %t, want %t", format, found, want)
		}
	}
	if slots := a.chooseSlot(httptest.NewRequest("GET", "/", nil)); len(slots) != 1 || slots[0] < '0' || slots[0] >= '0'+maxAttempts {
		t.Errorf("the place of a new attempt is %q", slots)
	}
}
