package tokenform_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/seed75762126/cognito-go/internal/tokenform"
)

// TestPackList: a short list is not packed, and a long one comes back.
func TestPackList(t *testing.T) {
	if got := tokenform.PackList([]string{"admins", "users"}); got != nil {
		t.Errorf("PackList(short) = %x, want nil", got)
	}
	var list []string
	for n := range 40 {
		list = append(list, fmt.Sprint("department-", n))
	}
	packed := tokenform.PackList(list)
	if got, err := tokenform.UnpackList(string(packed)); err != nil || !slices.Equal(got, list) {
		t.Errorf("UnpackList(PackList) = %q, %v, want %q", got, err, list)
	}
	for n := range packed {
		if got, err := tokenform.UnpackList(string(packed[:n])); err == nil && slices.Equal(got, list) {
			t.Errorf("UnpackList(first %d of %d bytes) = the whole list", n, len(packed))
		}
	}
	cut := tokenform.Deflate([]byte{200, 'a'}) // a text longer than what follows
	if got, err := tokenform.UnpackList(string(cut)); err == nil {
		t.Errorf("UnpackList(a text that is cut) = %q, want an error", got)
	}
}
