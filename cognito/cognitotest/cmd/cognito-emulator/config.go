package main

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/federation"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
	"github.com/seed75762126/cognito-go/internal/hosts"
)

// A setup is a whole set-up: what a -config file holds. Its fields are called
// in the file as fieldName says, and so are those of package cognitotest.
type setup struct {
	Pools []poolSetup
}

// A poolSetup is one user pool.
type poolSetup struct {
	ID                 string
	Clients            []cognitotest.AppClient
	Users              []cognitotest.User
	Groups             []cognitotest.Group
	Providers          []federation.Provider
	ResourceServers    []cognitotest.ResourceServer
	MFA                *cognitotest.MFA
	FirstAuthFactors   []string
	DeviceTracking     *cognitotest.DeviceTracking
	PasswordPolicy     *cognitotest.PasswordPolicy
	RequiredAttributes []string
	VerificationLinks  bool

	ImmutableAttributes []string
	AutoVerified        []string
	KeptUntilVerified   []string
	CustomDomain        string
	UpdatedIssuer       bool
	IdentityPool        *cognitotest.IdentityPool
	Triggers            map[string]string // URLs of functions, by trigger or ARN

	users
}

// users are those that the flags add.
type users struct {
	flagUsers   []cognitotest.User
	memberships []membership
}

type membership struct{ group, user string }

// hooksByARN are the functions that serve every pool whose LambdaConfig names
// their ARN.
func (s *setup) hooksByARN() trigger.Hooks {
	all := make(map[string]string)
	for _, p := range s.Pools {
		for name, url := range p.Triggers {
			if strings.HasPrefix(name, "arn:") {
				all[name] = url
			}
		}
	}
	return trigger.Hooks{Functions: all}
}

// A builder makes pools of a set-up and collects its mistakes.
type builder struct {
	where func(place) string
	errs  []error
}

// report notes what is wrong at a place, if anything is.
func (b *builder) report(p place, err error) {
	if err != nil {
		b.errs = append(b.errs, &mistake{b.where(p), err})
	}
}

// check reports every mistake that can be found without a state file.
func (s *setup) check(where func(place) string) error {
	b := &builder{where: where}
	if len(s.Pools) == 0 {
		b.report("pools", errors.New(`there is none: write "pools": [{"id": "eu-west-1_Emulator1", …}]`))
	}
	pools, clients := make(map[string]bool), make(map[string]bool)
	for i, p := range s.Pools {
		at := fmt.Sprintf("pools[%d]", i)
		if pools[p.ID] {
			b.report(at+".id", fmt.Errorf("another pool has the id %q", p.ID))
		}
		pools[p.ID] = true
		for j, c := range p.Clients {
			if clients[c.ID] && c.ID != "" {
				b.report(fmt.Sprintf("%s.clients[%d].id", at, j), fmt.Errorf("another app client has the id %q; all pools answer at one address, and the client tells them apart", c.ID))
			}
			clients[c.ID] = true
		}
		b.checkPool(at, p)
	}
	return errors.Join(b.errs...)
}

// checkPool tries the settings of a pool one by one, so that each mistake has
// its place.
func (b *builder) checkPool(at place, p poolSetup) {
	if _, err := hosts.ParsePoolID(p.ID); err != nil {
		b.report(at+".id", err)
		return
	}
	before := len(b.errs)
	sound := []cognitotest.Option{cognitotest.WithID(p.ID)}
	for _, s := range p.settings() {
		option := s.option
		err := try(func() { cognitotest.NewPool(append(sound[:len(sound):len(sound)], option)...) })
		b.report(at+s.at, err)
		if err == nil {
			sound = append(sound, option)
		}
	}
	if len(b.errs) > before {
		return // the clients and users may hang on what is wrong
	}
	if len(p.Clients) == 0 {
		b.report(at+".clients", errors.New(`there is none: write "clients": [{"id": "web", "callbackURLs": ["`+defaultCallback+`"]}]`))
	}
	for j, c := range p.Clients {
		b.checkClient(fmt.Sprintf("%s.clients[%d]", at, j), p.ID, c, sound)
	}
	b.checkUsers(at, p)
}

// A setting is one option of a pool and its place below the pool's.
type setting struct {
	at     place
	option cognitotest.Option
}

// settings are the pool's options except its id and clients.
func (p poolSetup) settings() []setting {
	var all []setting
	add := func(at place, option cognitotest.Option) { all = append(all, setting{at, option}) }
	if p.PasswordPolicy != nil {
		add(".passwordPolicy", cognitotest.WithPasswordPolicy(*p.PasswordPolicy))
	}
	if p.MFA != nil {
		add(".mfa", cognitotest.WithMFA(*p.MFA))
	}
	if p.FirstAuthFactors != nil {
		add(".firstAuthFactors", cognitotest.WithFirstAuthFactors(p.FirstAuthFactors...))
	}
	if p.DeviceTracking != nil {
		add(".deviceTracking", cognitotest.WithDeviceTracking(*p.DeviceTracking))
	}
	for i, name := range p.RequiredAttributes {
		add(fmt.Sprintf(".requiredAttributes[%d]", i), cognitotest.WithRequiredAttributes(name))
	}
	for i, provider := range p.Providers {
		add(fmt.Sprintf(".providers[%d]", i), cognitotest.WithProvider(provider))
	}
	for i, server := range p.ResourceServers {
		add(fmt.Sprintf(".resourceServers[%d]", i), cognitotest.WithResourceServer(server))
	}
	for i, name := range p.ImmutableAttributes {
		add(fmt.Sprintf(".immutableAttributes[%d]", i), cognitotest.WithImmutableAttributes(name))
	}
	if p.AutoVerified != nil {
		add(".autoVerified", cognitotest.WithAutoVerified(p.AutoVerified...))
	}
	for i, name := range p.KeptUntilVerified {
		add(fmt.Sprintf(".keptUntilVerified[%d]", i), cognitotest.WithKeptUntilVerified(name))
	}
	if p.CustomDomain != "" {
		add(".customDomain", cognitotest.WithCustomDomain(p.CustomDomain))
	}
	if p.UpdatedIssuer {
		add(".updatedIssuer", cognitotest.WithUpdatedIssuer())
	}
	if p.IdentityPool != nil {
		add(".identityPool", cognitotest.WithIdentityPool(*p.IdentityPool))
	}
	if len(p.Triggers) > 0 {
		add(".triggers", cognitotest.WithHooks(trigger.Hooks{Functions: p.Triggers}))
	}
	if p.VerificationLinks {
		add(".verificationLinks", cognitotest.WithVerificationLinks())
	}
	return all
}

