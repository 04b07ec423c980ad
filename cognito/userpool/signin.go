package userpool

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/cognito/userpool/internal/record"
	"github.com/seed75762126/cognito-go/internal/srp"
)

// Credentials are the input of a sign-in: the user, the proof, and which of
// Cognito's flows to use.
type Credentials struct {
	// Username is the user name, or an e-mail address or phone number if the
	// pool accepts it as a name. Required.
	Username string

	// Password is required for FlowSRP, FlowPassword and FlowAdminPassword.
	// It is also required for FlowChoice if First is FactorPassword or
	// FactorPasswordSRP. In FlowCustom, a password is proved with SRP before
	// the custom challenges; it may be empty.
	Password cognito.Secret

	// Flow is the way to sign in. Empty means [FlowSRP].
	Flow Flow

	// First is the factor with which FlowChoice begins. Empty means that the
	// user chooses: the challenge is a [SelectFactor].
	First Factor

	// Session is the session string that [Client.ConfirmSignUp] returned.
	// With it a user who has just signed up signs in without another proof.
	// It works only with FlowChoice.
	Session cognito.Secret

	// HideAccount makes a sign-in with FactorEmailOTP, FactorSMSOTP or
	// FactorWebAuthn look the same for every user name. Set it in a form where
	// anybody can type a name. If the account does not exist, cannot sign in,
	// or has no such factor, SignIn logs the cause and returns the step of
	// [Client.Decoy]. For every account, Delivery is nil and Options name no
	// passkey. It has no effect with a password, where the error is the same
	// for all.
	HideAccount bool

	// Device is the remembered device from which the user signs in, or nil. If
	// Cognito has forgotten the device or refuses its proof, SignIn begins
	// again without it. The user then needs the second factor.
	Device *Device
}

// A Flow is a way to sign in. Its value is Cognito's name for it. Add it, with
// the prefix ALLOW_, to the app client's ExplicitAuthFlows.
type Flow string

const (
	// FlowSRP proves the password without sending it. The password does not
	// leave this process: neither Cognito nor the network sees it.
	FlowSRP Flow = "USER_SRP_AUTH"

	// FlowPassword sends the password to Cognito, through TLS. It is for pools
	// with a user-migration trigger, which needs the password. A proxy that
	// inspects TLS, or an HTTP client that logs requests, sees the password
	// too. In a pool that remembers devices (DeviceConfiguration), tokens of
	// this flow cannot be refreshed. Users sign in again when the access token
	// ends.
	FlowPassword Flow = "USER_PASSWORD_AUTH"

	// FlowChoice is a sign-in with a chosen first factor: a password, a code by
	// e-mail or SMS, or a passkey. Credentials.First or the user chooses it.
	FlowChoice Flow = "USER_AUTH"

	// FlowCustom uses challenges of Lambda triggers: see [CustomChallenge].
	FlowCustom Flow = "CUSTOM_AUTH"

	// FlowAdminPassword is FlowPassword with AWS credentials; set Config.SDK
	// for it. If an app client allows no other flow, only a server with these
	// credentials can use that app client. Cognito remembers no devices in
	// this flow. See [WithServerContext].
	FlowAdminPassword Flow = "ADMIN_USER_PASSWORD_AUTH"
)

// A Factor is a first factor of [FlowChoice].
type Factor string

const (
	FactorPassword    Factor = "PASSWORD"     // sends the password to Cognito, as FlowPassword does
	FactorPasswordSRP Factor = "PASSWORD_SRP" // proves the password, as FlowSRP does
	FactorEmailOTP    Factor = "EMAIL_OTP"
	FactorSMSOTP      Factor = "SMS_OTP"
	FactorWebAuthn    Factor = "WEB_AUTHN"
)

// A Step is the state of a sign-in: the user is signed in and there are
// tokens, or there is a challenge.
type Step struct {
	// Challenge is Cognito's next question, or nil if the user is signed in.
	Challenge Challenge

	// Tokens and Identity belong to the user who has signed in. They are
	// verified in full: pass them to [session.Manager.Start]. Identity is nil
	// while there is a Challenge.
	Tokens   cognito.Tokens
	Identity *cognito.Identity

	// NewDevice is set if the pool remembers devices and this one is new: see
	// [Client.ConfirmDevice].
	NewDevice *NewDevice
}

// SignIn begins a sign-in. It returns when the user is signed in, or at the
// first challenge that only the user can answer. The library itself answers
// the challenges of the SRP exchange and of a remembered device.
//
// The error is [ErrNotAuthorized] for a wrong password and for a user who does
// not exist. Tell the visitor the same for both. Set PreventUserExistenceErrors
// of the app client to ENABLED: Cognito then simulates the exchange for unknown
// users.
func (c *Client) SignIn(ctx context.Context, who Credentials, opts ...CallOption) (*Step, error) {
	began := time.Now()
	c.tellBegun(ctx)
	step, err := c.signIn(ctx, who, opts)
	c.tellStep(ctx, began, step, err)
	return step, err
}

