// Rows of a page whose changes go through the queue: [data-row="12" data-url data-version], inputs named r12-…; queue.js keeps and
// sends them. Here: what is typed is told (queue:typed); what is kept lies over the inputs; what the server answers is shown: saved
// texts, html, values, state and version wherever their ids are on the page, messages at the inputs, conflicts with both values;
// rows:parts {texts, html} brings what follows from the rows (follows.js; rows:newer: the page is older than what was saved here).
// Tells the row (row:state {state}, row:filled) when something about it changed. Words are in templates/frame/queue.html.
const IDLE = 2000; // after the last keystroke, where the input is not left
const LATE = 3000; // after which a row says that it is kept here
const PAGE = location.pathname;
const words = Object.fromEntries([...(document.getElementById("queue-words")?.content.children ?? [])].map((word) => [word.dataset.word, word.textContent.trim()]));
const rows = new Map([...document.querySelectorAll("[data-row][data-url]")].map((row) => [row.dataset.url, row]));
const touched = new Map(); // row address -> names of the inputs that were touched since the last answer
const entries = new Map(); // row address -> what is kept
const heard = new Set(); // rows of which the queue has told something
let inTrouble = false;

function ask(detail) {
    document.dispatchEvent(new CustomEvent("queue:ask", { detail }));
    return Promise.resolve(detail.result);
}

const tellRow = (row, name, detail = {}) => row.dispatchEvent(new CustomEvent(`row:${name}`, { detail, bubbles: true }));
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
const part = (row, name) => document.getElementById(`r${row.dataset.row}-${name}`);

// --- Inputs
function inputsOf(row) {
    const prefix = `r${row.dataset.row}-`;
    const inputs = [...row.querySelectorAll("input, select, textarea")].filter(
        (input) => input.name.startsWith(prefix) && input.type !== "file" && input.name !== `${prefix}version`,
    );
    return inputs.map((input) => [input.name.slice(prefix.length), input]);
}

function fieldsOf(row) {
    const fields = {};
    for (const [name, input] of inputsOf(row)) {
        if (!["checkbox", "radio"].includes(input.type) || input.checked) {
            fields[name] = input.value;
        }
    }
    return fields;
}

function setInput(input, value) {
    if (["checkbox", "radio"].includes(input.type)) {
        input.checked = input.value === value;
    } else if (input.value !== value) {
        input.value = value;
    }
}

function labelOf(input) {
    const label = input.labels?.[0]?.cloneNode(true);
    label?.querySelectorAll("input, select, textarea").forEach((control) => control.remove());
    return label?.textContent.replace(/\s+/g, " ").trim() ?? "";
}

const focusOn = (row) => inputsOf(row).find(([, input]) => input.getClientRects().length)?.[1].focus();

// The row in words, for a place where its inputs are not.
function inWords(row) {
    const said = [];
    for (const [name, input] of inputsOf(row)) {
        const chosen = input.selectedOptions?.[0]?.label ?? input.value;
        if (input.type !== "hidden" && input.value && !(name === "state" && input.value === "answered")) {
            said.push(`${labelOf(input)}: ${chosen}`);
        }
    }
    return said.join(" · ");
}

const hasFocus = (input) => input === document.activeElement;

// Whether the input differs from what the server wrote into the page.
function wasChanged(input) {
    if (["hidden", "checkbox", "radio"].includes(input.type)) {
        return input.checked !== input.defaultChecked;
    }
    const options = [...(input.options ?? [])];
    const written = input.options ? (options.find((option) => option.defaultSelected) ?? options[0])?.value : input.defaultValue;
    return input.value !== written;
}

function typed(row, { hold = 0, extra = {} } = {}) {
    const { url } = row.dataset;
    const detail = {
        url,
        page: PAGE,
        title: document.querySelector("h1")?.textContent.trim() ?? document.title,
        row: row.dataset.row,
        label: row.querySelector(".row-code")?.textContent.trim() ?? row.dataset.row,
        words: inWords(row),
        fields: { ...fieldsOf(row), ...extra },
        version: Number(row.dataset.version),
        touched: [...(touched.get(url) ?? []), ...Object.keys(extra)],
        hold,
    };
    document.dispatchEvent(new CustomEvent("queue:typed", { detail }));
}

function rowOf(event) {
    const row = event.target.closest?.("[data-row][data-url]");
    return row && event.target.name?.startsWith(`r${row.dataset.row}-`) && event.target.type !== "file" ? row : null;
}

