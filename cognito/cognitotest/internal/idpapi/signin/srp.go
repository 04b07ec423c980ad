package signin

import (
	"encoding/base64"
	"errors"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/attempts"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/directory"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/flows"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
	"github.com/seed75762126/cognito-go/internal/srp"
)

// blockBytes is the length of a secret block: as long as Cognito's.
const blockBytes = 1056

// newProof answers a client's public key.
func newProof(who srp.Account, v srp.Verifier, clientPublic string) (*attempts.SRPProof, srp.Answer, error) {
	answer, err := v.NewAnswer(clientPublic)
	var input *srp.InputError
	if errors.As(err, &input) {
		return nil, answer, refusal.New(refusal.InvalidParameterException, "Invalid "+input.Field)
	}
	block := base64.StdEncoding.EncodeToString(random.Bytes(blockBytes))
	return &attempts.SRPProof{Who: who, Key: answer.Key, Block: block}, answer, err
}

// srpClockSkew is how far the time in a proof may be off. Some clients write
// it with a clock of twelve hours, and Cognito takes it.
const srpClockSkew = 24 * time.Hour

var errTimestamp = refusal.New(refusal.InvalidParameterException, "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.")

// checkProof accepts the proof in a response. Its time must be near the pool's
// clock, or near the machine's, which clients use that do not know
// [Pool.Advance]. A time with a leading zero, or with another weekday, makes
// the proof wrong: Cognito signs its own spelling of the time.
func checkProof(p *attempts.SRPProof, r authParams, now time.Time) error {
	timestamp, err := r.need("TIMESTAMP")
	if err != nil {
		return err
	}
	signature, err := r.need("PASSWORD_CLAIM_SIGNATURE")
	if err != nil {
		return err
	}
	block, err := r.need("PASSWORD_CLAIM_SECRET_BLOCK")
	if err != nil {
		return err
	}
	at, err := srp.ParseTime(timestamp)
	if err != nil {
		return errTimestamp
	}
	near := func(clock time.Time) bool { return at.Sub(clock).Abs() <= srpClockSkew }
	proof := srp.Proof{Signature: signature, SecretBlock: block, Timestamp: timestamp}
	if srp.FormatTime(at) != timestamp || block != p.Block || !srp.Check(p.Key, p.Who, proof) || !near(now) && !near(time.Now()) {
		return refusal.WrongPassword
	}
	return nil
}

// startSRP answers SRP_A with the challenge that asks for the proof. For an
// unknown name, and for users without a password, it looks the same.
func (c *Handler) startSRP(s attempts.SignIn, a *directory.Account, clientPublic string) (*authOutput, error) {
	if c.Lockout.Locked(flows.LockoutKey(a, s.Typed), c.At) {
		return nil, refusal.LockedOut
	}
	who := c.SRPAccount(s.Username)
	verifier := c.DisguisedVerifier(s.Typed) // which no password fits
	if s.Sub != "" && a.Password.SRP != nil {
		verifier = a.Password.SRP.Of(who)
	}
	proof, answer, err := newProof(who, verifier, clientPublic)
	if err != nil {
		return nil, err
	}
	s.Proof = proof
	return c.challenge(s, challengeVerifier, map[string]string{
		"SALT": verifier.SaltHex(), "SRP_B": answer.Public, "SECRET_BLOCK": proof.Block,
		"USERNAME": s.Username, "USER_ID_FOR_SRP": s.Username,
	}), nil
}

// answerVerifier is the answer to PASSWORD_VERIFIER.
func (c *Handler) answerVerifier(s attempts.SignIn, a *directory.Account, r authParams) (*authOutput, error) {
	key := flows.LockoutKey(a, s.Typed)
	if c.Lockout.Locked(key, c.At) {
		return nil, refusal.LockedOut
	}
	if err := whateverThePassword(s.Client, a); err != nil {
		return nil, err
	}
	if err := checkProof(s.Proof, r, c.At); err != nil {
		if err == refusal.WrongPassword {
			c.Lockout.Fail(key, c.At)
		}
		return nil, err
	}
	c.Lockout.Succeed(key)
	s.Proof = nil
	if s.Flow == clients.FlowCustom {
		s.History = append(s.History, trigger.ChallengeResult{ChallengeName: challengeVerifier, ChallengeResult: true})
		return c.nextCustom(s, a)
	}
	return c.afterFirstFactor(s, a)
}
