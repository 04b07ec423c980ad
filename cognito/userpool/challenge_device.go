package userpool

import (
	"context"
	"errors"
)

// DeviceChallenge asks for the proof of a remembered device, in place of a
// second factor. It comes if the sign-in had the device's key but not its
// secret. A sign-in with [Credentials.Device] has both, and answers this
// challenge itself.
type DeviceChallenge struct{ ChallengeInfo }

// Answer proves that the request comes from the device. The device's secret
// does not leave this process. The error is [ErrUnknownDevice] or
// [ErrNotAuthorized] if Cognito does not know the device or its secret. Then
// delete the device, and sign in without it.
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
