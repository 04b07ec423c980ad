package tokenform

import (
	"errors"

	"github.com/seed75762126/cognito-go/internal/wire"
)

// fewBytes is how many bytes of a list are not worth compressing: a request
// would take longer to open its session.
const fewBytes = 128

var errList = errors.New("tokenform: not a packed list")

// PackList compresses a list of texts, such as a user's groups. It returns nil
// for a short one. Each list is compressed by itself, so that its length tells
// nothing about another claim.
func PackList(list []string) []byte {
	var b []byte
	for _, s := range list {
		b = wire.AppendString(b, s)
	}
	if len(b) <= fewBytes {
		return nil
	}
	return Deflate(b)
}

// UnpackList is the inverse of PackList.
func UnpackList(packed string) (list []string, err error) {
	plain, err := Inflate(packed)
	if err != nil {
		return nil, err
	}
	r := wire.NewReader(plain)
	for r.More() {
		list = append(list, r.String())
	}
	if !r.Done() {
		return nil, errList
	}
	return list, nil
}
