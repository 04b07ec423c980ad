package signouts

import (
	"time"

	"github.com/seed75762126/cognito-go/internal/wire"
)

// Marks is what a session keeps with itself to tell whether it has ended with
// others.
type Marks struct {
	// Issued is when Cognito issued the first tokens, by its own clock. It is the
	// zero Time where that is unknown. Knew is how many events of that second were
	// known when the session began: see Before.
	Issued time.Time
	Knew   uint64

	// Everyone is the number of the last end of all sessions when the session
	// began: see Everyone.
	Everyone uint64

	// Checked is when Cognito was last known to honour the session. It is the zero
	// Time where that is unknown.
	Checked time.Time
}

// Fields of a session's record. A number is never given to another field.
const (
	fieldIssued   = 5
	fieldEveryone = 6
	fieldChecked  = 7
)

// Append writes the marks that are set, as fields.
func (m *Marks) Append(b []byte) []byte {
	if !m.Issued.IsZero() {
		value := wire.AppendTime(nil, m.Issued)
		if m.Knew > 0 {
			value = wire.AppendUvarint(value, m.Knew)
		}
		b = wire.AppendField(b, fieldIssued, value)
	}
	if m.Everyone > 0 {
		b = wire.AppendField(b, fieldEveryone, wire.AppendUvarint(nil, m.Everyone))
	}
	if !m.Checked.IsZero() {
		b = wire.AppendField(b, fieldChecked, wire.AppendTime(nil, m.Checked))
	}
	return b
}

// Read reads a field that Append has written, and skips others.
func (m *Marks) Read(field uint64, value string) {
	r := wire.NewReader(value)
	switch field {
	case fieldIssued:
		m.Issued = r.Time()
		if r.More() {
			m.Knew = r.Uvarint()
		}
	case fieldEveryone:
		m.Everyone = r.Uvarint()
	case fieldChecked:
		m.Checked = r.Time()
	}
}
