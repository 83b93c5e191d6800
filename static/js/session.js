// Signing in again on the page: the session has ended, or somebody else has signed in in this browser (queue:stopped). The page stays,
// the queue goes on (session:signed-in). Also answers who is signed in (session:ask) and gives the page's forms the session's token.
// The dialog is in templates/frame/sign_in.html; it comes when nothing is being typed, so that it takes no keystrokes.
const USER = document.body.dataset.user;
const TIMEOUT = 25_000;
const REST = 1000; // after the last keystroke
const template = document.getElementById("sign-in-template");
let dialog = null;
let typedAt = 0;
let coming;

async function request(url, options = {}) {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), TIMEOUT);
    try {
        return await fetch(url, { cache: "no-store", signal: abort.signal, ...options });
    } catch {
        return null;
    } finally {
        clearTimeout(timer);
    }
}

// {user, name, csrf}, or nothing without a network.
async function current() {
    const response = await request("/session", { headers: { Accept: "application/json" } });
    const session = response?.ok ? await response.json().catch(() => null) : null;
    if (session?.user === USER) {
        giveToken(session.csrf);
    }
    return session;
}

function giveToken(token) {
    for (const input of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) {
        input.value = token;
    }
    if (document.body.hasAttribute("hx-headers")) {
        document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
    }
}

document.addEventListener("session:ask", ({ detail }) => {
    detail.result = current();
});

function show(why, name = "") {
    if (!dialog) {
        dialog = template.content.firstElementChild.cloneNode(true);
        document.body.append(dialog);
        dialog.querySelector("form").addEventListener("submit", submit);
        dialog.querySelector("[data-later]").addEventListener("click", () => dialog.close());
    }
    for (const told of dialog.querySelectorAll("[data-why]")) {
        told.hidden = told.dataset.why !== why;
    }
    dialog.querySelectorAll("[data-name]").forEach((place) => (place.textContent = name));
    complain("");
    if (!dialog.open) {
        dialog.showModal();
        dialog.querySelector("input[name=password]").focus();
    }
}

function showAtRest(why, name) {
    const rest = dialog?.open ? 0 : typedAt + REST - Date.now();
    clearTimeout(coming);
    if (rest > 0) {
        coming = setTimeout(showAtRest, rest, why, name);
    } else {
        show(why, name);
    }
}

document.addEventListener("keydown", () => (typedAt = Date.now()), true);
document.addEventListener("input", () => (typedAt = Date.now()), true);

function complain(text) {
    dialog.querySelector("[data-complaint]").textContent = text;
}

function word(name, values = {}) {
    const found = dialog.querySelector(`[data-word="${name}"]`).textContent;
    return found.replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
}

const post = (url, token, fields = {}) =>
    request(url, {
        method: "POST",
        body: new URLSearchParams({ ...fields, csrfmiddlewaretoken: token }),
        headers: { Accept: "application/json", "X-Requested-With": "XMLHttpRequest" },
    });

async function submit(event) {
    event.preventDefault();
    const form = event.target;
    const button = form.querySelector("button:not([type=button])");
    button.disabled = true;
    try {
        complain(await signIn(form));
    } finally {
        button.disabled = false;
    }
}

// What went wrong, in words; empty when the queue goes on.
async function signIn(form) {
    let session = await current();
    if (session?.user && session.user !== USER) {
        await post(form.dataset.signOut, session.csrf);
        session = await current();
    }
    if (!session) {
        return word("unreachable");
    }
    if (!session.user) {
        const fields = { login: form.elements.login.value, password: form.elements.password.value };
        const response = await post(form.action, session.csrf, fields);
        const complaint = await complaintOf(response);
        if (complaint) {
            return complaint;
        }
        session = await current();
    }
    if (session?.user !== USER) {
        return session?.user ? word("otherAccount", session) : word("refused");
    }
    form.elements.password.value = "";
    document.dispatchEvent(new CustomEvent("session:signed-in", { detail: { csrf: session.csrf } }));
    return "";
}

async function complaintOf(response) {
    if (response?.ok) {
        return "";
    }
    const answer = await response?.json().catch(() => null);
    if (response?.status === 429) {
        return word("lockedOut", answer ?? {});
    }
    if (response?.status !== 400 || !answer?.form) {
        return word(response ? "refused" : "unreachable");
    }
    const { errors, fields } = answer.form;
    return [...errors, ...Object.values(fields).flatMap((field) => field.errors)].join(" ") || word("refused");
}

document.addEventListener("queue:stopped", ({ detail }) => {
    if (["signed_out", "other_user"].includes(detail.why)) {
        showAtRest(detail.why, detail.name);
    }
});

document.addEventListener("queue:signed-in", ({ detail }) => {
    if (detail.csrf) {
        giveToken(detail.csrf);
    }
    clearTimeout(coming);
    dialog?.close();
});

document.addEventListener("click", (event) => {
    if (event.target.closest("[data-sign-in]")) {
        show("signed_out");
    }
});
