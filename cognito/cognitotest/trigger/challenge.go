package trigger

// The trigger sources of sign-ins through the user-pool API.
const (
	SourceDefineAuthChallenge     Source = "DefineAuthChallenge_Authentication"
	SourceCreateAuthChallenge     Source = "CreateAuthChallenge_Authentication"
	SourceVerifyAuthChallenge     Source = "VerifyAuthChallengeResponse_Authentication"
	SourceMigrateOnSignIn         Source = "UserMigration_Authentication"
	SourceMigrateOnForgotPassword Source = "UserMigration_ForgotPassword"
	SourceAuthentication          Source = "TokenGeneration_Authentication"
	SourceNewPasswordChallenge    Source = "TokenGeneration_NewPasswordChallenge"
	SourceAuthenticateDevice      Source = "TokenGeneration_AuthenticateDevice"
)

// A ChallengeResult is a step that a user has taken in a sign-in of the flow
// CUSTOM_AUTH.
type ChallengeResult struct {
	ChallengeName     string // "CUSTOM_CHALLENGE", "SRP_A", "PASSWORD_VERIFIER", …
	ChallengeResult   bool   // whether the answer was right
	ChallengeMetadata string // the ChallengeMetadata that CreateAuthChallenge has set
}

// A DefineAuthChallenge is the event of a DefineAuthChallenge hook, with its
// answer: the hook sets one of the last three fields.
type DefineAuthChallenge struct {
	Event

	Session      []ChallengeResult // the steps so far
	UserNotFound bool              // no user has that name; UserName is what was sent

	ChallengeName      string // the next challenge: "CUSTOM_CHALLENGE", "PASSWORD_VERIFIER" after SRP_A, or a second factor of the user
	IssueTokens        bool   // the user is signed in
	FailAuthentication bool   // the sign-in ends
}

// A CreateAuthChallenge is the event of a CreateAuthChallenge hook, with its
// answer.
type CreateAuthChallenge struct {
	Event

	ChallengeName string            // "CUSTOM_CHALLENGE"
	Session       []ChallengeResult // the steps so far
	UserNotFound  bool              // as in [DefineAuthChallenge]

	PublicChallengeParameters  map[string]string // for the app
	PrivateChallengeParameters map[string]string // for VerifyAuthChallengeResponse
	ChallengeMetadata          string            // ChallengeMetadata in the Session of later events
}

// A VerifyAuthChallengeResponse is the event of a VerifyAuthChallengeResponse
// hook, with its answer.
type VerifyAuthChallengeResponse struct {
	Event

	PrivateChallengeParameters map[string]string
	ChallengeAnswer            string
	UserNotFound               bool // as in [DefineAuthChallenge]

	AnswerCorrect bool // set it if the answer is right
}

// A UserMigration is the event of a UserMigration hook about a user whom the
// pool does not know, with its answer.
type UserMigration struct {
	Event // UserName is the name that was sent; there are no UserAttributes

	Password       string            // "" for a forgotten password
	ValidationData map[string]string // ClientMetadata of the request

	// Attributes are the attributes of the user to create, by Cognito's names.
	// Nil means that there is no such user, or that the password is wrong.
	Attributes map[string]string

	// FinalUserStatus is "CONFIRMED" or "RESET_REQUIRED". With CONFIRMED, the
	// user can sign in with the password at once. Empty means RESET_REQUIRED.
	FinalUserStatus string
}
