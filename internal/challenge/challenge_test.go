package challenge_test

import (
	"slices"
	"testing"

	"github.com/seed75762126/cognito-go/internal/challenge"
)

// texts are the challenges as they are written.
func texts(list []challenge.Challenge) (all []string) {
	for _, c := range list {
		all = append(all, c.String())
	}
	return all
}

func TestE3_Parse(t *testing.T) {
	for field, want := range map[string][]string{
		"":                      nil,
		"Bearer":                {"Bearer"},
		`Basic realm="x", DPoP`: {`Basic realm="x"`, "DPoP"},
		`Bearer realm="a\", b" , scope = own,,Negotiate YWJj==`: {`Bearer realm="a\", b", scope=own`, "Negotiate YWJj=="},
	} {
		if got := texts(challenge.Parse(field)); !slices.Equal(got, want) {
			t.Errorf("Parse(%q) = %q, want %q", field, got, want)
		}
	}
}

func TestE2_With(t *testing.T) {
	c := challenge.Parse(`Bearer Scope="a", realm="x"`)[0]
	got := c.With([]challenge.Param{{Name: "scope", Value: challenge.Quote(`b"` + "\n")}}).String()
	if want := `Bearer realm="x", scope="b\""`; got != want {
		t.Errorf("With(scope) = %s, want %s", got, want)
	}
	if got := c.String(); got != `Bearer Scope="a", realm="x"` {
		t.Errorf("With changed its challenge to %s", got)
	}
}

// FuzzE3_Parse: whatever a quoted value is, it ends neither its challenge nor
// the field. A malformed field panics nowhere.
func FuzzE3_Parse(f *testing.F) {
	for _, s := range []string{"Bearer", `Basic realm="x", Bearer`, `Bearer realm="x\", y"`, "Negotiate YWJj==", `"`, "=", ",,", "Bearer =a"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		_ = texts(challenge.Parse(s))
		first := "Basic realm=" + challenge.Quote(s)
		if got := texts(challenge.Parse(first + ", Bearer")); !slices.Equal(got, []string{first, "Bearer"}) {
			t.Fatalf("%s, Bearer was read as %q", first, got)
		}
	})
}
