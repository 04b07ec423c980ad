package hostedui

import "github.com/seed75762126/cognito-go/internal/look"

// A Brand makes the built-in pages look like your app's own pages. Each field
// may be empty.
type Brand struct {
	// Name is the app's name. It is shown above the page and in the title of
	// the window. 60 bytes at most.
	Name string

	// LogoURL is an image that replaces the name, 44 pixels high at most. It is
	// a path below BaseURL such as "/logo.svg", or an https URL. The pages load
	// this image and no other. Its handler must serve guests.
	LogoURL string

	// Accent is the colour of the main button, such as "#1f5fbf". Text on it
	// is black or white, whichever reads better. If the colour is hard to
	// tell from the page's background, the button gets a border, in the light
	// and in the dark theme.
	Accent string
}

// look is what the pages need to know of a brand, or what is wrong with it.
func (b Brand) look(base string) (look.Brand, error) {
	errs := newProblems()
	l := look.Brand{Name: b.Name}
	if err := look.CheckName(b.Name); err != nil {
		errs.Add("Brand.Name", "%q: %w", b.Name, err)
	}
	if b.LogoURL != "" {
		logo, err := look.ParseLogo(b.LogoURL, base)
		if err != nil {
			errs.Add("Brand.LogoURL", "%q: %w", b.LogoURL, err)
		}
		l.Logo = logo
	}
	if b.Accent != "" {
		if err := l.SetAccent(b.Accent); err != nil {
			errs.Add("Brand.Accent", "%q: %w", b.Accent, err)
		}
	}
	return l, errs.Err()
}
