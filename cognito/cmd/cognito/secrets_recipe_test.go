package main

import (
	"context"
	"encoding/base64"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/session"
)

// A vaulted secret is one in AWS Secrets Manager. docs/operations.md quotes it.
type vaulted struct {
	api  *secretsmanager.Client
	name string
}

func (v vaulted) read(ctx context.Context) (string, error) {
	out, err := v.api.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &v.name})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.SecretString), nil
}

// ClientSecret is a cognito.Config.ClientSecretSource.
func (v vaulted) ClientSecret(ctx context.Context) (cognito.Secret, error) {
	text, err := v.read(ctx)
	return cognito.Secret(text), err
}

// SessionKeys is a hostedui.Config.SessionKeySource.
func (v vaulted) SessionKeys(ctx context.Context) ([]session.Key, error) {
	text, err := v.read(ctx)
	if err != nil {
		return nil, err
	}
	return session.ParseKeys(text)
}

// TestE7_SecretsManager: the recipe in docs/operations.md reads what the vault
// has at that moment.
func TestE7_SecretsManager(t *testing.T) {
	services := fakeServices(t)
	cfg, err := awsConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	api := secretsmanager.NewFromConfig(cfg)
	secret, keys := vaulted{api, "shop/client-secret"}, vaulted{api, "shop/session-keys"}
	for _, text := range []string{"first", "second"} {
		services.mu.Lock()
		services.secrets["shop/client-secret"] = text
		services.secrets["shop/session-keys"] = base64.StdEncoding.EncodeToString(session.NewKey())
		services.mu.Unlock()
		if got, err := secret.ClientSecret(t.Context()); err != nil || string(got) != text {
			t.Errorf("ClientSecret = %q, %v, want %q", string(got), err, text)
		}
		if got, err := keys.SessionKeys(t.Context()); err != nil || len(got) != 1 {
			t.Errorf("SessionKeys = %d keys, %v, want one", len(got), err)
		}
	}
	if _, err := (vaulted{api, "missing"}).ClientSecret(t.Context()); err == nil {
		t.Error("ClientSecret(no such secret) = nil, want an error")
	}
}
