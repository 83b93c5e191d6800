// Rows that are kept on this computer and have no inputs on their page any more ([data-kept-apart], in templates/frame/queue.html): the
// sheet is locked meanwhile, or the row is somebody else's now. They are told with what was typed, and can be sent again or removed.
const place = document.querySelector("[data-kept-apart]");
const words = Object.fromEntries([...(document.getElementById("queue-words")?.content.children ?? [])].map((word) => [word.dataset.word, word.textContent.trim()]));

const ask = (detail) => document.dispatchEvent(new CustomEvent("queue:ask", { detail }));
const hasInputs = (entry) => document.querySelector(`[data-row][data-url="${CSS.escape(entry.url)}"]`);

function line(...content) {
    const made = document.createElement("div");
    made.append(...content);
    return made;
}

function button(text, action) {
    const made = document.createElement("button");
    Object.assign(made, { type: "button", className: "button button-small", textContent: text });
    made.addEventListener("click", action);
    return made;
}

function drop({ url, label }) {
    if (window.confirm(words.dropAsk.replace("{label}", label))) {
        ask({ want: "drop", url });
    }
}

function itemOf(entry) {
    const item = document.createElement("li");
    const why = entry.state === "locked" ? (entry.answer?.messages?.[0]?.text ?? words.gone) : "";
    const actions = line(
        button(words.again, () => ask({ want: "again", url: entry.url })),
        button(words.drop, () => drop(entry)),
    );
    actions.className = "actions";
    item.append(line(`${entry.label}: ${entry.words}`), line(why), actions);
    return item;
}

let shown = "";

document.addEventListener("queue:state", ({ detail }) => {
    const apart = detail.entries.filter((entry) => entry.page === location.pathname && !hasInputs(entry));
    const now = JSON.stringify(apart);
    if (now !== shown) {
        shown = now;
        place.hidden = !apart.length;
        place.querySelector("ul").replaceChildren(...apart.map(itemOf));
    }
});
