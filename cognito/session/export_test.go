package session

import "github.com/seed75762126/cognito-go/cognito"

// IndexID is the id of a user's index in the store.
func IndexID(who *cognito.Identity) string { return handleOfUser(who).id(partIndex) }

// DenialID is the id of what is noted of a user's sessions that have ended.
func DenialID(who *cognito.Identity) string { return handleOfUser(who).id(partDenial) }
