package browser

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// A Firefox is one tab of a real Firefox, driven by its Marionette protocol. A
// failed step fails the test.
type Firefox struct {
	t *testing.T
	*marionette
}

// A marionette is the connection to a Firefox.
type marionette struct {
	conn net.Conn
	in   *bufio.Reader
	last int // id of the last command
}

// For returns the same Firefox for a subtest, without the cookies of the page's
// host.
func (f *Firefox) For(t *testing.T) *Firefox {
	t.Helper()
	next := &Firefox{t, f.marionette}
	next.must("WebDriver:DeleteAllCookies", nil)
	return next
}

// NewFirefox starts a Firefox with a fresh profile. The test is skipped where
// there is no Firefox, and fails instead when CI=true.
func NewFirefox(t *testing.T) *Firefox {
	t.Helper()
	path := findFirefox()
	if path == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("no Firefox on this machine: CI has to install it")
		}
		t.Skip("no Firefox on this machine")
	}
	profile := t.TempDir()
	// Port 0 has the system choose one, which Firefox then writes to a file.
	settings := `user_pref("marionette.port", 0);
user_pref("app.update.auto", false);
user_pref("app.normandy.enabled", false);
user_pref("browser.safebrowsing.malware.enabled", false);
user_pref("browser.safebrowsing.phishing.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("extensions.update.enabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("services.settings.server", "data:,");
user_pref("toolkit.telemetry.enabled", false);
`
	if err := os.WriteFile(filepath.Join(profile, "user.js"), []byte(settings), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "--headless", "--no-remote", "--marionette", "--profile", profile)
	cmd.Env = append(os.Environ(), "MOZ_CRASHREPORTER_DISABLE=1", "HOME="+profile)
	if err := cmd.Start(); err != nil {
		t.Fatalf("start Firefox: %v", err)
	}
	gone := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(gone)
	}()
	f := &Firefox{t, &marionette{}}
	t.Cleanup(func() {
		if f.conn != nil {
			_, _ = f.call("Marionette:Quit", nil)
			_ = f.conn.Close()
		}
		select {
		case <-gone:
		case <-time.After(10 * time.Second):
			_ = cmd.Process.Kill()
			<-gone
		}
	})
	f.connect(filepath.Join(profile, "MarionetteActivePort"))
	f.must("WebDriver:NewSession", map[string]any{"capabilities": map[string]any{"alwaysMatch": map[string]any{
		"acceptInsecureCerts": true, "timeouts": map[string]any{"script": scriptTimeout.Milliseconds()},
	}}})
	return f
}

