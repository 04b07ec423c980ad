package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
)

// A user is a row of the app's own table.
type user struct {
	ID            string
	Username      string
	Name          string
	VerifiedEmail string // "" unless Cognito has verified it
	Groups        []string
	SignIns       int64
	FirstSeen     time.Time
	LastSignIn    time.Time // zero for a user who has only used the API
}

// SignedIn makes or updates the row of a user who has just signed in, and
// returns its key. The row is found by issuer and subject. Sign-ins of one
// user at the same moment, in any process, make one row.
func (db *database) SignedIn(ctx context.Context, who *cognito.Identity) (id string, err error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	email := ""
	if who.EmailVerified {
		email = who.Email
	}
	err = db.QueryRowContext(ctx, `
		INSERT INTO users (id, issuer, subject, username, name, verified_email, member_of, sign_ins, first_seen, last_sign_in)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $9)
		ON CONFLICT (issuer, subject) DO UPDATE SET
			username = excluded.username, name = excluded.name, verified_email = excluded.verified_email,
			member_of = excluded.member_of, sign_ins = users.sign_ins + 1, last_sign_in = excluded.last_sign_in
		RETURNING id`,
		rand.Text(), who.Issuer, who.Subject, who.Username, who.Name, email, strings.Join(who.Groups, " "),
		millis(time.Now()), millis(time.Now())).Scan(&id)
	return id, err
}

// Known returns the key of a user of the API, and makes a row if there is none.
// The token of such a request says only who the user is. If there is a row,
// Known only reads.
func (db *database) Known(ctx context.Context, who *cognito.Identity) (id string, err error) {
	ctx, cancel := bounded(ctx)
	defer cancel()
	err = db.QueryRowContext(ctx, `SELECT id FROM users WHERE issuer = $1 AND subject = $2`, who.Issuer, who.Subject).Scan(&id)
	if !errors.Is(err, sql.ErrNoRows) {
		return id, err
	}
	err = db.QueryRowContext(ctx, `
		INSERT INTO users (id, issuer, subject, username, first_seen) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (issuer, subject) DO UPDATE SET username = excluded.username
		RETURNING id`,
		rand.Text(), who.Issuer, who.Subject, who.Username, millis(time.Now())).Scan(&id)
	return id, err
}

// maxListed bounds the lists of the pages.
const maxListed = 200

// Users lists the users, those who came last first.
func (db *database) Users(ctx context.Context) ([]user, error) {
	return queryAll(ctx, db, scanUser, userColumns+` FROM users ORDER BY coalesce(last_sign_in, first_seen) DESC, id LIMIT $1`, maxListed)
}

// User returns one user.
func (db *database) User(ctx context.Context, id string) (user, error) {
	list, err := queryAll(ctx, db, scanUser, userColumns+` FROM users WHERE id = $1`, id)
	if err == nil && len(list) == 0 {
		err = sql.ErrNoRows
	}
	if err != nil {
		return user{}, err
	}
	return list[0], nil
}

const userColumns = `SELECT id, username, name, verified_email, member_of, sign_ins, first_seen, last_sign_in`

func scanUser(rows *sql.Rows, u *user) error {
	var groups string
	var first int64
	var last sql.NullInt64
	if err := rows.Scan(&u.ID, &u.Username, &u.Name, &u.VerifiedEmail, &groups, &u.SignIns, &first, &last); err != nil {
		return err
	}
	u.Groups, u.FirstSeen = strings.Fields(groups), time.UnixMilli(first).UTC()
	if last.Valid {
		u.LastSignIn = time.UnixMilli(last.Int64).UTC()
	}
	return nil
}

func millis(t time.Time) int64 { return t.UnixMilli() }
