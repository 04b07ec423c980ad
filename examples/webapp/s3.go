package main

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/xml"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// demoBucket has the visitors' folders in the demo.
const demoBucket = "corner-shop-files"

// newS3 is an S3 in memory for the demo. It accepts credentials from the
// emulator's identity pool, and checks the signature of each request. It
// applies the one policy that README.md has for the roles of a real pool:
// everybody has the keys that begin with their identity id.
func newS3(pool *cognitotest.Pool) (http.Handler, error) {
	backend := s3mem.New()
	if err := backend.CreateBucket(demoBucket); err != nil {
		return nil, err
	}
	return &guardedS3{pool: pool, objects: gofakes3.New(backend, gofakes3.WithLogger(gofakes3.DiscardLog())).Server()}, nil
}

// A guardedS3 checks each request before it reaches an S3.
type guardedS3 struct {
	pool    *cognitotest.Pool
	objects http.Handler
}

// maxObject bounds what is stored, in bytes.
const maxObject = 1 << 20

// ServeHTTP implements [http.Handler].
func (s *guardedS3) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxObject))
	if err != nil {
		refuseS3(w, http.StatusBadRequest, "EntityTooLarge", "The object is too large.")
		return
	}
	who, code := s.authenticate(r, body)
	if code != "" {
		refuseS3(w, http.StatusForbidden, code, "The request is not signed with credentials of the identity pool.")
		return
	}
	if !mayAccess(r, who.IdentityID) {
		refuseS3(w, http.StatusForbidden, "AccessDenied", "Access Denied")
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	s.objects.ServeHTTP(w, r)
}

// maxSkew is how far the date of a request may be from now, as on AWS.
const maxSkew = 15 * time.Minute

// authenticate says who has signed a request, or with which code to refuse
// it.
func (s *guardedS3) authenticate(r *http.Request, body []byte) (who cognitotest.AWSIdentity, code string) {
	given, ok := parseSignature(r.Header.Get("Authorization"))
	if !ok {
		return who, "AccessDenied"
	}
	who, ok = s.pool.Credentials(given.accessKeyID)
	if !ok {
		return who, "InvalidAccessKeyId"
	}
	at, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	sum := sha256.Sum256(body)
	switch {
	case err != nil || time.Since(at).Abs() > maxSkew:
		return who, "RequestTimeTooSkewed"
	case !same(r.Header.Get("X-Amz-Security-Token"), who.SessionToken):
		return who, "InvalidToken"
	case r.Header.Get("X-Amz-Content-Sha256") != hex.EncodeToString(sum[:]):
		return who, "XAmzContentSHA256Mismatch"
	}
	expected, ok := sign(r, given, who, at)
	if !ok || !same(given.signature, expected) {
		return who, "SignatureDoesNotMatch"
	}
	return who, ""
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// A signature is an Authorization header of Signature Version 4.
type signature struct {
	accessKeyID, region, signature string
	headers                        []string // that are signed
}

func parseSignature(field string) (s signature, ok bool) {
	rest, ok := strings.CutPrefix(field, "AWS4-HMAC-SHA256 ")
	if !ok {
		return s, false
	}
	for part := range strings.SplitSeq(rest, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch name {
		case "Credential": // key id/date/region/s3/aws4_request
			scope := strings.Split(value, "/")
			if len(scope) != 5 || scope[3] != "s3" || scope[4] != "aws4_request" {
				return s, false
			}
			s.accessKeyID, s.region = scope[0], scope[2]
		case "SignedHeaders":
			s.headers = strings.Split(value, ";")
		case "Signature":
			s.signature = value
		}
	}
	return s, s.accessKeyID != "" && s.signature != ""
}

// sign signs a request again, with the key that it should have been signed
// with. It signs the headers that the request's signature covers and no others.
// These must include those that the signer adds itself (host, date and token).
func sign(r *http.Request, given signature, who cognitotest.AWSIdentity, at time.Time) (string, bool) {
	again := &http.Request{Method: r.Method, URL: r.URL, Host: r.Host, Header: make(http.Header)}
	for _, name := range given.headers {
		switch name {
		case "host":
		case "content-length":
			again.ContentLength = r.ContentLength
		default:
			again.Header[http.CanonicalHeaderKey(name)] = r.Header.Values(name)
		}
	}
	credentials := aws.Credentials{AccessKeyID: given.accessKeyID, SecretAccessKey: who.SecretAccessKey, SessionToken: who.SessionToken}
	signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true })
	if err := signer.SignHTTP(r.Context(), credentials, again, r.Header.Get("X-Amz-Content-Sha256"), "s3", given.region, at); err != nil {
		return "", false
	}
	expected, ok := parseSignature(again.Header.Get("Authorization"))
	return expected.signature, ok
}

// mayAccess is the policy of the roles: s3:GetObject, s3:PutObject and
// s3:DeleteObject below the identity's own prefix, and s3:ListBucket with it.
func mayAccess(r *http.Request, identity string) bool {
	bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	own := identity + "/"
	query := r.URL.Query()
	has := func(allowed ...string) bool { // nothing but these parameters
		for name := range query {
			if !slices.Contains(allowed, name) {
				return false
			}
		}
		return true
	}
	switch {
	case bucket != demoBucket || r.Header.Get("X-Amz-Copy-Source") != "":
		return false
	case key == "":
		return r.Method == http.MethodGet && query.Get("list-type") == "2" && strings.HasPrefix(query.Get("prefix"), own) &&
			len(query["prefix"]) == 1 && has("list-type", "prefix", "delimiter", "max-keys", "continuation-token", "start-after", "encoding-type")
	case !strings.HasPrefix(key, own) || slices.ContainsFunc(strings.Split(key, "/"), dots):
		return false
	}
	return slices.Contains([]string{http.MethodGet, http.MethodHead, http.MethodPut, http.MethodDelete}, r.Method) && has("x-id")
}

func dots(segment string) bool { return segment == "." || segment == ".." }

// refuseS3 answers as S3 does.
func refuseS3(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, xml.Header)
	_ = xml.NewEncoder(w).Encode(struct {
		XMLName struct{} `xml:"Error"`
		Code    string
		Message string
	}{Code: code, Message: message})
}
