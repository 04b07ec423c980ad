package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
)

// A keeper is where settings are kept, secrets included. It reads and writes
// them as lines NAME=value.
type keeper interface {
	// read returns nothing where there is nothing yet.
	read(context.Context) ([]byte, error)
	write(context.Context, []byte) error

	// where tells a person, in a sentence.
	where() string
}

// vaultPrefix begins the name of a secret in AWS Secrets Manager, where a
// file's name is expected otherwise.
const vaultPrefix = "secretsmanager:"

// keeperOf is the file, or the secret in Secrets Manager, of that name. account
// is the configuration of the SDK that setup has made, or nil.
func keeperOf(ctx context.Context, name string, account *aws.Config) (keeper, error) {
	secret, inVault := strings.CutPrefix(name, vaultPrefix)
	if !inVault {
		return fileKeeper(name), nil
	}
	if secret == "" {
		return nil, fmt.Errorf("%q: give the name of the secret, such as %sshop/sign-in", name, vaultPrefix)
	}
	if account == nil {
		cfg, err := awsConfig(ctx)
		if err != nil {
			return nil, err
		}
		account = &cfg
	}
	return &vault{api: secretsmanager.NewFromConfig(*account), name: secret}, nil
}

// A fileKeeper is a file that only its owner may read.
type fileKeeper string

// maxEnvFile is the largest file of settings.
const maxEnvFile = 64 << 10

func (f fileKeeper) read(context.Context) ([]byte, error) {
	file, err := os.Open(string(f))
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(io.LimitReader(file, maxEnvFile+1))
	if err == nil && len(data) > maxEnvFile {
		err = fmt.Errorf("%s is longer than %d bytes", f, maxEnvFile)
	}
	return data, err
}

func (f fileKeeper) write(_ context.Context, data []byte) error { return replaceFile(string(f), data) }

func (f fileKeeper) where() string {
	return fmt.Sprintf("The settings, secrets included, are in %s (mode 0600). Keep it out of version control.", string(f))
}

// A vault is a secret in AWS Secrets Manager: a JSON object with one member
// for each setting.
type vault struct {
	api  *secretsmanager.Client
	name string
	old  map[string]string // nil where there is no secret yet
}

func (v *vault) read(ctx context.Context) ([]byte, error) {
	out, err := v.api.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &v.name})
	var missing *types.ResourceNotFoundException
	if errors.As(err, &missing) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if json.Unmarshal([]byte(aws.ToString(out.SecretString)), &v.old) != nil || v.old == nil {
		return nil, fmt.Errorf("the secret %s is there, and is not a JSON object of texts: choose another name", v.name)
	}
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(v.old)) {
		if line := (setting{name: name, value: oneLine(v.old[name])}).line(); settingName(line) == name {
			b.WriteString(line)
		}
	}
	return []byte(b.String()), nil
}

// oneLine is a value as a line has it. Members of others may have several lines,
// such as a private key.
func oneLine(value string) string {
	return strings.NewReplacer("\r", " ", "\n", " ").Replace(strings.TrimRight(value, "\r\n"))
}

// write sets the members whose line has changed. The others stay as they are, to
// the letter.
func (v *vault) write(ctx context.Context, data []byte) error {
	values := map[string]string{}
	maps.Copy(values, v.old)
	for line := range strings.Lines(string(data)) {
		if name := settingName(line); name != "" {
			_, value, _ := strings.Cut(strings.TrimRight(line, "\n"), "=")
			if old, there := v.old[name]; !there || oneLine(old) != value {
				values[name] = value
			}
		}
	}
	if maps.Equal(values, v.old) {
		return nil
	}
	text, err := json.Marshal(values)
	if err != nil {
		return err
	}
	if v.old != nil {
		_, err = v.api.PutSecretValue(ctx, &secretsmanager.PutSecretValueInput{SecretId: &v.name, SecretString: aws.String(string(text))})
		return err
	}
	_, err = v.api.CreateSecret(ctx, &secretsmanager.CreateSecretInput{
		Name: &v.name, SecretString: aws.String(string(text)), Description: aws.String("Settings of an app that signs users in with Amazon Cognito"),
	})
	return err
}

func (v *vault) where() string {
	return fmt.Sprintf("The settings, secrets included, are in the secret %s of AWS Secrets Manager.", v.name)
}
