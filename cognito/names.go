package cognito

import "strings"

const (
	digits  = "0123456789"
	lower   = "abcdefghijklmnopqrstuvwxyz"
	letters = lower + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

// consists reports whether s has least to most bytes, each one of alphabet.
// (Package regexp would add a quarter of a megabyte to every program.)
func consists(s string, least, most int, alphabet string) bool {
	return least <= len(s) && len(s) <= most && strings.Trim(s, alphabet) == ""
}

// isRegion recognizes names such as "eu-west-1" and "us-gov-east-1".
func isRegion(s string) bool {
	words := strings.Split(s, "-")
	last := len(words) - 1
	if last < 2 || last > 4 || !consists(words[0], 2, 3, lower) || !consists(words[last], 1, 2, digits) {
		return false
	}
	for _, w := range words[1:last] {
		if !consists(w, 2, 12, lower) {
			return false
		}
	}
	return true
}

// isLabel recognizes one label of a host name (RFC 1123 section 2.1) whose
// letters are of alphabet.
func isLabel(s, alphabet string) bool {
	return consists(s, 1, 63, alphabet+digits+"-") && s[0] != '-' && s[len(s)-1] != '-'
}

func isHostName(s string) bool {
	for label := range strings.SplitSeq(s, ".") {
		if !isLabel(label, letters) {
			return false
		}
	}
	return true
}

func isClientID(s string) bool { return consists(s, 1, 128, letters+digits+"_+") }

func isIdentityPoolID(s string) bool {
	region, id, _ := strings.Cut(s, ":")
	return consists(region, 1, 32, lower+digits+"-") && consists(id, 1, 55, "abcdef"+digits+"-")
}
