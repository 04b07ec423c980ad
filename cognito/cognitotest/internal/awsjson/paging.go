package awsjson

import (
	"encoding/base64"
	"slices"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
)

// A cursor is where a list goes on: behind the entry of that key.
type cursor string

// readCursor decodes a token that an earlier answer gave; "" is the beginning.
func readCursor(token string) (cursor, error) {
	key, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return "", refusal.New(refusal.InvalidParameterException, "Invalid pagination token.")
	}
	return cursor(key), nil
}

// MaxPage is the most entries of a list in one answer.
const MaxPage = 60

// Paginate returns the entries of one answer, which are sorted by key, and
// the token for the next one; "" if there is none. A limit of nil means most.
func Paginate[T any](all []T, key func(T) string, limit *int, most int, token string) (page []T, next string, err error) {
	after, err := readCursor(token)
	if err != nil {
		return nil, "", err
	}
	if limit != nil && *limit > 0 {
		most = min(most, *limit)
	}
	slices.SortFunc(all, func(a, b T) int { return strings.Compare(key(a), key(b)) })
	from := 0
	if after != "" {
		at, found := slices.BinarySearchFunc(all, string(after), func(e T, key_ string) int { return strings.Compare(key(e), key_) })
		from = at
		if found {
			from++
		}
	}
	all = all[from:]
	if len(all) <= most {
		return all, "", nil
	}
	return all[:most], base64.RawURLEncoding.EncodeToString([]byte(key(all[most-1]))), nil
}
