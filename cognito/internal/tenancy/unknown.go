package tenancy

import "time"

// unknown remembers keys that name no tenant. The mutex of its Kept guards it.
type unknown struct {
	most  int
	until map[string]time.Time
}

func (u *unknown) has(key string, now time.Time) bool {
	until, ok := u.until[key]
	return ok && now.Before(until)
}

func (u *unknown) add(key string, now time.Time) {
	if len(u.until) >= u.most {
		for k, until := range u.until {
			if !now.Before(until) {
				delete(u.until, k)
			}
		}
	}
	if len(u.until) < u.most {
		u.until[key] = now.Add(pause)
	}
}

func (u *unknown) forget(key string) { delete(u.until, key) }
