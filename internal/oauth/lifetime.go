package oauth

import "time"

// maxAccessLife is the longest an access token can be valid for.
const maxAccessLife = 24 * time.Hour

// AccessExpiry is when an access token ends that has just arrived. If the answer
// says how many seconds it lives, our own clock counts. Otherwise it is exp, the
// token's claim.
func AccessExpiry(now time.Time, expiresIn int64, exp time.Time) time.Time {
	if expiresIn > 0 && expiresIn <= int64(maxAccessLife/time.Second) {
		return now.Add(time.Duration(expiresIn) * time.Second)
	}
	return exp
}
