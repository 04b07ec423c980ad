package awsjson

import (
	"strconv"
	"time"
)

// A Time is a time as the API writes it: seconds since 1970, with a
// fraction.
type Time time.Time

// MarshalJSON implements [json.Marshaler].
func (t Time) MarshalJSON() ([]byte, error) {
	seconds := float64(time.Time(t).UnixMilli()) / 1000
	return strconv.AppendFloat(nil, seconds, 'f', -1, 64), nil
}
