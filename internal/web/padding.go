package web

import (
	"net/http"
	"strconv"
	"strings"
)

// PaddingHeader asks an endpoint for an answer with large headers, and is the
// header that makes it large. Package doctor learns from it what a proxy in
// front of an app lets through. A page of another site cannot send it without
// a preflight, which fails.
const PaddingHeader = "Doctor-Padding"

// maxPadding is the longest padding, in bytes.
const maxPadding = 8 << 10

// Pad adds the bytes that a request asks for with [PaddingHeader]. Anything
// but a number up to 8,192 asks for none.
func Pad(answer, asked http.Header) {
	n, err := strconv.Atoi(asked.Get(PaddingHeader))
	if err == nil && 0 < n && n <= maxPadding {
		answer.Set(PaddingHeader, strings.Repeat("x", n))
	}
}
