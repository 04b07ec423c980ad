-- One row for each user of a user pool. Issuer and subject identify the
-- user: names and addresses can pass to somebody else. Times are milliseconds
-- since 1970.
CREATE TABLE users (
	id             TEXT PRIMARY KEY,
	issuer         TEXT NOT NULL,
	subject        TEXT NOT NULL,
	username       TEXT NOT NULL,
	name           TEXT NOT NULL DEFAULT '',
	verified_email TEXT NOT NULL DEFAULT '', -- empty unless Cognito has verified it
	member_of      TEXT NOT NULL DEFAULT '', -- groups at the last sign-in
	sign_ins       BIGINT NOT NULL DEFAULT 0,
	first_seen     BIGINT NOT NULL,
	last_sign_in   BIGINT, -- none for a user who has only used the API
	UNIQUE (issuer, subject)
);
