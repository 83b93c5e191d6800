// <form data-guard> (typed, then sent) and <form data-autosave> (saved by htmx while typing): the browser asks before a page
// is left whose entries the server does not have yet, and sends no guarded form without a network: its page would be gone.
// Inputs with data-tried are for trying only.
const GUARDED = "form[data-guard], form[data-autosave]";
const edits = new Map(); // form -> number of its last edit
let count = 0;

document.addEventListener("input", (event) => {
    const form = event.target.form ?? event.target.closest(GUARDED);
    if (form?.matches(GUARDED) && !event.target.hasAttribute("data-tried")) {
        edits.set(form, ++count);
    }
});

document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) {
        return;
    }
    const words = document.querySelector("[data-unsent]");
    if (words && !navigator.onLine && event.target.matches("form[data-guard]")) {
        event.preventDefault();
        (event.target.querySelector(".actions") ?? event.target).before(words);
        words.hidden = false;
        return;
    }
    edits.clear();
});

window.addEventListener("online", () => document.querySelector("[data-unsent]")?.toggleAttribute("hidden", true));

// Asked already, by the dialog of signing out.
document.addEventListener("sign-out:leaving", () => edits.clear());

// What was typed while a request was under way is not in it.
document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.detail.elt.closest(GUARDED);
    if (form) {
        event.detail.requestConfig.editSent = edits.get(form);
    }
});

document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt.closest(GUARDED);
    if (form && event.detail.successful && edits.get(form) === event.detail.requestConfig.editSent) {
        edits.delete(form);
    }
});

window.addEventListener("beforeunload", (event) => {
    for (const form of edits.keys()) {
        if (form.isConnected) {
            event.preventDefault();
            return;
        }
    }
});
