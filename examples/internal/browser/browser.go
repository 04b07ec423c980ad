// Package browser drives a real Chromium in the tests of the examples.
package browser

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/security"
	"github.com/chromedp/chromedp"
)

// patience is how long a page may take before the test fails.
const patience = 30 * time.Second

// A Tab is one tab of a browser. A failed step fails the test.
type Tab struct {
	t   *testing.T
	ctx context.Context
}

// New starts a Chromium with a fresh profile and returns its first tab. In a
// package whose TestMain calls Main, it opens a window of the Chromium that the
// tests share. The test is skipped where there is no Chromium, and fails instead
// when CI=true.
func New(t *testing.T) *Tab { t.Helper(); return newBrowser(t, "") }

// NewResolving is New with host names that the browser finds on this machine:
// rules as Chromium's flag host-resolver-rules has them.
func NewResolving(t *testing.T, rules string) *Tab { t.Helper(); return newBrowser(t, rules) }

// Main runs the tests of a package, for its TestMain. All of them share one
// Chromium, which starts with the first New. Each New opens a window that has
// cookies and storage of its own, as a fresh profile has.
func Main(m *testing.M) (code int) {
	shares = true
	defer func() {
		if shared.stop != nil {
			shared.stop()
		}
		_ = os.RemoveAll(shared.dir)
	}()
	return m.Run()
}

// shares says that Main runs the tests.
var shares bool

// shared is the Chromium of all tests.
var shared struct {
	once sync.Once
	ctx  context.Context
	stop context.CancelFunc
	dir  string // its profile
	err  error
}

// share starts the Chromium of all tests.
func share(path string) {
	if shared.dir, shared.err = os.MkdirTemp("", "chromium"); shared.err != nil {
		return
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), flags(path, shared.dir)...)
	ctx, cancel := chromedp.NewContext(allocator)
	shared.ctx = ctx
	shared.stop = func() {
		_ = chromedp.Cancel(ctx)
		cancel()
		stop()
	}
	shared.err = chromedp.Do(ctx)
}

func newBrowser(t *testing.T, resolve string) *Tab {
	t.Helper()
	path := find()
	if path == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("no Chromium on this machine: CI has to install it")
		}
		t.Skip("no Chromium on this machine")
	}
	if shares && resolve == "" {
		if shared.once.Do(func() { share(path) }); shared.err != nil {
			t.Fatalf("start Chromium: %v", shared.err)
		}
		return newTab(t, shared.ctx, chromedp.WithNewBrowserContext())
	}
	options := flags(path, t.TempDir())
	if resolve != "" {
		options = append(options, chromedp.Flag("host-resolver-rules", resolve))
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(stop)
	return newTab(t, allocator)
}

// flags start a Chromium that asks nobody on the Internet.
func flags(path, profile string) []chromedp.ExecAllocatorOption {
	return []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.UserDataDir(profile),
		chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-dev-shm-usage", true),
	}
}

func find() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

func newTab(t *testing.T, parent context.Context, options ...chromedp.ContextOption) *Tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(parent, options...)
	t.Cleanup(func() {
		_ = chromedp.Cancel(ctx)
		cancel()
	})
	tab := &Tab{t: t, ctx: ctx}
	if err := chromedp.Do(ctx); err != nil { // starts it; its life is ctx's
		t.Fatalf("start Chromium: %v", err)
	}
	return tab
}

// For returns the same tab for a subtest.
func (b *Tab) For(t *testing.T) *Tab { return &Tab{t: t, ctx: b.ctx} }

// TrustAnyCertificate has the tab open servers whose certificates no
// authority has signed, such as those of package httptest.
func (b *Tab) TrustAnyCertificate() {
	b.t.Helper()
	do(b, "trust any certificate", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, security.SetIgnoreCertificateErrors, security.SetIgnoreCertificateErrorsParams{Ignore: true})
		return err
	}))
}

