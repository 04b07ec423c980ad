package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/cmd/cognito-parity/internal/suite"
)

// A result is what became of one request.
type result struct {
	ID          string       `json:"id"`
	Op          string       `json:"op"`
	Outcome     string       `json:"outcome"` // "same", "different" or "not run"
	Why         string       `json:"why,omitempty"`
	Differences []difference `json:"differences,omitempty"`
}

// The outcomes.
const (
	same      = "same"
	different = "different"
	notRun    = "not run"
)

// A runner makes the requests of the suite on both sides.
type runner struct {
	pool, emulator *side
	facts          *poolFacts
	send, paid     bool
	byHand         []string // names of stories that were set up
	only           func(id string) bool
	progress       func(story string, done, all int)
}

// run returns one result for each request. It stops early when ctx ends.
func (r *runner) run(ctx context.Context) (results []result, err error) {
	stories := suite.All()
	for i, story := range stories {
		if ctx.Err() != nil {
			return results, ctx.Err()
		}
		r.progress(story.Name, i, len(stories))
		more, err := r.story(ctx, story, i)
		results = append(results, more...)
		if err != nil {
			return results, err
		}
	}
	return results, nil
}

// missing says why a story or a request cannot be run, or "".
func (r *runner) missing(need suite.Need) string {
	have := map[suite.Need]bool{
		"":            true,
		suite.Domain:  r.pool.domain != "" && r.emulator.domain != "",
		suite.Pages:   r.pool.domain != "" && r.emulator.domain != "",
		suite.Send:    r.send,
		suite.Paid:    r.paid,
		suite.Choice:  r.facts.UserPoolTier != "LITE",
		suite.TOTP:    r.facts.totp,
		suite.Devices: len(r.facts.DeviceConfiguration) > 0 && string(r.facts.DeviceConfiguration) != "null",
	}
	if have[need] {
		return ""
	}
	return string(need)
}

// An actor is one side in a story.
type actor struct {
	*side
	browser *http.Client
	vars    *vars
}

func (r *runner) story(ctx context.Context, story suite.Story, number int) (results []result, err error) {
	why := ""
	for _, need := range story.Needs {
		if why == "" && !(need == suite.ByHand && slices.Contains(r.byHand, story.Name)) {
			why = r.missing(need)
		}
	}
	if why != "" && story.Setup != "" {
		why += ": " + story.Setup
	}
	selected := false
	for _, request := range story.Requests {
		selected = selected || r.only(story.ID(request))
	}
	if !selected {
		return nil, nil
	}
	pool, emulator := r.actor(r.pool, number), r.actor(r.emulator, number)
	for _, a := range []*actor{pool, emulator} {
		if why == "" {
			if err := r.prepare(ctx, a, story.User); ctx.Err() != nil {
				return nil, ctx.Err()
			} else if err != nil {
				why = "its user cannot be made: " + err.Error()
			}
		}
	}
	for _, request := range story.Requests {
		res := result{ID: story.ID(request), Op: request.Op, Outcome: notRun, Why: why}
		if res.Why == "" {
			res.Why = r.missing(request.Needs)
		}
		if res.Why == "" {
			if err := r.request(ctx, &res, request, pool, emulator); errors.Is(err, errUnavailable) {
				why, res.Why = err.Error(), err.Error()
			} else if err != nil {
				return results, err
			}
		}
		if r.only(res.ID) {
			results = append(results, res)
		}
	}
	return results, nil
}

// request makes one request on both sides, and fills in res.
func (r *runner) request(ctx context.Context, res *result, request suite.Request, pool, emulator *actor) error {
	// Both bodies are filled in first, so that a request is made on both sides or
	// on neither.
	for _, a := range []*actor{pool, emulator} {
		body := request.Body
		if request.API() {
			body = request.JSON()
		}
		if _, err := a.vars.fill(body+request.Header+request.Op, func(s string) string { return s }); err != nil {
			res.Why = "on the " + a.name + " " + err.Error()
			return nil
		}
	}
	select {
	case <-time.After(request.Wait):
	case <-ctx.Done():
		return ctx.Err()
	}
	var shapes [2]shape
	for i, a := range []*actor{pool, emulator} {
		got, err := a.call(ctx, a.browser, request, a.vars)
		a.vars.unsent = false
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, errUnavailable):
			return err
		case err != nil:
			shapes[i] = shape{{"status", ""}: "no answer: " + a.vars.neutral(err.Error())}
		default:
			shapes[i] = shapeOf(got, a.vars)
			if request.Op == "SIGN-IN" {
				shapes[i] = shapes[i].ofRedirect()
			}
			keep(got, request.Keep, a.vars)
			a.note(request, got)
		}
	}
	res.Differences = compare(shapes[0], shapes[1])
	res.Outcome = same
	if len(res.Differences) > 0 {
		res.Outcome = different
	}
	return nil
}

