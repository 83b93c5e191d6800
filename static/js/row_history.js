// <a href="/sheets/9/rows/12/history/" data-row-history> shows the history of that row in <dialog id="row-history">; the page and
// what was typed in it stay as they are. Without this script, or opened in a new tab, the address is a page of its own.
const dialog = document.getElementById("row-history");
const place = dialog?.querySelector("[data-row-history-place]");
const heading = place?.querySelector("h2").textContent;
let asked = 0;

document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-row-history]");
    if (!link || !dialog || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) {
        return;
    }
    event.preventDefault();
    tell(dialog.dataset.wait);
    if (!dialog.open) {
        dialog.showModal();
    }
    load(link.href);
});

async function load(url) {
    asked += 1;
    const number = asked;
    let html = "";
    try {
        const response = await fetch(url, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
        // Signed out meanwhile: what comes is the login page, which has no place here.
        html = response.ok && !response.redirected ? await response.text() : "";
    } catch {
        html = "";
    }
    if (number !== asked) {
        return;
    }
    if (html) {
        place.innerHTML = html;
        dialog.scrollTop = 0;
    } else {
        tell(dialog.dataset.failed);
    }
}

function tell(text) {
    const line = document.createElement("p");
    line.setAttribute("role", "status");
    line.textContent = text;
    const title = document.createElement("h2");
    title.id = "row-history-title";
    title.textContent = heading;
    place.replaceChildren(title, line);
}
