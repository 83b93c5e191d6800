// <form data-sign-in>: whoever signs in now may be somebody else. Until a page has said who it is (offline.js), the service worker shows
// nobody's kept pages.
const form = document.querySelector("[data-sign-in]");

async function forgetWho() {
    const cache = await caches.open("portal-who");
    await cache.put("/who", new Response(""));
}

if (form && "caches" in window) {
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        forgetWho().catch(() => {}).finally(() => form.submit());
    });
}
