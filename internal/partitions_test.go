package internal_test

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	ci "github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/seed75762126/cognito-go/cognito"
	"github.com/seed75762126/cognito-go/cognito/cognitotest"
	"github.com/seed75762126/cognito-go/cognito/identitypool"
	"github.com/seed75762126/cognito-go/internal/hosts"
	"github.com/seed75762126/cognito-go/internal/thorough"
)

// An sdkPartition is a row of the AWS SDK's own table.
type sdkPartition struct {
	ID      string
	Regex   string `json:"regionRegex"`
	Regions map[string]any
	Outputs struct{ DNSSuffix, DualStackDNSSuffix string }
}

// sdkDir is the folder of the SDK that go.mod requires.
var sdkDir = sync.OnceValues(func() (string, error) {
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/aws/aws-sdk-go-v2").Output()
	return strings.TrimSpace(string(dir)), err
})

// sdkPartitions reads the table from the SDK.
func sdkPartitions(t *testing.T) []sdkPartition {
	t.Helper()
	dir, err := sdkDir()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := os.ReadFile(filepath.Join(dir, "internal", "endpoints", "awsrulesfn", "partitions.json"))
	if err != nil {
		t.Fatal(err)
	}
	var table struct{ Partitions []sdkPartition }
	if err := json.Unmarshal(doc, &table); err != nil || len(table.Partitions) < 8 {
		t.Fatalf("the SDK's partitions.json has %d partitions, %v, want at least 8", len(table.Partitions), err)
	}
	return table.Partitions
}

// regions are those of the partition, and one of its form that does not exist
// yet. A name that ends in -global is no place where a pool can be.
func (p sdkPartition) regions(t *testing.T) []string {
	t.Helper()
	var list []string
	longest := ""
	for region := range p.Regions {
		if strings.HasSuffix(region, "-global") {
			continue
		}
		list = append(list, region)
		if len(region) > len(longest) {
			longest = region
		}
	}
	future := longest[:strings.LastIndex(longest, "-")] + "2-11"
	if !regexp.MustCompile(p.Regex).MatchString(future) {
		t.Fatalf("%s: the SDK does not know the form of %s", p.ID, future)
	}
	return append(list, future)
}

// TestPartitions holds every host to the AWS SDK's own tables and resolvers.
// The hosts are issuer, user-pool API, identity-pool API and STS, of this
// module's clients and of the emulator.
func TestPartitions(t *testing.T) {
	for _, p := range sdkPartitions(t) {
		for _, region := range p.regions(t) {
			api := resolved(t, func(ctx context.Context) (string, error) {
				e, err := cip.NewDefaultEndpointResolverV2().ResolveEndpoint(ctx, cip.EndpointParameters{Region: aws.String(region)})
				return e.URI.String(), err
			})
			cfg := cognito.Config{UserPoolID: region + "_aB3dE5gH7", ClientID: "7exampleclientid0a1b2c3d", ReplicaRegions: []string{region}}
			if err := cfg.Validate(); err != nil {
				t.Errorf("%s: Validate of a pool in %s = %v, want nil", p.ID, region, err)
				continue
			}
			if cfg.Region() != region || cfg.EndpointURL() != api || cfg.IssuerURL() != api+"/"+cfg.UserPoolID || cfg.JWKSURL() != cfg.IssuerURL()+"/.well-known/jwks.json" {
				t.Errorf("%s: region %s, endpoint %s, issuer %s, keys %s, want the SDK's host %s", region, cfg.Region(), cfg.EndpointURL(), cfg.IssuerURL(), cfg.JWKSURL(), api)
			}
			if want := strings.Replace(api, "cognito-idp", "issuer-cognito-idp", 1) + "/" + cfg.UserPoolID; len(cfg.Issuers()) != 2 || cfg.Issuers()[1] != want {
				t.Errorf("%s: Issuers = %q, want the original and %s", region, cfg.Issuers(), want)
			}
			if hosts.Partition(region) != p.ID || !strings.HasSuffix(api, "."+p.Outputs.DNSSuffix) {
				t.Errorf("%s: partition %s, want %s", region, hosts.Partition(region), p.ID)
			}
			wantAPIHostRefused(t, cfg, "cognito-idp."+region+"."+p.Outputs.DNSSuffix)
			wantAPIHostRefused(t, cfg, "cognito-idp."+region+"."+p.Outputs.DualStackDNSSuffix)
		}
	}
}

// wantAPIHostRefused fails the test unless a host of the API is no domain.
func wantAPIHostRefused(t *testing.T, cfg cognito.Config, host string) {
	t.Helper()
	cfg.Domain = host
	if err := cfg.Validate(); err == nil || !strings.Contains(err.Error(), "host of Cognito's API") {
		t.Errorf("Validate with the domain %s = %v, want it refused as a host of the API", host, err)
	}
}

func resolved(t *testing.T, resolve func(context.Context) (string, error)) string {
	t.Helper()
	url, err := resolve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return url
}

// TestPartitions_Clients: what package identitypool calls, and what the
// emulator answers, in every region that the SDK lists. The quick form asks in
// one region of each partition, and in one that does not exist yet.
func TestPartitions_Clients(t *testing.T) {
	for _, p := range sdkPartitions(t) {
		regions := p.regions(t)
		for _, region := range thorough.Or(regions[len(regions)-2:], regions) {
			identityAPI := resolved(t, func(ctx context.Context) (string, error) {
				e, err := ci.NewDefaultEndpointResolverV2().ResolveEndpoint(ctx, ci.EndpointParameters{Region: aws.String(region)})
				return e.URI.Host, err
			})
			stsAPI := resolved(t, func(ctx context.Context) (string, error) {
				e, err := sts.NewDefaultEndpointResolverV2().ResolveEndpoint(ctx, sts.EndpointParameters{Region: aws.String(region)})
				return e.URI.Host, err
			})
			guest := "arn:" + p.ID + ":iam::123456789012:role/guest"
			pool := cognitotest.NewPool(cognitotest.WithID(region+"_aB3dE5gH7"), cognitotest.WithIdentityPool(cognitotest.IdentityPool{
				Guests: true, ClassicFlow: true, UnauthenticatedRole: guest,
			}))
			cfg := pool.Config()
			if err := cfg.Validate(); err != nil {
				t.Errorf("%s: the emulator's Config: %v", region, err)
				continue
			}
			var asked []string
			cfg.HTTPClient = &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
				asked = append(asked, r.URL.Host)
				return pool.Client().Transport.RoundTrip(r)
			})}
			client, err := identitypool.New(identitypool.Config{Pool: cfg, Flow: identitypool.Basic, GuestRoleARN: guest})
			if err != nil {
				t.Errorf("%s: identitypool.New = %v", region, err)
				continue
			}
			if _, err := client.ForGuest("").Retrieve(t.Context()); err != nil {
				t.Errorf("%s: a guest's credentials: %v", region, err)
			}
			if len(asked) == 0 || asked[0] != identityAPI || asked[len(asked)-1] != stsAPI {
				t.Errorf("%s: called %q, want %s first and %s last", region, asked, identityAPI, stsAPI)
			}
		}
	}
}

// roundTrip is a transport in one function.
type roundTrip func(*http.Request) (*http.Response, error)

// RoundTrip implements [http.RoundTripper].
func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
