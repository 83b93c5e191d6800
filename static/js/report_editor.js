// The editor of a paper: [data-report-editor] with textareas [data-part-text], each with a list [data-used] of the figures that its
// text names. A figure of the list (details[data-figures], fetched when it is opened or a text names one that is not known here) goes
// into the text that was worked on last, where the cursor stands: button[data-insert] in [data-figure data-label data-value].
const editor = document.querySelector("[data-report-editor]");
const chooser = document.querySelector("details[data-figures]");
const TOKEN = /\{([a-z0-9][a-z0-9._-]*)\}/g;
const figures = new Map(); // key -> {label, value, missing}
let last = null; // the text worked on last
let fetched = null;

const textOf = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/đ/gi, "d").toLowerCase();

function learn(root) {
    for (const item of root.querySelectorAll("[data-figure]")) {
        const { figure, label, value } = item.dataset;
        figures.set(figure, { label, value, missing: item.hasAttribute("data-missing") });
    }
}

async function load() {
    fetched ??= fetch(`${chooser.dataset.figures}?part=1`, { headers: { Accept: "text/html" } });
    try {
        const response = await fetched;
        if (!response.ok || response.redirected) {
            throw new Error(String(response.status));
        }
        const list = chooser.querySelector("[data-figures-list]");
        if (!list.hasAttribute("data-ready")) {
            list.innerHTML = await response.clone().text();
            list.setAttribute("data-ready", "");
            learn(list);
        }
    } catch {
        fetched = null; // again when it is opened next
    }
}

// --- What a text names, beside it
const keysIn = (text) => [...new Set([...text.matchAll(TOKEN)].map((found) => found[1]))];

function lineOf(key) {
    const line = document.createElement("li");
    line.dataset.key = key;
    const code = Object.assign(document.createElement("code"), { textContent: `{${key}}` });
    const figure = figures.get(key);
    const value = document.createElement(figure?.missing ? "em" : "strong");
    value.textContent = figure ? (figure.missing ? editor.dataset.missingText : figure.value) : editor.dataset.unknownText;
    value.classList.toggle("part-unknown", !figure);
    line.append(code, " = ", value);
    if (figure) {
        line.append(" ", Object.assign(document.createElement("span"), { className: "beside", textContent: figure.label }));
    }
    return line;
}

async function showUsed(text) {
    const list = text.closest("[data-row]").querySelector("[data-used]");
    const keys = keysIn(text.value);
    const stood = new Map([...list.children].map((line) => [line.dataset.key, line]));
    if (keys.some((key) => !figures.has(key) && !stood.has(key))) {
        await load();
    }
    list.replaceChildren(...keysIn(text.value).map((key) => (figures.has(key) ? lineOf(key) : (stood.get(key) ?? lineOf(key)))));
}

// --- A text is as high as it is long
function fit(text) {
    const lines = text.value.split("\n").reduce((sum, line) => sum + 1 + Math.floor(line.length / 95), 1);
    text.rows = Math.min(Math.max(lines, 2), 24);
}

const waiting = new WeakMap();

editor?.addEventListener("input", ({ target }) => {
    if (target.matches("[data-part-text]")) {
        fit(target);
        clearTimeout(waiting.get(target));
        waiting.set(target, setTimeout(showUsed, 400, target));
    }
});

editor?.addEventListener("focusin", ({ target }) => {
    if (target.matches("[data-part-text]")) {
        last = target;
    }
});

// --- Choosing a figure
function insert(key) {
    const text = last ?? editor.querySelector("[data-part-text]");
    text.focus();
    text.setRangeText(`{${key}}`, text.selectionStart, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
}

chooser?.addEventListener("toggle", () => chooser.open && load());

chooser?.addEventListener("click", ({ target }) => {
    const item = target.closest("button[data-insert]")?.closest("[data-figure]");
    if (item) {
        insert(item.dataset.figure);
    }
});

chooser?.addEventListener("input", ({ target }) => {
    if (!target.matches("[data-figures-search]")) {
        return;
    }
    const words = textOf(target.value).split(/\s+/).filter(Boolean);
    for (const group of chooser.querySelectorAll("[data-figure-group]")) {
        let found = 0;
        for (const item of group.querySelectorAll("[data-figure]")) {
            const about = textOf(`${item.dataset.label} ${item.dataset.figure}`);
            item.hidden = !words.every((word) => about.includes(word));
            found += item.hidden ? 0 : 1;
        }
        group.hidden = !found;
        group.open = words.length ? found > 0 : group.open;
    }
});
