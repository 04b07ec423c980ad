package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"

	"github.com/seed75762126/cognito-go/cognito/identitypool"
)

// folders are the visitors' own places in a bucket: the keys that begin with
// their identity id. What keeps them apart is the policy of the role that the
// identity pool gives, not this app.
type folders struct {
	identities *identitypool.Client // of users
	guests     *identitypool.Client
	bucket     string
	options    s3.Options // all but the credentials
}

// newFolders returns nil where no bucket is set.
func newFolders(s settings) (*folders, error) {
	if s.bucket == "" {
		return nil, nil
	}
	identities, err := identitypool.New(identitypool.Config{Pool: s.pool})
	if err != nil {
		return nil, err
	}
	guests := identities
	if s.guestRole != "" {
		guests, err = identitypool.New(identitypool.Config{Pool: s.pool, Flow: identitypool.Basic, GuestRoleARN: s.guestRole})
		if err != nil {
			return nil, err
		}
	}
	f := &folders{identities: identities, guests: guests, bucket: s.bucket, options: s3.Options{
		Region:                     s.s3Region,
		HTTPClient:                 &http.Client{Timeout: 10 * time.Second},
		RequestChecksumCalculation: aws.RequestChecksumCalculationWhenRequired,
		ResponseChecksumValidation: aws.ResponseChecksumValidationWhenRequired,
	}}
	if s.s3Endpoint != "" {
		f.options.BaseEndpoint, f.options.UsePathStyle = aws.String(s.s3Endpoint), true
	}
	return f, nil
}

// A folder is one visitor's.
type folder struct {
	id     string // the identity id, which the keys begin with
	bucket string
	client *s3.Client
}

// of returns the folder of a visitor.
func (f *folders) of(ctx context.Context, p *identitypool.Provider) (*folder, error) {
	id, err := p.IdentityID(ctx)
	if err != nil {
		return nil, err
	}
	options := f.options.Copy()
	options.Credentials = p
	return &folder{id: id, bucket: f.bucket, client: s3.New(options)}, nil
}

// A note is a file in a folder.
type note struct {
	Name  string
	Bytes int64
	At    time.Time
}

// list lists the folder of owner.
func (f *folder) list(ctx context.Context, owner string) ([]note, error) {
	out, err := f.client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{
		Bucket: &f.bucket, Prefix: aws.String(owner + "/"), MaxKeys: aws.Int32(100),
	})
	if err != nil {
		return nil, err
	}
	var list []note
	for _, o := range out.Contents {
		list = append(list, note{
			Name: strings.TrimPrefix(aws.ToString(o.Key), owner+"/"), Bytes: aws.ToInt64(o.Size), At: aws.ToTime(o.LastModified).UTC(),
		})
	}
	return list, nil
}

// put writes a note into the folder of owner.
func (f *folder) put(ctx context.Context, owner, name, text string) error {
	_, err := f.client.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &f.bucket, Key: aws.String(owner + "/" + name), Body: strings.NewReader(text),
		ContentType: aws.String("text/plain; charset=utf-8"),
	})
	return err
}

// get reads a note of the visitor's own.
func (f *folder) get(ctx context.Context, name string) (string, error) {
	out, err := f.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &f.bucket, Key: aws.String(f.id + "/" + name)})
	if err != nil {
		return "", err
	}
	defer func() { _ = out.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(out.Body, maxNote))
	return string(text), err
}

func (f *folder) delete(ctx context.Context, name string) error {
	_, err := f.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &f.bucket, Key: aws.String(f.id + "/" + name)})
	return err
}

// s3Code is S3's code for an error. It reports false if the error is not an
// answer of S3.
func s3Code(err error) (string, bool) {
	var operation *smithy.OperationError
	var refusal smithy.APIError
	if errors.As(err, &operation) && operation.Service() == "S3" && errors.As(err, &refusal) {
		return refusal.ErrorCode(), true
	}
	return "", false
}
