// The service worker of the score sheets and returns: they open without a network once they were visited. It keeps their pages (KEPT) of
// the person who was signed in last in this browser, the static files they need, and one page that says what is not there. Nothing
// else, and nothing of anybody else: each person has a cache, and static/js/offline.js says in "portal-who" whose turn it is.{% load static %}
const STATIC = "{% get_static_prefix %}";
const WHO = "portal-who";
const ASSETS = "portal-assets";
const PAGES = "portal-sheets-";
const OFFLINE = "/offline";
const KEPT = /^\/(sheets|statistics\/returns)\/\d+\/$/;
const HASHED = /\.[0-9a-f]{12}\.\w+$/;
const PATIENCE = 5000; // for a network that hardly moves
const ANYHOW = { ignoreSearch: true, ignoreVary: true };

self.addEventListener("install", (event) => event.waitUntil(keepOfflinePage().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
    if (event.data?.want === "keep" && KEPT.test(event.data.url)) {
        event.waitUntil(fetchAndKeep(event.data.url));
    }
});

self.addEventListener("fetch", (event) => {
    const { request } = event;
    const url = new URL(request.url);
    if (request.method !== "GET" || url.origin !== self.location.origin) {
        return;
    }
    if (request.mode === "navigate") {
        event.respondWith(KEPT.test(url.pathname) ? sheet(event, url) : fetch(request).catch(offlinePage));
    } else if (url.pathname.startsWith(STATIC)) {
        event.respondWith(asset(request, url));
    }
});

async function who() {
    const said = await (await caches.open(WHO)).match("/who");
    return said ? said.text() : "";
}

// --- Pages: from the network, or as they were kept
async function sheet(event, { pathname, search }) {
    const before = await who();
    const kept = await keptPage(pathname, before);
    const network = fetch(event.request);
    event.waitUntil(network.then((response) => (search ? null : keep(pathname, response.clone(), before))).catch(() => {}));
    try {
        const response = await (kept ? Promise.race([network, tooLate()]) : network);
        return kept && response.status >= 502 ? kept : response;
    } catch {
        return kept ?? offlinePage();
    }
}

const tooLate = () => new Promise((_, reject) => setTimeout(reject, PATIENCE));

async function keptPage(path, user) {
    const found = user ? await caches.match(path, { ...ANYHOW, cacheName: PAGES + user }) : null;
    if (!found) {
        return null;
    }
    const html = await found.text();
    const since = found.headers.get("Date") ?? "";
    return new Response(html.replace("<body", `<body data-cached="${since.replace(/[^\w ,:+-]/g, "")}"`), { headers: found.headers });
}

async function fetchAndKeep(path) {
    const before = await who();
    const response = await fetch(path, { credentials: "same-origin", redirect: "manual" }).catch(() => null);
    if (response) {
        await keep(path, response, before);
    }
}

// Only a whole page of somebody signed in, who has not left meanwhile.
async function keep(path, response, before) {
    if (response.status !== 200 || response.type !== "basic" || !response.headers.get("Content-Type")?.startsWith("text/html")) {
        return;
    }
    const [html, copy] = await withFiles(response);
    const user = html.match(/<body[^>]*\sdata-user="([0-9a-f]+)"/)?.[1];
    // offline.js clears under the same lock.
    await navigator.locks.request("portal-caches", async () => {
        const now = await who();
        if (user && (now === before || now === user)) {
            await (await caches.open(WHO)).put("/who", new Response(user));
            await (await caches.open(PAGES + user)).put(path, copy);
            await dropOldFiles();
        }
    });
    const shown = await caches.match(OFFLINE, { ...ANYHOW, cacheName: ASSETS });
    if (shown?.headers.get("Content-Language") !== response.headers.get("Content-Language")) {
        await keepOfflinePage();
    }
}

// --- Static files: hashed names never change
async function asset(request, { pathname }) {
    const cache = await caches.open(ASSETS);
    const kept = await cache.match(request.url, ANYHOW);
    if (!kept || HASHED.test(pathname)) {
        return kept ?? fetch(request);
    }
    try {
        const response = await fetch(request);
        if (response.ok) {
            await cache.put(request.url, response.clone());
        }
        return response;
    } catch {
        return kept;
    }
}

// Keeps the static files that a page names; its text, and a copy that remembers them.
async function withFiles(page) {
    const html = await page.text();
    const named = [...html.matchAll(/\s(?:src|href)="([^"]+)"/g)].map((found) => found[1]);
    const files = new Set(named.filter((each) => each.startsWith(STATIC)));
    const cache = await caches.open(ASSETS);
    for (const file of files) {
        if (!(await cache.match(file, ANYHOW))) {
            const response = await fetch(file);
            if (response.ok) {
                await cache.put(file, response);
            }
        }
    }
    const headers = new Headers(page.headers);
    headers.delete("Content-Encoding");
    headers.delete("Content-Length");
    headers.set("X-Portal-Files", [...files].join(" "));
    return [html, new Response(html, { headers })];
}

async function dropOldFiles() {
    const assets = await caches.open(ASSETS);
    const needed = new Set([OFFLINE]);
    for (const name of [ASSETS, ...(await caches.keys()).filter((each) => each.startsWith(PAGES))]) {
        const cache = await caches.open(name);
        for (const page of await cache.matchAll()) {
            page.headers.get("X-Portal-Files")?.split(" ").forEach((file) => needed.add(file));
        }
    }
    for (const request of await assets.keys()) {
        if (!needed.has(new URL(request.url).pathname)) {
            await assets.delete(request);
        }
    }
}

// --- What is not there
async function keepOfflinePage() {
    const response = await fetch(OFFLINE);
    if (response.ok) {
        const [, copy] = await withFiles(response);
        await (await caches.open(ASSETS)).put(OFFLINE, copy);
    }
}

async function offlinePage() {
    return (await caches.match(OFFLINE, { ...ANYHOW, cacheName: ASSETS })) ?? Response.error();
}
