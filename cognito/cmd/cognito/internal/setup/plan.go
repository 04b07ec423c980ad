package setup

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// A Change is one step of a plan.
type Change struct {
	// ID names what is created, or the setting that is mended.
	ID string

	// Text says what the step does, in one sentence.
	Text string

	// Have and Want are the values of a setting that is mended. Both are empty
	// where something is created.
	Have, Want string

	// One of these makes the change. All changes of the pool's settings are one
	// call of the API, and all changes of the app client's are another. The API
	// refuses some settings without each other.
	create     func(context.Context, *Account, *State) error
	mendPool   func(*cip.UpdateUserPoolInput)
	mendClient func(*cip.UpdateUserPoolClientInput)
}

// String is the change in one line.
func (c Change) String() string {
	if c.Have == "" && c.Want == "" {
		return "+ " + c.Text
	}
	have := c.Have
	if have == "" {
		have = "nothing"
	}
	return fmt.Sprintf("~ %s: %s It is %s, and becomes %s.", c.ID, c.Text, have, c.Want)
}

// NewPlan lists the changes that lead from the resources that exist to the
// design.
func NewPlan(d *Design, s *State) (plan []Change) {
	add := func(missing bool, id, text string, create func(context.Context, *Account, *State) error) {
		if missing {
			plan = append(plan, Change{ID: id, Text: text, create: create})
		}
	}
	add(s.Pool == nil, "pool", fmt.Sprintf("create the user pool %q", aws.ToString(d.Pool.PoolName)), d.createPool)
	if s.Pool != nil {
		plan = append(plan, poolChanges(d.Wish, s.Pool)...)
	}
	if d.Server != nil {
		name := aws.ToString(d.Server.Identifier)
		add(s.Server == nil, "resource-server", fmt.Sprintf("create the resource server %q with the scopes %q", name, d.Wish.Scopes), d.createServer)
		if missing := d.missingScopes(s); s.Server != nil && len(missing) > 0 {
			add(true, "resource-server", fmt.Sprintf("add the scopes %q to the resource server %q", missing, name), d.addScopes)
		}
	}
	add(s.Client == nil, "client", fmt.Sprintf("create the app client %q, with a secret", aws.ToString(d.Client.ClientName)), d.createClient)
	if s.Client != nil {
		plan = append(plan, clientChanges(d.Wish, s.Client)...)
	}
	prefix := fmt.Sprintf("create the domain prefix %q", aws.ToString(d.Domain.Domain))
	if !d.domainChosen {
		prefix = fmt.Sprintf("create a domain prefix such as %q", aws.ToString(d.Domain.Domain))
	}
	add(s.Domain() == "", "domain", prefix, d.createDomain)
	add(!s.Branding && !s.NoBranding, "branding", "create the style of the login pages, with Cognito's values", d.createBranding)
	for _, group := range d.Groups {
		name := aws.ToString(group.GroupName)
		add(!slices.Contains(s.Groups, name), "group", fmt.Sprintf("create the group %q", name), d.createGroup(group))
	}
	if d.Machine != nil {
		add(s.Machine == nil, "machine-client", fmt.Sprintf("create the app client %q for the client credentials grant", aws.ToString(d.Machine.ClientName)), d.createMachine)
	}
	return append(plan, d.identityChanges(s)...)
}

// Apply makes the changes in their order, and stops at the first that fails.
// The State s holds the resources that exist; Apply adds those that it creates.
func (a *Account) Apply(ctx context.Context, plan []Change, s *State) error {
	if err := a.updatePool(ctx, plan, s); err != nil {
		return err
	}
	for _, c := range plan {
		if c.create == nil {
			continue
		}
		if err := a.step(c.Text, func() error { return c.create(ctx, a, s) }); err != nil {
			return withHint(c.Text, err)
		}
	}
	return a.updateClient(ctx, plan, s) // it may name scopes that were created
}

// updatePool makes all changes of the pool's settings.
func (a *Account) updatePool(ctx context.Context, plan []Change, s *State) error {
	var ids []string
	var in *cip.UpdateUserPoolInput
	for _, c := range plan {
		if c.mendPool == nil {
			continue
		}
		if in == nil {
			in = updateOf(s.Pool)
		}
		c.mendPool(in)
		ids = append(ids, c.ID)
	}
	if in == nil {
		return nil
	}
	text := "setting " + strings.Join(ids, ", ") + " of the user pool"
	err := a.step(text, func() error {
		if _, err := a.API.UpdateUserPool(ctx, in); err != nil {
			return err
		}
		return a.refreshPool(ctx, s)
	})
	return withHint(text, err)
}

// updateClient makes all changes of the app client's settings.
func (a *Account) updateClient(ctx context.Context, plan []Change, s *State) error {
	var ids []string
	var in *cip.UpdateUserPoolClientInput
	for _, c := range plan {
		if c.mendClient == nil {
			continue
		}
		if in == nil {
			in = clientUpdateOf(s.Client)
		}
		c.mendClient(in)
		ids = append(ids, c.ID)
	}
	if in == nil {
		return nil
	}
	text := "setting " + strings.Join(ids, ", ") + " of the app client"
	err := a.step(text, func() error {
		out, err := a.API.UpdateUserPoolClient(ctx, in)
		if err == nil {
			s.Client = out.UserPoolClient
		}
		return err
	})
	return withHint(text, err)
}

// poolChanges are the rules that the pool breaks.
func poolChanges(w Wish, pool *types.UserPoolType) (plan []Change) {
	for _, rule := range poolRules {
		if have, want, wrong := rule.wrong(w, updateOf(pool)); wrong {
			plan = append(plan, Change{ID: rule.id, Text: rule.about, Have: have, Want: want, mendPool: func(in *cip.UpdateUserPoolInput) { rule.mend(w, in) }})
		}
	}
	return plan
}

// updateOf is the update that leaves a pool as it is. UpdateUserPool gives a
// default to what is left out.
func updateOf(pool *types.UserPoolType) *cip.UpdateUserPoolInput {
	in := &cip.UpdateUserPoolInput{UserPoolId: pool.Id, PoolName: pool.Name}
	copyFields(in, pool)
	if c := in.AdminCreateUserConfig; c != nil && c.UnusedAccountValidityDays != 0 {
		kept := *c
		kept.UnusedAccountValidityDays = 0 // Cognito takes TemporaryPasswordValidityDays in its place, never both
		in.AdminCreateUserConfig = &kept
	}
	return in
}

// clientChanges are the rules that the app client breaks.
func clientChanges(w Wish, client *types.UserPoolClientType) (plan []Change) {
	for _, rule := range clientRules {
		if have, want, wrong := rule.wrong(w, clientUpdateOf(client)); wrong {
			plan = append(plan, Change{ID: rule.id, Text: rule.about, Have: have, Want: want, mendClient: func(in *cip.UpdateUserPoolClientInput) { rule.mend(w, in) }})
		}
	}
	return plan
}

// clientUpdateOf is the update that leaves an app client as it is.
func clientUpdateOf(client *types.UserPoolClientType) *cip.UpdateUserPoolClientInput {
	in := new(cip.UpdateUserPoolClientInput)
	copyFields(in, client)
	return in
}

func (a *Account) refreshPool(ctx context.Context, s *State) error {
	out, err := a.API.DescribeUserPool(ctx, &cip.DescribeUserPoolInput{UserPoolId: s.Pool.Id})
	if err != nil {
		return err
	}
	s.Pool = out.UserPool
	return nil
}
