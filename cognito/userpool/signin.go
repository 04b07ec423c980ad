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

// Credentials are what a sign-in begins with: who, what proves it, and by
// which of Cognito's flows.
type Credentials struct {
	// Username is the user name, or an e-mail address or phone number where
	// the pool takes one for it. Required.
	Username string

	// Password is what FlowSRP, FlowPassword and FlowAdminPassword need, and
	// FlowChoice where First is a kind of password. FlowCustom proves it with
	// SRP before the custom challenges, unless it is empty.
	Password cognito.Secret

	// Flow is how to sign in. Zero means [FlowSRP].
	Flow Flow

	// First is the factor that FlowChoice begins with. Zero leaves the choice
	// to the user, with [SelectFactor].
	First Factor

	// Session continues a sign-up: what [Client.ConfirmSignUp] returned. It
	// signs the user in without a further proof, with FlowChoice only.
	Session cognito.Secret

	// HideAccount makes a sign-in with FactorEmailOTP, FactorSMSOTP or
	// FactorWebAuthn look the same for every user name. Set it where anybody can
	// type one. Where the account does not exist, cannot sign in, or has no such
	// factor, SignIn logs why and returns the step of [Client.Decoy]. Delivery is
	// nil then, and Options name no passkey. With a password it has no effect:
	// there the error is the same for all.
	HideAccount bool

	// Device is this browser or phone as a remembered device, or nil. One that
	// Cognito has forgotten, or whose proof it refuses, is left out: the
	// sign-in begins again without it, and wants the second factor.
	Device *Device
}

// A Flow is a way to sign in, by Cognito's name for it. The app client must
// allow it in ExplicitAuthFlows, with ALLOW_ in front.
type Flow string

const (
	// FlowSRP proves the password without sending it: it does not leave this
	// process, and neither Cognito nor anybody on the network learns it.
	FlowSRP Flow = "USER_SRP_AUTH"

	// FlowPassword sends the password to Cognito, through TLS. It is for
	// pools with a user-migration trigger, which needs to see the password.
	// What ends TLS on the way (a proxy that inspects it, a logging HTTP
	// client) sees it too. In a pool that remembers devices
	// (DeviceConfiguration), Cognito gives no new tokens for refresh tokens of
	// this flow. Such users sign in again when the access token ends.
	FlowPassword Flow = "USER_PASSWORD_AUTH"

	// FlowChoice lets the user, or Credentials.First, choose the first
	// factor: a password, a code by e-mail or SMS, a passkey.
	FlowChoice Flow = "USER_AUTH"

	// FlowCustom is decided by Lambda triggers: see [CustomChallenge].
	FlowCustom Flow = "CUSTOM_AUTH"

	// FlowAdminPassword is FlowPassword with AWS credentials, which Config.SDK
	// must have. Only this server can use an app client that allows no other
	// flow. Cognito remembers no devices in it. See [WithServerContext].
	FlowAdminPassword Flow = "ADMIN_USER_PASSWORD_AUTH"
)

// A Factor is a first factor of [FlowChoice].
type Factor string

const (
	FactorPassword    Factor = "PASSWORD"     // sends the password to Cognito, as FlowPassword does
	FactorPasswordSRP Factor = "PASSWORD_SRP" // proves it, as FlowSRP does
	FactorEmailOTP    Factor = "EMAIL_OTP"
	FactorSMSOTP      Factor = "SMS_OTP"
	FactorWebAuthn    Factor = "WEB_AUTHN"
)

// A Step is how far a sign-in has come: it is over, with tokens, or at a
// challenge.
type Step struct {
	// Challenge is what Cognito wants to know next, or nil when the user is
	// signed in.
	Challenge Challenge

	// Tokens and Identity are those of the user who has signed in, verified
	// in full, ready for [session.Manager.Start]. Identity is nil while there
	// is a Challenge.
	Tokens   cognito.Tokens
	Identity *cognito.Identity

	// NewDevice is set if the pool remembers devices and this one is new: see
	// [Client.ConfirmDevice].
	NewDevice *NewDevice
}

// SignIn begins a sign-in. It ends at once, or with the first challenge that
// only the user can answer. The library itself answers what it can: the SRP
// exchange, and a remembered device.
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
		return errors.New("Credentials.HideAccount needs First: the factors to choose from tell that the account exists")
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
