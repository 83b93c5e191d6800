// Pages that open without a network. Tells the browser's cache who was signed in last (the worker, templates/frame/sw.js, answers from
// the cache only for that person), registers the worker on the pages of score sheets and returns, and clears all of it at sign-out
// (offline:ask {want: "clear"}). A page of somebody who is no longer that person is never shown again from the browser's memory.
const USER = document.body.dataset.user;
const WHO = "portal-who";
const KEPT = /^(\/sheets\/|\/statistics\/returns\/)\d+\/$/; // with the scope of the worker
const isCopy = document.body.hasAttribute("data-cached");
const wentBack = () => performance.getEntriesByType("navigation")[0]?.type === "back_forward";

function remembered() {
    try {
        return localStorage.getItem(WHO);
    } catch {
        return USER;
    }
}

async function remember(user) {
    try {
        localStorage.setItem(WHO, user);
    } catch {
        // No storage: nothing is kept here anyway.
    }
    if ("caches" in window) {
        const cache = await caches.open(WHO);
        await cache.put("/who", new Response(user));
    }
}

async function register() {
    const [, scope] = KEPT.exec(location.pathname);
    await navigator.serviceWorker.register("/sw.js", { scope });
    const { active } = await navigator.serviceWorker.ready;
    if (!navigator.serviceWorker.controller) {
        // The first visit went past the worker.
        active.postMessage({ want: "keep", url: location.pathname });
    }
}

// The worker writes under the same lock.
async function clear() {
    const forget = async () => {
        await remember("").catch(() => {});
        await window.caches?.delete(`portal-sheets-${USER}`).catch(() => {});
    };
    await (navigator.locks?.request("portal-caches", forget) ?? forget());
}

function hideFromOthers() {
    if (remembered() !== USER) {
        document.documentElement.hidden = true;
        location.reload();
    }
}

document.addEventListener("offline:ask", ({ detail }) => {
    detail.result = clear();
});

window.addEventListener("pageshow", (event) => event.persisted && hideFromOthers());

if (wentBack() && !isCopy) {
    hideFromOthers();
} else if (!isCopy) {
    const told = remember(USER).catch(() => {});
    if ("serviceWorker" in navigator && KEPT.test(location.pathname)) {
        told.then(register).catch((error) => console.info("Without the network this page will not open:", error.message));
    }
}
