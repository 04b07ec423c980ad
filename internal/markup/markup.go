// Package markup writes text into HTML. Package html does the same, but it
// brings the table of all named characters into every program.
package markup

import "strings"

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;")

// Escape returns text for an element or for a quoted attribute.
func Escape(text string) string { return escaper.Replace(text) }
