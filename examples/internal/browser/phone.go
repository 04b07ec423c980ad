package browser

import "strings"

// phoneProblems lists what is wrong with the layout of a page of the examples on
// a phone, one a line.
const phoneProblems = `(() => {
	const bad = [], page = document.documentElement;
	if (page.scrollWidth > page.clientWidth) { bad.push("the page is wider than the screen"); }
	for (const b of document.querySelectorAll("main button, main .button")) {
		if (b.matches(".link") || b.closest(".end, td") || b.offsetWidth === 0) { continue; }
		const card = b.closest("article"), style = getComputedStyle(card);
		const room = card.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
		if (b.offsetWidth < room - 2) { bad.push("the button " + b.innerText + " is not as wide as its page"); }
		if (b.offsetHeight < 40) { bad.push("the button " + b.innerText + " is too low for a finger"); }
	}
	for (const cell of document.querySelectorAll("td")) {
		if (getComputedStyle(cell).display === "table-cell") { bad.push("a table is not stacked"); break; }
		if (getComputedStyle(cell).paddingLeft !== "0px") { bad.push("the cell " + cell.innerText + " is indented"); }
		if (!cell.dataset.label) { bad.push("the cell " + cell.innerText + " has no label"); }
	}
	for (const field of document.querySelectorAll("main input:not([type=hidden]):not(.unseen), main textarea")) {
		if (parseFloat(getComputedStyle(field).fontSize) < 16) { bad.push("a phone zooms into the field " + field.name); }
	}
	return bad.join("\n");
})()`

// PhoneProblems shows the page on a phone, and returns what is wrong with its
// layout. Faults are a page wider than the screen, buttons narrower than their
// page, and tables that are not stacked. The tab is the size of a desktop after
// it.
func (b *Tab) PhoneProblems() (problems []string) {
	b.t.Helper()
	b.Emulate(360, 800, false)
	defer b.Emulate(1280, 800, false)
	if found := b.Eval(phoneProblems); found != "" {
		problems = strings.Split(found, "\n")
	}
	return problems
}