function touch(row, input) {
    const { url } = row.dataset;
    const name = input.name.slice(`r${row.dataset.row}-`.length);
    touched.set(url, (touched.get(url) ?? new Set()).add(name));
}

document.addEventListener("input", (event) => {
    const row = rowOf(event);
    if (row) {
        touch(row, event.target);
        typed(row, { hold: IDLE });
    }
});

document.addEventListener("change", (event) => {
    const row = rowOf(event);
    if (row) {
        touch(row, event.target);
        typed(row);
    }
});

// "Confirm as it stands" sends the row as it is. Nothing else in a form of rows is sent by the form itself.
document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const row = button && rowOf({ target: button });
    if (row && button.name.endsWith("-confirm")) {
        event.preventDefault();
        typed(row, { extra: { confirm: button.value } });
    }
});

document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-rows]");
    if (form && !event.submitter?.hasAttribute("formaction")) {
        event.preventDefault();
        form.querySelectorAll("[data-row][data-url]").forEach((row) => touched.has(row.dataset.url) && typed(row));
    }
});

// --- What the server answers
function showParts({ texts = {}, html = {} }) {
    for (const [id, text] of Object.entries(texts)) {
        const element = document.getElementById(id);
        if (element && element.textContent !== text) {
            element.textContent = text;
        }
    }
    for (const [id, inner] of Object.entries(html)) {
        const element = document.getElementById(id);
        if (element) {
            element.innerHTML = inner;
            window.htmx?.process(element);
        }
    }
}

function setVersion(row, version) {
    row.dataset.version = version;
    const input = row.querySelector(`[name="r${row.dataset.row}-version"]`);
    if (input) {
        input.value = version;
    }
}

// `mustStay` says of an input whether it is left as it is.
function setValues(row, values = {}, mustStay = () => false) {
    for (const [name, input] of inputsOf(row)) {
        if (name in values && !mustStay(input)) {
            setInput(input, values[name]);
        }
    }
    tellRow(row, "filled");
}

// As the server writes it: 1.98 becomes 1,98, under the cursor only when that leaves.
function setSaved(row, values = {}) {
    for (const [name, input] of inputsOf(row)) {
        if (name in values && hasFocus(input)) {
            const shown = input.value;
            input.addEventListener("blur", () => input.value === shown && setInput(input, values[name]), { once: true });
        }
    }
    setValues(row, values, hasFocus);
}

document.addEventListener("rows:parts", ({ detail }) => showParts(detail));

document.addEventListener("queue:saved", ({ detail: { url, page, answer, newer } }) => {
    const row = rows.get(url);
    if (page === PAGE) {
        showParts(answer);
    }
    if (row) {
        setVersion(row, answer.version);
        if (!newer) {
            touched.delete(url);
            setSaved(row, answer.values);
        }
        if (answer.state !== undefined) {
            tellRow(row, "state", { state: answer.state });
        }
    }
});

// --- Messages
const button = (text, action) => {
    const made = document.createElement("button");
    Object.assign(made, { type: "button", className: "button button-small", textContent: text });
    made.addEventListener("click", action);
    return made;
};

function line(text, className = "") {
    const made = document.createElement("div");
    Object.assign(made, { className, textContent: text });
    return made;
}

function actions(...buttons) {
    const made = line("", "actions");
    made.append(...buttons);
    return made;
}

function clearMessages(row) {
    part(row, "msg")?.replaceChildren();
    for (const [name, input] of inputsOf(row)) {
        part(row, `${name}-msg`)?.replaceChildren();
        input.removeAttribute("aria-invalid");
    }
}

// entries.js puts it into the input.
function choiceFor(input, choice) {
    const made = button(choice, () => {});
    made.dataset.entry = "";
    return Object.assign(made, { name: input.name, value: choice });
}

function showMessages(row, messages = []) {
    for (const { at, text, choices = [] } of messages) {
        const input = inputsOf(row).find(([name]) => name === at)?.[1];
        const place = (at && part(row, `${at}-msg`)) || part(row, "msg");
        input?.setAttribute("aria-invalid", "true");
        place?.append(line(text));
        if (choices.length) {
            place?.append(actions(...choices.map((choice) => choiceFor(input, choice))));
        }
    }
}