// secretPattern is what Cognito's API takes for a client secret. Such a
// secret needs no quotes in a shell or an .env file.
var secretPattern = regexp.MustCompile(`^[\w+]{1,64}$`)

func (b *builder) checkClient(at place, poolID string, c cognitotest.AppClient, pool []cognitotest.Option) {
	if c.ID == "" {
		b.report(at+".id", errors.New(`missing: write 1 to 128 letters and digits, such as "web"`))
		return
	}
	var problem *cognito.ConfigError
	if errors.As(cognito.Config{UserPoolID: poolID, ClientID: c.ID}.Validate(), &problem) {
		b.report(at+".id", problem.Err)
		return
	}
	for field, secret := range map[string]cognito.Secret{".secret": c.Secret, ".secondSecret": c.SecondSecret} {
		if secret != "" && !secretPattern.MatchString(string(secret)) {
			b.report(at+field, errors.New("a secret is 1 to 64 letters, digits, _ and +"))
		}
	}
	b.report(at, try(func() { cognitotest.NewPool(append(pool[:len(pool):len(pool)], cognitotest.WithClient(c))...) }))
}

// checkUsers tries users and groups on a pool that is thrown away.
func (b *builder) checkUsers(at place, p poolSetup) {
	for i, g := range p.Groups {
		if g.Name == "" {
			b.report(fmt.Sprintf("%s.groups[%d]", at, i), errors.New(`it has no name: write "name": "admins"`))
		}
	}
	trial := cognitotest.NewPool(append(p.options(false), cognitotest.WithID(p.ID))...)
	for i, u := range p.Users {
		_, err := trial.AddUser(u)
		b.report(fmt.Sprintf("%s.users[%d]", at, i), plain(err))
	}
	for _, u := range p.flagUsers {
		if _, err := trial.AddUser(u); err != nil {
			b.errs = append(b.errs, &mistake{"-user " + u.Username, plain(err)})
		}
	}
}

// options are all options of the pool, or those that users hang on.
func (p poolSetup) options(clients bool) []cognitotest.Option {
	all := []cognitotest.Option{cognitotest.WithID(p.ID)}
	for _, s := range p.settings() {
		all = append(all, s.option)
	}
	if clients {
		for _, c := range p.Clients {
			all = append(all, cognitotest.WithClient(c))
		}
	}
	return all
}

// build makes a pool of a set-up that check found sound. What restore brings
// back counts before the users of the set-up: kept are those that it brought.
func (p poolSetup) build(restore func(*cognitotest.Pool) error) (pool *cognitotest.Pool, kept []string, err error) {
	pool = cognitotest.NewPool(p.options(true)...)
	if err := restore(pool); err != nil {
		return nil, nil, err
	}
	for _, server := range p.ResourceServers { // the state may be older than they are
		pool.AddResourceServer(server)
	}
	for _, g := range p.Groups {
		pool.AddGroup(g)
	}
	for _, u := range append(p.Users[:len(p.Users):len(p.Users)], p.flagUsers...) {
		name := cmp.Or(u.Username, u.Email)
		if _, _, err := pool.UserStatus(name); err == nil {
			kept = append(kept, name)
			continue
		}
		if _, err := pool.AddUser(u); err != nil {
			return nil, nil, fmt.Errorf("user %q: %w", name, plain(err))
		}
	}
	for _, m := range p.memberships {
		if err := pool.AddUserToGroup(m.user, m.group); err != nil {
			return nil, nil, &mistake{"-group " + m.group + "=" + m.user, fmt.Errorf("there is no user %q: add one with -user %s:password", m.user, m.user)}
		}
	}
	return pool, kept, nil
}

// try returns what package cognitotest panics with, which is how it refuses
// a setting.
func try(f func()) (err error) {
	defer func() {
		switch v := recover().(type) {
		case nil:
		case string:
			if !strings.HasPrefix(v, "cognitotest: ") {
				panic(v)
			}
			err = plain(errors.New(v))
		default:
			panic(v)
		}
	}()
	f()
	return nil
}

var goWords = regexp.MustCompile(`^cognitotest: (With[A-Za-z]+: (?:Functions: )?|app client [^ ]+: |resource server: |add user: |add user "[^"]*": )?`)

// plain is an error of package cognitotest without the words that only a Go
// program knows.
func plain(err error) error {
	if err == nil {
		return nil
	}
	return errors.New(goWords.ReplaceAllString(err.Error(), ""))
}
