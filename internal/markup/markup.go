// Package markup writes text into HTML. Package html does the same, but it adds
// a table of all named characters to every program.
package markup

import "strings"

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;")

// Escape returns text for an element or for a quoted attribute.
func Escape(text string) string { return escaper.Replace(text) }
