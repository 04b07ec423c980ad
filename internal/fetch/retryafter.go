package fetch

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// maxRetryAfter bounds what RetryAfter returns.
const maxRetryAfter = 24 * time.Hour

// RetryAfter is how long an answer with this status and these headers asks for
// a pause (RFC 9110 section 10.2.3). The header has a number of seconds, or a
// date. It is zero where nothing is asked, where the value makes no sense, and
// for a status other than 429 and 5xx. A date is compared with the answer's own
// Date, so that the clock of this machine does not matter.
func RetryAfter(status int, h http.Header, now time.Time) time.Duration {
	value := strings.TrimSpace(h.Get("Retry-After"))
	if value == "" || status != http.StatusTooManyRequests && status < 500 {
		return 0
	}
	if seconds, err := strconv.ParseUint(value, 10, 32); err == nil {
		return min(maxRetryAfter, time.Duration(seconds)*time.Second)
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	if sent, err := http.ParseTime(h.Get("Date")); err == nil {
		now = sent
	}
	return min(maxRetryAfter, max(0, at.Sub(now)))
}
