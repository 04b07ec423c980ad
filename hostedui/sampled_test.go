package hostedui_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestLogging_ForgedCallbacks: a thousand forged callbacks leave ten lines a
// minute in the log, and the next line counts the rest. Failures that no
// stranger can cause are all logged.
func TestLogging_ForgedCallbacks(t *testing.T) {
	w := newWorld(t)
	first := w.serve(http.MethodGet, "/auth/callback?code=0&state=0", navigation...)
	var cookies []string // of the one restart that a browser gets
	for _, c := range first.Result().Cookies() {
		cookies = append(cookies, c.Name+"="+c.Value)
	}
	headers := append([]string{"Cookie", strings.Join(cookies, "; ")}, navigation...)
	forge := func(n int) {
		for i := range n {
			if got := w.serve(http.MethodGet, fmt.Sprintf("/auth/callback?code=%d&state=%d", i, i), headers...); got.Code != http.StatusBadRequest {
				t.Fatalf("a forged callback got %d", got.Code)
			}
		}
	}
	forge(1000)
	if n := strings.Count(w.log.String(), "level=WARN"); n != 10 {
		t.Errorf("%d lines for a thousand forged callbacks, want 10", n)
	}
	w.pool.Advance(time.Minute)
	forge(1)
	if !strings.Contains(w.log.String(), "left_out=990") {
		t.Errorf("the next line does not say that 990 were left out:\n%s", w.log.String())
	}
}
