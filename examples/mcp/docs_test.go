package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// TestDocs: docs/mcp.md quotes the server that the tests ran.
func TestDocs(t *testing.T) {
	page, err := os.ReadFile("../../docs/mcp.md")
	if err != nil {
		t.Fatal(err)
	}
	code, err := os.ReadFile("server.go")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(page), -1)
	if len(blocks) == 0 {
		t.Fatal("docs/mcp.md has no code")
	}
	for _, block := range blocks {
		if !strings.Contains(string(code), block[1]) {
			t.Errorf("server.go has not this code of docs/mcp.md:\n%s", block[1])
		}
	}
}
