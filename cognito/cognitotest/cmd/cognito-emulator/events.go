package main

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/eventbridge"
)

// lastEvents is how long the program waits for events when it ends.
const lastEvents = 2 * time.Second

// events is where the events of CloudTrail go.
type events struct{ *eventbridge.Destination }

// headerName is the name of a header field (RFC 9110 section 5.1).
var headerName = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")

// events is what -events-url and the flags beside it say. It is nil without
// them.
func (o *options) events(stderr io.Writer) (*events, error) {
	if o.eventsURL == "" {
		if len(o.eventsHeader) > 0 {
			return nil, &mistake{"-events-header", errors.New("say with -events-url where the events go")}
		}
		return nil, nil
	}
	u, err := url.Parse(o.eventsURL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return nil, &mistake{"-events-url", errors.New("not a URL: write one such as http://localhost:8080/cognito-events")}
	}
	if o.eventsCopies < 1 {
		return nil, &mistake{"-events-copies", errors.New("write 1 or more")}
	}
	header := make(http.Header)
	for _, line := range o.eventsHeader {
		name, value, ok := strings.Cut(line, ":")
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if !ok || !headerName.MatchString(name) || strings.ContainsFunc(value, unicode.IsControl) {
			return nil, &mistake{"-events-header", errors.New(`write it as "Name: value", such as "Authorization: Bearer key"`)}
		}
		header.Add(name, value)
	}
	return &events{&eventbridge.Destination{
		URL: o.eventsURL, Header: header, Copies: o.eventsCopies, Logger: slog.New(slog.NewTextHandler(stderr, nil)),
	}}, nil
}

// waitForLast waits for the events that are still to be delivered, for a moment.
func (e *events) waitForLast() {
	ctx, cancel := context.WithTimeout(context.Background(), lastEvents)
	defer cancel()
	if err := e.Wait(ctx); err != nil {
		e.Logger.Error(err.Error())
	}
}
