// The queue: what a person types into rows is kept in the browser's database (kept.js) before it is sent, is sent again with growing
// pauses, and is dropped only after the server's receipt. One entry for each row, known by its address:
//   {url, page, title, row, label, words, fields, version, typedAt, hold, key, state, sent, answer}
// `fields` is what was typed last and goes out under `key`; `sent` {key, fields, version} went out and has no receipt yet: it goes
// again, unchanged, before anything newer. States: waiting, sent, incomplete, refused, conflict, locked.
// Told to the other modules and tabs, as events on the document: queue:entry {url, entry}, queue:saved {url, page, answer, newer},
// queue:line {failures, going}, queue:stopped {why, name}, queue:signed-in {csrf}, queue:flush, queue:cleared; in this tab alone
// queue:state. Heard: queue:typed {…entry, touched, hold}, queue:lead {leads}, session:signed-in {csrf}, and queue:ask {want, …},
// which gets its promise in `result`, as this module's own kept:ask and session:ask do.
const USER = document.body.dataset.user;
const AT_ONCE = 3; // rows under way
const TIMEOUT = 25_000;
const DEBOUNCE = 300; // at most, from a keystroke to the database
const PAUSES = [1, 2, 4, 8, 16, 32, 60].map((seconds) => seconds * 1000);
const PENDING = ["waiting", "sent"];
const SETTLED = ["saved", "refused", "conflict", "locked", "forbidden", "gone"];
const STOPPING = ["signed_out", "other_user", "own_password"];

function ask(name, detail = {}) {
    document.dispatchEvent(new CustomEvent(`${name}:ask`, { detail }));
    return Promise.resolve(detail.result);
}

const all = () => ask("kept", { want: "all" });
const change = (url, next, durability) => ask("kept", { want: "change", url, next, durability });
const isPending = (entry) => PENDING.includes(entry.state);

// crypto.randomUUID is there in secure contexts only.
function newKey() {
    if (crypto.randomUUID) {
        return crypto.randomUUID();
    }
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

// --- Telling
const channel = "BroadcastChannel" in window ? new BroadcastChannel(`portal-${USER}`) : null;
let outside = []; // entries that are in memory only
let isKept = true;
let stopped = null; // {why: signed_out | other_user | own_password | cleared, name}
let counting = 0;

const here = (name, detail) => document.dispatchEvent(new CustomEvent(`queue:${name}`, { detail }));

function tell(name, detail = {}) {
    here(name, detail);
    channel?.postMessage({ name, detail });
    summarise();
}

async function summarise() {
    counting += 1;
    if (counting > 1) {
        return; // once more afterwards
    }
    const entries = await all();
    const isOutdated = counting > 1;
    counting = 0;
    here("state", { entries, stopped, isKept, inTrouble: failures > 0 || !navigator.onLine, unwritten: unwritten.size });
    if (isOutdated) {
        summarise();
    }
}

document.addEventListener("kept:state", ({ detail }) => {
    isKept = detail.isKept;
    outside = detail.memory;
    summarise();
});

// --- What is typed
const unwritten = new Map(); // row -> what the database does not have yet
const timers = new Map();
const same = (one, other) => JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other).sort());
const fresh = (entry) => ({ ...entry, key: newKey(), state: "waiting", sent: null, answer: null });

// Only what was touched here takes the place of what is kept, or was saved from here since this page heard of the row: another tab
// may have typed elsewhere in it, and a receipt may arrive while something is being typed.
function merged(before, saved, { touched, hold, ...typed }) {
    const base = before ?? (saved?.version > typed.version ? saved : typed);
    const fields = { ...base.fields };
    for (const name of touched) {
        fields[name] = typed.fields[name];
    }
    const entry = { ...before, ...typed, fields, version: base.version, hold: hold ? Date.now() + hold : 0 };
    const goesOn = before && (isPending(before) || before.state === "conflict");
    return goesOn ? entry : fresh(entry);
}

async function write(url) {
    clearTimeout(timers.get(url));
    timers.delete(url);
    const typed = unwritten.get(url);
    if (!typed) {
        return;
    }
    const entry = await change(url, (before, saved) => merged(before, saved, typed), "strict");
    if (unwritten.get(url) === typed) {
        unwritten.delete(url);
    }
    pauses.delete(url);
    lineUntil = Math.min(lineUntil, failedAt + 5000);
    tell("entry", { url, entry });
    pump();
}

