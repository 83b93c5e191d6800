// Rows of an appraisal page: [data-desk-row], with a form[data-appraisal] where they can be decided. Keys work in the points
// (input[data-points]) and on everything in a row that takes no text: "=" gives what the row's button "=" gives and goes on to
// the next undecided row; n, m and l go to the next difference, the next row without evidence, the next without its words; p
// shows the phrases. Every key has its button: [data-go="differs"], [data-phrases] … Enter goes to the next row's points,
// Ctrl+Down to the next undecided row, Escape from a text to its row. The evidence is the business of evidence_panel.js.
// Counts the decided rows ([data-decided], [data-progress]) as they are saved, and keeps a line to fill among the responsible
// parties ([data-lines]).
const DESK_ROW = "[data-desk-row]";
const FORM = "form[data-appraisal]";
const TEXTS = "textarea, select, [contenteditable], input:not([data-points], [type=checkbox], [type=radio])";
const CLASSES = { open: "is-open", review: "is-review", excluded: "is-excluded", error: "has-error" };
const tools = document.querySelector("[data-tools]");
let lastRow = null;

const rows = () => [...document.querySelectorAll(DESK_ROW)];
const formOf = (row) => row.querySelector(FORM);
const pointsOf = (row) => row.querySelector("[data-points]");
const hasNoReply = (row) => row.hasAttribute("data-unanswered") && row.querySelector("textarea[name=reply]")?.defaultValue === "";

const TESTS = {
    open: (row) => Boolean(formOf(row)?.hasAttribute("data-open")),
    differs: (row) => Boolean(row.querySelector(".diff-down, .diff-up")),
    evidence: (row) => row.hasAttribute("data-no-evidence"),
    unexplained: (row) => (!TESTS.open(row) && Boolean(row.querySelector("[data-unexplained]"))) || hasNoReply(row),
};

// What is to be typed into: the missing words of a row, else its points, else the row itself.
function placeIn(row, what) {
    if (what === "unexplained") {
        const done = row.querySelector("details.ap-done:not([open])");
        done?.setAttribute("open", "");
        return row.querySelector(hasNoReply(row) ? "textarea[name=reply]" : "textarea[name=cause]") ?? row;
    }
    return pointsOf(row) ?? row;
}

function goTo(row, what) {
    const place = placeIn(row, what);
    place.focus();
    place.select?.();
    place.scrollIntoView({ block: "center" });
}

function tell(text) {
    const told = tools?.querySelector("[data-told]");
    if (told) {
        told.textContent = text;
    }
}

// The row itself comes last: where no other one is left, it is still there; unless it has just been accepted.
function goToNext(what, row = lastRow, accepted = null) {
    const all = rows();
    const place = all.indexOf(row);
    const next = [...all.slice(place + 1), ...all.slice(0, place + 1)].find((each) => each !== accepted && TESTS[what](each));
    tell(next ? "" : (tools?.dataset.noneText ?? ""));
    if (next) {
        goTo(next, what);
    }
    return Boolean(next);
}

function accept(row) {
    const button = row.querySelector("[data-accept]");
    const form = formOf(row);
    if (!button || !form) {
        return;
    }
    pointsOf(row).value = button.dataset.accept;
    form.requestSubmit(button);
    goToNext("open", row, row);
}

// Phrases ------------------------------------------------------------------------------------------------------------
const opener = (row) => row.querySelector("[data-phrases]");

function showPhrases(row) {
    const link = opener(row);
    const place = link && document.getElementById(link.getAttribute("aria-controls"));
    if (!place) {
        return;
    }
    link.setAttribute("aria-expanded", "true");
    window.htmx.ajax("GET", link.dataset.phrases, { source: place, target: place, swap: "innerHTML" }).then(() => {
        place.querySelector("button")?.focus();
    });
}

function closePhrases(row) {
    const menu = row.querySelector("[data-phrase-menu]");
    if (menu) {
        menu.remove();
        opener(row)?.setAttribute("aria-expanded", "false");
        row.querySelector("textarea[name=reason]")?.focus();
    }
    return Boolean(menu);
}

