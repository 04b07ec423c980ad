package userpool

import (
	"context"
	"errors"
)

// SMSCode asks for a code that Cognito has sent to the user's phone, as the
// second factor (SMS_MFA) or the first (SMS_OTP).
type SMSCode struct {
	ChallengeInfo
	Delivery *Delivery // where the code was sent, or nil if Cognito does not say
}

// Answer sends the code. The error is [ErrCodeMismatch] if it is wrong; the
// user may then try another code.
func (ch *SMSCode) Answer(ctx context.Context, code string, opts ...CallOption) (*Step, error) {
	return ch.answerCode(ctx, code, opts)
}

// EmailCode asks for a code that Cognito has sent by e-mail, as the first
// factor or the second (EMAIL_OTP).
type EmailCode struct {
	ChallengeInfo
	Delivery *Delivery // where the code was sent, or nil if Cognito does not say
}

// Answer sends the code. The error is [ErrCodeMismatch] if it is wrong; the
// user may then try another code.
func (ch *EmailCode) Answer(ctx context.Context, code string, opts ...CallOption) (*Step, error) {
	return ch.answerCode(ctx, code, opts)
}

// TOTPCode asks for a code of the user's authenticator app
// (SOFTWARE_TOKEN_MFA).
type TOTPCode struct {
	ChallengeInfo
	DeviceName string // the user's name for the app or its device, or ""
}

// Answer sends the code. The error is [ErrCodeMismatch] if it is wrong; the
// user may then try another code.
func (ch *TOTPCode) Answer(ctx context.Context, code string, opts ...CallOption) (*Step, error) {
	return ch.answerCode(ctx, code, opts)
}

// answerCode sends a code under the challenge's own name with _CODE behind,
// as all kinds of code have it. Codes have no fixed length: Cognito decides.
func (i ChallengeInfo) answerCode(ctx context.Context, code string, opts []CallOption) (*Step, error) {
	if code == "" {
		return nil, i.refuse(errNoCode)
	}
	return i.answer(ctx, map[string]string{i.open().Name + "_CODE": code}, &known{}, opts, code)
}

var errNoCode = errors.New("the code is empty")
