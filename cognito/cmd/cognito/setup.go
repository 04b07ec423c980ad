package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	ci "github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	cip "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/seed75762126/cognito-go/cognito/cmd/cognito/internal/setup"
)

// setupOptions are the flags of "cognito setup".
type setupOptions struct {
	wish     setup.Wish
	apply    bool
	emulator bool
	policy   bool
	endpoint string
	region   string
	output   string
	secrets  string
	adopt    string // pool/client of -import
	mend     []string
	users    []string

	showSecrets bool
	aws         aws.Config // of the account
}

// emulatorAddress is where the emulator is unless COGNITO_ENDPOINT says
// otherwise.
const emulatorAddress = "http://127.0.0.1:9229"

func readSetup(args []string) (o setupOptions, err error) {
	flags := flag.NewFlagSet("cognito setup", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.StringVar(&o.wish.App, "app", os.Getenv("APP_URL"), "")
	flags.StringVar(&o.wish.Local, "local", "http://localhost:8080", "")
	flags.StringVar(&o.wish.Name, "name", "", "")
	flags.StringVar(&o.wish.Domain, "domain", "", "")
	flags.BoolVar(&o.wish.Forms, "forms", false, "")
	flags.Func("group", "", func(s string) error { o.wish.Groups = append(o.wish.Groups, s); return nil })
	flags.StringVar(&o.wish.Resource, "resource", "", "")
	flags.Func("scope", "", func(s string) error { o.wish.Scopes = append(o.wish.Scopes, s); return nil })
	flags.BoolVar(&o.wish.Machine, "machine", false, "")
	flags.BoolVar(&o.apply, "apply", false, "")
	flags.BoolVar(&o.emulator, "emulator", false, "")
	flags.BoolVar(&o.policy, "policy", false, "")
	flags.StringVar(&o.region, "region", "", "")
	flags.StringVar(&o.output, "o", "plan", "")
	flags.StringVar(&o.secrets, "secrets", ".env", "")
	flags.StringVar(&o.adopt, "import", "", "")
	flags.Func("mend", "", func(s string) error { o.mend = append(o.mend, strings.Split(s, ",")...); return nil })
	flags.Func("user", "", func(s string) error { o.users = append(o.users, s); return nil })
	flags.StringVar(&o.wish.Bucket, "bucket", "", "")
	flags.BoolVar(&o.wish.Store, "store", false, "")
	flags.BoolVar(&o.showSecrets, "show-secrets", false, "")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("there is no argument %q", flags.Arg(0))
	}
	if o.wish.Local == o.wish.App || o.wish.Local == "none" {
		o.wish.Local = ""
	}
	return o, o.check()
}

// outputs are the values of -o.
var outputs = []string{"plan", "env", "dotenv", "cli", "terraform", "cdk-go", "cloudformation"}

func (o *setupOptions) check() error {
	var problems []error
	if !o.policy {
		problems = append(problems, o.wish.Check())
	}
	if !slices.Contains(outputs, o.output) {
		problems = append(problems, fmt.Errorf("-o: %q is none of %s", o.output, strings.Join(outputs, ", ")))
	}
	if pool, client, both := strings.Cut(o.adopt, "/"); o.adopt != "" && (!both || pool == "" || client == "") {
		problems = append(problems, fmt.Errorf("-import: give <pool id>/<client id>, such as eu-west-1_aB3dE5gH7/7exampleclientid0a1b2c3d"))
	}
	if len(o.mend) > 0 && o.adopt == "" {
		problems = append(problems, errors.New("-mend names settings of a pool that -import reads; without -import, -apply makes the whole plan"))
	}
	isTemplate := slices.Contains([]string{"cli", "terraform", "cdk-go", "cloudformation"}, o.output)
	if o.emulator && o.wish.Bucket != "" && !isTemplate {
		problems = append(problems, errors.New("-bucket: the emulator has neither IAM nor operations that make identity pools; print what is needed with -o cli, terraform, cdk-go or cloudformation"))
	}
	if o.showSecrets && o.output != "env" && o.output != "dotenv" {
		problems = append(problems, errors.New("-show-secrets prints secrets among the settings of -o env or -o dotenv"))
	}
	if o.secrets == vaultPrefix {
		problems = append(problems, fmt.Errorf("-secrets: give the name of the secret, such as %sshop/sign-in", vaultPrefix))
	}
	return errors.Join(problems...)
}

// setUp is "cognito setup".
func setUp(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	o, err := readSetup(args)
	if err != nil {
		return mistake(err, stdout, stderr)
	}
	if o.policy {
		return printJSON(setup.Policy(true), stdout, stderr)
	}
	o.wish.Region = cmp.Or(o.region, os.Getenv("AWS_REGION"), os.Getenv("AWS_DEFAULT_REGION"))
	design := o.wish.Design()
	if text, isTemplate, err := template(design, o.output); isTemplate {
		if err != nil {
			return failed(err, stderr)
		}
		fmt.Fprint(stdout, text)
		return exitOK
	}
	account, err := o.account(ctx, stderr)
	if err != nil {
		return failed(err, stderr)
	}
	design.Wish.Region = o.region
	if o.adopt != "" {
		return o.mendPool(ctx, account, design, stdin, stdout, stderr)
	}
	return o.plan(ctx, account, design, stdout, stderr)
}

// template is the design in the words of a tool.
func template(d *setup.Design, output string) (text string, isTemplate bool, err error) {
	switch output {
	case "cli":
		text, err = d.CLI()
	case "terraform":
		text = d.Terraform()
	case "cdk-go":
		text, err = d.CDK()
	case "cloudformation":
		text, err = d.CloudFormation()
	default:
		return "", false, nil
	}
	return text, true, err
}