function usePhrase(row, phrase) {
    const reason = row.querySelector("textarea[name=reason]");
    if (reason) {
        reason.value = reason.value.trim() ? `${reason.value.trim()}; ${phrase}` : phrase;
        closePhrases(row);
        reason.dispatchEvent(new Event("input", { bubbles: true }));
        reason.dispatchEvent(new Event("change", { bubbles: true }));
    }
}

function moveInMenu(menu, step) {
    const buttons = [...menu.querySelectorAll("button, a")];
    buttons.at((buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length).focus();
}

// Keys ---------------------------------------------------------------------------------------------------------------
const KEYS = {
    "=": accept,
    n: (row) => goToNext("differs", row),
    m: (row) => goToNext("evidence", row),
    l: (row) => goToNext("unexplained", row),
    p: showPhrases,
};

function onKey(event) {
    const row = event.target.closest?.(DESK_ROW);
    if (!row || event.isComposing || event.metaKey || event.altKey) {
        return false;
    }
    const menu = event.target.closest("[data-phrase-menu]");
    if (event.key === "Escape") {
        if (!closePhrases(row) && event.target.matches(TEXTS)) {
            row.focus();
        }
        return false;
    }
    if (event.ctrlKey) {
        return event.key === "ArrowDown" && (goToNext("open", row), true);
    }
    if (menu && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
        moveInMenu(menu, event.key === "ArrowDown" ? 1 : -1);
        return true;
    }
    if (event.key === "Enter" && event.target.matches("[data-points]")) {
        const next = rows().slice(rows().indexOf(row) + 1).find(pointsOf);
        return next ? (goTo(next, "points"), true) : (event.target.blur(), true);
    }
    const key = event.key.toLowerCase();
    if (!Object.hasOwn(KEYS, key) || event.target.matches(TEXTS)) {
        return false;
    }
    KEYS[key](row);
    return true;
}

document.addEventListener("keydown", (event) => {
    if (onKey(event)) {
        event.preventDefault();
    }
});

document.addEventListener("focusin", (event) => {
    lastRow = event.target.closest(DESK_ROW) ?? lastRow;
});

document.addEventListener("click", (event) => {
    const go = event.target.closest("[data-go]");
    const link = event.target.closest("[data-phrases]");
    const phrase = event.target.closest("[data-phrase]");
    const button = event.target.closest("[data-accept]");
    const row = event.target.closest(DESK_ROW);
    if (go && goToNext(go.dataset.go)) {
        event.preventDefault();
    } else if (link && row && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        showPhrases(row);
    } else if (phrase) {
        usePhrase(row, phrase.textContent.trim());
    } else if (event.target.closest("[data-phrases-close]")) {
        closePhrases(row);
    } else if (button) {
        pointsOf(row).value = button.dataset.accept;
    }
});

// Saving -------------------------------------------------------------------------------------------------------------
// Facts that lower the points are refused without a reason; typing the reason then sends the facts again, not the empty points.
// Where no case arose, what is accepted has no points either.
function isSentAgain(form) {
    const hasNoPoints = !pointsOf(form).value;
    return hasNoPoints && (form.dataset.how === "facts" || (form.dataset.how === "accept" && form.querySelector("[data-accept='']")));
}

// What a button sent over a line that failed is sent again as the same.
document.addEventListener("htmx:configRequest", ({ target, detail: { parameters, triggeringEvent } }) => {
    const form = target.closest?.(FORM);
    if (!form) {
        return;
    }
    // htmx knows a button that was clicked, not the one of a key.
    const { submitter } = triggeringEvent ?? {};
    if (submitter?.name) {
        parameters[submitter.name] = submitter.value;
    }
    if (parameters.how) {
        form.dataset.how = parameters.how;
    } else if (form.dataset.how && (triggeringEvent?.type === "retry" || isSentAgain(form))) {
        parameters.how = form.dataset.how;
    } else {
        delete form.dataset.how;
    }
});

document.addEventListener("htmx:afterSwap", (event) => {
    const form = event.target.closest?.(FORM);
    const outcome = form?.querySelector("[data-row-state]");
    if (outcome) {
        const states = outcome.dataset.rowState.split(" ");
        for (const [state, className] of Object.entries(CLASSES)) {
            form.classList.toggle(className, states.includes(state));
        }
        form.toggleAttribute("data-open", states.includes("open") || states.includes("review"));
        showRefused(form, outcome.dataset.refused.split(" "));
    }
});

function showRefused(form, names) {
    for (const input of form.querySelectorAll("input:not([type=hidden]), select, textarea")) {
        if (names.includes(input.name)) {
            input.setAttribute("aria-invalid", "true");
        } else {
            input.removeAttribute("aria-invalid");
        }
    }
}

// A button that its own answer takes away, of a conflict or "Record", leaves the focus to its row.
let focused = null;

document.addEventListener("htmx:beforeSwap", () => {
    focused = document.activeElement?.closest(DESK_ROW);
});

document.addEventListener("htmx:afterSwap", () => {
    if (focused?.isConnected && document.activeElement === document.body) {
        focused.focus({ preventScroll: true });
    }
});

// A figure counts the rows of the whole page, or of the section that its data-within names; a filter may hide rows decided before.
const within = (figure) => document.getElementById(figure.dataset.within)?.closest("section") ?? document;
const openWithin = (place) => place.querySelectorAll(`${FORM}[data-open]`).length;
const counters = [...document.querySelectorAll("[data-decided]")].map((figure) => {
    const place = within(figure);
    return { figure, place, sum: Number(figure.textContent) + openWithin(place) };
});
const bar = document.querySelector("[data-progress]");

function count() {
    for (const { figure, place, sum } of counters) {
        figure.textContent = sum - openWithin(place);
    }
    const whole = counters.find(({ place }) => place === document);
    if (bar && whole) {
        bar.value = Number(whole.figure.textContent);
        bar.classList.toggle("progress-done", bar.value === bar.max);
    }
}

document.addEventListener("htmx:afterSettle", count);

// An answer must not take away what was typed since it was asked for, nor a new proposal what is being typed into the old one.
const typed = new Map(); // input -> number of the last edit that is not saved
let edits = 0;

document.addEventListener("input", ({ target }) => {
    if (target.closest(DESK_ROW)) {
        typed.set(target, ++edits);
    }
});

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
    detail.requestConfig.editsSent = [...typed].filter(([input]) => detail.elt.contains(input));
});

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    for (const [input, edit] of detail.xhr.status < 400 ? (detail.requestConfig.editsSent ?? []) : []) {
        if (typed.get(input) === edit) {
            typed.delete(input);
        }
    }
});

