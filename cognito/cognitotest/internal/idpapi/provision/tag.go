package provision

import (
	"encoding/json"
	"strings"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/settings"
)

// TagOperations change the tags of a pool, which its ARN names. UserPoolTags of
// CreateUserPool and UpdateUserPool are the same tags.
var TagOperations = map[string]request.Operation{
	"TagResource":         request.Signed(New, (*Handler).tagResource),
	"UntagResource":       request.Signed(New, (*Handler).untagResource),
	"ListTagsForResource": request.Signed(New, (*Handler).listTagsForResource),
}

// The limits of tags, in characters, and of how many a resource has.
const (
	maxTags     = 50
	maxTagKey   = 128
	maxTagValue = 256
)

type tagInput struct {
	ResourceArn string
	Tags        map[string]string
}

// tagResource is the operation TagResource.
func (c *Handler) tagResource(in *tagInput) (awsjson.Empty, error) {
	for key, value := range in.Tags {
		if key == "" || len([]rune(key)) > maxTagKey || len([]rune(value)) > maxTagValue || strings.HasPrefix(key, "aws:") {
			return awsjson.Empty{}, refusal.New(refusal.InvalidParameterException, "Invalid tag "+refusal.Clip(key, maxTagKey)+": a key has 1 to 128 characters and does not start with aws:, a value has at most 256.")
		}
	}
	return awsjson.Empty{}, c.changeTags(in.ResourceArn, func(tags map[string]string) {
		for key, value := range in.Tags {
			tags[key] = value
		}
	})
}

type untagInput struct {
	ResourceArn string
	TagKeys     []string
}

// untagResource is the operation UntagResource. It ignores tags that the pool
// does not have.
func (c *Handler) untagResource(in *untagInput) (awsjson.Empty, error) {
	return awsjson.Empty{}, c.changeTags(in.ResourceArn, func(tags map[string]string) {
		for _, key := range in.TagKeys {
			delete(tags, key)
		}
	})
}

// changeTags replaces the pool's tags by what change makes of a copy.
func (c *Handler) changeTags(arn string, change func(tags map[string]string)) error {
	if err := c.checkARN(arn); err != nil {
		return err
	}
	return c.Settings.Change(func(s *settings.Settings) error {
		tags := tagsOf(s)
		change(tags)
		if len(tags) > maxTags {
			return refusal.New(refusal.InvalidParameterException, "A user pool has at most 50 tags.")
		}
		text, err := json.Marshal(tags)
		if err != nil {
			panic("cognitotest: " + err.Error()) // a map of strings always marshals
		}
		s.Profile.Kept = settings.CloneMap(s.Profile.Kept)
		s.Profile.Kept["UserPoolTags"] = text
		return nil
	})
}

type listTagsInput struct {
	ResourceArn string
}

type listTagsOutput struct{ Tags map[string]string }

// listTagsForResource is the operation ListTagsForResource.
func (c *Handler) listTagsForResource(in *listTagsInput) (*listTagsOutput, error) {
	if err := c.checkARN(in.ResourceArn); err != nil {
		return nil, err
	}
	return &listTagsOutput{tagsOf(c.Settings.Now.Load())}, nil
}

// checkARN refuses the ARN of another pool.
func (c *Handler) checkARN(arn string) error {
	if arn != poolARN(c.Pool) {
		return refusal.New(refusal.NotFoundException, "Resource "+arn+" does not exist.")
	}
	return nil
}

// tagsOf is a copy of the pool's tags.
func tagsOf(s *settings.Settings) map[string]string {
	tags := make(map[string]string)
	awsjson.DecodeKept(s.Profile.Kept["UserPoolTags"], &tags)
	return tags
}
