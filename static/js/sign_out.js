// Signing out, form[data-sign-out]: first the queue is sent. What cannot be sent is shown, by sheet, with three ways: stay, save it to
// a file that can be uploaded later, or discard it. Files on their way (uploads.js) are named too. Only then is everything of this
// person cleared from the browser, and the form posted. Without a network the session lives on at the portal, which the dialog says.
// The dialog is in templates/frame/sign_out.html.
const USER = document.body.dataset.user;
const template = document.getElementById("sign-out-template");
let dialog = null;
let form = null;
let left = [];
let files = []; // names

function ask(name, detail = {}) {
    document.dispatchEvent(new CustomEvent(`${name}:ask`, { detail }));
    return Promise.resolve(detail.result);
}

const STEPS = {
    stay: () => dialog.close(),
    file: () => {
        download();
        show("filed");
    },
    discard: () => show("discard"),
    back: () => show("left"),
    leave: finish,
    post: () => form.submit(),
};

function show(step) {
    if (!dialog) {
        dialog = template.content.firstElementChild.cloneNode(true);
        document.body.append(dialog);
        dialog.addEventListener("click", (event) => STEPS[event.target.closest("button")?.value]?.());
        dialog.addEventListener("cancel", (event) => dialog.dataset.shown === "cleared" && event.preventDefault());
    }
    dialog.dataset.shown = step;
    for (const part of dialog.querySelectorAll("[data-step]")) {
        part.hidden = part.dataset.step !== step;
    }
    if (!dialog.open) {
        dialog.showModal();
    }
    dialog.querySelector("[data-step]:not([hidden]) button")?.focus();
}

// Shapes: by the address of the page, the entries of its rows.
function sheets() {
    const found = new Map();
    for (const entry of left) {
        found.set(entry.page, [...(found.get(entry.page) ?? []), entry]);
    }
    return found;
}

function list() {
    const items = [...sheets().values()].map((entries) => {
        const item = document.createElement("li");
        item.textContent = `${entries[0].title}: ${entries.map((entry) => entry.label).join(", ")}`;
        return item;
    });
    dialog.querySelector("[data-left]").replaceChildren(...items);
    dialog.querySelectorAll("[data-count]").forEach((place) => (place.textContent = left.length));
    dialog.querySelectorAll("[data-files]").forEach((place) => (place.hidden = !files.length));
    dialog.querySelectorAll("[data-file-count]").forEach((place) => (place.textContent = files.length));
    dialog.querySelectorAll("[data-file-names]").forEach((place) => (place.textContent = files.join(", ")));
}

const time = (milliseconds) => new Date(milliseconds).toISOString();

// Something older of the row may have gone out, and arrived, under the key `sent`: what is newer has another key.
function rowOf({ row, label, key, version, fields, typedAt, sent }) {
    const isNewer = sent && JSON.stringify(sent.fields) !== JSON.stringify(fields);
    const end = [...crypto.getRandomValues(new Uint8Array(6))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    const names = isNewer ? { key: key.slice(0, -12) + end, sent: sent.key } : { key };
    return { row, code: label, ...names, version, fields, typed_at: time(typedAt) };
}

function download() {
    const content = {
        format: "par-portal-rows",
        version: 1,
        user: USER,
        saved_at: time(Date.now()),
        sheets: [...sheets()].map(([url, entries]) => ({ url, title: entries[0].title, rows: entries.map(rowOf) })),
    };
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(content, null, 1)], { type: "application/json" }));
    link.download = `par-portal-${content.saved_at.slice(0, 16).replace(/\D/g, "")}.json`;
    link.click();
    dialog.querySelector("[data-file]").textContent = link.download;
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

async function finish() {
    if (files.length) {
        document.dispatchEvent(new CustomEvent("sign-out:leaving"));
    }
    await ask("queue", { want: "clear" });
    await ask("offline", { want: "clear" });
    const session = await ask("session");
    if (!session) {
        show("cleared");
        return;
    }
    form.querySelector("input[name=csrfmiddlewaretoken]").value = session.csrf;
    form.submit();
}

document.addEventListener("submit", async (event) => {
    form = event.target.closest("form[data-sign-out]");
    if (!form || event.defaultPrevented) {
        return;
    }
    event.preventDefault();
    const progress = setTimeout(show, 500, "sending");
    left = await ask("queue", { want: "flush" });
    clearTimeout(progress);
    files = (await ask("uploads")) ?? [];
    if (left.length || files.length) {
        show(left.length ? "left" : "files");
        list();
    } else if (await ask("session")) {
        await finish();
    } else {
        show("unreachable");
    }
});

// Signed out in another tab: nothing of this person stays on the screen.
document.addEventListener("queue:cleared", () => location.replace("/"));
