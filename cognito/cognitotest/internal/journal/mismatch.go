package journal

import (
	"fmt"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// A Mismatch is an address that is not registered with its app client.
// Cognito's redirect to the error page does not contain it, so the page shows
// the latest one.
type Mismatch struct {
	Param      string // "redirect_uri" or "logout_uri"
	Sent       string
	Registered []string
}

// MismatchLife is how long the error page remembers the address.
const MismatchLife = time.Minute

// maxShownURL bounds an address on the error page and in the log.
const maxShownURL = 300

// Facts are what a developer compares, letter for letter. The arguments
// registered and none are the words for this in the reader's language.
func (m Mismatch) Facts(clientID, registered, none string) []string {
	facts := []string{"client_id " + clientID, fmt.Sprintf("%s %s", m.Param, refusal.Clip(m.Sent, maxShownURL))}
	if len(m.Registered) == 0 {
		return append(facts, registered+": "+none)
	}
	for _, url := range m.Registered {
		facts = append(facts, registered+": "+url)
	}
	return facts
}
