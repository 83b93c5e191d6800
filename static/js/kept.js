// What this person's browser keeps: a database for each person (body[data-user]). Used by queue.js through the event kept:ask on the
// document, {want, …}, which gets a promise in `result`:
//   all: the entries, oldest first · change {url, next, durability}: `next` gets the entry of a row, what was saved of it last, and a
//   function to remember what is saved now; it says what the entry becomes (null: nothing left to keep). All in one transaction.
//   · newer {page, versions}: what was saved after the page was made · parts {page, texts, html}: what follows from that · clear.
// What the database does not take (no IndexedDB, private window, disk full) stays in memory: kept:state {isKept, memory} says so.
const NAME = `portal-${document.body.dataset.user}`;
const STORES = { entries: "url", saved: "url", pages: "page" }; // with the key of each
const REMEMBERED = 30 * 24 * 3600 * 1000; // saved rows, for pages that the service worker kept
const memory = new Map();
let opened = null;
let isCleared = false;

function open() {
    return new Promise((resolve, reject) => {
        if (isCleared) {
            throw new Error("cleared at sign-out");
        }
        const request = indexedDB.open(NAME, 1);
        request.onupgradeneeded = () => {
            for (const [name, keyPath] of Object.entries(STORES)) {
                request.result.createObjectStore(name, { keyPath });
            }
        };
        request.onsuccess = () => {
            request.result.onversionchange = () => request.result.close();
            resolve(request.result);
        };
        request.onerror = () => reject(request.error);
    });
}

// `work` gets a function that gives a store, and one that takes the result. Strict: on the disk, not only in its cache.
async function transact(work, { mode = "readwrite", durability = "relaxed", again = true } = {}) {
    try {
        const database = await (opened ??= open());
        return await new Promise((resolve, reject) => {
            const transaction = database.transaction(Object.keys(STORES), mode, { durability });
            let result;
            transaction.oncomplete = () => resolve(result);
            transaction.onabort = () => reject(transaction.error ?? new Error("aborted"));
            work((name) => transaction.objectStore(name), (value) => (result = value));
        });
    } catch (error) {
        opened = null;
        if (again) {
            return transact(work, { mode, durability, again: false });
        }
        throw error;
    }
}

async function stored() {
    try {
        return await transact((store, done) => (store("entries").getAll().onsuccess = (event) => done(event.target.result)), { mode: "readonly" });
    } catch {
        return [];
    }
}

async function all() {
    const entries = (await stored()).filter((entry) => !memory.has(entry.url));
    return [...entries, ...memory.values()].sort((one, other) => one.typedAt - other.typedAt);
}

async function change({ url, next, durability }) {
    let entry = null;
    const work = (store, done) => {
        const saved = store("saved").get(url);
        store("entries").get(url).onsuccess = (event) => {
            const found = event.target.result;
            const before = memory.get(url) ?? found ?? null;
            entry = next(before, saved.result, (...what) => remember(store, ...what));
            if (entry) {
                store("entries").put(entry);
            } else if (found) {
                store("entries").delete(url);
            }
            done();
        };
    };
    try {
        await transact(work, { durability });
        keepForLong();
        memory.delete(url);
        say(true);
    } catch (error) {
        console.error("Nothing can be kept on this computer:", error);
        entry = next(memory.get(url) ?? (await stored()).find((each) => each.url === url) ?? null, null, () => {});
        if (entry) {
            memory.set(url, entry);
        } else {
            memory.delete(url);
        }
        say(false);
    }
    return entry;
}

// A browser that is short of space clears what it was not asked to keep. Others than Chromium would ask the person.
const keepForLong = () => {
    if (!wasAsked && "userAgentData" in navigator) {
        navigator.storage?.persist?.();
    }
    wasAsked = true;
};

let wasAsked = false;
let wasKept = true;

function say(isKept) {
    if (!isKept || !wasKept) {
        wasKept = isKept;
        document.dispatchEvent(new CustomEvent("kept:state", { detail: { isKept, memory: [...memory.values()] } }));
    }
}

// --- What was saved here last, for a page that the service worker kept from before
function remember(store, { url, page, sent: { fields } }, { version, state, values, texts, html }) {
    store("saved").put({ url, page, fields, version, state, values, at: Date.now() });
    lay(store, { page, texts, html });
}

function lay(store, { page, texts, html }) {
    store("pages").get(page).onsuccess = ({ target: { result: shown } }) => {
        store("pages").put({ page, texts: { ...shown?.texts, ...texts }, html: { ...shown?.html, ...html } });
    };
}

const parts = (what) => transact((store) => lay(store, what)).catch(() => {});

// What is newer than the rows of this page, and forgets what is not. Shapes: `versions` by row address.
function newer({ page, versions }) {
    const work = (store, done) => {
        store("saved").getAll().onsuccess = ({ target: { result } }) => {
            const rows = [];
            for (const row of result) {
                if (row.at < Date.now() - REMEMBERED || row.version <= versions[row.url]) {
                    store("saved").delete(row.url);
                } else if (row.page === page && row.url in versions) {
                    rows.push(row);
                }
            }
            if (!rows.length) {
                store("pages").delete(page);
                done({ rows });
                return;
            }
            store("pages").get(page).onsuccess = (event) => done({ rows, ...event.target.result });
        };
    };
    return transact(work).catch(() => ({ rows: [] }));
}

// For good, in all tabs: at sign-out. `others` says that another tab has done it.
async function clear({ others = false } = {}) {
    isCleared = true;
    memory.clear();
    const database = await Promise.resolve(opened).catch(() => null);
    database?.close();
    opened = null;
    if (!others) {
        await new Promise((resolve) => {
            const request = indexedDB.deleteDatabase(NAME);
            request.onsuccess = request.onerror = resolve;
            setTimeout(resolve, 3000); // another tab holds it open: it is deleted when that lets go
        });
    }
}

const WANTS = { all, change, newer, parts, clear };

document.addEventListener("kept:ask", ({ detail }) => {
    detail.result = WANTS[detail.want](detail);
});
