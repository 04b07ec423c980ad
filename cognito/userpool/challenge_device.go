package userpool

import (
	"context"
	"errors"
)

// DeviceChallenge asks for the proof of a remembered device, in place of a
// second factor. It comes where the sign-in named the device by its key but did
// not have its secret. [Credentials.Device] has both, and the library answers
// it.
type DeviceChallenge struct{ ChallengeInfo }

// Answer proves that this is the device. Its secret does not leave this
// process. The error is [ErrUnknownDevice] or [ErrNotAuthorized] where Cognito
// does not know the device by this secret: drop it, and sign in without it.
func (ch *DeviceChallenge) Answer(ctx context.Context, device *Device, opts ...CallOption) (*Step, error) {
	if device == nil || !device.complete() {
		return nil, ch.refuse(errors.New("the device is not one that ConfirmDevice returned"))
	}
	if ch.t == nil {
		return nil, ch.refuse(errNotIssued)
	}
	ch.t.DeviceKey = device.Key
	k := &known{device: device}
	responses, err := ch.t.answerKnown(k)
	if err != nil {
		return nil, err
	}
	return ch.answer(ctx, responses, k, opts)
}