document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const { target } = event.detail;
    const isInHand = target?.matches(".ap-loss, .ap-reason") && target.contains(document.activeElement);
    if (isInHand || [...typed.keys()].some((input) => target?.contains(input))) {
        event.detail.shouldSwap = false;
    }
});

document.addEventListener("input", (event) => {
    const lines = event.target.closest("[data-lines]");
    const last = lines?.lastElementChild;
    if (last?.contains(event.target) && event.target.getAttribute("list") === "parties" && event.target.value) {
        const line = last.cloneNode(true);
        line.querySelector("input").value = "";
        line.querySelector("select").selectedIndex = 0;
        lines.append(line);
    }
});

// Many at once -------------------------------------------------------------------------------------------------------
const chooseAll = document.querySelector("[data-choose-all]");
const chosen = document.querySelector("[data-chosen]");
const boxes = () => [...document.querySelectorAll('input[type=checkbox][form="bulk"]')];

function countChosen() {
    const number = boxes().filter((box) => box.checked).length;
    chosen.textContent = number ? `(${number})` : "";
}

if (chooseAll && chosen) {
    chooseAll.hidden = false;
    chooseAll.addEventListener("click", () => {
        const all = boxes();
        const on = !all.every((box) => box.checked);
        for (const box of all) {
            box.checked = on;
        }
        countChosen();
    });
    document.addEventListener("change", (event) => {
        if (event.target.form?.id === "bulk") {
            countChosen();
        }
    });
    countChosen();
}
