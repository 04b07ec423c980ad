package main

import (
	"bytes"
	"html/template"
	"log/slog"
	"net/http"
)

// A view is what the page shows.
type view struct {
	Title    string
	Problem  string // what went wrong
	Home     bool   // there is nothing to sign in for: a link leads home
	SignedIn bool
	Email    string
}

// show writes a page. It says who is signed in, so no cache may keep it.
func show(w http.ResponseWriter, status int, v view) {
	var body bytes.Buffer
	if err := page.Execute(&body, v); err != nil {
		slog.Error("page", "err", err)
		http.Error(w, "The page could not be made.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = body.WriteTo(w)
}

var page = template.Must(template.New("page").Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}}</title>
<link rel="icon" href="data:,">
<style>
:root{color-scheme:light dark;--ground:#eef1f5;--card:#ffffff;--edge:#dde2e9;--field:#848e9d;--ink:#1b2430;--accent:#1f5fbf;--on-accent:#ffffff}
@media (prefers-color-scheme:dark){:root{--ground:#10151c;--card:#1a212b;--edge:#2b3542;--field:#6d7a8c;--ink:#e8ecf2;--accent:#8ab4f8;--on-accent:#0d1a2e}}
*{box-sizing:border-box}
body{margin:0;padding:1.5rem 1rem;background:var(--ground);color:var(--ink);font:1rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif}
main{max-width:30rem;margin:3rem auto;padding:1.75rem;background:var(--card);border:1px solid var(--edge);border-radius:14px}
h1{margin:0 0 .75rem;font-size:1.6rem;line-height:1.25;text-wrap:balance}
p{margin:0 0 1rem}form{margin:0}
button,.button{display:inline-block;min-height:2.75rem;padding:.5rem 1.1rem;border:1px solid var(--accent);border-radius:8px;background:var(--accent);color:var(--on-accent);font:inherit;font-weight:600;text-decoration:none;cursor:pointer}
button{border-color:var(--field);background:none;color:inherit;font-weight:500}
a:focus-visible,button:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
@media (max-width:34rem){body{padding:1rem 1.25rem}main{margin:1rem auto;padding:1.25rem}button,.button{width:100%;text-align:center}}
</style>
</head>
<body>
<main>
<h1>{{.Title}}</h1>
{{if .SignedIn}}<p>Hello {{.Email}}</p>
<form method="post" action="/logout"><button>Sign out</button></form>
{{else if .Home}}<p>{{.Problem}}</p>
<a class="button" href="/">Home</a>
{{else}}<p>{{or .Problem "You are not signed in."}}</p>
<a class="button" href="/login">Sign in</a>
{{end}}</main>
</body>
</html>
`))
