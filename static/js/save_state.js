// The one place that says whether the entries are saved: <p data-save-state>, from templates/frame/save_state.html.
// Follows the htmx requests of <form data-autosave>. A form whose request found no network (or a server that is down) gets the
// event "retry" every ten seconds and when the network returns: give it hx-trigger="change, retry".
const RETRY_SECONDS = 10;
const AUTOSAVED = "form[data-autosave]";
const display = document.querySelector("[data-save-state]");
const saving = new Set();
const waiting = new Set();
const refused = new Set();
let stopped = false;
let savedAt = null;

function show(state, values = {}) {
    let text = display.dataset[`${state}Text`];
    for (const [name, value] of Object.entries(values)) {
        text = text.replace(`{${name}}`, value);
    }
    display.dataset.state = state === "refused" || state === "stopped" ? "failed" : state;
    if (display.textContent !== text) {
        display.textContent = text;
    }
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

function update() {
    forgetRemoved();
    if (stopped) {
        show("stopped");
    } else if (waiting.size) {
        show("waiting", { count: waiting.size });
    } else if (saving.size) {
        show("saving");
    } else if (refused.size) {
        show("refused", { count: refused.size });
    } else if (savedAt) {
        show("saved", { time: savedAt });
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

    const retry = () => {
        for (const form of waiting) {
            form.dispatchEvent(new CustomEvent("retry"));
        }
    };
    window.addEventListener("online", retry);
    setInterval(retry, RETRY_SECONDS * 1000);
}
