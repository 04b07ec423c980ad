package poolevents_test

import (
	"io"
	"log/slog"
	"testing"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/poolevents"
	"github.com/seed75762126/cognito-go/cognito/session"
)

// FuzzHandle: whatever a queue holds, nothing panics, and what is taken once is
// taken again.
func FuzzHandle(f *testing.F) {
	store := session.NewMemoryStore(nil)
	list, err := poolevents.NewSignOuts(poolevents.SignOutsConfig{Store: store})
	if err != nil {
		f.Fatal(err)
	}
	h, err := poolevents.New(poolevents.Config{
		Pool:   cognito.Config{UserPoolID: "eu-west-1_aB3dE5gH7", ClientID: "client1", Logger: slog.New(slog.NewTextHandler(io.Discard, nil))},
		Tokens: list,
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(`{"source":"aws.cognito-idp","detail-type":"AWS API Call via CloudTrail","detail":{"eventSource":"cognito-idp.amazonaws.com",` +
		`"eventName":"AdminDisableUser","eventTime":"2026-11-29T17:00:00Z","eventID":"1","requestParameters":{"userPoolId":"eu-west-1_aB3dE5gH7"},"additionalEventData":{"sub":"jane"}}}`))
	f.Add([]byte(`{"source":"aws.cognito-idp","detail-type":"AWS Service Event via CloudTrail","detail":{"eventName":"forgotPassword_POST","additionalEventData":{"requestParameters":{"code":["x"],"sub":["a","b"]},"responseParameters":{"status":302.0}}}}`))
	f.Add([]byte(`[]`))
	f.Fuzz(func(t *testing.T, event []byte) {
		first := h.Handle(t.Context(), event)
		if again := h.Handle(t.Context(), event); (first == nil) != (again == nil) {
			t.Errorf("Handle(%q) = %v, and then %v", event, first, again)
		}
	})
}
