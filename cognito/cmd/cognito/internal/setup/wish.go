package setup

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// A Wish is what the app needs.
type Wish struct {
	// App is the public base URL of the app, such as
	// "https://app.example.com". Required.
	App string

	// Local is the base URL on a developer's machine, whose callback and
	// sign-out URLs are registered too. Empty means none.
	Local string

	// Name is the name of the pool and of its app client. Empty means the host
	// of App.
	Name string

	// Domain is the prefix of the pool's domain. Empty means one that begins
	// with Name and ends with digits of its own.
	Domain string

	// Forms says that the app draws its own sign-in forms (package userpool).
	Forms bool

	// Groups are the groups to create.
	Groups []string

	// Resource is the identifier of an API that takes access tokens, a URI.
	// Empty means none.
	Resource string

	// Scopes are those of Resource, such as "read".
	Scopes []string

	// Bucket is the name of an S3 bucket. Each signed-in user reaches the
	// objects below a prefix of their own there, with AWS credentials from an
	// identity pool. Empty means that there is no identity pool.
	Bucket string

	// Region is where the resources are. It chooses the partition in ARNs;
	// empty means "aws".
	Region string

	// Store says that the app keeps its sessions in a store, with a lock. Then
	// rotation needs no time in which an old refresh token works.
	Store bool

	// Machine asks for a second app client, which has the client credentials
	// grant and the scopes of Resource.
	Machine bool
}

// Check reports every mistake at once.
func (w Wish) Check() error {
	var problems []error
	problem := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	if err := checkBase(w.App); err != nil {
		problem("-app: %w", err)
	}
	if w.Local != "" {
		if err := checkBase(w.Local); err != nil {
			problem("-local: %w", err)
		}
	}
	if w.Domain != "" && !prefixForm.MatchString(w.Domain) {
		problem("-domain: %q is not a prefix: use 1 to 63 lower-case letters, digits and hyphens", w.Domain)
	}
	for _, word := range reservedWords {
		if strings.Contains(w.Domain, word) {
			problem("-domain: a prefix must not contain %q", word)
		}
	}
	if notInNames.MatchString(w.Name) {
		problem("-name: use only letters, digits, spaces and _+=,.@-")
	}
	if len(w.Scopes) > 0 && w.Resource == "" {
		problem("-scope needs -resource, the identifier of the API")
	}
	if w.Machine && len(w.Scopes) == 0 {
		problem("-machine needs -resource and at least one -scope: the client credentials grant gives only custom scopes")
	}
	if w.Bucket != "" && !bucketForm.MatchString(w.Bucket) {
		problem("-bucket: %q is not the name of a bucket", w.Bucket)
	}
	return errors.Join(problems...)
}

var (
	bucketForm    = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
	prefixForm    = regexp.MustCompile(`^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$`)
	reservedWords = []string{"aws", "amazon", "cognito"} // Cognito refuses them in a prefix
)

// checkBase says what is wrong with a base URL.
func checkBase(text string) error {
	u, err := url.Parse(text)
	switch {
	case text == "":
		return errors.New("give the app's public URL, such as https://app.example.com")
	case err != nil || u.Host == "":
		return fmt.Errorf("%q is not a URL such as https://app.example.com", text)
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return fmt.Errorf("%q: Cognito takes http only for localhost; use https", text)
	case u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("%q: the scheme must be https", text)
	case u.RawQuery != "" || u.Fragment != "" || u.User != nil:
		return fmt.Errorf("%q: a base URL has no query, fragment or user", text)
	}
	return nil
}

// withDefaults fills in what is empty.
func (w Wish) withDefaults() Wish {
	w.App, w.Local = strings.TrimRight(w.App, "/"), strings.TrimRight(w.Local, "/")
	if w.Name == "" {
		if u, err := url.Parse(w.App); err == nil {
			w.Name = apiName(u.Hostname())
		}
	}
	if w.Domain == "" {
		w.Domain = prefixFor(w.Name, w.App)
	}
	return w
}

// prefixFor returns a prefix that contains the name. All accounts of a region
// share the prefixes, so it ends with digits that follow from seed.
func prefixFor(name, seed string) string {
	slug := strings.Trim(regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.ToLower(name), "-"), "-")
	for _, word := range reservedWords {
		slug = strings.ReplaceAll(slug, word, "")
	}
	sum := sha256.Sum256([]byte(seed))
	slug = strings.Trim(slug[:min(len(slug), 48)], "-")
	if slug == "" {
		slug = "app"
	}
	return slug + "-" + hex.EncodeToString(sum[:3])
}

// bases are the base URLs of the app, the public one first.
func (w Wish) bases() []string {
	return slices.DeleteFunc([]string{w.App, w.Local}, func(s string) bool { return s == "" })
}

func (w Wish) callbackURLs() (urls []string) {
	for _, base := range w.bases() {
		urls = append(urls, base+"/auth/callback")
	}
	return urls
}

func (w Wish) signedOutURLs() (urls []string) {
	for _, base := range w.bases() {
		urls = append(urls, base+"/auth/signed-out")
	}
	return urls
}

// production reports whether App is more than a developer's machine.
func (w Wish) production() bool {
	u, err := url.Parse(w.App)
	return err == nil && !isLoopback(u.Hostname())
}

// fullScopes are the scopes as tokens have them: identifier/name.
func (w Wish) fullScopes() (scopes []string) {
	for _, s := range w.Scopes {
		scopes = append(scopes, w.Resource+"/"+s)
	}
	return scopes
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