// NewTab opens another tab of the same browser.
func (b *Tab) NewTab() *Tab {
	b.t.Helper()
	return newTab(b.t, b.ctx)
}

// do runs one step under a deadline of its own.
func do[T any](b *Tab, what string, a chromedp.Action[T]) T {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	v, err := chromedp.Run(ctx, a)
	if err != nil {
		b.t.Fatalf("%s: %v", what, err)
	}
	return v
}

// Open goes to a URL and returns the status of the page it ends on.
func (b *Tab) Open(url string) int64 {
	b.t.Helper()
	return do(b, "open "+url, chromedp.NavigateResponse(url)).Status
}

// Click clicks an element that leads to another page, and returns that page's
// status.
func (b *Tab) Click(selector string) int64 {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	res, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS(selector)))
	if err != nil {
		b.t.Fatalf("click %s on %s: %v", selector, b.URL(), err)
	}
	return res.Status
}

// Fill types text into a field, replacing what is there. It does not use
// chromedp.SendKeys, which reads the field's attributes without a lock while
// events of the page change them.
func (b *Tab) Fill(selector, text string) {
	b.t.Helper()
	do(b, "focus "+selector, chromedp.Focus(chromedp.CSS(selector)))
	do(b, "select "+selector, chromedp.Evaluate[chromedp.Void](`document.activeElement.select()`))
	do(b, "fill "+selector, chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, input.InsertText, input.InsertTextParams{Text: text})
		return err
	}))
}

// Back presses the browser's Back button and waits for the page it leads to,
// which the browser may have kept: then nothing is loaded.
func (b *Tab) Back() {
	b.t.Helper()
	from := b.URL()
	do(b, "back", chromedp.Evaluate[chromedp.Void](`void history.back()`))
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	for {
		at, err := chromedp.Run(ctx, chromedp.Evaluate[string](`document.readyState + " " + location.href`))
		if err == nil && strings.HasPrefix(at, "complete ") && at != "complete "+from {
			return
		}
		if ctx.Err() != nil {
			b.t.Fatalf("back from %s leads nowhere", from)
		}
	}
}

// URL is the address of the page.
func (b *Tab) URL() string {
	b.t.Helper()
	return do(b, "location", chromedp.Location())
}

// Text is what a person reads on the page.
func (b *Tab) Text() string {
	b.t.Helper()
	return b.Eval(`document.body.innerText`)
}

// Has reports whether the page shows text.
func (b *Tab) Has(text string) bool {
	b.t.Helper()
	return strings.Contains(b.Text(), text)
}

// Eval runs JavaScript in the page, waits for a promise, and returns a string.
func (b *Tab) Eval(script string) string {
	b.t.Helper()
	return do(b, "eval", chromedp.Evaluate[string](script, chromedp.EvalAwaitPromise))
}

// Cookie is the value that the browser would send to the page's site, or "".
func (b *Tab) Cookie(name string) (value string) {
	b.t.Helper()
	do(b, "cookies", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		got, err := cdp.Call(ctx, t, network.GetCookies, network.GetCookiesParams{})
		if err != nil {
			return err
		}
		for _, c := range got.Cookies {
			if c.Name == name {
				value = c.Value
			}
		}
		return nil
	}))
	return value
}

// ClearCookies takes all cookies away.
func (b *Tab) ClearCookies() {
	b.t.Helper()
	do(b, "clear cookies", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, network.ClearBrowserCookies, cdp.Empty{})
		return err
	}))
}

// Screenshot returns a PNG of the whole page, also of what one has to scroll to.
func (b *Tab) Screenshot() []byte {
	b.t.Helper()
	return do(b, "screenshot", chromedp.FullScreenshot(100))
}

// Emulate gives the page another size, in pixels. If dark is set, the page is
// shown in dark colours.
func (b *Tab) Emulate(width, height int64, dark bool) {
	b.t.Helper()
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	do(b, "size", chromedp.EmulateViewport(width, height))
	do(b, "colours", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		return err
	}))
}
