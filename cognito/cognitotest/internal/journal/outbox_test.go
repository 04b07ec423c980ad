package journal_test

import (
	"strconv"
	"testing"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/journal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/outbox"
)

// The outbox of a pool that runs for days forgets its oldest messages.
func TestOutboxIsBounded(t *testing.T) {
	var o journal.Messages
	for sent := 1; sent <= 30_500; sent++ {
		o.Send(outbox.Message{Code: strconv.Itoa(sent)})
		if sent%500 > 1 {
			continue
		}
		all := o.All()
		if len(all) > 10_000 || len(all) < min(sent, 9_000) {
			t.Fatalf("after %d messages the outbox has %d, want the last 9,000 to 10,000", sent, len(all))
		}
		for i, m := range all {
			if want := strconv.Itoa(sent - len(all) + 1 + i); m.Code != want {
				t.Fatalf("after %d messages, message %d of %d is %s, want %s", sent, i, len(all), m.Code, want)
			}
		}
	}
}
