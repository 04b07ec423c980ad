package cookies

import (
	"strings"

	"github.com/seed75762126/cognito-go/internal/hosts"
)

// maxName bounds the name of a cookie that an app chooses, in bytes.
const maxName = 64

// IsName accepts what an app may name a cookie: letters, digits, - and _.
func IsName(name string) bool {
	return name != "" && len(name) <= maxName && strings.Trim(name, hosts.Letters+hosts.Digits+"-_") == ""
}
