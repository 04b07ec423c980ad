package directory

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/federation"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/credential"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/passkeys"
)

type SavedGroup struct {
	Group
	Unranked bool      `json:",omitempty"`
	Created  time.Time `json:",omitzero"`
	Modified time.Time `json:",omitzero"`
}

type SavedUser struct {
	Sub, Username        string
	credential.SavedHash                          // of the password
	SRP                  credential.SavedVerifier `json:",omitzero"` // the same, for SRP
	Confirmed            bool
	Pending              Status    `json:",omitempty"`
	Disabled             bool      `json:",omitempty"`
	Created              time.Time `json:",omitzero"`
	Modified             time.Time `json:",omitzero"`
	GivenOut             time.Time `json:",omitzero"`
	Attributes           map[string]string
	Groups               []string                        `json:",omitempty"`
	Identities           []savedIdentity                 `json:",omitempty"`
	Factors              savedFactors                    `json:",omitzero"`
	Passkeys             passkeys.Keys                   `json:",omitempty"`
	Devices              []savedDevice                   `json:",omitempty"`
	SignUp, Reset        credential.SavedCode            `json:",omitzero"`
	Dormant              []string                        `json:",omitempty"` // aliases that are not names
	Verify               map[string]credential.SavedCode `json:",omitempty"`
	Previous             []credential.SavedHash          `json:",omitempty"`
}

type savedIdentity struct {
	Provider string
	UserID   string
	Created  time.Time
	Primary  bool
}

type savedFactors struct {
	TOTP      []byte               `json:",omitempty"`
	TOTPUsed  int64                `json:",omitempty"`
	Pending   []byte               `json:",omitempty"`
	TOTPOff   bool                 `json:",omitempty"`
	TOTPName  string               `json:",omitempty"`
	Email     bool                 `json:",omitempty"`
	SMS       bool                 `json:",omitempty"`
	Passkey   bool                 `json:",omitempty"`
	Preferred string               `json:",omitempty"`
	Code      credential.SavedCode `json:",omitzero"`
}

// Save is the groups by name and the users by sub, for a snapshot.
func (d *Directory) Save(saveSRP func(string, *credential.SRPSecret) credential.SavedVerifier) (groups []SavedGroup, users []SavedUser) {
	for _, g := range d.AllGroups() {
		groups = append(groups, SavedGroup(g))
	}
	for _, a := range d.All() {
		saved := a.Save()
		saved.SRP = saveSRP(a.Username, a.Password.SRP) // not under the lock: it takes its time
		users = append(users, saved)
	}
	slices.SortFunc(users, func(a, b SavedUser) int { return strings.Compare(a.Sub, b.Sub) })
	return groups, users
}

func (a *Account) Save() SavedUser {
	s := SavedUser{
		Sub: a.Sub, Username: a.Username, SavedHash: a.Password.Save(),
		Confirmed: a.Confirmed, Pending: a.Pending, Disabled: a.Disabled, GivenOut: a.GivenOut,
		Created: a.Created, Modified: a.Modified,
		Attributes: maps.Clone(a.Attributes), Groups: slices.Clone(a.Groups),
		Passkeys: slices.Clone(a.Passkeys), SignUp: a.SignUp.Save(), Reset: a.Reset.Save(), Dormant: slices.Clone(a.dormant),
		Factors: savedFactors{
			TOTP: a.Factors.TOTP.Key, TOTPUsed: a.Factors.TOTP.Used, TOTPOff: a.Factors.TOTPOff, TOTPName: a.Factors.Name, Pending: a.Factors.Pending,
			Email: a.Factors.Email, SMS: a.Factors.SMS, Passkey: a.Factors.Passkey, Preferred: a.Factors.Preferred, Code: a.Factors.Code.Save(),
		},
	}
	for attribute, code := range a.Verify {
		if s.Verify == nil {
			s.Verify = make(map[string]credential.SavedCode)
		}
		s.Verify[attribute] = code.Save()
	}
	for _, h := range a.Previous {
		s.Previous = append(s.Previous, h.Save())
	}
	for _, d := range a.Devices {
		s.Devices = append(s.Devices, d.save())
	}
	for _, i := range a.Identities {
		s.Identities = append(s.Identities, savedIdentity{i.Provider.Name, i.UserID, i.Created, i.Primary})
	}
	return s
}

func ReadUser(s SavedUser, provider func(name string) *federation.Provider) (*Account, error) {
	if s.Sub == "" || s.Username == "" {
		return nil, errors.New("no sub or username")
	}
	password, err := s.SavedHash.Read()
	if err != nil {
		return nil, err
	}
	password.SRP = s.SRP.Read()
	a := &Account{
		Sub: s.Sub, Username: s.Username, Password: password,
		Disabled: s.Disabled, GivenOut: s.GivenOut, Created: s.Created, Modified: s.Modified, Attributes: s.Attributes, Groups: s.Groups,
		Passkeys: s.Passkeys, SignUp: s.SignUp.Read(), Reset: s.Reset.Read(), dormant: s.Dormant,
		Factors: Factors{
			TOTP: credential.TOTP{Key: s.Factors.TOTP, Used: s.Factors.TOTPUsed}, TOTPOff: s.Factors.TOTPOff, Name: s.Factors.TOTPName, Pending: s.Factors.Pending,
			Email: s.Factors.Email, SMS: s.Factors.SMS, Passkey: s.Factors.Passkey, Preferred: s.Factors.Preferred, Code: s.Factors.Code.Read(),
		},
	}
	if a.Attributes == nil {
		a.Attributes = make(map[string]string)
	}
	for attribute, code := range s.Verify {
		a.ExpectCode(attribute, code.Read())
	}
	for _, p := range s.Previous {
		h, err := p.Read()
		if err != nil {
			return nil, err
		}
		a.Previous = append(a.Previous, h)
	}
	if err := a.SetStatus(s.Pending); err != nil {
		return nil, err
	}
	a.Confirmed = s.Confirmed
	for _, d := range s.Devices {
		a.Devices = append(a.Devices, d.read())
	}
	for _, i := range s.Identities {
		idp := provider(i.Provider)
		if idp == nil {
			return nil, fmt.Errorf("the pool has no provider %q, through which the user signs in: add it", i.Provider)
		}
		a.Identities = append(a.Identities, Identity{idp, i.UserID, i.Created, i.Primary})
	}
	return a, nil
}

func (d *Directory) Replace(by *Directory) {
	by.Init()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.bySub, d.byName, d.Groups = by.bySub, by.byName, by.Groups
}
