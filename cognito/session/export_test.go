package session

import (
	"fmt"
	"slices"

	"github.com/seed75762126/cognito-go/cognito"
)

// IndexID is the id of a user's index in the store.
func IndexID(who *cognito.Identity) string { return handleOfUser(who).id(partIndex) }

// SignOutsID is the id of what is noted of a user's sessions that have ended.
func SignOutsID(who *cognito.Identity) string { return handleOfUser(who).id(partSignOuts) }

// ReadBack decodes a user's records and checks that what can be decoded is
// encoded to something that decodes to the same.
func ReadBack(index, signOuts []byte) error {
	if list, err := decodeIndex(index); err == nil {
		again, err := decodeIndex(encodeIndex(list))
		if err != nil || !slices.EqualFunc(list, again, func(a, b *entry) bool {
			return a.sid == b.sid && a.handle == b.handle && a.started.Equal(b.started) && a.ends.Equal(b.ends) && a.userAgent == b.userAgent && a.address == b.address
		}) {
			return fmt.Errorf("index %v, read back as %v, %v", list, again, err)
		}
	}
	if d, err := decodeSignOuts(signOuts); err == nil {
		again, err := decodeSignOuts(d.encode())
		if err != nil || again.everywhere != d.everywhere || len(again.ended) != len(d.ended) {
			return fmt.Errorf("signOuts %v, read back as %v, %v", d, again, err)
		}
	}
	return nil
}
