package cognitotest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/trigger"
	"github.com/seed75762126/cognito-go/internal/srp"
)

// An srpProof is the proof that a client is to give: of a password, or of
// being a device.
type srpProof struct {
	who   srp.Account
	key   []byte // of the exchange
	block string // SECRET_BLOCK
}

// blockBytes is the length of a secret block: as long as Cognito's.
const blockBytes = 1056

// newProof answers a client's public key.
func newProof(who srp.Account, v srp.Verifier, clientPublic string) (*srpProof, srp.Answer, error) {
	answer, err := v.NewAnswer(clientPublic)
	var input *srp.InputError
	if errors.As(err, &input) {
		return nil, answer, refusal.New(refusal.InvalidParameterException, "Invalid "+input.Field)
	}
	block := base64.StdEncoding.EncodeToString(random.Bytes(blockBytes))
	return &srpProof{who: who, key: answer.Key, block: block}, answer, err
}

// srpClockSkew is how far the time in a proof may be off. Some clients write
// it with a clock of twelve hours, and Cognito takes it.
const srpClockSkew = 24 * time.Hour

// check accepts the proof in a response. Its time is near the pool's clock or
// the machine's, which those clients go by that know nothing of
// [Pool.Advance].
func (p *srpProof) check(r authParams, now time.Time) error {
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
		return refusal.New(refusal.InvalidParameterException, "Invalid TIMESTAMP")
	}
	near := func(clock time.Time) bool { return at.Sub(clock).Abs() <= srpClockSkew }
	proof := srp.Proof{Signature: signature, SecretBlock: block, Timestamp: timestamp}
	if block != p.block || !srp.Check(p.key, p.who, proof) || !near(now) && !near(time.Now()) {
		return refusal.WrongPassword
	}
	return nil
}

// startSRP answers SRP_A with the challenge that asks for the proof. For
// nobody, and for users without a password, it looks the same.
func (c *call) startSRP(s authSession, a *account, clientPublic string) (*authOutput, error) {
	if c.lockout.Locked(lockoutKey(a, s.typed), c.at) {
		return nil, refusal.LockedOut
	}
	who := c.srpAccount(s.username)
	verifier := c.disguisedVerifier(s.typed) // which no password fits
	if s.sub != "" && a.password.SRP != nil {
		verifier = a.password.SRP.Of(who)
	}
	proof, answer, err := newProof(who, verifier, clientPublic)
	if err != nil {
		return nil, err
	}
	s.proof = proof
	return c.challenge(s, challengeVerifier, map[string]string{
		"SALT": verifier.SaltHex(), "SRP_B": answer.Public, "SECRET_BLOCK": proof.block,
		"USERNAME": s.username, "USER_ID_FOR_SRP": s.username,
	}), nil
}

// answerVerifier is the answer to PASSWORD_VERIFIER.
func (c *call) answerVerifier(s authSession, a *account, r authParams) (*authOutput, error) {
	key := lockoutKey(a, s.typed)
	if c.lockout.Locked(key, c.at) {
		return nil, refusal.LockedOut
	}
	if s.sub != "" && !a.disabled && a.status() == StatusUnconfirmed {
		return nil, refusal.NotConfirmed // whatever the password
	}
	if err := s.proof.check(r, c.at); err != nil {
		if err == refusal.WrongPassword {
			c.lockout.Fail(key, c.at)
		}
		return nil, err
	}
	c.lockout.Succeed(key)
	s.proof = nil
	if s.flow == flowCustom {
		s.history = append(s.history, trigger.ChallengeResult{ChallengeName: challengeVerifier, ChallengeResult: true})
		return c.nextCustom(s, a)
	}
	return c.afterFirstFactor(s, a)
}

// disguised derives bytes from a name that is nobody's: the same each time, so
// that asking again does not tell it from a user's.
func (p *Pool) disguised(purpose, name string) []byte {
	mac := hmac.New(sha256.New, p.disguiseKey())
	mac.Write([]byte(purpose + " " + fold(name)))
	return mac.Sum(nil)
}

// disguisedName is the username that nobody has.
func (p *Pool) disguisedName(name string) string {
	h := hex.EncodeToString(p.disguised("username", name)[:16])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// disguisedVerifier is a verifier of no password at all.
func (p *Pool) disguisedVerifier(name string) srp.Verifier {
	var value []byte
	for i := range byte(11) { // 352 bytes, which is less than N
		value = append(value, p.disguised("verifier "+string('a'+rune(i)), name)...)
	}
	return srp.Verifier{Salt: p.disguised("salt", name)[:16], Value: value}
}

func (p *Pool) disguiseKey() []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.disguise
}

func (p *Pool) setDisguiseKey(key []byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.disguise = key
}
