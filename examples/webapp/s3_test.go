package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"

	"github.com/seed75762126/cognito-go/cognito/cognitotest"
)

// guestFolder returns a folder of a new guest's, and theirs and the SDK's
// settings to make another client.
func guestFolder(t *testing.T, d *demo) (*folder, aws.CredentialsProvider, s3.Options) {
	t.Helper()
	s := settings{}
	d.configure(&s)
	all, err := newFolders(s)
	if err != nil {
		t.Fatal(err)
	}
	p := all.identities.ForGuest("")
	f, err := all.of(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return f, p, all.options.Copy()
}

func startTestDemo(t *testing.T) *demo {
	t.Helper()
	d, err := newDemo("http://localhost:1", io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return d
}

// wantCode checks which error S3 answered with; "" means none.
func wantCode(t *testing.T, what string, err error, want string) {
	t.Helper()
	var refusal smithy.APIError
	got := ""
	if errors.As(err, &refusal) {
		got = refusal.ErrorCode()
	} else if err != nil {
		got = err.Error()
	}
	if got != want {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}

// TestS3_OwnFolder: credentials open the folder of their identity, and no
// other.
func TestS3_OwnFolder(t *testing.T) {
	d, ctx := startTestDemo(t), t.Context()
	mine, provider, options := guestFolder(t, d)
	other, _, _ := guestFolder(t, d)
	if err := other.put(ctx, other.id, "secret", "of the other"); err != nil {
		t.Fatal(err)
	}
	const odd = "a +%&=ü.txt"
	wantCode(t, "put", mine.put(ctx, mine.id, odd, "text"), "")
	if text, err := mine.get(ctx, odd); err != nil || text != "text" {
		t.Errorf("get = %q, %v", text, err)
	}
	if list, err := mine.list(ctx, mine.id); err != nil || len(list) != 1 || list[0].Name != odd || list[0].Bytes != 4 {
		t.Errorf("list = %+v, %v, want %q alone", list, err, odd)
	}
	wantCode(t, "delete", mine.delete(ctx, odd), "")
	_, err := mine.get(ctx, odd)
	wantCode(t, "get what is deleted", err, "NoSuchKey")

	wantCode(t, "put elsewhere", mine.put(ctx, other.id, "x", "x"), "AccessDenied")
	_, err = mine.list(ctx, other.id)
	wantCode(t, "list elsewhere", err, "AccessDenied")
	options.Credentials = provider
	client := s3.New(options)
	bucket, secret := aws.String(demoBucket), aws.String(other.id+"/secret")
	_, err = client.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: secret})
	wantCode(t, "get elsewhere", err, "AccessDenied")
	_, err = client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: bucket, Key: secret})
	wantCode(t, "delete elsewhere", err, "AccessDenied")
	_, err = client.CopyObject(ctx, &s3.CopyObjectInput{Bucket: bucket, Key: aws.String(mine.id + "/x"), CopySource: aws.String(demoBucket + "/" + *secret)})
	wantCode(t, "copy from elsewhere", err, "AccessDenied")
	_, err = client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: bucket})
	wantCode(t, "list the bucket", err, "AccessDenied")
	_, err = client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: bucket, Prefix: aws.String(mine.id)})
	wantCode(t, "list with a prefix that others may have", err, "AccessDenied")
	_, err = client.ListBuckets(ctx, nil)
	wantCode(t, "list buckets", err, "AccessDenied")
	_, err = client.PutObjectAcl(ctx, &s3.PutObjectAclInput{Bucket: bucket, Key: aws.String(mine.id + "/x"), ACL: "public-read"})
	wantCode(t, "make an object public", err, "AccessDenied")
	_, err = client.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: aws.String(mine.id + "/../" + *secret)})
	wantCode(t, "get by a path with dots", err, "AccessDenied")
	if text, err := other.get(ctx, "secret"); err != nil || text != "of the other" {
		t.Errorf("the other's note is %q, %v", text, err)
	}
}

// tampered changes requests after they were signed.
type tampered func(*http.Request)

// Do implements s3.HTTPClient.
func (edit tampered) Do(r *http.Request) (*http.Response, error) {
	edit(r)
	return http.DefaultClient.Do(r)
}

