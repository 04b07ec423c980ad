package grpcauth

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/observe"
	"github.com/seed75762126/cognito-go/internal/bearer"
)

// Interceptors protect the methods of a gRPC server. Make them with [New]. They
// are safe for concurrent use.
type Interceptors struct {
	cfg Config
}

// New returns Interceptors, or an error with every problem of cfg.
func New(cfg Config) (*Interceptors, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	cfg.Policies, cfg.Public = maps.Clone(cfg.Policies), slices.Clone(cfg.Public)
	if cfg.Logger == nil {
		cfg.Logger = slog.Default()
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Interceptors{cfg}, nil
}

var (
	_ grpc.UnaryServerInterceptor  = (*Interceptors)(nil).Unary
	_ grpc.StreamServerInterceptor = (*Interceptors)(nil).Stream
)

// Unary is a [grpc.UnaryServerInterceptor].
func (i *Interceptors) Unary(ctx context.Context, req any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	ctx, err := i.admit(ctx, info.FullMethod)
	if err != nil {
		return nil, err
	}
	return handler(ctx, req)
}

// Stream is a [grpc.StreamServerInterceptor].
func (i *Interceptors) Stream(srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
	ctx, err := i.admit(stream.Context(), info.FullMethod)
	if err != nil {
		return err
	}
	return handler(srv, &serverStream{stream, ctx})
}

// A serverStream has the user in its context: gRPC has no other way.
type serverStream struct {
	grpc.ServerStream
	ctx context.Context
}

func (s *serverStream) Context() context.Context { return s.ctx }

// admit returns the context of a call that may pass, or the status to answer.
func (i *Interceptors) admit(ctx context.Context, method string) (context.Context, error) {
	id, err := i.identify(ctx)
	switch {
	case errors.Is(err, cognito.ErrNoCredentials) && i.isPublic(method):
		return ctx, nil
	case err != nil:
		i.tell(ctx, nil, err)
		return nil, i.turnAway(ctx, method, err)
	}
	if i.cfg.MapUser != nil {
		if err := i.cfg.MapUser(ctx, id); err != nil {
			i.tell(ctx, id, err)
			return nil, i.mapFailed(ctx, method, id, err)
		}
	}
	for _, entry := range slices.Sorted(maps.Keys(i.cfg.Policies)) {
		if !covers(entry, method) || i.isPublic(method) {
			continue
		}
		if err := i.cfg.Policies[entry].Check(ctx, id, i.cfg.Now()); err != nil {
			i.tell(ctx, id, err)
			return nil, i.deny(ctx, method, id, err)
		}
	}
	return cognito.NewContext(ctx, id), nil
}

// tell tells of a call that was not let through. Who may be nil.
func (i *Interceptors) tell(ctx context.Context, who *cognito.Identity, err error) {
	if i.cfg.Observer == nil || i.cfg.Observer.Refusal == nil {
		return
	}
	code := cognito.CodeOf(err)
	_, refused := errors.AsType[cognito.Refuse](err)
	_, denied := errors.AsType[*cognito.PolicyError](err)
	if who != nil && !refused && !denied { // MapUser failed
		code = cognito.GuardMistake
	}
	e := observe.Refusal{Guard: observe.CallGuard, Code: observe.Code(code), Status: code.Status(), Err: err}
	if who != nil {
		e.UserHash = observe.UserHash(who.Issuer, who.Subject)
	}
	i.cfg.Observer.Refusal(ctx, e)
}

func (i *Interceptors) identify(ctx context.Context) (*cognito.Identity, error) {
	md, _ := metadata.FromIncomingContext(ctx)
	token, err := bearer.Parse(md.Get("authorization"))
	if err != nil {
		return nil, err
	}
	claims, err := i.cfg.Verifier.VerifyAccess(ctx, cognito.AccessToken(token))
	switch {
	case err != nil:
		return nil, err
	case claims == nil:
		return nil, errors.New("grpcauth: the TokenVerifier returned neither claims nor an error")
	}
	return claims.Identity(), nil
}

func (i *Interceptors) isPublic(method string) bool {
	return slices.ContainsFunc(i.cfg.Public, func(entry string) bool { return covers(entry, method) })
}

var texts = map[cognito.RefusalCode]string{
	cognito.CredentialsRequired:  "this needs an access token in the metadata authorization",
	cognito.InvalidRequest:       "the metadata authorization is malformed or given more than once",
	cognito.TokenExpired:         "the token has expired",
	cognito.WrongToken:           "this is not an access token: send neither the ID token nor the refresh token",
	cognito.InvalidToken:         "the token is not valid here",
	cognito.StaleSignIn:          "the user has to sign in again",
	cognito.InsufficientScope:    "the token lacks a scope that this needs",
	cognito.Forbidden:            "the user, or the client, may not do this",
	cognito.PolicyUnchecked:      "whether this is allowed could not be checked just now: try again in a few seconds",
	cognito.Refused:              "the user may not use this app",
	cognito.PolicyMistake:        "something is set up wrong here",
	cognito.GuardMistake:         "something is set up wrong here",
	cognito.CredentialsUnchecked: "the token could not be checked just now: try again in a few seconds",
}

// turnAway refuses a call whose user is not known.
func (i *Interceptors) turnAway(ctx context.Context, method string, err error) error {
	code := cognito.CodeOf(err)
	level := levelOf(code)
	if code == cognito.TokenExpired || code == cognito.CredentialsRequired { // everyday
		level = slog.LevelDebug
	}
	i.cfg.Logger.Log(ctx, level, "grpcauth: call refused", "op", "require", "method", method, "code", code, "err", err)
	return answer(code, texts[code])
}

// levelOf is the level at which a refusal is logged.
func levelOf(code cognito.RefusalCode) slog.Level {
	if code.Status() >= http.StatusInternalServerError {
		return slog.LevelError
	}
	return slog.LevelInfo
}

func (i *Interceptors) mapFailed(ctx context.Context, method string, id *cognito.Identity, err error) error {
	if text, ok := errors.AsType[cognito.Refuse](err); ok {
		i.cfg.Logger.InfoContext(ctx, "grpcauth: call refused", "op", "require", "method", method, "code", cognito.Refused, "err", err)
		return refusal(codes.PermissionDenied, cognito.Refused, string(text))
	}
	if _, ok := errors.AsType[*cognito.PolicyError](err); ok {
		return i.deny(ctx, method, id, err)
	}
	i.cfg.Logger.ErrorContext(ctx, "grpcauth: the user could not be mapped", "op", "require", "method", method, "code", cognito.GuardMistake, "err", err)
	return refusal(codes.Internal, cognito.GuardMistake, "the app failed to find the user's record")
}

// deny refuses a user who does not satisfy a policy.
func (i *Interceptors) deny(ctx context.Context, method string, id *cognito.Identity, err error) error {
	var policy cognito.PolicyError
	if e, ok := errors.AsType[*cognito.PolicyError](err); ok {
		policy = *e
	}
	code, reason := cognito.CodeOf(err), err
	if code == cognito.GuardMistake {
		reason = fmt.Errorf("a PolicyError has the code %q, which is not one of a Guard: %w", policy.Code, err)
	}
	i.cfg.Logger.Log(ctx, levelOf(code), "grpcauth: refused by policy", "op", "require", "method", method, "code", code,
		"policy", policy.Policy, "refused_by", policy.RefusedBy, "err", reason, "user", id)
	text := texts[code]
	if len(policy.Scopes) > 0 {
		text += ": " + strings.Join(policy.Scopes, " ")
	}
	return answer(code, text)
}

// answer is the status for a code.
func answer(code cognito.RefusalCode, text string) error {
	switch code.Status() {
	case http.StatusServiceUnavailable:
		return refusal(codes.Unavailable, code, text, retrySoon)
	case http.StatusUnauthorized, http.StatusBadRequest:
		return refusal(codes.Unauthenticated, code, text)
	case http.StatusForbidden:
		return refusal(codes.PermissionDenied, code, text)
	}
	return refusal(codes.Internal, code, text)
}

var retrySoon = &errdetails.RetryInfo{RetryDelay: durationpb.New(5 * time.Second)}

// refusal is a status with a reason that stays the same between releases.
func refusal(code codes.Code, reason cognito.RefusalCode, text string, retry ...*errdetails.RetryInfo) error {
	s := status.New(code, text)
	info := &errdetails.ErrorInfo{Reason: strings.ToUpper(string(reason)), Domain: "cognito-go"}
	detailed, err := s.WithDetails(info)
	for _, r := range retry {
		if err == nil {
			detailed, err = detailed.WithDetails(r)
		}
	}
	if err != nil { // the details are a help, not a need
		return s.Err()
	}
	return detailed.Err()
}
