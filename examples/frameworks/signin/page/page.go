// Package page draws the page of the recipes for signing in.
package page

import (
	"html"
	"strings"
)

// Account greets a user. It has a form for a note and a button to sign out. The
// hidden fields are HTML for the form of the note, such as one with the token of
// a framework's own CSRF protection.
func Account(email string, hidden ...string) string {
	return strings.NewReplacer("EMAIL", html.EscapeString(email), "HIDDEN", strings.Join(hidden, "")).Replace(account)
}

const account = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Your account</title>
<link rel="icon" href="data:,">
<style>
:root{color-scheme:light dark;--ground:#eef1f5;--card:#ffffff;--edge:#dde2e9;--field:#848e9d;--ink:#1b2430;--accent:#1f5fbf;--on-accent:#ffffff}
@media (prefers-color-scheme:dark){:root{--ground:#10151c;--card:#1a212b;--edge:#2b3542;--field:#6d7a8c;--ink:#e8ecf2;--accent:#8ab4f8;--on-accent:#0d1a2e}}
*{box-sizing:border-box}
body{margin:0;padding:1rem 1.25rem;background:var(--ground);color:var(--ink);font:1rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,Arial,sans-serif}
main{max-width:30rem;margin:1rem auto;padding:1.75rem;background:var(--card);border:1px solid var(--edge);border-radius:14px}
h1{margin:0 0 1rem;font-size:1.6rem;line-height:1.25;overflow-wrap:anywhere}
label{display:block;margin-bottom:.3rem;font-weight:600}
form{display:flex;flex-wrap:wrap;gap:.6rem;margin:0 0 1rem}form:last-child{margin:0}
input{flex:1;min-width:12rem;min-height:2.75rem;padding:.5rem .75rem;border:1px solid var(--field);border-radius:8px;background:var(--card);color:inherit;font:inherit}
button{min-height:2.75rem;padding:.5rem 1.1rem;border:1px solid var(--accent);border-radius:8px;background:var(--accent);color:var(--on-accent);font:inherit;font-weight:600;cursor:pointer}
button.quiet{border-color:var(--field);background:none;color:inherit;font-weight:500}
input:focus-visible,button:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
@media (max-width:34rem){main{padding:1.25rem}button{width:100%}}
</style>
</head>
<body>
<main>
<h1>Hello EMAIL</h1>
<label for="text">Note</label>
<form method="post" action="/note">HIDDEN<input id="text" name="text"><button>Save</button></form>
<form method="post" action="/auth/logout"><button class="quiet">Sign out</button></form>
</main>
</body>
</html>
`
