package doctor

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/seed75762126/cognito-go/internal/cause"
	"github.com/seed75762126/cognito-go/internal/fetch"
)

// flows is what the user-pool API says about the ways to sign in.
type flows struct {
	enabled []string
	off     int
	unclear map[string]string // answers that do not tell whether a flow is enabled, such as one of a firewall
	reveals bool              // it says that a user does not exist
	refused string            // the client or its secret, by the API's own words
	err     error
	status  int
}

// askFlows begins a sign-in by each flow, as a user who cannot exist.
func (e *examination) askFlows(ctx context.Context) (found flows) {
	found.unclear = map[string]string{}
	name := "doctor-" + rand.Text()
	for _, flow := range []struct{ name, parameter, value string }{
		{"USER_SRP_AUTH", "SRP_A", strings.Repeat("7", 512)},
		{"USER_PASSWORD_AUTH", "PASSWORD", rand.Text() + "-aA1!"},
		{"USER_AUTH", "", ""},
	} {
		parameters := map[string]string{"USERNAME": name}
		if flow.parameter != "" {
			parameters[flow.parameter] = flow.value
		}
		if secret := e.pool.ClientSecret; secret != "" {
			mac := hmac.New(sha256.New, []byte(secret))
			mac.Write([]byte(name + e.pool.ClientID))
			parameters["SECRET_HASH"] = base64.StdEncoding.EncodeToString(mac.Sum(nil))
		}
		a := e.initiateAuth(ctx, flow.name, parameters)
		if a.err != nil {
			found.err = a.err
			return found
		}
		found.status = a.status
		kind, text := a.apiError()
		switch {
		case kind == "ResourceNotFoundException",
			strings.Contains(text, "SECRET_HASH"), strings.Contains(text, "secret hash"), strings.Contains(text, "SecretHash"):
			found.refused = kind + ": " + text
			return found
		case kind == "InvalidParameterException" && strings.Contains(text, "not enabled"),
			kind == "UnsupportedOperationException", kind == "InvalidUserPoolConfigurationException":
			found.off++
		case kind == "UserNotFoundException":
			found.reveals = true
			found.enabled = append(found.enabled, flow.name)
		case a.status == 200, kind == "NotAuthorizedException", strings.Contains(kind, "Lambda"): // of a trigger
			found.enabled = append(found.enabled, flow.name)
		default:
			found.unclear[flow.name] = strings.TrimSpace(fmt.Sprintf("%d %s %s", a.status, kind, text))
		}
	}
	return found
}

func (e *examination) initiateAuth(ctx context.Context, flow string, parameters map[string]string) answer {
	body, err := json.Marshal(map[string]any{"AuthFlow": flow, "ClientId": e.pool.ClientID, "AuthParameters": parameters})
	if err != nil {
		return answer{err: err}
	}
	return e.do(ctx, "POST", e.pool.EndpointURL()+"/", body,
		"Content-Type", "application/x-amz-json-1.1", "X-Amz-Target", "AWSCognitoIdentityProviderService.InitiateAuth")
}

// apiError is the exception of an answer of the user-pool API, and its message.
func (a answer) apiError() (kind, text string) {
	var body struct {
		Type    string `json:"__type"`
		Message string `json:"message"` // or "Message"
	}
	if a.status == 200 || a.json(&body) != nil {
		return "", ""
	}
	_, kind, found := strings.Cut(body.Type, "#")
	if !found {
		kind = body.Type
	}
	return fetch.Clean(kind), fetch.Clean(body.Message)
}

func checkAPI(ctx context.Context, e *examination) finding {
	found := e.flows(ctx)
	switch {
	case found.err != nil:
		return fail("%s cannot be reached: %v", e.pool.EndpointURL(), found.err).so("check that this machine can reach it")
	case strings.Contains(strings.ToUpper(found.refused), "SECRET"):
		return fail("%s", found.refused).because(cause.ClientSecret)
	case found.refused != "":
		return fail("%s", found.refused)
	case found.status >= 500 || found.status == 0 || found.status == 404:
		return fail("%s answers %d", e.pool.EndpointURL(), found.status)
	case found.off == 0 && len(found.enabled) == 0:
		return unknown("%s answers %s", e.pool.EndpointURL(), found.unclear["USER_SRP_AUTH"])
	}
	if e.pool.ClientSecret != "" {
		return ok("%s knows the app client, and takes its SECRET_HASH", e.pool.EndpointURL())
	}
	return ok("%s knows the app client, which has no secret", e.pool.EndpointURL())
}

func checkFlows(ctx context.Context, e *examination) finding {
	found := e.flows(ctx)
	enabled := strings.Join(found.enabled, ", ")
	if enabled == "" {
		enabled = "none"
	}
	unclear := found.unclear["USER_SRP_AUTH"]
	switch {
	case e.cfg.OwnForms && unclear != "":
		return unknown("a sign-in with USER_SRP_AUTH is answered with %s", unclear)
	case e.cfg.OwnForms && !strings.Contains(enabled, "USER_SRP_AUTH"):
		return fail("USER_SRP_AUTH is disabled; enabled: %s", enabled).so("own forms need ALLOW_USER_SRP_AUTH")
	}
	return ok("enabled: %s", enabled)
}

func checkUserExistence(ctx context.Context, e *examination) finding {
	found := e.flows(ctx)
	switch {
	case found.reveals:
		return warn("a sign-in of a user who does not exist ends with UserNotFoundException")
	case len(found.enabled) == 0 && len(found.unclear) > 0:
		return unknown("no flow has told what a sign-in of a user who does not exist ends with")
	case len(found.enabled) == 0:
		return ok("no flow is enabled that could reveal who has an account")
	}
	return ok("a sign-in of a user who does not exist looks like one with a wrong password")
}
