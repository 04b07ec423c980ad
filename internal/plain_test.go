package internal_test

import (
	"regexp"
	"sort"
	"strings"
	"testing"
)

// riddles are phrases that readers had to read twice, each with what to write
// in its place. A phrase is a regular expression in lower case, whose first word
// is a choice at most.
var riddles = []struct{ phrase, write string }{
	{`whoever`, "the user, a caller, anybody who"},
	{`nobody has`, "it is not …, no user has"},
	{`is no page`, "is not a page"},
	{`'s to (tell|set|refuse|choose|decide|say|mend)`, "who does it: leave it empty, the Client sets it"},
	{`are the \w+'s to \w+`, "who does it: the Client sets them"},
	{`anew`, "again"},
	{`(by|for|with) that much`, "by how much"},
	{`(stand|stands) in (its|their) place`, "replaces it"},
	{`what stands`, "what it is"},
	{`(give|gives) nobody`, "reveals no …"},
	{`is the price of`, "depends on"},
	{`are no session`, "are rejected"},
	{`none is named`, "leave it out"},
	{`by the clock of that time`, "on every use"},
	{`stands with the`, "is stored with"},
	{`(wherefore|thereof|therein|whereby|whence|thereupon|hence|shall|meanwhile)`, "a common word"},
	{`nobody's`, "of an unknown name, of no user"},
	{`(pass|passed|passes) over`, "skip"},
	{`at hand`, "of the request"},
	{`be had`, "be fetched, be reached, be found"},
	{`of before`, "old, from before"},
	{`whose part`, "stands for"},
	{`Cognito (is|was) away`, "Cognito does not answer"},
	{`does without`, "needs no"},
	{`no more than`, "only, at most"},
	{`(is|are) not to be`, "must not be"},
	{`(it|which|that|this) (is|are) no [a-z]+`, "is not a"},
}

// TestPlainEnglish: README, docs, comments, error texts and pages have none of
// the phrases that make sentences riddles.
func TestPlainEnglish(t *testing.T) {
	look := newRiddleFinder()
	seen := 0
	for _, f := range treeFiles(t, func(f *treeFile) bool { return (f.is(".md", ".html", ".js") || f.isCode()) && !f.in("testdata") }) {
		seen++
		for _, r := range look.in(f.text) {
			if !strings.HasSuffix(r.found, "no longer") && !strings.HasSuffix(r.found, "no more") {
				t.Errorf("%s:%d says %q: write %s", f.name(), r.line, r.found, r.write)
			}
		}
	}
	if seen < 300 {
		t.Errorf("read %d files only: the test looks in the wrong place", seen)
	}
}

// TestPlainEnglish_Riddles shows each phrase in a text, on one line and with
// each word on a line of a comment.
func TestPlainEnglish_Riddles(t *testing.T) {
	look := newRiddleFinder()
	for _, phrase := range []string{
		"Whoever", "nobody has", "is no page", "'s to tell", "'s to mend", "are the Client's to set", "anew", "by that much", "with that much",
		"stand in its place", "stands in their place", "what stands", "give nobody", "gives nobody", "is the price of", "are no session",
		"none is named", "by the clock of that time", "stands with the", "wherefore", "Hence", "meanwhile", "nobody's", "pass over", "passed over",
		"at hand", "be had", "of before", "does without", "no more than", "is not to be", "are not to be", "it is no user", "which are no users",
	} {
		before := "// Here is one:\n// the app '"
		if strings.HasPrefix(phrase, "'") {
			before = strings.TrimSuffix(before, " '")
		}
		for _, gap := range []string{" ", "  ", "\n", "\n\t// ", "\n//"} {
			text := before + strings.ReplaceAll(phrase, " ", gap) + ", in a text."
			if got := look.in(text); len(got) != 1 || got[0].line != 2 || got[0].found != strings.ToLower(phrase) {
				t.Errorf("in %q: found %+v, want %q on line 2", text, got, phrase)
			}
		}
	}
	for _, text := range []string{"a renewal", "renew anewcomer", "no morethan", "whatever", "this is not a page", "nobody hasty", "a.b's tool", "in 's to tell"} {
		if got := look.in(text); len(got) != 0 {
			t.Errorf("in %q: found %+v, want nothing", text, got)
		}
	}
}

// A riddle is a phrase that a text has.
type riddle struct {
	line         int
	found, write string
}

// A riddlePhrase finds one phrase at the beginning of a text.
type riddlePhrase struct {
	pattern *regexp.Regexp
	write   string
}

// A riddleFinder has the phrases by their first word. It is several times faster
// than one regular expression with all of them.
type riddleFinder map[string][]riddlePhrase

func newRiddleFinder() riddleFinder {
	finder := riddleFinder{}
	for _, r := range riddles {
		first, rest := r.phrase, ""
		if at := strings.IndexByte(r.phrase, ' '); at >= 0 {
			first, rest = r.phrase[:at], r.phrase[at:]
		}
		for word := range strings.SplitSeq(strings.Trim(first, "()"), "|") {
			key, _, _ := strings.Cut(word, "'")
			if key == "" {
				key = word
			}
			pattern := regexp.MustCompile(`^` + word + rest + `\b`)
			finder[key] = append(finder[key], riddlePhrase{pattern, r.write})
		}
	}
	return finder
}

// in returns the phrases that a text has. A phrase may begin on one line of a
// comment and end on another.
func (r riddleFinder) in(text string) (all []riddle) {
	flat, lines := flatten(text)
	for at := 0; at < len(flat); {
		word := wordAt(flat[at:])
		switch {
		case word != "":
		case at > 0 && isWord(flat[at-1]) && strings.HasPrefix(flat[at:], "'s "):
			word = "'s"
		default:
			at++
			continue
		}
		end := at + len(word)
		for _, p := range r[word] {
			if found := p.pattern.FindString(flat[at:]); found != "" {
				line := sort.Search(len(lines), func(i int) bool { return lines[i] > at })
				all = append(all, riddle{line, found, p.write})
				end = at + len(found)
				break
			}
		}
		at = end
	}
	return all
}

// wordAt is the word with which a text begins.
func wordAt(text string) string {
	i := 0
	for i < len(text) && isWord(text[i]) {
		i++
	}
	return text[:i]
}

func isWord(c byte) bool {
	return c == '_' || 'a' <= c && c <= 'z' || '0' <= c && c <= '9'
}

// flatten is a text in lower case, with one space between words that stand on
// one line or on several of a comment. It also returns where each line begins.
func flatten(text string) (flat string, lines []int) {
	b := make([]byte, 0, len(text))
	lines = append(lines, 0)
	for i := 0; i < len(text); {
		at := i
		for i < len(text) && strings.IndexByte(" \t\r\n", text[i]) >= 0 {
			if text[i] == '\n' {
				lines = append(lines, len(b)+1)
			}
			i++
		}
		if i == at {
			c := text[i]
			if 'A' <= c && c <= 'Z' {
				c += 'a' - 'A'
			}
			b = append(b, c)
			i++
			continue
		}
		b = append(b, ' ')
		if strings.HasPrefix(text[i:], "//") && strings.IndexByte(text[at:i], '\n') >= 0 {
			i += 2
			i += len(text[i:]) - len(strings.TrimLeft(text[i:], " \t"))
		}
	}
	return string(b), lines
}
