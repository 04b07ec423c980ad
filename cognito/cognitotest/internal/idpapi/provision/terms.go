package provision

import (
	"cmp"
	"maps"
	"net/url"
	"slices"
	"time"

	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/awsjson"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/clients"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/idpapi"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/random"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/refusal"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/request"
	"github.com/seed75762126/cognito-go/cognito/cognitotest/internal/settings"
)

// TermsOperations keep the links to an app client's terms of use and privacy
// policy. The sign-up page here does not show them.
var TermsOperations = map[string]request.Operation{
	"CreateTerms":   idpapi.OnPool(New, (*Handler).createTerms),
	"DescribeTerms": idpapi.OnPool(New, (*Handler).describeTerms),
	"UpdateTerms":   idpapi.OnPool(New, (*Handler).updateTerms),
	"DeleteTerms":   idpapi.OnPool(New, (*Handler).deleteTerms),
	"ListTerms":     idpapi.OnPool(New, (*Handler).listTerms),
}

// keptTerms names what is kept: all terms, by id.
const keptTerms = "Terms"

type createTermsInput struct {
	idpapi.PoolRef
	ClientId    string
	TermsName   string
	TermsSource string
	Enforcement string
	Links       map[string]string `api:"inert"`
}

type termsOutput struct{ Terms termsType }

// A termsType is terms as the API describes them, and as they are kept.
type termsType struct {
	TermsId          string
	UserPoolId       string
	ClientId         string
	TermsName        string
	TermsSource      string
	Enforcement      string
	Links            map[string]string
	CreationDate     awsjson.Time
	LastModifiedDate awsjson.Time
}

// A savedTerms is terms at rest.
type savedTerms struct {
	ClientID, Name, Source, Enforcement string
	Links                               map[string]string
	Created, Modified                   time.Time
}

func (c *Handler) termsType(id string, t savedTerms) termsType {
	return termsType{id, c.ID, t.ClientID, t.Name, t.Source, t.Enforcement, t.Links, awsjson.Time(t.Created), awsjson.Time(t.Modified)}
}

var (
	errNoTerms     = refusal.New(refusal.NotFoundException, "Terms do not exist.")
	errTermsExist  = refusal.New("TermsExistsException", "Terms of that name already exist for the app client.")
	errNoDefault   = refusal.New(refusal.InvalidParameterException, "Links needs an entry for cognito:default.")
	errLinkIsNoURL = refusal.New(refusal.InvalidParameterException, "A link is not a URL.")
)

// terms are all that are kept, by id.
func (c *Handler) terms() map[string]savedTerms { return termsOf(c.Profile()) }

func termsOf(p settings.Profile) map[string]savedTerms {
	all := make(map[string]savedTerms)
	awsjson.DecodeKept(p.Beside[keptTerms], &all)
	return all
}

// changeTerms keeps what change makes of all terms, unless it fails.
func (c *Handler) changeTerms(change func(all map[string]savedTerms) error) error {
	return c.Settings.Change(func(s *settings.Settings) error {
		all := termsOf(s.Profile)
		if err := change(all); err != nil {
			return err
		}
		s.Profile.Beside = settings.CloneMap(s.Profile.Beside)
		s.Profile.Beside[keptTerms] = awsjson.Kept(awsjson.Text(all))
		return nil
	})
}

func checkLinks(links map[string]string) error {
	if links["cognito:default"] == "" {
		return errNoDefault
	}
	for _, link := range links {
		if u, err := url.Parse(link); err != nil || !u.IsAbs() {
			return errLinkIsNoURL
		}
	}
	return nil
}

// createTerms is the operation CreateTerms.
func (c *Handler) createTerms(in *createTermsInput) (*termsOutput, error) {
	if c.Clients.Find(in.ClientId) == nil {
		return nil, clients.NotFound(in.ClientId)
	}
	if err := checkLinks(in.Links); err != nil {
		return nil, err
	}
	id, made := random.UUID4(), savedTerms{in.ClientId, in.TermsName, in.TermsSource, in.Enforcement, in.Links, c.At, c.At}
	err := c.changeTerms(func(all map[string]savedTerms) error {
		for _, t := range all {
			if t.ClientID == made.ClientID && t.Name == made.Name {
				return errTermsExist
			}
		}
		all[id] = made
		return nil
	})
	return &termsOutput{c.termsType(id, made)}, err
}

type termsInput struct {
	idpapi.PoolRef
	TermsId string
}

// describeTerms is the operation DescribeTerms.
func (c *Handler) describeTerms(in *termsInput) (*termsOutput, error) {
	t, known := c.terms()[in.TermsId]
	if !known {
		return nil, errNoTerms
	}
	return &termsOutput{c.termsType(in.TermsId, t)}, nil
}

type updateTermsInput struct {
	idpapi.PoolRef
	TermsId     string
	TermsName   string
	TermsSource string
	Enforcement string
	Links       map[string]string `api:"inert"`
}

// updateTerms is the operation UpdateTerms. What is left out stays as it is.
func (c *Handler) updateTerms(in *updateTermsInput) (*termsOutput, error) {
	var changed savedTerms
	err := c.changeTerms(func(all map[string]savedTerms) error {
		t, known := all[in.TermsId]
		if !known {
			return errNoTerms
		}
		t.Name, t.Modified = cmp.Or(in.TermsName, t.Name), c.At
		if in.Links != nil {
			if err := checkLinks(in.Links); err != nil {
				return err
			}
			t.Links = in.Links
		}
		all[in.TermsId], changed = t, t
		return nil
	})
	return &termsOutput{c.termsType(in.TermsId, changed)}, err
}

// deleteTerms is the operation DeleteTerms.
func (c *Handler) deleteTerms(in *termsInput) (awsjson.NoBody, error) {
	return awsjson.NoBody{}, c.changeTerms(func(all map[string]savedTerms) error {
		if _, known := all[in.TermsId]; !known {
			return errNoTerms
		}
		delete(all, in.TermsId)
		return nil
	})
}

type listTermsInput struct {
	idpapi.PoolRef
	MaxResults *int
	NextToken  string
}

type listTermsOutput struct {
	Terms     []termsSummary
	NextToken string `json:",omitempty"`
}

type termsSummary struct {
	TermsId          string
	TermsName        string
	Enforcement      string
	CreationDate     awsjson.Time
	LastModifiedDate awsjson.Time
}

// listTerms is the operation ListTerms.
func (c *Handler) listTerms(in *listTermsInput) (*listTermsOutput, error) {
	all := c.terms()
	page, next, err := awsjson.Paginate(slices.Collect(maps.Keys(all)), func(id string) string { return id }, in.MaxResults, awsjson.MaxPage, in.NextToken)
	if err != nil {
		return nil, err
	}
	answer := &listTermsOutput{Terms: []termsSummary{}, NextToken: next}
	for _, id := range page {
		t := all[id]
		answer.Terms = append(answer.Terms, termsSummary{id, t.Name, t.Enforcement, awsjson.Time(t.Created), awsjson.Time(t.Modified)})
	}
	return answer, nil
}