const writeAll = () => Promise.all([...unwritten.keys()].map(write));

document.addEventListener("queue:typed", ({ detail }) => {
    const { url, hold } = detail;
    const touched = new Set([...(unwritten.get(url)?.touched ?? []), ...detail.touched]);
    unwritten.set(url, { ...detail, touched, typedAt: Date.now() });
    if (!hold) {
        write(url);
    } else if (!timers.has(url)) {
        timers.set(url, setTimeout(write, DEBOUNCE, url));
    }
    summarise();
});

// --- Sending: one tab does it, a few rows at once, each row strictly one after another
const underWay = new Set();
const pauses = new Map(); // row -> {tries, until}
let csrf = document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
let leads = false;
let epoch = 0; // goes up with every sign-in: an answer from before it says nothing about the session of now
let failures = 0; // in a row, whichever rows
let failedAt = 0;
let lineUntil = 0;
let nextPump;

const pause = (tries) => PAUSES[Math.min(tries, PAUSES.length) - 1] * (0.75 + Math.random() / 2);

async function pump() {
    clearTimeout(nextPump);
    if (stopped) {
        return;
    }
    const entries = (leads ? await all() : outside).filter(isPending);
    const now = Date.now();
    let next = Infinity;
    for (const { url, hold, sent } of entries) {
        if (underWay.has(url)) {
            continue;
        }
        const typing = sent ? 0 : Math.min(hold, now + 5000);
        const due = Math.max(typing, lineUntil, pauses.get(url)?.until ?? 0);
        if (due > now) {
            next = Math.min(next, due);
        } else if (underWay.size < (failures < AT_ONCE ? AT_ONCE : 1)) {
            send(url);
        }
    }
    if (next < Infinity) {
        clearTimeout(nextPump);
        nextPump = setTimeout(pump, Math.max(next - Date.now(), 20));
    }
}

async function send(url) {
    underWay.add(url);
    try {
        const entry = await change(url, (before) => {
            if (!before || !isPending(before)) {
                return before;
            }
            const { key, fields, version } = before;
            return { ...before, state: "sent", sent: before.sent ?? { key, fields, version } };
        }, "strict");
        if (entry?.sent) {
            tell("entry", { url, entry });
            const before = epoch;
            const answer = await post(url, entry.sent);
            if (before === epoch || !STOPPING.includes(answer.result)) {
                await settle(url, entry.sent.key, answer);
            }
        }
    } finally {
        underWay.delete(url);
        tell("line", { failures, going: underWay.size });
        pump();
    }
}

// Answers without a word of the portal's own: these rows it will not take, whenever they come.
const FOR_GOOD = [400, 403, 404, 405, 410, 413];

// What the server says; anything that is not its own answer is trouble, and nothing is concluded from it.
async function post(url, { key, fields, version }) {
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), TIMEOUT);
    try {
        const response = await fetch(url, {
            method: "POST",
            body: new URLSearchParams({ ...fields, version }),
            headers: { Accept: "application/json", "Idempotency-Key": key, "X-CSRFToken": csrf, "X-Portal-User": USER },
            redirect: "manual",
            signal: abort.signal,
        });
        if (response.headers.get("Content-Type")?.startsWith("application/json")) {
            return await response.json();
        }
        return { result: FOR_GOOD.includes(response.status) ? "gone" : "trouble" };
    } catch {
        return { result: "trouble" };
    } finally {
        clearTimeout(timer);
    }
}

async function settle(url, key, answer) {
    if (SETTLED.includes(answer.result)) {
        pauses.delete(url);
        failures = 0;
        lineUntil = 0;
        await conclude(url, key, answer);
    } else if (STOPPING.includes(answer.result)) {
        stop(answer.result, answer.result === "other_user" ? (await ask("session"))?.name : "");
    } else if (answer.result !== "csrf" || !(await hasNewToken())) {
        failed(url);
    }
}

function failed(url) {
    const tries = (pauses.get(url)?.tries ?? 0) + 1;
    failedAt = Date.now();
    failures += 1;
    pauses.set(url, { tries, until: failedAt + pause(tries) });
    if (failures >= AT_ONCE) {
        lineUntil = failedAt + pause(failures - AT_ONCE + 1);
    }
}

