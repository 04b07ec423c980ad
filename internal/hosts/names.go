package hosts

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Alphabets of names.
const (
	Digits  = "0123456789"
	lower   = "abcdefghijklmnopqrstuvwxyz"
	Letters = lower + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

// consists reports whether s has least to most bytes, each one of alphabet.
// (Package regexp would add a quarter of a megabyte to every program.)
func consists(s string, least, most int, alphabet string) bool {
	return least <= len(s) && len(s) <= most && strings.Trim(s, alphabet) == ""
}

// ParsePoolID returns the region in a user-pool id such as
// "eu-west-1_aB3dE5gH7".
func ParsePoolID(id string) (region string, err error) {
	if id == "" {
		return "", errors.New("missing: it is on the user pool's overview page and looks like eu-west-1_aB3dE5gH7")
	}
	region, name, _ := strings.Cut(id, "_")
	if len(id) > 55 || !IsRegion(region) || !consists(name, 1, 50, Letters+Digits) {
		return "", fmt.Errorf("%q is not a user-pool id: it looks like eu-west-1_aB3dE5gH7", Clip(id))
	}
	return region, nil
}

// IsRegion recognizes the names of regions in every partition, such as
// "eu-west-1", "us-gov-east-1" and "eusc-de-east-1".
func IsRegion(s string) bool {
	words := strings.Split(s, "-")
	last := len(words) - 1
	if last < 2 || last > 4 || !consists(words[0], 2, 8, lower) || !consists(words[last], 1, 3, Digits) {
		return false
	}
	for _, w := range words[1:last] {
		if !consists(w, 1, 16, lower+Digits) {
			return false
		}
	}
	return len(s) <= maxRegion
}

// maxRegion leaves room for a pool's name in an id of 55 bytes.
const maxRegion = 32

// isLabel recognizes one label of a host name (RFC 1123 section 2.1) whose
// letters are of alphabet.
func isLabel(s, alphabet string) bool {
	return consists(s, 1, 63, alphabet+Digits+"-") && s[0] != '-' && s[len(s)-1] != '-'
}

func isHostName(s string) bool {
	for label := range strings.SplitSeq(s, ".") {
		if !isLabel(label, Letters) {
			return false
		}
	}
	return true
}

// IsClientID recognizes the id of an app client.
func IsClientID(s string) bool { return consists(s, 1, 128, Letters+Digits+"_+") }

// IsIdentityPoolID recognizes the id of an identity pool.
func IsIdentityPoolID(s string) bool {
	region, id, _ := strings.Cut(s, ":")
	return consists(region, 1, maxRegion, lower+Digits+"-") && consists(id, 1, 55, "abcdef"+Digits+"-")
}

// Clip shortens a rejected setting for an error message: to 80 bytes and a
// sign that something is missing, cut between characters.
func Clip(s string) string {
	const most = 80
	if len(s) <= most {
		return s
	}
	end := most
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "…"
}