function showConflict(row, entry) {
    const { url, answer } = entry;
    const { theirs = {} } = answer;
    const take = async () => {
        await ask({ want: "drop", url });
        touched.delete(url);
        say(row, "");
        showParts(answer);
        setVersion(row, answer.version);
        setValues(row, theirs.values);
        if (answer.state !== undefined) {
            tellRow(row, "state", { state: answer.state.replace("error", "") });
        }
        focusOn(row);
    };
    const keep = async () => {
        await ask({ want: "mine", url });
        focusOn(row);
    };
    part(row, "msg")?.append(
        line(fill(words.changed, theirs)),
        line(fill(words.theirs, theirs)),
        line(fill(words.mine, { words: entry.words })),
        actions(button(words.keepMine, keep), button(words.takeTheirs, take)),
    );
}

function showLocked(row, { url, answer }) {
    const told = answer.messages?.length ? answer.messages : [{ at: "", text: words.gone }];
    showMessages(row, told.map((message) => ({ ...message, at: "" })));
    part(row, "msg")?.append(line(words.kept), actions(button(words.again, () => ask({ want: "again", url }))));
}

const SHOW = {
    refused: (row, { answer }) => showMessages(row, answer.messages),
    incomplete: () => {},
    conflict: showConflict,
    locked: showLocked,
};

function say(row, text) {
    const place = part(row, "at");
    if (place && place.textContent !== text) {
        place.textContent = text;
    }
}

// A row that waits longer than usual says that it is kept here.
function showKept() {
    for (const [url, entry] of entries) {
        const isLate = inTrouble || Date.now() - entry.typedAt > LATE;
        if (["waiting", "sent"].includes(entry.state) && isLate) {
            say(rows.get(url), words.kept);
        }
    }
}

function show(row, entry, before) {
    row.dataset.queue = entry?.state ?? "";
    if (!entry) {
        clearMessages(row);
        return;
    }
    const isAnswered = entry.state in SHOW;
    const isToldAlready = before?.key === entry.key && before.state === entry.state && before.words === entry.words;
    if (!isAnswered || isToldAlready) {
        return; // what was told before stays until the next answer
    }
    clearMessages(row);
    say(row, entry.answer?.hint || (entry.state === "refused" ? words.notSaved : words.kept));
    const state = entry.answer?.state ?? "";
    const isWrong = entry.state !== "incomplete";
    tellRow(row, "state", { state: isWrong ? `${state.replace("error", "")} error` : state });
    SHOW[entry.state](row, entry);
}

document.addEventListener("queue:entry", ({ detail: { url, entry } }) => {
    const row = rows.get(url);
    if (!row) {
        return;
    }
    const before = entries.get(url);
    heard.add(url);
    if (entry) {
        entries.set(url, entry);
        // Typed in another tab: it shows here too, except where something is being typed.
        setValues(row, entry.fields, (input) => hasFocus(input) || touched.get(url)?.size > 0);
        setTimeout(showKept, LATE);
    } else {
        entries.delete(url);
    }
    show(row, entry, before);
    showKept();
});

document.addEventListener("queue:state", ({ detail }) => {
    inTrouble = detail.inTrouble || Boolean(detail.stopped);
    showKept();
});

// --- The page comes: what was saved last, then what is kept, then what was typed before this script ran
async function begin() {
    const early = [...rows.values()].filter((row) => inputsOf(row).some(([, input]) => wasChanged(input)));
    // A browser that fills in again what stood here before a reload would pass off old values as typed.
    rows.forEach((row) => row.closest("form")?.setAttribute("autocomplete", "off"));
    const versions = Object.fromEntries([...rows].map(([url, row]) => [url, Number(row.dataset.version)]));
    if (rows.size) {
        const newer = await ask({ want: "newer", page: PAGE, versions });
        showParts(newer);
        if (newer.rows.length) {
            document.dispatchEvent(new CustomEvent("rows:newer"));
        }
        for (const { url, version, values, state } of newer.rows) {
            const row = rows.get(url);
            setVersion(row, version);
            setValues(row, values, () => early.includes(row) || touched.has(url));
            tellRow(row, "state", { state: state ?? "" });
        }
    }
    for (const entry of await ask({ want: "entries" })) {
        const row = rows.get(entry.url);
        if (row && !heard.has(entry.url)) {
            entries.set(entry.url, entry);
            setValues(row, entry.fields, () => early.includes(row) || touched.has(entry.url));
            say(row, words.kept);
            show(row, entry, null);
        }
    }
    for (const row of early) {
        inputsOf(row).forEach(([, input]) => wasChanged(input) && touch(row, input));
        typed(row);
    }
}

document.addEventListener("DOMContentLoaded", begin);
