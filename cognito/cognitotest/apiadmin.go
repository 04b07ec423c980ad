package cognitotest

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
)

// poolOperation is an operation for administrators on the pool that its
// UserPoolId names.
func poolOperation[In, Out any](answer func(*call, *In) (Out, error)) apiOperation {
	return signedOperation(func(c *call, in *In) (Out, error) {
		if id := c.form.Get("UserPoolId"); id != c.id {
			var none Out
			return none, message{exNotFound, "User pool " + id + " does not exist."}
		}
		return answer(c, in)
	})
}

// userOperation is a poolOperation on the user that its Username names: a
// username, an alias or a sub.
func userOperation[In, Out any](answer func(*call, *In, account) (Out, error)) apiOperation {
	return poolOperation(func(c *call, in *In) (Out, error) {
		a, known := c.users.find(c.form.Get("Username"))
		if !known {
			var none Out
			return none, errUnknownUser
		}
		c.event.Username = a.username
		return answer(c, in, a)
	})
}

// An apiTime is a time as the API writes it: seconds since 1970, with a
// fraction.
type apiTime time.Time

// MarshalJSON implements [json.Marshaler].
func (t apiTime) MarshalJSON() ([]byte, error) {
	seconds := float64(time.Time(t).UnixMilli()) / 1000
	return strconv.AppendFloat(nil, seconds, 'f', -1, 64), nil
}

// A cursor is where a list goes on: behind the entry of that key.
type cursor string

// read decodes a token that an earlier answer gave; "" is the beginning.
func readCursor(token string) (cursor, error) {
	key, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return "", message{exInvalidParameter, "Invalid pagination token."}
	}
	return cursor(key), nil
}

// maxPage is the most entries of a list in one answer.
const maxPage = 60

// paginate returns the entries of one answer, which are sorted by key, and
// the token for the next one; "" if there is none. A limit of nil means most.
func paginate[T any](all []T, key func(T) string, limit *int, most int, token string) (page []T, next string, err error) {
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

// A keptValue is a parameter that means nothing here, and that the pool gives
// back as it was given.
type keptValue = json.RawMessage
