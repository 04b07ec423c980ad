package cognitotest

import (
	"fmt"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// A mismatch is an address that is not registered with its app client. The
// error page, which Cognito leads to without it, shows the latest one.
type mismatch struct {
	param      string // "redirect_uri" or "logout_uri"
	sent       string
	registered []string
}

// mismatchLife is how long the error page remembers the address.
const mismatchLife = time.Minute

// maxShownURL bounds an address on the error page and in the log.
const maxShownURL = 300

// refuseMismatch leads to the error page. The log has all that tells why.
func (c *call) refuseMismatch(client *AppClient, m mismatch) {
	c.mismatches.Put(client.ID, m, c.at.Add(mismatchLife), c.at)
	c.refuseHere("redirect_mismatch", "")
	c.event.Error = joinWords("redirect_mismatch:", strings.Join(m.facts(client.ID), ", "))
}

// facts are what a developer compares, letter for letter.
func (m mismatch) facts(clientID string) []string {
	facts := []string{"client_id " + clientID, fmt.Sprintf("%s %s", m.param, refusal.Clip(m.sent, maxShownURL))}
	if len(m.registered) == 0 {
		return append(facts, "registered: none")
	}
	for _, url := range m.registered {
		facts = append(facts, "registered: "+url)
	}
	return facts
}

// mismatchFacts are those of the app client whose error page this is.
func (c *call) mismatchFacts() []string {
	client := c.clients.find(c.query.Get("client_id"))
	if client == nil {
		return nil
	}
	m, known := c.mismatches.Get(client.ID, c.at)
	if !known {
		return nil
	}
	return m.facts(client.ID)
}
