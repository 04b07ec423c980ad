package main

import "fmt"

// What -login may say.
const (
	optionAuto   = "auto"
	optionHosted = "hosted"
	optionCustom = "custom"
)

// A mode is how users sign in, and why so. It is decided once, at the start:
// if the Hosted UI is down, visitors see an error page. The app does not change
// the way by itself.
type mode struct {
	Flow   string // optionHosted or optionCustom
	Option string // what was asked for
	Reason string
}

// resolveMode decides how users sign in. Domain is that of the user pool.
func resolveMode(option, domain string) (mode, error) {
	m := mode{Option: option}
	switch {
	case option == optionHosted && domain == "":
		return m, fmt.Errorf("-login %s needs the Hosted UI of the user pool: set COGNITO_DOMAIN, or use -login %s", optionHosted, optionCustom)
	case option == optionHosted, option == optionCustom:
		m.Flow, m.Reason = option, "asked for by -login"
	case option != optionAuto:
		return m, fmt.Errorf("-login %q is none of %s, %s and %s", option, optionAuto, optionHosted, optionCustom)
	case domain != "":
		m.Flow, m.Reason = optionHosted, "a user-pool domain is configured"
	default:
		m.Flow, m.Reason = optionCustom, "no user-pool domain is configured"
	}
	return m, nil
}

// attrs are for the log. Their keys do not change.
func (m mode) attrs() []any {
	return []any{"flow", m.Flow, "option", m.Option, "reason", m.Reason}
}

// String is for the footer.
func (m mode) String() string {
	name := "Cognito's Hosted UI"
	if m.Flow == optionCustom {
		name = "this app's own pages"
	}
	if m.Option != optionAuto {
		return fmt.Sprintf("Sign-in through %s (-login %s)", name, m.Option)
	}
	return fmt.Sprintf("Sign-in through %s (-login %s: %s)", name, m.Option, m.Reason)
}