// The server has answered to what was sent under `key`; what was typed since then goes on from there.
async function conclude(url, key, answer) {
    const isSaved = answer.result === "saved";
    const isIncomplete = answer.result === "refused" && !answer.messages?.length;
    const state = isIncomplete ? "incomplete" : ["forbidden", "gone"].includes(answer.result) ? "locked" : answer.result;
    let newer = false;
    let page = "";
    const entry = await change(url, (before, _saved, remember) => {
        if (before?.sent?.key !== key) {
            return before; // another tab was faster
        }
        newer = !same(before.fields, before.sent.fields);
        if (isSaved) {
            page = before.page;
            remember(before, answer);
        }
        if (isSaved && !newer) {
            return null;
        }
        if (newer && (isSaved || answer.result === "refused")) {
            return { ...fresh(before), version: isSaved ? answer.version : before.version };
        }
        return { ...before, state, sent: null, answer };
    });
    if (page) {
        tell("saved", { url, page, answer, newer });
    }
    tell("entry", { url, entry });
}

// --- The session
function stop(why, name = "") {
    stopped = { why, name };
    tell("stopped", stopped);
}

let renewedAt = 0;

async function hasNewToken() {
    const session = Date.now() - renewedAt > 2000 ? await ask("session") : null;
    if (session && session.user !== USER) {
        stop(session.user ? "other_user" : "signed_out", session.name);
    } else if (session) {
        renewedAt = Date.now();
        csrf = session.csrf;
    }
    return Boolean(session);
}

function resume(token) {
    epoch += 1;
    csrf = token || csrf;
    stopped = null;
    failures = 0;
    summarise();
    goNow();
}

function goNow() {
    pauses.clear();
    lineUntil = 0;
    pump();
}

document.addEventListener("session:signed-in", ({ detail }) => {
    resume(detail.csrf);
    tell("signed-in", { csrf });
});

document.addEventListener("queue:lead", ({ detail }) => {
    leads = detail.leads;
    pump();
});

// --- The wishes of other modules
// Sends what is left, as far as that goes within a few seconds; what is kept after that.
async function flush() {
    const end = Date.now() + 8000;
    const before = failedAt;
    await writeAll();
    tell("flush");
    goNow();
    let left = await all();
    while (left.some(isPending) && !stopped && navigator.onLine && Date.now() < end && (failedAt === before || underWay.size)) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        left = await all();
    }
    return left;
}

async function replace(url, next) {
    const entry = await change(url, (before) => before && next(before), "strict");
    tell("entry", { url, entry });
    pump();
    return entry;
}

async function forget(others) {
    unwritten.clear();
    stopped = { why: "cleared", name: "" };
    await ask("kept", { want: "clear", others });
}

const WANTS = {
    entries: all,
    flush,
    newer: ({ page, versions }) => ask("kept", { want: "newer", page, versions }),
    mine: ({ url }) => replace(url, (entry) => ({ ...fresh(entry), version: entry.answer?.version ?? entry.version })),
    again: ({ url }) => replace(url, fresh),
    drop: ({ url }) => replace(url, () => null),
    clear: () => {
        channel?.postMessage({ name: "cleared", detail: {} });
        return forget(false);
    },
};

document.addEventListener("queue:ask", ({ detail }) => {
    detail.result = WANTS[detail.want](detail);
});

const FROM_OTHER_TABS = {
    entry: pump,
    line: (detail) => {
        failedAt = detail.failures > failures ? Date.now() : failedAt;
        failures = detail.failures;
    },
    stopped: (detail) => (stopped = detail),
    "signed-in": (detail) => resume(detail.csrf),
    flush: () => writeAll().then(goNow),
    cleared: () => forget(true),
};

channel?.addEventListener("message", ({ data: { name, detail } }) => {
    FROM_OTHER_TABS[name]?.(detail);
    here(name, detail);
    summarise();
});

// --- The page comes, is hidden, goes
window.addEventListener("online", () => {
    summarise();
    goNow();
});
window.addEventListener("offline", summarise);
window.addEventListener("pagehide", writeAll);
document.addEventListener("visibilitychange", () => (document.visibilityState === "hidden" ? writeAll() : goNow()));

window.addEventListener("beforeunload", (event) => {
    if (unwritten.size || outside.some(isPending)) {
        writeAll();
        event.preventDefault();
    }
});

// The other modules listen by then. A page that the server has just delivered shows that this person is signed in.
document.addEventListener("DOMContentLoaded", () => {
    if (document.body.hasAttribute("data-cached")) {
        summarise();
    } else {
        tell("signed-in", { csrf });
    }
    pump();
});
