package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"slices"
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
	defaultApp      = "http://localhost:8080"
	defaultCallback = defaultApp + hostedCallback
	defaultLogout   = defaultApp + "/auth/signed-out"

	defaultIdentityPool = ":e0000000-0000-4000-8000-000000000001" // follows the region
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
	output       string

	url           string
	expose        bool
	allowHosts    list
	tlsCert       string
	tlsKey        string
	tlsSelfSigned string // a folder

	healthOf string // URL of a running emulator

	appURL       string
	identityPool bool
	customDomain string
	autoVerify   list
	immutable    list
	authFlows    list
	firstFactors list
	mfa          string
	mfaFactors   list
	triggers     list // name=URL

	eventsURL    string
	eventsHeader list // "Name: value"
	eventsCopies int
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
	flags.StringVar(&o.addr, "addr", defaultAddr, "`address` to listen on; port 0 means any free port. An address that is not loopback needs -insecure-expose")
	flags.StringVar(&o.url, "url", "", "`URL` at which others reach the emulator, such as http://cognito:9229 in a network of containers (default the address it listens on)")
	flags.BoolVar(&o.expose, "insecure-expose", false, "allow an address that other machines can reach: anybody who reaches the emulator can read its codes and act as any user or administrator")
	flags.Var(&o.allowHosts, "allow-host", "additional `host` name under which the index page may be opened; loopback names such as localhost and the host of -url are always allowed; repeatable")
	flags.StringVar(&o.tlsCert, "tls-cert", "", "`file` with a certificate; the emulator then uses https")
	flags.StringVar(&o.tlsKey, "tls-key", "", "`file` with the certificate's key")
	flags.StringVar(&o.tlsSelfSigned, "tls-self-signed", "", "`folder` for a self-signed certificate, which is created if it does not exist; its path is printed as COGNITO_EMULATOR_CERT")
	flags.StringVar(&o.output, "o", outputEnv, "`form` of the printed settings: "+strings.Join(outputs, ", "))
	flags.StringVar(&o.poolID, "pool-id", defaultPoolID, "user-pool `id`; the region follows from it")
	flags.StringVar(&o.clientID, "client-id", defaultClientID, "app client `id`")
	flags.StringVar(&o.clientSecret, "client-secret", "", "app client `secret`; empty means a public client")
	flags.Var(&o.callbacks, "callback", "callback `URL` of the app client; repeatable (default "+defaultCallback+")")
	flags.Var(&o.logouts, "logout", "sign-out `URL` of the app client; repeatable (default "+defaultLogout+")")
	flags.Var(&o.users, "user", "confirmed user, as `name:password`; repeatable. If the name is an e-mail address, it is the user's e-mail; otherwise the e-mail is name@example.com")
	flags.Var(&o.groups, "group", "add a user to a group, as `name=user`; repeatable")
	flags.StringVar(&o.healthOf, "health-of", "", "only ask the emulator at this `URL` whether it is ready, and exit with 0 if it is")
	flags.StringVar(&o.appURL, "app-url", "", "base `URL` of the app, printed as APP_URL; it sets -callback and -logout to its /auth/callback and /auth/signed-out, unless they are given")
	flags.BoolVar(&o.identityPool, "identity-pool", false, "add an identity pool; its id is printed as COGNITO_IDENTITY_POOL_ID")
	flags.StringVar(&o.customDomain, "custom-domain", "", "custom domain of the pool, a `host` such as auth.example.com")
	flags.Var(&o.autoVerify, "auto-verify", "`attribute` that a sign-up verifies, email or phone_number; repeatable")
	flags.Var(&o.immutable, "immutable", "`attribute` that cannot change after it was set; repeatable")
	flags.Var(&o.authFlows, "auth-flow", "`flow` of the user-pool API that the app client allows, such as USER_PASSWORD_AUTH; repeatable. These flows replace the defaults; REFRESH_TOKEN_AUTH is always allowed")
	flags.Var(&o.firstFactors, "first-factor", "first `factor` of USER_AUTH, such as PASSWORD or EMAIL_OTP; repeatable")
	flags.StringVar(&o.mfa, "mfa", "", "`mode` of the second factor: OFF, OPTIONAL or ON")
	flags.Var(&o.mfaFactors, "mfa-factor", "second `factor` that -mfa offers: totp, email or sms; repeatable (default totp)")
	flags.Var(&o.triggers, "trigger", "function in place of a Lambda trigger, as `name=URL`; the name is the trigger's name or the function's ARN; repeatable. The event is posted to the URL")
	flags.StringVar(&o.eventsURL, "events-url", "", "`URL` that gets the events of CloudTrail for all pools, as an API destination of EventBridge does")
	flags.Var(&o.eventsHeader, "events-header", "`header` of the events' requests, such as \"Authorization: Bearer key\"; repeatable")
	flags.IntVar(&o.eventsCopies, "events-copies", 1, "`number` of times that each event is sent: EventBridge delivers at least once")
	flags.BoolVar(&o.codes, "codes", false, "print each code and link that Cognito would send, as a line that begins with CODE")
	flags.StringVar(&o.config, "config", "", "`file` with the set-up; it replaces the flags for pool and app client")
	flags.StringVar(&o.state, "state", "", "`file` that keeps users, sign-ins and keys between runs")
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	if flags.NArg() > 0 {
		return nil, fmt.Errorf("%q is no flag: see cognito-emulator -h", flags.Arg(0))
	}
	if !slices.Contains(outputs, o.output) {
		return nil, &mistake{"-o " + o.output, errors.New("write one of " + strings.Join(outputs, ", "))}
	}
	return o, errors.Join(o.checkHosts(), o.checkAppURL(), o.checkConfig(flags))
}