func (c *Client) signIn(ctx context.Context, who Credentials, opts []CallOption) (*Step, error) {
	op := opInitiateAuth
	if who.Flow == FlowAdminPassword {
		op = opAdminInitiateAuth
	}
	if err := c.checkCredentials(who); err != nil {
		return nil, c.ownError(op, observe.CodeBadRequest, err)
	}
	t := c.newTurn(who)
	step, err := t.signIn(ctx, who, gather(opts))
	if who.Device != nil && t.refusesDevice(err) {
		who.Device = nil
		step, err = c.newTurn(who).signIn(ctx, who, gather(opts))
	}
	if who.HideAccount {
		return c.hideAccount(ctx, who, step, err)
	}
	return step, err
}

func (c *Client) newTurn(who Credentials) *turn {
	return &turn{c: c, Turn: record.Turn{Username: who.Username, Admin: who.Flow == FlowAdminPassword}}
}

// refusesDevice reports whether err, of the challenge that t has come to, is
// about the device and not about the user.
func (t *turn) refusesDevice(err error) bool {
	return errors.Is(err, ErrUnknownDevice) || strings.HasPrefix(t.Name, "DEVICE_") && errors.Is(err, ErrNotAuthorized)
}

func (t *turn) signIn(ctx context.Context, who Credentials, o callOptions) (*Step, error) {
	known := &known{}
	if who.Device != nil {
		t.DeviceKey, known.device = who.Device.Key, who.Device
	}
	out, err := t.initiate(ctx, who, known, o)
	if err != nil {
		t.proveInVain(ctx, err, known, o)
		return nil, err
	}
	return t.proceed(ctx, out, known, o)
}

func (c *Client) checkCredentials(who Credentials) error {
	switch {
	case who.Username == "":
		return errors.New("Credentials.Username is empty")
	case who.Device != nil && !who.Device.complete():
		return errors.New("Credentials.Device is not one that ConfirmDevice returned")
	case who.Session != "" && who.Flow != FlowChoice:
		return errors.New("Credentials.Session needs FlowChoice (USER_AUTH)")
	case who.First != "" && who.Flow != FlowChoice:
		return errors.New("Credentials.First needs FlowChoice (USER_AUTH)")
	case who.HideAccount && who.Flow == FlowChoice && who.First == "" && who.Session == "":
		return errors.New("Credentials.HideAccount needs First: a list of factors would reveal that the account exists")
	case who.HideAccount && who.First == FactorWebAuthn && c.relyingParty == "":
		return errors.New("Credentials.HideAccount with FactorWebAuthn needs Config.RelyingPartyID")
	case who.Flow == FlowAdminPassword && !c.signs():
		return errors.New("FlowAdminPassword needs AWS credentials: set Config.SDK to an SDK client that has some")
	}
	needs, err := needsPassword(who)
	switch {
	case err != nil:
		return err
	case needs && who.Password == "":
		return errors.New("Credentials.Password is empty")
	case !needs && who.Password != "" && who.Flow == FlowChoice:
		return errors.New("Credentials.Password has no use: set First to FactorPasswordSRP or FactorPassword")
	}
	return nil
}

// needsPassword also refuses an unknown Flow or First.
func needsPassword(who Credentials) (bool, error) {
	switch who.Flow {
	case "", FlowSRP, FlowPassword, FlowAdminPassword:
		return true, nil
	case FlowCustom:
		return false, nil
	case FlowChoice:
	default:
		return false, fmt.Errorf("Credentials.Flow %q is none that this package knows", who.Flow)
	}
	switch who.First {
	case FactorPassword, FactorPasswordSRP:
		return who.Session == "", nil
	case "", FactorEmailOTP, FactorSMSOTP, FactorWebAuthn:
		return false, nil
	}
	return false, fmt.Errorf("Credentials.First %q is none that this package knows", who.First)
}

// known is what the library needs to answer a challenge by itself. It lives
// as long as one call and is never sealed.
type known struct {
	password cognito.Secret
	srp      *srp.Client // of the password
	device   *Device
	proof    *srp.Client // of the device
}

// proves prepares the SRP exchange for password and returns SRP_A.
func (k *known) proves(password cognito.Secret) string {
	k.password, k.srp = password, srp.NewClient()
	return k.srp.Public()
}

// parameters are the AuthParameters of who.
func (t *turn) parameters(who Credentials, k *known) map[string]string {
	p := map[string]string{}
	password := string(who.Password)
	switch who.Flow {
	case "", FlowSRP:
		p["SRP_A"] = k.proves(who.Password)
	case FlowPassword, FlowAdminPassword:
		p["PASSWORD"] = password
	case FlowCustom:
		if password != "" {
			p["CHALLENGE_NAME"], p["SRP_A"] = "SRP_A", k.proves(who.Password)
		}
	case FlowChoice:
		if who.Session != "" || who.First == "" {
			break
		}
		p["PREFERRED_CHALLENGE"] = string(who.First)
		switch who.First {
		case FactorPassword:
			p["PASSWORD"] = password
		case FactorPasswordSRP:
			p["SRP_A"] = k.proves(who.Password)
		}
	}
	return t.identify(p)
}
