package directory

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/federation"
)

// An Identity is a user's account at an external provider.
type Identity struct {
	Provider *federation.Provider
	UserID   string
	Created  time.Time // when it was linked, or the account made
	Primary  bool      // the account came from it
}

// is reports whether i is the account of that id at idp.
func (i Identity) is(idp *federation.Provider, id string) bool {
	return i.Provider.Name == idp.Name && i.UserID == id
}

// claim is the entry in the identities claim: dateCreated and primary are
// strings, and an issuer that is not known is null.
func (i Identity) claim() map[string]any {
	var issuer any
	if i.Provider.Issuer != "" {
		issuer = i.Provider.Issuer
	}
	return map[string]any{
		"userId":       i.UserID,
		"providerName": i.Provider.Name,
		"providerType": string(i.Provider.Type),
		"issuer":       issuer,
		"primary":      strconv.FormatBool(i.Primary),
		"dateCreated":  strconv.FormatInt(i.Created.UnixMilli(), 10),
	}
}

// IdentitiesClaim is the identities claim of an ID token; nil if a has none.
func (a *Account) IdentitiesClaim() []map[string]any {
	var all []map[string]any
	for _, i := range a.Identities {
		all = append(all, i.claim())
	}
	return all
}

// IdentitiesAttribute is the same as the attribute that userInfo shows: a
// string of JSON, or "".
func (a *Account) IdentitiesAttribute() string {
	if len(a.Identities) == 0 {
		return ""
	}
	text, err := json.Marshal(a.IdentitiesClaim())
	if err != nil {
		panic("cognitotest: identities: " + err.Error())
	}
	return string(text)
}

// FindIdentity returns the account that a provider's user signs in to.
func (d *Directory) FindIdentity(idp *federation.Provider, id string) (Account, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, a := range d.bySub {
		for _, i := range a.Identities {
			if i.is(idp, id) {
				return a.Clone(), true
			}
		}
	}
	return Account{}, false
}
