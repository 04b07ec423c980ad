// Package doctor checks the set-up of a user pool, an app client and an app
// from outside. It uses the settings that the app has, and needs no AWS
// credentials.
//
//	for result := range doctor.Examine(ctx, doctor.Config{Pool: pool, BaseURL: "https://app.example.com"}) {
//		fmt.Println(result)
//	}
//
// The checks follow the order of a sign-in: the settings, the pool's keys, its
// domain, the login, the token endpoint and the logout. After these come the
// user-pool API, the identity pool and the app. Each check has an ID that stays
// the same between releases. If something is wrong, the result says what the
// doctor saw and how to correct it.
//
// The doctor does not sign a user in. It sends no user's password, creates no
// user, causes no mail, and follows no redirect to another host. No result
// holds a secret. It changes only one thing: if an identity pool accepts
// guests, a new guest identity stays there.
//
// docs/doctor.md has the table of checks. The program cognito/cmd/cognito runs
// them from a terminal.
package doctor
