// Package doctor checks the set-up of a user pool, an app client and an app
// from outside. It uses the settings that the app has, and needs no AWS
// credentials.
//
//	for result := range doctor.Examine(ctx, doctor.Config{Pool: pool, BaseURL: "https://app.example.com"}) {
//		fmt.Println(result)
//	}
//
// The checks follow the order of a sign-in. They are the settings, the pool's
// keys, its domain, the login, the token endpoint and the logout. The user-pool
// API, the identity pool and the app follow. Each has an ID that stays the same
// between releases. A result that is not good says what the doctor saw and how
// to mend it.
//
// The doctor signs nobody in. It sends no user's password, creates no user,
// causes no mail, and follows no redirect to another host. No result holds a
// secret. It leaves one thing behind: the identity of a guest, where an
// identity pool lets guests in.
//
// docs/doctor.md has the table of checks. The program cognito/cmd/cognito runs
// them from a terminal.
package doctor
