package tenancy

import (
	"strconv"
	"testing"
	"time"
)

// TestUnknownTenantsMakeRoom: a full list of unknown tenants forgets those that
// may be asked for again, and those alone.
func TestUnknownTenantsMakeRoom(t *testing.T) {
	const most = 4
	now := time.Unix(1_700_000_000, 0)
	u := unknown{most: most, until: map[string]time.Time{}}
	for i := range most - 1 {
		u.add(strconv.Itoa(i), now)
	}
	u.add("late", now.Add(time.Second))
	u.add("too many", now.Add(time.Second))
	if u.has("too many", now.Add(time.Second)) || len(u.until) != most {
		t.Errorf("a full list has %d entries after one more, want %d", len(u.until), most)
	}
	then := now.Add(pause)
	u.add("next", then)
	if !u.has("next", then) || !u.has("late", then) || u.has("0", then) || len(u.until) != 2 {
		t.Errorf("after the pause the list is %v, want late and next", u.until)
	}
}
