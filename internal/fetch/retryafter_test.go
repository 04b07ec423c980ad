package fetch_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/internal/fetch"
)

// TestR7_RetryAfter: seconds and dates are read, for answers that may have
// them, within a bound.
func TestR7_RetryAfter(t *testing.T) {
	now := time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC)
	date := func(d time.Duration) string { return now.Add(d).Format(http.TimeFormat) }
	for _, tt := range []struct {
		status      int
		value, sent string
		want        time.Duration
	}{
		{429, "120", "", 2 * time.Minute},
		{503, " 7 ", "", 7 * time.Second},
		{500, "1", "", time.Second},
		{429, "0", "", 0},
		{429, "", "", 0},
		{429, "-5", "", 0},
		{429, "1.5", "", 0},
		{429, "soon", "", 0},
		{429, "999999999999999999999", "", 0},
		{429, "4000000000", "", 24 * time.Hour},
		{503, date(90 * time.Second), "", 90 * time.Second},
		{503, date(-time.Hour), "", 0},
		{503, date(-time.Hour), date(-2 * time.Hour), time.Hour},
		{503, date(90 * time.Second), "yesterday", 90 * time.Second},
		{503, date(1000 * time.Hour), "", 24 * time.Hour},
		{400, "120", "", 0},
		{200, "120", "", 0},
	} {
		h := http.Header{"Retry-After": {tt.value}, "Date": {tt.sent}}
		if got := fetch.RetryAfter(tt.status, h, now); got != tt.want {
			t.Errorf("RetryAfter(%d, %q, Date %q) = %v, want %v", tt.status, tt.value, tt.sent, got, tt.want)
		}
	}
}
