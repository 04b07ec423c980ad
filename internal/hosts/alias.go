package hosts

import "strings"

// AreAliases reports whether two different host names, without ports, may well
// be names of one app. They may be names of the loopback host, or a domain with
// and without "www.". They may also be two hosts of one domain, such as
// "app.example.com" and "old.example.com". It is a guess: nothing checks who
// owns a name.
func AreAliases(a, b string) bool {
	a, b = strings.ToLower(a), strings.ToLower(b)
	switch {
	case a == b:
		return false
	case IsLoopback(a) || IsLoopback(b):
		return IsLoopback(a) && IsLoopback(b)
	case isIP(a) || isIP(b):
		return false
	}
	a, b = strings.TrimSuffix(a, "."), strings.TrimSuffix(b, ".") // browsers keep cookies apart by this dot
	if a == b || a == "www."+b || b == "www."+a {
		return isDomain(a) && isDomain(b)
	}
	_, domainA, _ := strings.Cut(a, ".")
	_, domainB, _ := strings.Cut(b, ".")
	return domainA == domainB && isDomain(domainA)
}

// isDomain reports whether a name has two labels at least.
func isDomain(name string) bool {
	first, rest, _ := strings.Cut(name, ".")
	return first != "" && rest != ""
}
