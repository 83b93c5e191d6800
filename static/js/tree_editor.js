// The tree of a draft set, <form data-tree>: only inputs that changed are sent ([data-typed]); what was typed while a step was under
// way outlives the swap; keys work on the focused row ([data-tree-row]) by pressing its buttons.
const form = document.querySelector("form[data-tree]");
const rows = () => [...form.querySelectorAll("[data-tree-row]")];
const stored = (input) => input.dataset.stored ?? input.defaultValue;
const typed = () => [...form.querySelectorAll("[data-typed]")].filter((input) => input.value !== stored(input));

let unsent = null; // the step whose request found no network
let rescued = [];

document.addEventListener("htmx:configRequest", (event) => {
    const { parameters, triggeringEvent, elt } = event.detail;
    if (!form.contains(elt)) {
        return;
    }
    for (const input of form.querySelectorAll("[data-typed]")) {
        if (input.value === stored(input)) {
            delete parameters[input.name];
        }
    }
    // The button of this very event: htmx takes the one that has the focus when a waiting request gets its turn.
    const op = triggeringEvent?.type === "retry" ? unsent : triggeringEvent?.submitter?.value;
    if (op && elt === form) {
        parameters.op = op;
    } else {
        delete parameters.op;
    }
    if (elt === form) {
        event.detail.path = form.getAttribute("action");
    }
});

// Answered: what was sent and not refused is now what the draft says.
document.addEventListener("htmx:afterRequest", (event) => {
    const { elt, xhr, requestConfig } = event.detail;
    if (!form.contains(elt)) {
        return;
    }
    const sent = requestConfig.parameters;
    unsent = xhr.status === 0 || xhr.status >= 502 ? sent.op : null;
    if (xhr.status !== 200 && xhr.status !== 422) {
        return;
    }
    for (const input of form.querySelectorAll("[data-typed]")) {
        const problem = form.querySelector(`[data-problem-of="${input.name}"]`);
        if (problem) {
            input.setAttribute("aria-invalid", "true");
        } else if (sent[input.name] !== undefined) {
            delete input.dataset.stored;
            input.defaultValue = sent[input.name];
            input.removeAttribute("aria-invalid");
        }
    }
});

// A step brings a new tree. What was typed since it was sent goes into it again.
document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id !== "editor") {
        return;
    }
    const sent = event.detail.requestConfig.parameters;
    rescued = typed().filter((input) => sent[input.name] !== input.value).map(({ id, value }) => ({ id, value }));
});

document.addEventListener("htmx:afterSwap", () => {
    for (const { id, value } of rescued.splice(0)) {
        const input = document.getElementById(id);
        if (input) {
            input.value = value;
            input.dataset.rescued = "";
            if (input !== document.activeElement) {
                sendRescued(input);
            }
        }
    }
});

// The browser knows nothing of a change that a script made: it is told when the input is left.
function sendRescued(input) {
    if (input.dataset.rescued !== undefined && input.value !== stored(input)) {
        input.dispatchEvent(new Event("change", { bubbles: true }));
    }
    delete input.dataset.rescued;
}

form.addEventListener("focusout", ({ target }) => sendRescued(target));

document.addEventListener("htmx:afterSettle", (event) => {
    const editor = form.querySelector("#editor");
    const wanted = editor?.dataset.focus;
    if (!editor || event.detail.target?.id !== "editor" || !wanted) {
        return;
    }
    const target = document.getElementById(wanted);
    if (target && (wanted.startsWith("title-") || !editor.contains(document.activeElement))) {
        target.focus();
        target.select?.();
        target.scrollIntoView({ block: "nearest" });
    }
    editor.dataset.focus = "";
    makeReachable();
});

// One row is in the order of Tab, the others are reached by arrows.
function makeReachable(current = rows().find((row) => row.contains(document.activeElement)) ?? rows()[0]) {
    for (const row of rows()) {
        row.tabIndex = row === current ? 0 : -1;
    }
}

// A title that is typed grows as far as it needs to be read.
form.addEventListener("input", ({ target }) => {
    while (target.matches("textarea[data-typed]") && target.scrollHeight > target.clientHeight && target.rows < 8) {
        target.rows += 1;
    }
});

form.addEventListener("focusin", (event) => {
    const row = event.target.closest("[data-tree-row]");
    if (row) {
        makeReachable(row);
    }
});

function press(row, step) {
    const button = row.querySelector(`button[name=op][value^="${step} "]`);
    if (button && !button.disabled) {
        form.requestSubmit(button);
    }
}

function goTo(element) {
    element?.focus();
    element?.scrollIntoView({ block: "nearest" });
}

const STEPS = { ArrowUp: "up", ArrowDown: "down", ArrowRight: "in", ArrowLeft: "out" };
const NEXT = { ArrowUp: -1, ArrowDown: 1 };
const ON_ROW = {
    Enter: (row) => row.querySelector("th a").click(),
    Insert: (row) => press(row, "add"),
    "+": (row) => press(row, "add"),
    Delete: (row) => press(row, "remove"),
};

function besides(row, away) {
    const all = rows();
    return all[all.indexOf(row) + away];
}

function onRow(row, event) {
    if (event.altKey) {
        return STEPS[event.key] && (() => press(row, STEPS[event.key]));
    }
    if (event.ctrlKey || event.metaKey) {
        return null;
    }
    if (event.target === row) {
        const action = Object.hasOwn(ON_ROW, event.key) ? ON_ROW[event.key] : null;
        return (action && (() => action(row))) ?? (NEXT[event.key] && (() => goTo(besides(row, NEXT[event.key]))));
    }
    if (event.key === "Enter" && event.target.matches("[data-typed]")) {
        const kind = event.target.name.split("-")[0];
        return () => goTo(besides(row, 1)?.querySelector(`[name^="${kind}-"]`) ?? row);
    }
    if (event.key === "Escape") {
        return () => goTo(row);
    }
    return null;
}

form.addEventListener("keydown", (event) => {
    if (event.isComposing) {
        return;
    }
    const row = event.target.closest("[data-tree-row]");
    const action = row && onRow(row, event);
    if (action) {
        event.preventDefault();
        action();
    }
});

// In an input Ctrl+Z is the browser's own, for the letters typed there.
document.addEventListener("keydown", (event) => {
    const isUndo = event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey;
    const button = form.querySelector("[data-undo]");
    if (isUndo && button && !event.target.matches("input, textarea, select")) {
        event.preventDefault();
        button.click();
    }
});

makeReachable();
