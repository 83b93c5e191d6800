// What follows from the rows of a page, such as the sums beside them: <aside data-follows="/sheets/9/panel/">. Asked for when a burst of
// saves is over ({texts, html} by element id, shown by queue_rows.js: rows:parts), remembered for a page that opens without a network
// (kept:ask), and marked aria-busy until it is there.
const place = document.querySelector("[data-follows]");
const CALM = 400; // after the last save
const LONGEST = 3000; // after the first one that is not shown yet
const PAUSES = [2, 4, 8, 16, 32, 60].map((seconds) => seconds * 1000);
const TIMEOUT = 25_000;
let staleSince = 0;
let tries = 0;
let isAsking = false;
let timer;

function later(pause) {
    clearTimeout(timer);
    timer = setTimeout(renew, pause);
}

function expire() {
    staleSince ||= Date.now();
    place.setAttribute("aria-busy", "true");
    if (!tries) {
        later(Math.max(Math.min(CALM, staleSince + LONGEST - Date.now()), 0));
    }
}

async function ask() {
    const abort = new AbortController();
    const end = setTimeout(() => abort.abort(), TIMEOUT);
    try {
        const response = await fetch(place.dataset.follows, { headers: { Accept: "application/json" }, cache: "no-store", signal: abort.signal });
        return response.ok ? await response.json() : null;
    } catch {
        return null;
    } finally {
        clearTimeout(end);
    }
}

async function renew() {
    clearTimeout(timer);
    if (isAsking || !staleSince) {
        return;
    }
    isAsking = true;
    const since = staleSince;
    staleSince = 0;
    const parts = await ask();
    isAsking = false;
    if (!parts) {
        tries += 1;
        staleSince = since;
        later(PAUSES[Math.min(tries, PAUSES.length) - 1]);
        return;
    }
    tries = 0;
    const detail = { want: "parts", page: location.pathname, ...parts };
    document.dispatchEvent(new CustomEvent("rows:parts", { detail }));
    document.dispatchEvent(new CustomEvent("kept:ask", { detail }));
    if (staleSince) {
        expire();
    } else {
        place.removeAttribute("aria-busy");
    }
}

if (place) {
    document.addEventListener("queue:saved", ({ detail }) => detail.page === location.pathname && expire());
    document.addEventListener("rows:newer", expire);
    document.addEventListener("queue:signed-in", renew);
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && renew());
    window.addEventListener("online", renew);
}
