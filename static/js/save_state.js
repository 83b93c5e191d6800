// The one place that says whether the entries are saved: <p data-save-state>, from templates/frame/save_state.html. Two ways lead
// here: the queue of the rows (queue:state, from queue.js), and the htmx requests of <form data-autosave>. Such a form gets the event
// "retry" every ten seconds and when the network returns, if its request found no network: give it hx-trigger="change, retry".
// Only what a person must know is also spoken ([data-save-said]): not every "saving" and "saved".
const RETRY_SECONDS = 10;
const AUTOSAVED = "form[data-autosave]";
const PENDING = ["waiting", "sent"];
const COLOURS = { saved: "saved", allSaved: "saved", incomplete: "saved", saving: "saving", waiting: "waiting", kept: "waiting" };
const QUIET = ["saved", "allSaved", "saving", "incomplete", "none"];
const display = document.querySelector("[data-save-state]");
const said = document.querySelector("[data-save-said]");
const saving = new Set();
const waiting = new Set();
const refused = new Set();
let stopped = false;
let savedAt = null;
let queue = { entries: [], stopped: null, isKept: true, inTrouble: false, unwritten: 0 };
let shown = "none";

function put(state, values = {}) {
    let text = display.dataset[`${state}Text`];
    for (const [name, value] of Object.entries(values)) {
        text = text.replace(`{${name}}`, value);
    }
    const place = display.querySelector("[data-save-text]");
    if (place.textContent !== text) {
        place.textContent = text;
    }
    display.dataset.state = COLOURS[state] ?? "failed";
    display.querySelector("[data-sign-in]").hidden = !["signedOut", "otherUser"].includes(state);
    display.querySelector("[data-own-password]").hidden = state !== "ownPassword";
    if (state !== shown && !(QUIET.includes(state) && QUIET.includes(shown))) {
        said.textContent = text;
    }
    shown = state;
}

function forgetRemoved() {
    for (const forms of [saving, waiting, refused]) {
        for (const form of forms) {
            if (!form.isConnected) {
                forms.delete(form);
            }
        }
    }
}

const STOPPED = { signed_out: "signedOut", other_user: "otherUser", own_password: "ownPassword", cleared: "stopped" };

function update() {
    forgetRemoved();
    const count = (...states) => queue.entries.filter((entry) => states.includes(entry.state)).length;
    const pending = count(...PENDING);
    const wrong = count("refused", "locked") + refused.size;
    if (stopped || queue.stopped) {
        put(queue.stopped ? STOPPED[queue.stopped.why] : "stopped", { count: queue.entries.length, name: queue.stopped?.name });
    } else if (!queue.isKept && (pending || queue.unwritten)) {
        put("notKept", { count: Math.max(pending, 1) });
    } else if (waiting.size) {
        put("waiting", { count: waiting.size });
    } else if (pending && queue.inTrouble) {
        put("kept", { count: pending });
    } else if (pending || saving.size || queue.unwritten) {
        put("saving");
    } else if (count("conflict")) {
        put("conflict", { count: count("conflict") });
    } else if (wrong) {
        put("refused", { count: wrong });
    } else if (count("incomplete")) {
        put("incomplete", { count: count("incomplete") });
    } else if (savedAt) {
        put("saved", { time: savedAt });
    } else if (shown !== "none") {
        put("allSaved");
    } else if (display.dataset.state === "stored") {
        display.dataset.state = "saved"; // nothing is left on this computer: the server's word holds
    }
}

// The server's clock counts for deadlines, in the office's time zone wherever the computer thinks it is.
function serverTime(xhr) {
    const date = new Date(xhr.getResponseHeader("Date") ?? Date.now());
    return date.toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "Asia/Ho_Chi_Minh" });
}

function settle(form, detail) {
    const { status } = detail.xhr;
    saving.delete(form);
    waiting.delete(form);
    refused.delete(form);
    if (status === 0 || status >= 502) {
        waiting.add(form);
    } else if (status === 409 || status === 422) {
        refused.add(form);
    } else if (isWholePage(detail.xhr) || !detail.successful) {
        stopped = true;
    } else {
        savedAt = serverTime(detail.xhr);
        stopped = false;
    }
}

// Signed out meanwhile: the answer to a row is then the sign-in page.
function isWholePage(xhr) {
    return /^\s*<!doctype/i.test(xhr.responseText);
}

document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.elt?.closest(AUTOSAVED) && isWholePage(event.detail.xhr)) {
        event.detail.shouldSwap = false;
    }
});

if (display) {
    document.addEventListener("htmx:beforeRequest", (event) => {
        const form = event.detail.elt.closest(AUTOSAVED);
        if (form) {
            saving.add(form);
            update();
        }
    });

    document.addEventListener("htmx:afterRequest", (event) => {
        const form = event.detail.elt.closest(AUTOSAVED);
        if (form) {
            settle(form, event.detail);
            update();
        }
    });

    document.addEventListener("queue:saved", ({ detail }) => {
        savedAt = detail.answer.at;
    });

    document.addEventListener("queue:typed", () => {
        queue.unwritten += 1;
        update();
    });

    document.addEventListener("queue:state", ({ detail }) => {
        queue = detail;
        update();
    });

    const retry = () => {
        for (const form of waiting) {
            form.dispatchEvent(new CustomEvent("retry"));
        }
    };
    window.addEventListener("online", retry);
    setInterval(retry, RETRY_SECONDS * 1000);
}