func findFirefox() string {
	for _, name := range []string{"firefox-esr", "firefox"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// connect waits until Firefox has written its port, and reads its greeting.
func (f *Firefox) connect(portFile string) {
	f.t.Helper()
	for deadline := time.Now().Add(2 * patience); ; time.Sleep(50 * time.Millisecond) {
		port, err := os.ReadFile(portFile)
		if err == nil && len(port) > 0 {
			f.conn, err = net.Dial("tcp", net.JoinHostPort("127.0.0.1", strings.TrimSpace(string(port))))
		}
		if f.conn != nil {
			break
		}
		if time.Now().After(deadline) {
			f.t.Fatalf("Firefox does not answer: %v", err)
		}
	}
	f.in = bufio.NewReader(f.conn)
	if _, err := f.read(); err != nil {
		f.t.Fatal(err)
	}
}

// read returns one message, which comes as its length, a colon and JSON.
func (f *marionette) read() (json.RawMessage, error) {
	_ = f.conn.SetDeadline(time.Now().Add(2 * patience))
	length, err := f.in.ReadString(':')
	if err != nil {
		return nil, err
	}
	n, err := strconv.Atoi(strings.TrimSuffix(length, ":"))
	if err != nil {
		return nil, err
	}
	message := make([]byte, n)
	_, err = io.ReadFull(f.in, message)
	return message, err
}

// call sends a command, [0, id, name, parameters], and returns the result of
// its answer, [1, id, error, result].
func (f *marionette) call(name string, params any) (json.RawMessage, error) {
	f.last++
	if params == nil {
		params = map[string]any{}
	}
	message, err := json.Marshal([]any{0, f.last, name, params})
	if err != nil {
		return nil, err
	}
	if _, err := fmt.Fprintf(f.conn, "%d:%s", len(message), message); err != nil {
		return nil, err
	}
	raw, err := f.read()
	if err != nil {
		return nil, err
	}
	var answer [4]json.RawMessage
	if err := json.Unmarshal(raw, &answer); err != nil {
		return nil, err
	}
	if string(answer[2]) != "null" {
		return nil, errors.New(string(answer[2]))
	}
	return answer[3], nil
}

// must is call for a command that has to succeed.
func (f *Firefox) must(name string, params any) json.RawMessage {
	f.t.Helper()
	result, err := f.call(name, params)
	if err != nil {
		f.t.Fatalf("Firefox: %s: %v", name, err)
	}
	return result
}

// text is must for a command whose result is a string.
func (f *Firefox) text(name string, params any) string {
	f.t.Helper()
	var result struct{ Value string }
	if err := json.Unmarshal(f.must(name, params), &result); err != nil {
		f.t.Fatalf("Firefox: %s: %v", name, err)
	}
	return result.Value
}

// Open goes to a URL and returns the status of the page it ends on.
func (f *Firefox) Open(url string) int64 {
	f.t.Helper()
	f.must("WebDriver:Navigate", map[string]any{"url": url})
	return f.status()
}

func (f *Firefox) status() int64 {
	f.t.Helper()
	n, _ := strconv.ParseInt(f.Eval(`performance.getEntriesByType("navigation")[0].responseStatus`), 10, 64)
	return n
}

// element finds an element and returns its id.
func (f *Firefox) element(selector string) string {
	f.t.Helper()
	var result struct{ Value map[string]string }
	raw := f.must("WebDriver:FindElement", map[string]any{"using": "css selector", "value": selector})
	if err := json.Unmarshal(raw, &result); err != nil {
		f.t.Fatal(err)
	}
	for _, id := range result.Value {
		return id
	}
	f.t.Fatalf("Firefox: no id for %s", selector)
	return ""
}

// Fill types text into a field, replacing what is there.
func (f *Firefox) Fill(selector, text string) {
	f.t.Helper()
	id := f.element(selector)
	f.must("WebDriver:ElementClear", map[string]any{"id": id})
	f.must("WebDriver:ElementSendKeys", map[string]any{"id": id, "text": text})
}

// Click clicks an element that leads to another page, and returns that page's
// status.
func (f *Firefox) Click(selector string) int64 {
	f.t.Helper()
	f.must("WebDriver:ElementClick", map[string]any{"id": f.element(selector)})
	return f.status()
}

// URL is the address of the page.
func (f *Firefox) URL() string {
	f.t.Helper()
	return f.text("WebDriver:GetCurrentURL", nil)
}

// Text is what a person reads on the page.
func (f *Firefox) Text() string {
	f.t.Helper()
	return f.Eval(`document.body.innerText`)
}

// Has reports whether the page shows text.
func (f *Firefox) Has(text string) bool {
	f.t.Helper()
	return strings.Contains(f.Text(), text)
}

// scriptTimeout is how long Firefox waits for the promise of a script.
const scriptTimeout = 8 * time.Second

// Eval runs JavaScript in the page, waits for a promise, and returns a string.
// When a page is replaced by another, its promise goes too, and Firefox would
// wait for it in vain. Then the script runs once more, in the new page.
func (f *Firefox) Eval(script string) string {
	f.t.Helper()
	params := map[string]any{
		"script": `const done = arguments[arguments.length - 1];
(async () => (` + strings.TrimSuffix(strings.TrimSpace(script), ";") + `))().then(v => done(String(v)), e => done("error: " + e));`,
		"args": []any{},
	}
	raw, err := f.call("WebDriver:ExecuteAsyncScript", params)
	if err != nil && strings.Contains(err.Error(), "script timeout") {
		raw, err = f.call("WebDriver:ExecuteAsyncScript", params)
	}
	var result struct{ Value string }
	if err == nil {
		err = json.Unmarshal(raw, &result)
	}
	if err != nil {
		f.t.Fatalf("Firefox: script: %v", err)
	}
	return result.Value
}
