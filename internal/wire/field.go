package wire

import "time"

// AppendField appends a field that a reader may not know.
func AppendField(b []byte, field uint64, value []byte) []byte {
	return AppendString(AppendUvarint(b, field), string(value))
}

// AppendSeconds appends a duration, unless it is zero.
func AppendSeconds(b []byte, field uint64, d time.Duration) []byte {
	if d == 0 {
		return b
	}
	return AppendField(b, field, AppendUvarint(nil, uint64(max(time.Second, d)/time.Second)))
}

// ReadSeconds reads what AppendSeconds wrote as the field's value.
func ReadSeconds(value string) time.Duration {
	const most = 100 * 365 * 24 * 60 * 60
	return time.Duration(min(most, NewReader(value).Uvarint())) * time.Second
}