// note remembers an app client that a request has made, although most servers
// refuse these requests: it may have no name to find it by.
func (s *side) note(request suite.Request, got *answer) {
	var made struct{ UserPoolClient struct{ ClientID string } }
	if request.Op == "CreateUserPoolClient" && json.Unmarshal(got.Body, &made) == nil && made.UserPoolClient.ClientID != "" {
		s.unnamed = append(s.unnamed, made.UserPoolClient.ClientID)
	}
}

// ofRedirect is the part of a shape that a sign-in on the pages has to agree on.
func (s shape) ofRedirect() shape {
	part := make(shape)
	for f, value := range s {
		if f.Kind == "status" || strings.HasPrefix(f.At, "Location") {
			part[f] = value
		}
	}
	return part
}

// actor is a side with the values and cookies of one story.
func (r *runner) actor(s *side, number int) *actor {
	v := s.vars.clone()
	name := fmt.Sprintf("%s-u%03d", v.set["prefix"], number)
	for variable, local := range map[string]string{"email": name, "email-2": name + "-2"} {
		v.set[variable] = local + "@example.com" // reserved: nothing sent there arrives (RFC 2606)
		if r.send {
			v.set[variable] = simulated + local + "@simulator.amazonses.com"
		}
	}
	v.set["user"], v.set["username"] = name, name
	if len(r.facts.UsernameAttributes) > 0 {
		v.set["user"] = v.set["email"]
	}
	v.set["group"] = name + "-group"
	delete(v.set, "sub")
	return &actor{side: s, browser: s.browser(), vars: v}
}

// prepare makes the user of a story.
func (r *runner) prepare(ctx context.Context, a *actor, state string) error {
	v := a.vars
	v.set["attributes"] = r.requiredAttributes(v)
	if state == suite.None {
		return nil
	}
	temporary := v.set["temporary"]
	var made struct {
		User struct {
			Username   string
			Attributes []struct{ Name, Value string }
		}
	}
	local := &side{name: a.name, api: a.api, region: a.region, transport: a.transport, credentials: a.credentials, vars: v}
	err := local.admin(ctx, "AdminCreateUser", `"Username":"{user}","TemporaryPassword":"`+jsonText(temporary)+`","MessageAction":"SUPPRESS","UserAttributes":[
		{"Name":"email","Value":"{email}"},{"Name":"email_verified","Value":"true"}`+v.set["attributes"]+`]`, &made)
	if err != nil {
		return err
	}
	v.set["username"] = made.User.Username
	for _, attribute := range made.User.Attributes {
		if attribute.Name == "sub" {
			v.set["sub"] = attribute.Value
		}
	}
	if state == suite.Temporary {
		return nil
	}
	return local.admin(ctx, "AdminSetUserPassword", `"Username":"{user}","Password":"{password}","Permanent":true`, nil)
}

// sample values of attributes that a pool may require.
var samples = map[string]string{
	"phone_number": "+15555550100", "birthdate": "2000-01-31", "locale": "en", "zoneinfo": "Europe/Berlin", "updated_at": "1700000000",
	"picture": "https://app.example.com/picture", "profile": "https://app.example.com/profile", "website": "https://app.example.com",
}

// requiredAttributes are members of UserAttributes for what the pool requires
// beside the e-mail address.
func (r *runner) requiredAttributes(v *vars) string {
	var b strings.Builder
	for _, a := range r.facts.SchemaAttributes {
		if !a.Required || a.Name == "sub" || a.Name == "email" {
			continue
		}
		value := samples[a.Name]
		if value == "" {
			value = "Parity"
		}
		fmt.Fprintf(&b, `,{"Name":%q,"Value":%q}`, a.Name, value)
	}
	return b.String()
}

// keep stores values of an answer: "access=AuthenticationResult.AccessToken".
// Location.code is the parameter code of a redirect, and claims below a token are
// its claims.
func keep(a *answer, what string, v *vars) {
	if what == "" {
		return
	}
	var body any
	dec := json.NewDecoder(bytes.NewReader(a.Body))
	dec.UseNumber()
	dec.Decode(&body) // another body has no members
	for _, pair := range strings.Fields(what) {
		name, path, _ := strings.Cut(pair, "=")
		delete(v.set, name)
		if parameter, ok := strings.CutPrefix(path, "Location."); ok {
			if u, err := url.Parse(a.Header.Get("Location")); err == nil && u.Query().Has(parameter) {
				v.set[name] = u.Query().Get(parameter)
			}
			continue
		}
		at := body
		for member := range strings.SplitSeq(path, ".") {
			if token, ok := at.(string); ok && member == "claims" {
				at = claimsOf(token)
				continue
			}
			object, _ := at.(map[string]any)
			at = object[member]
		}
		switch at := at.(type) {
		case string:
			if at != "" {
				v.set[name] = at
			}
		case json.Number:
			v.set[name] = at.String()
		}
	}
}