// account is the AWS account of the ordinary credentials, or the emulator.
func (o *setupOptions) account(ctx context.Context, stderr io.Writer) (*setup.Account, error) {
	options := []func(*config.LoadOptions) error{}
	if o.region != "" {
		options = append(options, config.WithRegion(o.region))
	}
	endpoint := os.Getenv("COGNITO_ENDPOINT")
	if o.emulator {
		if endpoint == "" {
			endpoint = emulatorAddress
		}
		if o.region == "" {
			options = append(options, config.WithRegion("eu-west-1"))
		}
		options = append(options, config.WithCredentialsProvider(credentials.NewStaticCredentialsProvider("test", "test", "")))
	}
	o.endpoint = endpoint
	cfg, err := awsConfig(ctx, options...)
	if err != nil {
		return nil, err
	}
	if cfg.Region == "" {
		return nil, errors.New("no AWS region is set: give -region, or set AWS_REGION")
	}
	o.region, o.wish.Region, o.aws = cfg.Region, cfg.Region, cfg
	api := cip.NewFromConfig(cfg, func(c *cip.Options) {
		if endpoint != "" {
			c.BaseEndpoint = aws.String(endpoint)
		}
	})
	return &setup.Account{API: api, Identities: ci.NewFromConfig(cfg), IAM: iam.NewFromConfig(cfg), Progress: progress(stderr)}, nil
}

// plan prints what is to be done, and does it with -apply.
func (o *setupOptions) plan(ctx context.Context, account *setup.Account, design *setup.Design, stdout, stderr io.Writer) int {
	state, err := account.Read(ctx, design)
	if err != nil {
		return failed(err, stderr)
	}
	plan := setup.NewPlan(design, state)
	if o.output == "plan" {
		printPlan(plan, stdout)
	}
	if o.apply {
		if err := account.Apply(ctx, plan, state); err != nil {
			return failed(err, stderr)
		}
		if err := o.keepSecrets(ctx, account, state, stdout); err != nil {
			return failed(err, stderr)
		}
	}
	switch {
	case o.output != "plan":
		return o.printSettings(state, stdout, stderr)
	case o.apply:
		fmt.Fprintf(stdout, "next: cognito doctor -env %s\n", o.secrets)
	case len(plan) > 0:
		fmt.Fprintln(stdout, "\nNothing was changed. Add -apply to make these changes.")
	}
	return exitOK
}

func printPlan(plan []setup.Change, stdout io.Writer) {
	if len(plan) == 0 {
		fmt.Fprintln(stdout, "Everything is as it should be.")
	}
	for _, change := range plan {
		fmt.Fprintln(stdout, change)
	}
}

// mendPool compares an existing pool with what is right, and mends the
// settings that -mend or the person at the terminal chooses.
func (o *setupOptions) mendPool(ctx context.Context, account *setup.Account, design *setup.Design, stdin io.Reader, stdout, stderr io.Writer) int {
	poolID, clientID, _ := strings.Cut(o.adopt, "/")
	state, err := account.ReadPool(ctx, design, poolID, clientID)
	if err != nil {
		return failed(err, stderr)
	}
	plan := setup.NewPlan(design, state)
	printPlan(plan, stdout)
	if unknown := unknownIDs(plan, o.mend); len(unknown) > 0 {
		return mistake(fmt.Errorf("-mend: the plan has no %s", strings.Join(unknown, ", ")), stdout, stderr)
	}
	chosen := o.choose(plan, stdin, stdout)
	if err := account.Apply(ctx, chosen, state); err != nil {
		return failed(err, stderr)
	}
	if len(chosen) < len(plan) {
		fmt.Fprintf(stdout, "%d of %d mended. Add -mend ID, or -mend all, for the rest.\n", len(chosen), len(plan))
	}
	return exitOK
}

// unknownIDs are the names that no change has.
func unknownIDs(plan []setup.Change, ids []string) (unknown []string) {
	for _, id := range ids {
		if id != "all" && !slices.ContainsFunc(plan, func(c setup.Change) bool { return c.ID == id }) {
			unknown = append(unknown, id)
		}
	}
	return unknown
}

// choose returns the changes to make: those of -mend, or those to which the
// person at a terminal says yes. Without either it is none.
func (o *setupOptions) choose(plan []setup.Change, stdin io.Reader, stdout io.Writer) (chosen []setup.Change) {
	ask := len(o.mend) == 0 && isTerminal(stdin)
	answers := bufio.NewScanner(stdin)
	for _, change := range plan {
		yes := slices.Contains(o.mend, "all") || slices.Contains(o.mend, change.ID)
		if ask {
			fmt.Fprintf(stdout, "Mend %s? [y/N] ", change.ID)
			yes = answers.Scan() && strings.HasPrefix(strings.ToLower(strings.TrimSpace(answers.Text())), "y")
		}
		if yes {
			chosen = append(chosen, change)
		}
	}
	return chosen
}

func printJSON(value any, stdout, stderr io.Writer) int {
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return failed(err, stderr)
	}
	fmt.Fprintf(stdout, "%s\n", text)
	return exitOK
}

// failed tells of an error that is not a mistake in the flags.
func failed(err error, stderr io.Writer) int {
	for line := range strings.SplitSeq(err.Error(), "\n") {
		fmt.Fprintln(stderr, "cognito:", line)
	}
	return exitWrong
}
