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

func HookFailed(trigger string, err error) error {
	if err == nil {
		return nil
	}
	return &HookError{trigger, err}
}
