// Command bench compares the speed and size of this library with those of others:
//
//	cd internal/checks/bench
//	GOWORK=off go run .                     # verify and session, under a minute
//	GOWORK=off go run . -rows size          # the size of programs, which it builds
//	GOWORK=off go run . -rounds 2000        # calmer figures
//	GOWORK=off go test .                    # every contender really verifies
//
// It is a module of its own, so that users of this library do not download the
// other libraries. It stays out of go.work for the same reason.
//
// # How to read the tables
//
// Only ratios within one run mean something: another machine, or the same one
// on another day, gives other times. A run consists of rounds. In each round
// every contender works for one short batch, one after the other, and each
// round begins with another contender. So whatever slows the machine for a
// while slows all of them. A contender's ratio is the median of its ratios to
// the baseline in the same round. The table also has the range of the middle
// half of the rounds. On a busy machine that range is wide, and the median says
// little. Allocations are counted apart from the timing.
//
// Every contender is set up as its documentation shows, and has its keys before
// the first round. It makes all the checks that an app needs (signature, issuer,
// audience, times) and decodes the claims. "go test" checks that each contender
// accepts good tokens and refuses bad ones.
package main

import (
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"strings"
	"time"
)

// settings say how long a run measures.
type settings struct {
	rounds int
	batch  time.Duration // of one contender in one round
}

// rows are the budgets there are, by the name that -rows takes.
var rows = []struct {
	name    string
	measure func(settings) ([]table, error)
}{
	{"verify", verifyTables},
	{"session", sessionTables},
	{"size", sizeTables},
}

func main() {
	log.SetFlags(0)
	log.SetPrefix("bench: ")
	var s settings
	names := flag.String("rows", "verify,session", "what to measure: verify, session, size")
	flag.IntVar(&s.rounds, "rounds", 200, "rounds in which every contender works once")
	flag.DurationVar(&s.batch, "batch", 10*time.Millisecond, "about how long each works in a round")
	flag.Parse()
	if s.rounds < 1 || s.batch <= 0 {
		log.Fatal("-rounds and -batch must be positive")
	}
	if err := run(os.Stdout, strings.Split(*names, ","), s); err != nil {
		log.Fatal(err)
	}
}

// run measures the named rows and prints them as Markdown.
func run(w io.Writer, names []string, s settings) error {
	fmt.Fprintf(w, "%s\n\n", machine(time.Now()))
	for _, name := range names {
		measure, err := rowNamed(name)
		if err != nil {
			return err
		}
		tables, err := measure(s)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		for _, t := range tables {
			if err := t.write(w); err != nil {
				return err
			}
		}
	}
	return nil
}

func rowNamed(name string) (func(settings) ([]table, error), error) {
	for _, r := range rows {
		if r.name == name {
			return r.measure, nil
		}
	}
	return nil, fmt.Errorf("-rows: there is no %q", name)
}
