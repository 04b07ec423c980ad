package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// Settings that hold where no flag says otherwise. They are fixed, so that
// what a project keeps in its .env file serves the next run too.
const (
	defaultAddr     = "127.0.0.1:9229"
	defaultPoolID   = "eu-west-1_Emulator1"
	defaultClientID = "1emulator0client0a1b2c3d4e"
	defaultCallback = "http://localhost:8080/auth/callback"
	defaultLogout   = "http://localhost:8080/auth/signed-out"
)

// options are what the command line says.
type options struct {
	addr         string
	poolID       string
	clientID     string
	clientSecret string
	callbacks    list
	logouts      list
	users        list // name:password
	groups       list // name=user
	codes        bool
	config       string
	state        string
}

// A list is the values of a flag that may be given several times.
type list []string

func (l *list) String() string { return strings.Join(*l, " ") }

func (l *list) Set(value string) error {
	if value == "" {
		return errors.New("it is empty")
	}
	*l = append(*l, value)
	return nil
}

// parseFlags reads the command line. It explains mistakes and -h on stderr.
func parseFlags(args []string, stderr io.Writer) (*options, error) {
	o := new(options)
	flags := flag.NewFlagSet("cognito-emulator", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.addr, "addr", defaultAddr, "loopback `address` to listen on; port 0 is any free one")
	flags.StringVar(&o.poolID, "pool-id", defaultPoolID, "user-pool `id`; the region follows from it")
	flags.StringVar(&o.clientID, "client-id", defaultClientID, "app client `id`")
	flags.StringVar(&o.clientSecret, "client-secret", "", "app client `secret`; empty means a public client")
	flags.Var(&o.callbacks, "callback", "callback `URL` of the app client; repeatable (default "+defaultCallback+")")
	flags.Var(&o.logouts, "logout", "sign-out `URL` of the app client; repeatable (default "+defaultLogout+")")
	flags.Var(&o.users, "user", "confirmed user, as `name:password`; repeatable. The e-mail is the name itself if it is one, else name@example.com")
	flags.Var(&o.groups, "group", "puts a user into a group, as `name=user`; repeatable")
	flags.BoolVar(&o.codes, "codes", false, "print each code and link that Cognito would send, as a line that begins with CODE")
	flags.StringVar(&o.config, "config", "", "`file` with a whole set-up, in place of -pool-id, -client-id, -client-secret, -callback and -logout")
	flags.StringVar(&o.state, "state", "", "`file` to keep users, sign-ins and keys in between runs")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	if flags.NArg() > 0 {
		return nil, fmt.Errorf("%q is no flag: see cognito-emulator -h", flags.Arg(0))
	}
	return o, o.checkConfig(flags)
}

// checkConfig refuses flags that the set-up file takes the place of.
func (o *options) checkConfig(flags *flag.FlagSet) error {
	var errs []error
	flags.Visit(func(f *flag.Flag) {
		switch f.Name {
		case "pool-id", "client-id", "client-secret", "callback", "logout":
			if o.config != "" {
				errs = append(errs, &mistake{"-" + f.Name, errors.New("write it into the -config file instead")})
			}
		}
	})
	return errors.Join(errs...)
}

// setup is the set-up that the flags or the file they name describe, and the
// words for places in it.
func (o *options) setup() (*setup, func(place) string, error) {
	if o.config == "" {
		return o.flagSetup(), flagFor, nil
	}
	return readConfig(o.config)
}

// flagSetup is the set-up without a file.
func (o *options) flagSetup() *setup {
	client := cognitotest.AppClient{
		ID: o.clientID, Secret: cognito.Secret(o.clientSecret), CallbackURLs: o.callbacks, LogoutURLs: o.logouts,
	}
	if len(client.CallbackURLs) == 0 {
		client.CallbackURLs = []string{defaultCallback}
	}
	if len(client.LogoutURLs) == 0 {
		client.LogoutURLs = []string{defaultLogout}
	}
	return &setup{Pools: []poolSetup{{ID: o.poolID, Clients: []cognitotest.AppClient{client}}}}
}

// flagFor names the flags that a place of flagSetup comes from.
func flagFor(p place) string {
	switch {
	case strings.HasSuffix(p, ".id") && strings.Contains(p, "clients"):
		return "-client-id"
	case strings.HasSuffix(p, ".id"):
		return "-pool-id"
	case strings.HasSuffix(p, "ecret"):
		return "-client-secret"
	case strings.Contains(p, "clients"):
		return "-callback or -logout"
	}
	return "flags"
}

// addUsers adds the users and groups of the flags to a pool's set-up. Mistakes
// name the flag.
func (o *options) addUsers(to *poolSetup) error {
	var errs []error
	for _, value := range o.users {
		u, err := parseUser(value)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		to.flagUsers = append(to.flagUsers, u)
	}
	for _, value := range o.groups {
		group, user, ok := strings.Cut(value, "=")
		if !ok || group == "" || user == "" {
			errs = append(errs, &mistake{"-group " + value, errors.New("write it as name=user, such as admins=jane")})
			continue
		}
		to.memberships = append(to.memberships, membership{group, user})
	}
	return errors.Join(errs...)
}

// parseUser reads name:password. The mistake does not quote the password.
func parseUser(value string) (cognitotest.User, error) {
	name, password, _ := strings.Cut(value, ":")
	if name == "" || password == "" {
		return cognitotest.User{}, &mistake{"-user " + name, errors.New("write it as name:password, such as jane:Correct-horse-1")}
	}
	u := cognitotest.User{Username: name, Password: password, Email: name, EmailVerified: true}
	if !strings.Contains(name, "@") {
		u.Email = name + "@example.com"
	}
	return u, nil
}

// readConfig reads a set-up file.
func readConfig(name string) (*setup, func(place) string, error) {
	text, err := readBounded(name, maxConfig)
	if err != nil {
		return nil, nil, &mistake{"-config", err}
	}
	s := new(setup)
	d, err := decodeFile(name, text, s)
	return s, d.where, err
}

// readBounded reads a file of at most that many bytes.
func readBounded(name string, limit int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(text)) > limit {
		err = fmt.Errorf("%s: more than %d MiB", name, limit>>20)
	}
	return text, err
}
