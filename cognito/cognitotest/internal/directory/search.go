package directory

// Matching returns copies of the accounts that match.
func (d *Directory) Matching(matches func(*Account) bool) []Account {
	d.mu.Lock()
	defer d.mu.Unlock()
	var all []Account
	for _, a := range d.bySub {
		if matches(a) {
			all = append(all, a.Clone())
		}
	}
	return all
}

// Searched is the value that a filter looks at.
func (a *Account) Searched(attribute string) string {
	switch attribute {
	case "username":
		return a.Username
	case "sub":
		return a.Sub
	case "cognito:user_status":
		return string(a.Status())
	case "status":
		if a.Disabled {
			return "Disabled"
		}
		return "Enabled"
	}
	return a.Attributes[attribute]
}