// TestS3_Signature: a request counts as it was signed, with credentials of the
// identity pool that have not ended.
func TestS3_Signature(t *testing.T) {
	d := startTestDemo(t)
	mine, provider, options := guestFolder(t, d)
	good, err := provider.Retrieve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	with := func(edit func(*aws.Credentials)) aws.CredentialsProviderFunc {
		return func(context.Context) (aws.Credentials, error) {
			c := good
			edit(&c)
			return c, nil
		}
	}
	header := func(name, value string) tampered { return func(r *http.Request) { r.Header.Set(name, value) } }
	tests := []struct {
		name        string
		credentials aws.CredentialsProvider
		edit        tampered
		code        string
	}{
		{name: "as it should be"},
		{name: "another secret", credentials: with(func(c *aws.Credentials) { c.SecretAccessKey += "x" }), code: "SignatureDoesNotMatch"},
		{name: "another token", credentials: with(func(c *aws.Credentials) { c.SessionToken += "x" }), code: "InvalidToken"},
		{name: "no token", credentials: with(func(c *aws.Credentials) { c.SessionToken = "" }), code: "InvalidToken"},
		{name: "an unknown key", credentials: with(func(c *aws.Credentials) { c.AccessKeyID = "ASIAZZZZZZZZZZZZZZZZ" }), code: "InvalidAccessKeyId"},
		{name: "nobody", credentials: aws.AnonymousCredentials{}, code: "AccessDenied"},
		{name: "another path", edit: func(r *http.Request) { r.URL.Path += "x" }, code: "SignatureDoesNotMatch"},
		{name: "another method", edit: func(r *http.Request) { r.Method = http.MethodDelete }, code: "SignatureDoesNotMatch"},
		{name: "another query", edit: func(r *http.Request) { r.URL.RawQuery += "&acl" }, code: "SignatureDoesNotMatch"},
		{name: "another body", edit: func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader("evil")) }, code: "XAmzContentSHA256Mismatch"},
		{name: "another hash", edit: header("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD"), code: "XAmzContentSHA256Mismatch"},
		{name: "another date", edit: header("X-Amz-Date", time.Now().Add(time.Minute).UTC().Format("20060102T150405Z")), code: "SignatureDoesNotMatch"},
		{name: "an old date", edit: header("X-Amz-Date", time.Now().Add(-time.Hour).UTC().Format("20060102T150405Z")), code: "RequestTimeTooSkewed"},
		{name: "another type", edit: header("Content-Type", "text/html"), code: "SignatureDoesNotMatch"},
		{name: "no signature", edit: header("Authorization", "AWS4-HMAC-SHA256 Credential="), code: "AccessDenied"},
		{name: "nothing signed", edit: func(r *http.Request) {
			field := r.Header.Get("Authorization")
			a, b := strings.Index(field, "SignedHeaders="), strings.Index(field, ", Signature=")
			r.Header.Set("Authorization", field[:a]+"SignedHeaders=host"+field[b:])
		}, code: "SignatureDoesNotMatch"},
	}
	for _, tt := range tests {
		o := options.Copy()
		o.Credentials, o.HTTPClient, o.RetryMaxAttempts = tt.credentials, tt.edit, 1
		if tt.credentials == nil {
			o.Credentials = provider
		}
		if tt.edit == nil {
			o.HTTPClient = http.DefaultClient
		}
		f := &folder{id: mine.id, bucket: demoBucket, client: s3.New(o)}
		wantCode(t, tt.name, f.put(t.Context(), mine.id, "note", "text"), tt.code)
	}
	d.pool.Advance(61 * time.Minute)
	o := options.Copy()
	o.Credentials = with(func(*aws.Credentials) {})
	f := &folder{id: mine.id, bucket: demoBucket, client: s3.New(o)}
	wantCode(t, "credentials that have ended", f.put(t.Context(), mine.id, "note", "text"), "InvalidAccessKeyId")
}

// TestFiles_BasicFlow: guests who come by the basic flow have their folder, and
// keep it when they sign in.
func TestFiles_BasicFlow(t *testing.T) {
	const role = "arn:aws:iam::123456789012:role/ShopGuest"
	pool := cognitotest.NewPool(
		cognitotest.WithClient(cognitotest.AppClient{ExplicitAuthFlows: []string{"ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"}}),
		cognitotest.WithIdentityPool(cognitotest.IdentityPool{Guests: true, ClassicFlow: true, UnauthenticatedRole: role}))
	if _, err := pool.AddUser(cognitotest.User{Email: "joe@example.com", EmailVerified: true, Password: demoPassword}); err != nil {
		t.Fatal(err)
	}
	if err := pool.Start("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pool.Close() })
	objects, err := newS3(pool)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(objects)
	t.Cleanup(server.Close)
	s := open(t, optionCustom, func(cfg *settings) {
		cfg.pool, cfg.guestRole, cfg.s3Endpoint = pool.Config(), role, server.URL
	})
	v := s.visit()
	v.post("/files/open")
	v.want(v.post("/files", "name", "From before", "text", "…"), 200, "Your note is saved.")
	if n := len(pool.Events(cognitotest.Event{Op: "AssumeRoleWithWebIdentity"})); n == 0 {
		t.Errorf("STS was asked %d times, want the basic flow", n)
	}
	v.signIn("joe@example.com")
	v.want(v.get("/files"), 200, "From before")
}

// TestFiles_Renewal: the page of a visitor who stays has new credentials
// before the old ones end, and the folder stays the same.
func TestFiles_Renewal(t *testing.T) {
	for _, kind := range []string{"guest", "joe@example.com"} {
		t.Run(kind, func(t *testing.T) {
			s := open(t, optionCustom)
			v := s.visit()
			if kind != "guest" {
				v.signIn(kind)
			}
			v.post("/files/open")
			key, folder := v.shown("/files", `<code>(ASIA\w+)`), v.shown("/files", `<code>(s3://[^<]+)`)
			s.pool.Advance(56 * time.Minute) // five before the end
			next := key
			for end := time.Now().Add(10 * time.Second); next == key && time.Now().Before(end); {
				next = v.shown("/files", `<code>(ASIA\w+)`)
			}
			if next == key {
				t.Errorf("the credentials are not renewed before their end")
			}
			s.pool.Advance(10 * time.Minute) // the first ones have ended
			if again := v.shown("/files", `<code>(ASIA\w+)`); again != next {
				t.Errorf("the credentials are %s, want those of ten minutes ago, %s", again, next)
			}
			s.pool.Advance(3 * time.Hour)
			if now := v.shown("/files", `<code>(s3://[^<]+)`); now != folder {
				t.Errorf("the folder is %s, want %s", now, folder)
			}
		})
	}
}
