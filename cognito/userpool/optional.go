package userpool

// optional is nil for the empty string: a member that is not sent.
func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
