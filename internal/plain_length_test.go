package internal_test

import (
	"encoding/json"
	"go/ast"
	"go/token"
	"path"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

// maxWords is how many words a sentence for readers has at most.
const maxWords = 25

// TestPlainEnglish_SentencesAreShort counts the words of every sentence in
// comments, error texts, hints, pages and documents. Code, tables and headings
// are not sentences. A span of code counts as one word. In a text of a program,
// a colon or a semicolon ends a sentence: such texts have no full stops.
func TestPlainEnglish_SentencesAreShort(t *testing.T) {
	seen := 0
	check := func(path string, ps []paragraph, ends *regexp.Regexp) {
		for _, p := range ps {
			seen++
			for _, s := range sentencesOf(p.text, ends) {
				if n := wordsIn(s); n > maxWords {
					t.Errorf("%s:%d: %d words, want %d at most: %s", strings.TrimPrefix(path, "../"), p.line, n, maxWords, s)
				}
			}
		}
	}
	for _, f := range treeFiles(t, func(f *treeFile) bool { return !f.in("testdata") }) {
		switch {
		case f.is(".md"):
			check(f.path, paragraphsOf(f.text, 1, markdown), sentenceEnd)
		case f.is(".html"):
			check(f.path, paragraphsOf(htmlText(f.text), 1, page), sentenceEnd)
		case f.is(".json") && path.Base(f.dir()) == "text":
			check(f.path, catalogue(t, f), sentenceEnd)
		case f.is(".go"):
			check(f.path, commentsIn(t, f), sentenceEnd)
			if f.isCode() { // the strings of a test are input and wants
				check(f.path, stringsIn(t, f), clauseEnd)
			}
		}
	}
	if seen < 10_000 {
		t.Errorf("read %d paragraphs only: the test looks in the wrong place", seen)
	}
}

// TestPlainEnglish_Words shows what counts as a sentence and as a word.
func TestPlainEnglish_Words(t *testing.T) {
	tests := []struct {
		text  string
		form  form
		words []int // of each sentence
	}{
		{"One two. Three (four)! Five?", markdown, []int{2, 2, 1}},
		{"A call `a b. c` of hostedui.New, e.g. twice.", markdown, []int{7}},
		{"- one two\n- three\n  four\n\n```sh\nnot counted\n```\n| not | counted |\n# nor this", markdown, []int{2, 2}},
		{"one\n\n    not counted\n\ntwo", markdown, []int{1, 1}},
		{"one two:\n\n\tnot(counted)\n\n  - three\n    four", comment, []int{2, 2}},
		{"one [two three](https://example.com/four.five) six.", markdown, []int{4}},
		{"Usage: go\n  not\tcounted\n  nor  this\nmore", usage, []int{2, 1}},
		{"Bonjour – 2 — …", markdown, []int{2}},
	}
	for _, tt := range tests {
		var got []int
		for _, p := range paragraphsOf(tt.text, 1, tt.form) {
			for _, s := range sentencesOf(p.text, sentenceEnd) {
				got = append(got, wordsIn(s))
			}
		}
		if len(got) != len(tt.words) {
			t.Errorf("%q has sentences of %d words, want %d", tt.text, got, tt.words)
			continue
		}
		for i := range got {
			if got[i] != tt.words[i] {
				t.Errorf("%q has sentences of %d words, want %d", tt.text, got, tt.words)
			}
		}
	}
	if got := len(sentencesOf("the key is gone: wait; then ask again", clauseEnd)); got != 3 {
		t.Errorf("a hint with a colon and a semicolon has %d clauses, want 3", got)
	}
}

// A paragraph is text without markup, and the line on which it begins.
type paragraph struct {
	line int
	text string
}

// A form is the way in which a text marks code and lists.
type form int

const (
	markdown form = iota // code is fenced, or indented after an empty line
	comment              // of Go: code is indented
	page                 // no code
	usage                // what a program prints: tables are indented
)

var (
	sentenceEnd = regexp.MustCompile(`[.!?…]["')\]*_]*(\s|$)`)
	clauseEnd   = regexp.MustCompile(`[.!?…:;]["')\]*_]*(\s|$)`)
	listItem    = regexp.MustCompile(`^\s*([-*•]|\d+[.)]|(doc|op):)\s+`) // tests name what they show after doc: and op:
	codeSpan    = regexp.MustCompile("``[^`]*``|`[^`]*`")
	htmlTag     = regexp.MustCompile(`(?s)<(style|script).*?</(style|script)>|<[^>]*>`)
	htmlAction  = regexp.MustCompile(`\{\{.*?\}\}`)
	shortened   = strings.NewReplacer("e.g. ", "eg ", "i.e. ", "ie ")
)

// paragraphsOf splits a text at empty lines, list items, tables, headings and
// code. It leaves out code, tables and headings.
func paragraphsOf(text string, first int, as form) []paragraph {
	var all []paragraph
	var now paragraph
	end := func() {
		if now.text != "" {
			all = append(all, now)
		}
		now = paragraph{}
	}
	fenced, afterGap, inList := false, true, false
	for i, line := range strings.Split(text, "\n") {
		bare := strings.TrimSpace(line)
		item := listItem.MatchString(line)
		indented := strings.HasPrefix(line, "\t") || strings.HasPrefix(line, "    ")
		code := as == comment && strings.HasPrefix(line, "\t") ||
			as == comment && indented && !item && !inList ||
			as == markdown && indented && !item && !inList && afterGap ||
			as == usage && strings.HasPrefix(line, " ") && i > 0
		afterGap = bare == "" || code
		switch {
		case as == markdown && strings.HasPrefix(bare, "```"):
			fenced = !fenced
			end()
			continue
		case fenced, code:
			end()
			continue
		case bare == "":
			end()
			continue
		case strings.HasPrefix(bare, "|"), strings.HasPrefix(bare, "#"), strings.HasPrefix(bare, "<!--"):
			end()
			inList = false
			continue
		case item:
			end()
			inList = true
			bare = strings.TrimSpace(listItem.ReplaceAllString(line, ""))
		case !indented && !strings.HasPrefix(line, " "):
			inList = false
		}
		if now.text == "" {
			now.line = first + i
		}
		now.text = strings.TrimSpace(now.text + " " + bare)
	}
	end()
	return all
}

func sentencesOf(text string, ends *regexp.Regexp) []string {
	text = codeSpan.ReplaceAllString(shortened.Replace(text), "code")
	var all []string
	for text != "" {
		at := len(text)
		if end := ends.FindStringIndex(text); end != nil {
			at = end[1]
		}
		all = append(all, strings.TrimSpace(text[:at]))
		text = text[at:]
	}
	return all
}

func wordsIn(sentence string) int {
	n := 0
	for _, word := range strings.Fields(sentence) {
		if strings.ContainsFunc(word, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			n++
		}
	}
	return n
}

// htmlText is the text of a page or template; each tag ends a paragraph.
func htmlText(html string) string {
	return htmlAction.ReplaceAllString(htmlTag.ReplaceAllString(html, "\n\n"), "it")
}

// catalogue has the texts of a language by key.
func catalogue(t *testing.T, f *treeFile) []paragraph {
	t.Helper()
	var texts map[string]string
	if err := json.Unmarshal([]byte(f.text), &texts); err != nil {
		t.Fatalf("%s: %v", f.path, err)
	}
	var all []paragraph
	for _, text := range texts {
		all = append(all, paragraph{1, text})
	}
	return all
}

// commentsIn are the paragraphs of the comments of a Go file.
func commentsIn(t *testing.T, f *treeFile) (all []paragraph) {
	t.Helper()
	for _, group := range f.comments(t) {
		text, _, _ := strings.Cut("\n"+group.Text(), "\nOutput:") // what an example prints
		all = append(all, paragraphsOf(text[min(1, len(text)):], f.set.Position(group.Pos()).Line, comment)...)
	}
	return all
}

// stringsIn are the strings of a Go file that may be read by a person. A string
// of several lines with braces or tags is code.
func stringsIn(t *testing.T, f *treeFile) (all []paragraph) {
	t.Helper()
	ast.Inspect(f.parse(t), func(n ast.Node) bool {
		e, ok := n.(ast.Expr)
		if !ok {
			return true
		}
		text, ok := stringOf(e)
		if !ok {
			return true
		}
		if !strings.Contains(text, "\n") || !strings.ContainsAny(text, "<{\t") {
			all = append(all, paragraphsOf(text, f.set.Position(n.Pos()).Line, usage)...)
		}
		return false
	})
	return all
}

// stringOf is the text of a string, or of a sum of strings, in which a value
// counts as one word.
func stringOf(e ast.Expr) (string, bool) {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			text, err := strconv.Unquote(e.Value)
			return text, err == nil
		}
	case *ast.BinaryExpr:
		left, isLeft := stringOf(e.X)
		right, isRight := stringOf(e.Y)
		if e.Op != token.ADD || !isLeft && !isRight {
			return "", false
		}
		if !isLeft {
			left = "it"
		}
		if !isRight {
			right = "it"
		}
		return left + right, true
	case *ast.ParenExpr:
		return stringOf(e.X)
	}
	return "", false
}
