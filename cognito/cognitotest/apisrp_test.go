package cognitotest_test

import (
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/internal/srp"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

func TestAPI_SRP(t *testing.T) {
	p := newAPIPool(t)
	s := newSigner(t, p)
	for _, name := range []string{"jane", "JANE", "jane@example.com"} {
		step, answer := s.srp(name, password)
		params := step.ChallengeParameters
		if params["USERNAME"] != "jane" || params["USER_ID_FOR_SRP"] != "jane" || step.Session != "" {
			t.Errorf("InitiateAuth(%s) names %q and %q with the session %.8q, want jane and none", name, params["USERNAME"], params["USER_ID_FOR_SRP"], step.Session)
		}
		if n := len(params["SECRET_BLOCK"]); n < 1200 || n > 1600 {
			t.Errorf("SECRET_BLOCK has %d characters, want about as many as Cognito's", n)
		}
		s.respond(step, answer...).is(t, "")
	}
	// The flow of an administrator has SRP too.
	s.admin = true
	step, answer := s.srp("jane", password)
	s.respond(step, answer...).is(t, "")
}

// doc: the time in a proof of SRP
func TestAPI_SRPRefuses(t *testing.T) {
	p := newAPIPool(t)
	s := newSigner(t, p)
	replace := func(answer []string, name, value string) []string {
		for i := 0; i < len(answer); i += 2 {
			if answer[i] == name {
				changed := append([]string{}, answer...)
				changed[i+1] = value
				return changed
			}
		}
		return append(answer[:len(answer):len(answer)], name, value)
	}
	set := func(name, value string) func([]string) []string {
		return func(answer []string) []string { return replace(answer, name, value) }
	}
	tests := []struct {
		name string
		edit func(answer []string) []string
		want string
	}{
		{"wrong signature", set("PASSWORD_CLAIM_SIGNATURE", base64.StdEncoding.EncodeToString(make([]byte, 32))), wrongPassword},
		{"no base64", set("PASSWORD_CLAIM_SIGNATURE", "?"), wrongPassword},
		{"another time than signed", set("TIMESTAMP", "Tue Jul 10 11:01:00 UTC 2018"), wrongPassword},
		{"no time", set("TIMESTAMP", "yesterday"), "InvalidParameterException: TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english."},
		{"ISO time", set("TIMESTAMP", "2026-11-21T08:00:00Z"), "InvalidParameterException: TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english."},
		{"another block", set("PASSWORD_CLAIM_SECRET_BLOCK", base64.StdEncoding.EncodeToString(make([]byte, 1056))), wrongPassword},
		{"no block", set("PASSWORD_CLAIM_SECRET_BLOCK", ""), "InvalidParameterException: Missing required parameter PASSWORD_CLAIM_SECRET_BLOCK"},
		{"no signature", set("PASSWORD_CLAIM_SIGNATURE", ""), "InvalidParameterException: Missing required parameter PASSWORD_CLAIM_SIGNATURE"},
		{"no time at all", set("TIMESTAMP", ""), "InvalidParameterException: Missing required parameter TIMESTAMP"},
		{"another user", set("USERNAME", "max"), noSession},
		{"an alias", set("USERNAME", "jane@example.com"), noSession},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p.SetPassword("jane", password)
			p.Advance(time.Hour) // past every lock-out
			step, answer := s.srp("jane", password)
			s.refuse(tt.want, step, tt.edit(answer)...)
		})
	}
	for name, tt := range map[string]struct {
		off  time.Duration
		want string
	}{
		"two days ago":          {-48 * time.Hour, wrongPassword},
		"in two days":           {48 * time.Hour, wrongPassword},
		"clock of twelve hours": {-12 * time.Hour, ""},
	} {
		t.Run(name, func(t *testing.T) {
			p.Advance(time.Hour) // past every lock-out
			client := newSRPClient()
			step := s.initiate("USER_SRP_AUTH", "USERNAME", "jane", "SRP_A", client.Public())
			s.refuse(tt.want, step, client.prove(t, srp.Account{Pool: poolName, Name: "jane"}, password, step, p.Now().Add(tt.off))...)
		})
	}
	step, answer := s.srp("jane", "x")
	s.refuse(wrongPassword, step, answer...)
	step, answer = s.srp("jane", password)
	s.respond(step, answer...).is(t, "")
	s.refuse(usedSession, step, answer...)
	step, answer = s.srp("jane", password)
	p.Advance(3 * time.Minute)
	s.refuse(oldSession, step, answer...)
}

