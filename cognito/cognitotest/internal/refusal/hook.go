package refusal

// A HookError is a hook's refusal in Cognito's words.
type HookError struct {
	trigger string
	err     error
}

func (e *HookError) Error() string { return e.trigger + " failed with error " + e.err.Error() + "." }

// TextKey names the text of the refusal in other languages, and what is in it.
func (e *HookError) TextKey() (key string, args []string) {
	return "refusal.hookFailed", []string{e.trigger, e.err.Error()}
}

func (e *HookError) Unwrap() error { return e.err }

// HookFailed returns the refusal for the error of a hook, and nil for nil. An
// error that is a refusal already, since the function could not be called,
// stays.
func HookFailed(trigger string, err error) error {
	if _, refused := err.(Message); refused || err == nil {
		return err
	}
	return &HookError{trigger, err}
}
