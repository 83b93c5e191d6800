// A block copied from a spreadsheet and pasted into the input of a figure (r12-value) or of a table (r12-l1-c34) fills the inputs to the
// right and below, each as if it had been typed (queue_rows.js keeps and sends them): those of the table ([data-grid]), or the figures of
// the page. Empty cells of the block leave what is there. [data-paste-note] says how many went in and what did not fit; its button, or
// Ctrl+Z before anything else is typed, takes the whole block back. Words are in templates/indicators/paste.html.
const NAME = /-(value|c\d+)$/;
const note = document.querySelector("[data-paste-note]");
const words = Object.fromEntries([...(note?.querySelector("template")?.content.children ?? [])].map((word) => [word.dataset.word, word.textContent.trim()]));
const said = note?.querySelector("[data-paste-said]");
const undo = note?.querySelector("[data-paste-undo]");
const LISTED = 5; // of what did not fit

let last = null; // what the last block changed, and what was there before: [{input, value}]
let isFilling = false;

// Rows and cells of a copied block. A cell with a line end, a tab or a quotation mark in it stands in quotation marks, doubled inside.
function cellsOf(text) {
    const rows = [[]];
    const pattern = /(?:"((?:[^"]|"")*)"(?=[\t\n]|$)|([^\t\n]*))(\t|\n|$)/y;
    const plain = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
    while (pattern.lastIndex <= plain.length) {
        const [, quoted, bare, mark] = pattern.exec(plain);
        rows.at(-1).push((quoted?.replaceAll('""', '"') ?? bare).trim());
        if (!mark) {
            return rows;
        }
        if (mark === "\n") {
            rows.push([]);
        }
    }
    return rows;
}

const plainWord = (text) => text.normalize("NFC").replace(/\s+/g, " ").trim().toLowerCase();

// What a list takes for a pasted word: one of its labels or values. Undefined where there is none.
function optionFor(select, text) {
    const found = [...select.options].find((option) => [option.label, option.value].some((each) => each && plainWord(each) === plainWord(text)));
    return found?.value;
}

const isOpen = (input) => !input.disabled && !input.readOnly && input.getClientRects().length > 0;

const isCell = (input) => NAME.test(input.name) && Boolean(input.closest("[data-row]"));
const gridOf = (element) => element.closest("[data-grid]") ?? document;

function linesOf(grid) {
    const rows = [...grid.querySelectorAll("[data-row]")].filter((row) => gridOf(row) === grid);
    const lines = rows.map((row) => [...row.querySelectorAll("input, select, textarea")].filter(isCell));
    return lines.filter((cells) => cells.some(isOpen));
}

// The input of every pasted cell that holds something: {input, value, text}; `input` is missing where there is none.
function planned(target, block) {
    const rows = linesOf(gridOf(target));
    const top = rows.findIndex((cells) => cells.includes(target));
    const left = rows[top].indexOf(target);
    const plan = [];
    block.forEach((texts, down) => texts.forEach((text, right) => {
        if (text) {
            const input = rows[top + down]?.[left + right];
            const value = input?.matches("select") ? optionFor(input, text) : text;
            plan.push({ input: input && isOpen(input) && value !== undefined ? input : null, value, text });
        }
    }));
    return plan;
}

// Each row is told once that it is done: its inputs go to the queue together.
function fill(changes) {
    isFilling = true;
    changes.forEach(({ input, value }, place) => {
        input.value = value;
        input.dispatchEvent(new Event("input", { bubbles: true }));
        if (changes[place + 1]?.input.closest("[data-row]") !== input.closest("[data-row]")) {
            input.dispatchEvent(new Event("change", { bubbles: true }));
        }
    });
    isFilling = false;
}

const fillIn = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

function say(text, canUndo) {
    note.hidden = false;
    said.textContent = text;
    undo.hidden = !canUndo;
}

function paste(target, block) {
    const plan = planned(target, block);
    const changes = plan.filter(({ input, value }) => input && input.value !== value);
    const left = plan.filter(({ input }) => !input).map(({ text }) => text);
    last = changes.map(({ input }) => ({ input, value: input.value }));
    fill(changes);
    const shown = left.slice(0, LISTED).join(" · ") + (left.length > LISTED ? " …" : "");
    const parts = [fillIn(words.filled, { count: plan.length - left.length })];
    if (left.length) {
        parts.push(fillIn(words.left, { count: left.length, cells: shown }));
    }
    say(parts.join(" "), changes.length > 0);
}

function takeBack() {
    const count = last.length;
    const [first] = last;
    fill(last);
    last = null;
    say(fillIn(words.undone, { count }), false);
    first.input.focus();
}

document.addEventListener("paste", (event) => {
    const { target } = event;
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const isText = target.matches?.("textarea") && !target.closest("[data-grid]");
    const isBlock = (isText ? /\t/ : /[\t\n\r]/).test(text.replace(/\r?\n$/, ""));
    if (!note || !isBlock || !target.name || !isCell(target) || !isOpen(target)) {
        return; // one value, or text of several lines, is pasted as always
    }
    event.preventDefault();
    paste(target, cellsOf(text));
});

document.addEventListener("keydown", (event) => {
    if (last?.length && (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z" && event.target.closest?.("[data-row]")) {
        event.preventDefault();
        takeBack();
    }
});

document.addEventListener("input", (event) => {
    if (!isFilling && note && event.target.closest?.("[data-row]")) {
        last = null;
        note.hidden = true;
    }
});

undo?.addEventListener("click", () => last?.length && takeBack());