// The time counts in one spelling, although another were signed.
func TestAPI_SRPTimeIsSpelledOneWay(t *testing.T) {
	p := newAPIPool(t)
	s := newSigner(t, p)
	p.Advance(time.Date(2027, 2, 6, 7, 4, 9, 0, time.UTC).Sub(p.Now()).Truncate(time.Second)) // a Saturday
	at := p.Now().UTC()
	clock := at.Format("15:04:05")
	for timestamp, want := range map[string]string{
		"Sat Feb 6 " + clock + " UTC 2027":  "",
		"Sat Feb 06 " + clock + " UTC 2027": wrongPassword,
		"Sat Feb  6 " + clock + " UTC 2027": wrongPassword,
		"Fri Feb 6 " + clock + " UTC 2027":  wrongPassword, // it is a Saturday
		"sat feb 6 " + clock + " UTC 2027":  wrongPassword,
		"Sat Feb 6 " + clock + " CET 2027":  "InvalidParameterException: TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.",
		"Sa Feb 6 " + clock + " UTC 2027":   "InvalidParameterException: TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.",
	} {
		client := newSRPClient()
		step := s.initiate("USER_SRP_AUTH", "USERNAME", "jane", "SRP_A", client.Public()).is(t, "PASSWORD_VERIFIER")
		s.refuse(want, step, client.proveAt(t, srp.Account{Pool: poolName, Name: "jane"}, password, step, timestamp)...)
	}
}

// A proof is of the block that the pool gave, though another were signed.
func TestAPI_SRPWantsItsOwnBlock(t *testing.T) {
	p := newAPIPool(t)
	s := newSigner(t, p)
	client := newSRPClient()
	step := s.initiate("USER_AUTH", "USERNAME", "jane", "PREFERRED_CHALLENGE", "PASSWORD_SRP", "SRP_A", client.Public()).is(t, "PASSWORD_VERIFIER")
	step.ChallengeParameters["SECRET_BLOCK"] = base64.StdEncoding.EncodeToString([]byte("another"))
	s.refuse(wrongPassword, step, client.prove(t, srp.Account{Pool: poolName, Name: "jane"}, password, step, p.Now())...)
}

// A public key of 0 modulo N would let anybody in.
func TestAPI_SRPPublicKeys(t *testing.T) {
	s := newSigner(t, newAPIPool(t))
	// N of RFC 3526 section 4 begins and ends with 64 ones.
	modulus := strings.ToLower(primeHex)
	for name, key := range map[string]string{
		"0": "0", "zeros": strings.Repeat("0", 768), "N": modulus, "N in capitals": primeHex, "greater than N": "1" + modulus,
		"2N": "1" + strings.Repeat("f", 768), "no digits": "xyz", "negative": "-2", "too long": strings.Repeat("1", 1025),
	} {
		if _, got := s.tryInitiate("USER_SRP_AUTH", "USERNAME", "jane", "SRP_A", key); got != "InvalidParameterException: Invalid SRP_A" {
			t.Errorf("InitiateAuth(SRP_A %s) = %s, want it invalid", name, got)
		}
	}
	s.refuseInitiate("InvalidParameterException: Missing required parameter SRP_A", "USER_SRP_AUTH", "USERNAME", "jane")
}

const primeHex = "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7DB3970F85A6E1E4C7ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200CBBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF"

// U3: nobody can tell from SRP who exists, by name, salt or answer, however
// often they ask.
func TestAPI_SRPHidesWhoExists(t *testing.T) {
	p := newAPIPool(t)
	s := newSigner(t, p)
	first, answer := s.srp("nobody", password)
	s.refuse(wrongPassword, first, answer...)
	for range 3 {
		again, _ := s.srp("Nobody", "x")
		for _, name := range []string{"SALT", "USER_ID_FOR_SRP", "USERNAME"} {
			if got, want := again.ChallengeParameters[name], first.ChallengeParameters[name]; got != want {
				t.Errorf("%s = %q, then %q, want the same", name, want, got)
			}
		}
		if again.ChallengeParameters["SRP_B"] == first.ChallengeParameters["SRP_B"] {
			t.Error("SRP_B is the same twice, want another each time")
		}
	}
	if id := first.ChallengeParameters["USER_ID_FOR_SRP"]; len(id) != 36 || strings.Contains(id, "nobody") {
		t.Errorf("USER_ID_FOR_SRP = %q, want what looks like a UUID", id)
	}
	other, _ := s.srp("nobody2", "x")
	if other.ChallengeParameters["SALT"] == first.ChallengeParameters["SALT"] {
		t.Error("two names have one salt")
	}
	elsewhere, _ := newSigner(t, newAPIPool(t)).srp("nobody", "x")
	if elsewhere.ChallengeParameters["SALT"] == first.ChallengeParameters["SALT"] {
		t.Error("two pools have one salt")
	}
	real, _ := s.srp("jane", "x")
	if a, b := len(real.ChallengeParameters["SALT"]), len(first.ChallengeParameters["SALT"]); a-b > 2 || b-a > 2 {
		t.Errorf("salts of %d and %d digits, want the same length", a, b)
	}

	client := apiUserClient()
	client.RevealUserExistence = true
	s = newSigner(t, newPool(t, cognitotest.WithClient(client)))
	s.refuseInitiate("UserNotFoundException: User does not exist.", "USER_SRP_AUTH", "USERNAME", "nobody", "SRP_A", "2")
	s.refuseInitiate("UserNotFoundException: User does not exist.", "USER_PASSWORD_AUTH", "USERNAME", "nobody", "PASSWORD", "x")
	s.refuseInitiate("UserNotFoundException: User does not exist.", "USER_AUTH", "USERNAME", "nobody")
}

