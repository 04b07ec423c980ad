package identitypool_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/identitypool"
)

// answering is a client whose calls get what answer returns: a status and a
// body, for the name of the operation and what was sent.
func answering(t *testing.T, pool *cognitotest.Pool, flow identitypool.Flow, answer func(op, sent string) (status int, body string)) *identitypool.Client {
	t.Helper()
	return newClient(t, pool, func(c *identitypool.Config) {
		if c.Flow = flow; flow == identitypool.Basic {
			c.RoleARN = userRole
		}
		c.Pool.HTTPClient = &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			sent, err := io.ReadAll(r.Body)
			if err != nil {
				return nil, err
			}
			_, op, aws := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
			contentType := "application/x-amz-json-1.1"
			if !aws {
				op, contentType = "AssumeRoleWithWebIdentity", "text/xml"
			}
			status, body := answer(op, string(sent))
			return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {contentType}}, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
		})}
	})
}

// TestE1_IdentityPoolErrorsQuoteNothing: an answer that echoes a token does not
// get it into an error, nor into the errors in it. A text that is no refusal of
// Cognito's is not quoted at all.
func TestE1_IdentityPoolErrorsQuoteNothing(t *testing.T) {
	pool := newPool(t, cognitotest.IdentityPool{})
	who, token := identityOf(t, pool, "jane"), pool.IDToken("jane")
	const openID = "the.token.of-the-identity-pool"
	refusals := map[string]func(text string) (int, string){
		"as a parameter": func(text string) (int, string) {
			return 400, `{"__type":"InvalidParameterException","message":"1 validation error detected: Value '{a=` + text + `}' at 'logins' failed to satisfy constraint: Map value must be shorter"}`
		},
		"not authorized": func(text string) (int, string) {
			return 400, `{"__type":"NotAuthorizedException","message":"Invalid login token ` + text + `"}`
		},
		"any other": func(text string) (int, string) {
			return 400, `{"__type":"ExternalServiceException","message":"` + text + `"}`
		},
		"unknown": func(text string) (int, string) {
			return 400, `{"__type":"OddException","message":"` + text + `"}`
		},
		"no code": func(text string) (int, string) { return 400, `{"message":"hotel\nlevel=ERROR ` + text + `"}` },
		"another type": func(text string) (int, string) {
			return 200, `{"IdentityId":["hotel\nlevel=ERROR","` + text + `"]}`
		},
	}
	for name, refuse := range refusals {
		for _, at := range []string{"GetId", "GetCredentialsForIdentity", "GetOpenIdToken", "AssumeRoleWithWebIdentity"} {
			flow := identitypool.Enhanced
			if at == "GetOpenIdToken" || at == "AssumeRoleWithWebIdentity" {
				flow = identitypool.Basic
			}
			client := answering(t, pool, flow, func(op, _ string) (int, string) {
				switch {
				case op == at && op == "AssumeRoleWithWebIdentity":
					return 400, `<ErrorResponse><Error><Code>InvalidIdentityToken</Code><Message>bad ` + openID + `</Message></Error></ErrorResponse>`
				case op == at:
					return refuse(string(token))
				}
				return 200, `{"IdentityId":"eu-west-1:1","Token":"` + openID + `"}`
			})
			_, err := client.ForUser(who, func(context.Context) (cognito.IDToken, error) { return token, nil }).Retrieve(t.Context())
			var e *identitypool.Error
			if !errors.As(err, &e) || string(e.Op) != at {
				t.Errorf("%s, %s: Retrieve = %v, want an Error of that operation", name, at, err)
			}
			for ; err != nil; err = errors.Unwrap(err) {
				text := fmt.Sprintf("%v\n%+v", err, err)
				if strings.Contains(text, string(token)[:40]) || strings.Contains(text, openID) || strings.Contains(text, "hotel") {
					t.Errorf("%s, %s: %T quotes the answer: %s", name, at, err, text)
				}
			}
		}
	}
}

// TestProvider_OddGuestID: what a visitor has put into the cookie for the guest's
// id costs no user the credentials, and no memory.
func TestProvider_OddGuestID(t *testing.T) {
	pool := newPool(t, cognitotest.IdentityPool{Guests: true})
	client := newClient(t, pool, func(c *identitypool.Config) { c.MaxUsers = 2 })
	jane := visitor(t, client, pool, "jane")
	first, err := jane.Retrieve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"x", "eu-west-1:", "a b", "\x00", "ü", strings.Repeat("a", 56), strings.Repeat("a", 5000), strings.Repeat("'a' at 'b", 500)} {
		_, err := newClient(t, pool).ForGuest(id).Retrieve(t.Context())
		if !errors.Is(err, identitypool.ErrNotFound) || len(err.Error()) > 500 {
			t.Errorf("ForGuest(%.20q) = %v, want ErrNotFound", id, err)
		}
		joe := newClient(t, pool)
		if _, err := visitor(t, joe, pool, "joe", identitypool.FromGuest(id)).Retrieve(t.Context()); err != nil {
			t.Errorf("FromGuest(%.20q) = %v, want the id ignored", id, err)
		}
	}
	for i := range 5 {
		_ = client.ForGuest(strings.Repeat("a", 1000+i))
	}
	if again, err := visitor(t, client, pool, "jane").Retrieve(t.Context()); err != nil || again.AccessKeyID != first.AccessKeyID {
		t.Errorf("Retrieve after guests with long ids = %v, want the user's credentials that were kept", err)
	}
}

// TestProvider_ClockAhead: credentials that have expired by this clock are an
// error, and a clock that is ahead does not call Cognito for each request.
func TestProvider_ClockAhead(t *testing.T) {
	for ahead, want := range map[time.Duration]string{58 * time.Minute: "", 2 * time.Hour: "bad_answer"} {
		synctest.Test(t, func(t *testing.T) {
			pool := newPool(t, cognitotest.IdentityPool{})
			calls := 0
			expires := time.Now().Add(time.Hour).Unix()
			client := answering(t, pool, identitypool.Enhanced, func(string, string) (int, string) {
				calls++
				return 200, fmt.Sprintf(`{"IdentityId":"eu-west-1:1","Credentials":{"AccessKeyId":"A","SecretKey":"s","SessionToken":"t","Expiration":%d}}`, expires)
			})
			time.Sleep(ahead)
			who, token := identityOf(t, pool, "jane"), pool.IDToken("jane")
			for range 20 {
				_, err := client.ForUser(who, func(context.Context) (cognito.IDToken, error) { return token, nil }).Retrieve(t.Context())
				var e *identitypool.Error
				if errors.As(err, &e); (err != nil) != (want != "") || err != nil && string(e.Code) != want {
					t.Errorf("%v ahead: Retrieve = %v, want %q", ahead, err, want)
				}
				synctest.Wait()
			}
			if calls > 2 {
				t.Errorf("%v ahead: %d calls for 20 requests within a second, want 2", ahead, calls)
			}
		})
	}
}
