package browser

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A form is one way to look at a page.
type form struct {
	device string
	width  int64
	height int64
	dark   bool
	always bool // also where no pictures are kept
}

// forms are the ways in which Look shows a page. The last is how it leaves the
// tab.
var forms = []form{
	{device: "phone", width: 390, height: 844, dark: true, always: true},
	{device: "phone", width: 390, height: 844},
	{device: "desktop", width: 1280, height: 800, dark: true},
	{device: "desktop", width: 1280, height: 800, always: true},
}

func (f form) String() string {
	if f.dark {
		return f.device + "-dark"
	}
	return f.device + "-light"
}

// Look fails the test for each fault of the page that a person would see. It
// looks at the page on a desktop and on a phone, in light and in dark. Where
// the test runs with -artifacts, it keeps a picture of each under the name.
// Afterwards the tab has the size of a desktop, and light colours.
func (b *Tab) Look(name string) {
	b.t.Helper()
	keep := KeepsPictures()
	for _, f := range forms {
		if !f.always && !keep {
			continue
		}
		b.Emulate(f.width, f.height, f.dark)
		if found := b.Eval(faults); found != "" {
			for fault := range strings.SplitSeq(found, "\n") {
				b.t.Errorf("%s, %v: %s", name, f, fault)
			}
		}
		if keep {
			keepPicture(b.t, name+"-"+f.String(), b.Screenshot())
		}
	}
}

// KeepsPictures reports whether the test runs with -artifacts.
func KeepsPictures() bool {
	f := flag.Lookup("test.artifacts")
	return f != nil && f.Value.String() == "true"
}

func keepPicture(t *testing.T, name string, png []byte) {
	t.Helper()
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(` /?'"`, r) {
			return '-'
		}
		return r
	}, name)
	if err := os.WriteFile(filepath.Join(t.ArtifactDir(), name+".png"), png, 0o644); err != nil {
		t.Fatal(err)
	}
}

// faults lists what is wrong with any page, one a line. Contrast is that of
// WCAG 2.2 (1.4.3), of a text with the colours behind it.
const faults = `(() => {
	const bad = [], page = document.documentElement;
	const need = (ok, what) => { if (!ok) { bad.push(what); } };
	need(document.compatMode === "CSS1Compat", "the page has no doctype");
	need(page.lang, "the page does not say its language");
	need(document.title.trim(), "the page has no title");
	need(document.querySelector("meta[name=viewport]"), "the page has no viewport");
	need(document.querySelector("link[rel=icon]"), "the page has no icon");
	need(document.querySelectorAll("h1").length === 1, "the page has no heading, or several");
	need(page.scrollWidth <= page.clientWidth, "the page is wider than the window");
	for (const r of performance.getEntriesByType("resource")) {
		need(r.name.startsWith("data:") || new URL(r.name).origin === location.origin, "the page loads " + r.name);
	}
	const family = getComputedStyle(document.body).fontFamily;
	need(family.includes("system-ui"), "the page has the font " + family);
	const seen = e => e.offsetWidth > 1 && e.offsetHeight > 1 && getComputedStyle(e).visibility === "visible";
	for (const c of document.querySelectorAll("button, .button, input:not([type=hidden], [type=radio], [type=checkbox]), select, textarea")) {
		if (!seen(c)) { continue; }
		const name = c.innerText || c.name || c.id;
		need(getComputedStyle(c).fontFamily === family, name + " has a font of its own");
		need(c.matches(".link") || c.offsetHeight >= 40, name + " is too low for a finger: " + c.offsetHeight);
	}
	const stack = [...document.querySelectorAll("main button:not(.link), main .button")].filter(seen);
	stack.slice(1).forEach((e, i) => {
		const [a, b] = [stack[i].getBoundingClientRect(), e.getBoundingClientRect()], gap = b.top - a.bottom;
		const stacked = gap >= 0 && gap < 24 && Math.abs(a.left - b.left) < 2;
		need(!stacked || Math.abs(a.width - b.width) < 2, stack[i].innerText + " and " + e.innerText + " are one above the other with different widths");
	});
	const pen = document.createElement("canvas").getContext("2d");
	for (const s of document.querySelectorAll("select")) {
		const style = getComputedStyle(s);
		pen.font = style.fontWeight + " " + style.fontSize + " " + style.fontFamily;
		const room = s.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - 16; // the arrow
		for (const o of s.options) {
			need(!seen(s) || pen.measureText(o.text).width <= room, "the choice " + o.text + " is cut off by " + (pen.measureText(o.text).width - room).toFixed(0));
		}
	}
	for (const h of document.querySelectorAll("h1, h2")) {
		for (const node of h.childNodes) {
			if (node.nodeType !== Node.TEXT_NODE) { continue; }
			for (const word of node.data.matchAll(/\S+/g)) {
				const range = document.createRange();
				range.setStart(node, word.index);
				range.setEnd(node, word.index + word[0].length);
				need(new Set([...range.getClientRects()].map(r => r.top)).size <= 1, "a heading breaks in the word " + word[0]);
			}
		}
	}
	const zoneless = document.body.innerText.match(/\d{4}, \d\d:\d\d(:\d\d)?(?![:\d]| [A-Z]{3})/);
	need(!zoneless, "the time " + zoneless + " has no zone");
	const colour = s => { const n = s.match(/[\d.]+/g).map(Number); return n.length < 4 ? [...n, 1] : n; };
	const over = (c, under) => [0, 1, 2].map(i => c[i] * c[3] + under[i] * (1 - c[3]));
	const ground = e => {
		const layers = [];
		for (; e; e = e.parentElement) {
			const c = colour(getComputedStyle(e).backgroundColor);
			if (c[3] > 0) { layers.unshift(c); }
			if (c[3] === 1) { break; }
		}
		return layers.reduce((under, c) => over(c, under), matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18] : [255, 255, 255]);
	};
	const light = c => [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => {
		const v = c[i] / 255;
		return sum + weight * (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
	}, 0);
	const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (walker.nextNode()) {
		const text = walker.currentNode.textContent.trim(), e = walker.currentNode.parentElement;
		if (!text || !seen(e) || e.closest("script, style, noscript, select")) { continue; }
		const style = getComputedStyle(e), back = ground(e), front = over(colour(style.color), back);
		const [a, b] = [light(front), light(back)].sort((x, y) => y - x), size = parseFloat(style.fontSize);
		const large = size >= 24 || size >= 18.66 && style.fontWeight >= 700, ratio = (a + 0.05) / (b + 0.05);
		need(ratio >= (large ? 3 : 4.5), "the text " + text.slice(0, 40) + " has the contrast " + ratio.toFixed(2));
	}
	return [...new Set(bad)].join("\n");
})()`