// A user without a password looks like one with a wrong one.
func TestAPI_SRPWithoutPassword(t *testing.T) {
	p := newAPIPool(t)
	p.AddUser(cognitotest.User{Username: "max", Email: "max@example.com"})
	s := newSigner(t, p)
	step, answer := s.srp("max", "")
	s.refuse(wrongPassword, step, answer...)
}

// A password set on one side counts on the other, and after a snapshot.
func TestAPI_SRPAfterChanges(t *testing.T) {
	p := newAPIPool(t)
	s := newSigner(t, p)
	p.SetPassword("jane", "Another-horse-2")
	step, answer := s.srp("jane", password)
	s.refuse(wrongPassword, step, answer...)
	step, answer = s.srp("jane", "Another-horse-2")
	tok := s.respond(step, answer...).is(t, "").AuthenticationResult
	nobody, _ := s.srp("nobody", "x")

	saved, err := p.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(saved), "Another-horse-2") {
		t.Error("the snapshot holds the password")
	}
	restored := cognitotest.NewPool(cognitotest.WithClient(apiUserClient()))
	if err := restored.Restore(saved); err != nil {
		t.Fatal(err)
	}
	s = newSigner(t, restored)
	step, answer = s.srp("jane", "Another-horse-2")
	s.respond(step, answer...).is(t, "")
	s.initiate("REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", tok.RefreshToken).is(t, "")
	again, _ := s.srp("nobody", "x")
	if got, want := again.ChallengeParameters["SALT"], nobody.ChallengeParameters["SALT"]; got != want {
		t.Errorf("SALT of nobody = %q after the snapshot, want %q", got, want)
	}
}

// Many sign-ins with the library's own client meet every length of the numbers.
func TestAPI_SRPManyTimes(t *testing.T) {
	s := newSigner(t, newAPIPool(t))
	for range thorough.Or(4, 60) {
		client := srp.NewClient()
		step := s.initiate("USER_SRP_AUTH", "USERNAME", "jane", "SRP_A", client.Public()).is(t, "PASSWORD_VERIFIER")
		c := step.ChallengeParameters
		proof, err := client.Prove(srp.Account{Pool: poolName, Name: "jane"}, password, srp.Challenge{Salt: c["SALT"], Public: c["SRP_B"], SecretBlock: c["SECRET_BLOCK"]}, s.p.Now())
		if err != nil {
			t.Fatal(err)
		}
		s.respond(step, "PASSWORD_CLAIM_SIGNATURE", proof.Signature, "PASSWORD_CLAIM_SECRET_BLOCK", proof.SecretBlock, "TIMESTAMP", proof.Timestamp).is(t, "")
	}
}

// FuzzSRP: whatever an answer holds, the pool does not panic, and nobody gets
// tokens without the password.
func FuzzSRP(f *testing.F) {
	f.Add("2", "c2ln", "Tue Jul 10 11:01:00 UTC 2018", "jane")
	f.Add("0", "", "", "")
	f.Add(strings.Repeat("F", 768), "=", "Sat Nov 7 09:05:03 UTC 2026", "nobody")
	p := newAPIPool(f)
	f.Fuzz(func(t *testing.T, public, signature, timestamp, username string) {
		s := newSigner(t, p)
		step, failure := s.tryInitiate("USER_SRP_AUTH", "USERNAME", "jane", "SRP_A", public)
		if failure != "" {
			return
		}
		next, failure := s.tryRespond(step, "USERNAME", username, "PASSWORD_CLAIM_SIGNATURE", signature,
			"PASSWORD_CLAIM_SECRET_BLOCK", step.ChallengeParameters["SECRET_BLOCK"], "TIMESTAMP", timestamp)
		if failure == "" || next.AuthenticationResult != nil {
			t.Errorf("RespondToAuthChallenge(%q, %q) = %+v, want a refusal", signature, timestamp, next)
		}
		p.SetPassword("jane", password)
	})
}