// checkAppURL refuses an -app-url that an app could not have.
func (o *options) checkAppURL() error {
	u, err := url.Parse(o.appURL)
	if o.appURL == "" || err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && u.RawQuery == "" && u.Fragment == "" {
		return nil
	}
	return &mistake{"-app-url", errors.New("write the base URL of the app, such as " + defaultApp)}
}

// checkConfig refuses flags that the set-up file takes the place of.
func (o *options) checkConfig(flags *flag.FlagSet) error {
	var errs []error
	flags.Visit(func(f *flag.Flag) {
		switch f.Name {
		case "pool-id", "client-id", "client-secret", "callback", "logout", "identity-pool", "custom-domain",
			"auto-verify", "immutable", "auth-flow", "first-factor", "mfa", "mfa-factor", "trigger":
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
		s, err := o.flagSetup()
		return s, flagFor, err
	}
	return readConfig(o.config)
}

// flagSetup is the set-up without a file.
func (o *options) flagSetup() (*setup, error) {
	client := cognitotest.AppClient{
		ID: o.clientID, Secret: cognito.Secret(o.clientSecret), CallbackURLs: o.callbacks, LogoutURLs: o.logouts,
		ExplicitAuthFlows: o.allowedFlows(),
	}
	app := strings.TrimSuffix(cmp.Or(o.appURL, defaultApp), "/")
	if len(client.CallbackURLs) == 0 {
		client.CallbackURLs = []string{app + hostedCallback}
	}
	if len(client.LogoutURLs) == 0 {
		client.LogoutURLs = []string{app + "/auth/signed-out"}
	}
	pool := poolSetup{
		ID: o.poolID, Clients: []cognitotest.AppClient{client}, FirstAuthFactors: o.firstFactors,
		ImmutableAttributes: o.immutable, AutoVerified: o.autoVerify, CustomDomain: o.customDomain,
	}
	if o.identityPool {
		region, _, _ := strings.Cut(o.poolID, "_")
		pool.IdentityPool = &cognitotest.IdentityPool{ID: region + defaultIdentityPool, Guests: true, ClassicFlow: true}
	}
	mfa, errMFA := o.secondFactors()
	triggers, errTriggers := o.functions()
	pool.MFA, pool.Triggers = mfa, triggers
	return &setup{Pools: []poolSetup{pool}}, errors.Join(errMFA, errTriggers)
}

// functions is what -trigger says.
func (o *options) functions() (map[string]string, error) {
	all := make(map[string]string)
	for _, value := range o.triggers {
		name, url, ok := strings.Cut(value, "=")
		if !ok || name == "" || url == "" {
			return nil, &mistake{"-trigger " + value, errors.New("write it as name=URL, such as PreSignUp=http://127.0.0.1:9000")}
		}
		all[name] = url
	}
	return all, nil
}

// allowedFlows are the ExplicitAuthFlows that -auth-flow names, with or without
// ALLOW_, and refreshes; nil means the defaults.
func (o *options) allowedFlows() []string {
	if len(o.authFlows) == 0 {
		return nil
	}
	flows := []string{"ALLOW_REFRESH_TOKEN_AUTH"}
	for _, flow := range o.authFlows {
		flow = "ALLOW_" + strings.TrimPrefix(strings.ToUpper(flow), "ALLOW_")
		if !slices.Contains(flows, flow) {
			flows = append(flows, flow)
		}
	}
	return flows
}

// secondFactors is what -mfa and -mfa-factor say.
func (o *options) secondFactors() (*cognitotest.MFA, error) {
	if o.mfa == "" {
		if len(o.mfaFactors) > 0 {
			return nil, &mistake{"-mfa-factor", errors.New("say with -mfa whether it is OPTIONAL or ON")}
		}
		return nil, nil
	}
	m := &cognitotest.MFA{Mode: strings.ToUpper(o.mfa), TOTP: len(o.mfaFactors) == 0}
	for _, factor := range o.mfaFactors {
		switch strings.ToLower(factor) {
		case "totp":
			m.TOTP = true
		case "email":
			m.Email = true
		case "sms":
			m.SMS = true
		default:
			return nil, &mistake{"-mfa-factor " + factor, errors.New("write totp, email or sms")}
		}
	}
	return m, nil
}

// flagOfSetting is the flag that a setting of the pool comes from.
var flagOfSetting = map[string]string{
	"immutableAttributes": "-immutable", "autoVerified": "-auto-verify", "customDomain": "-custom-domain",
	"identityPool": "-identity-pool", "firstAuthFactors": "-first-factor", "mfa": "-mfa",
	"triggers": "-trigger",
}

// flagFor names the flags that a place of flagSetup comes from.
func flagFor(p place) string {
	for setting, flag := range flagOfSetting {
		if strings.Contains(p, "."+setting) {
			return flag
		}
	}
	switch {
	case strings.HasSuffix(p, ".id") && strings.Contains(p, "clients"):
		return "-client-id"
	case strings.HasSuffix(p, ".id"):
		return "-pool-id"
	case strings.HasSuffix(p, "ecret"):
		return "-client-secret"
	case strings.Contains(p, "clients"):
		return "-callback, -logout, -app-url or -auth-flow"
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
