// The evidence of a row beside it: a link a[data-evidence] in a [data-desk-row] opens #evidence-panel, "e" does so from the row, and
// closes it again. From 1100 px on the panel stands beside the rows, below that after the row. ← and → turn the pages of the preview,
// so do [data-turn] buttons; Escape and [data-panel-close] close the panel, and the focus returns to where it was.
const panel = document.getElementById("evidence-panel");
const host = panel?.closest("[data-panel-host]");
const beside = window.matchMedia("(min-width: 1100px)");
const TEXTS = "textarea, select, input:not([data-points], [type=checkbox], [type=radio])";
let origin = null;
let openRow = null;

function place() {
    if (beside.matches) {
        host.append(panel);
    } else {
        openRow?.after(panel);
    }
}

function open(row) {
    const link = row.querySelector("a[data-evidence]");
    if (!panel || !link) {
        return;
    }
    origin = row.contains(document.activeElement) ? document.activeElement : link;
    openRow = row;
    panel.hidden = false;
    host.classList.add("has-panel");
    place();
    window.htmx.ajax("GET", link.href, { source: panel, target: panel, swap: "innerHTML" }).then(() => {
        panel.focus({ preventScroll: true });
        (beside.matches ? row : panel).scrollIntoView({ block: beside.matches ? "center" : "start" });
    });
}

function close() {
    panel.hidden = true;
    panel.replaceChildren();
    host.classList.remove("has-panel");
    host.append(panel);
    const target = origin?.isConnected ? origin : openRow;
    target?.focus();
    openRow?.scrollIntoView({ block: "nearest" });
    openRow = null;
}

const pages = () => [...panel.querySelectorAll("#preview-pane .preview-page")];

// The page at the top of what is seen, and the one before or after it.
function turn(step) {
    const all = pages();
    const top = panel.getBoundingClientRect().top;
    const at = all.findLastIndex((page) => page.getBoundingClientRect().top <= top + 64);
    const next = all[Math.min(Math.max(at + step, 0), all.length - 1)];
    next?.scrollIntoView({ block: "start" });
}

if (panel && host) {
    document.addEventListener("click", (event) => {
        const link = event.target.closest("a[data-evidence]");
        const row = link?.closest("[data-desk-row]");
        if (row && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
            event.preventDefault();
            open(row);
        } else if (event.target.closest("[data-panel-close]")) {
            close();
        } else if (event.target.closest("[data-turn]")) {
            turn(Number(event.target.closest("[data-turn]").dataset.turn));
        }
    });

    document.addEventListener("keydown", (event) => {
        const row = event.target.closest?.("[data-desk-row]");
        if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.target.matches?.(TEXTS)) {
            return;
        }
        const key = event.key.toLowerCase();
        if (event.key === "Escape" && !panel.hidden && !event.target.closest?.("[data-phrase-menu], dialog")) {
            close();
        } else if (key === "e" && panel.contains(event.target)) {
            close();
        } else if (key === "e" && row) {
            event.preventDefault();
            if (row === openRow) {
                close();
            } else {
                open(row);
            }
        } else if (panel.contains(event.target) && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
            event.preventDefault();
            turn(event.key === "ArrowLeft" ? -1 : 1);
        }
    });

    panel.addEventListener("htmx:afterSettle", () => {
        const turns = panel.querySelector("[data-turns]");
        if (turns) {
            turns.hidden = pages().length < 2;
        }
    });

    beside.addEventListener("change", () => !panel.hidden && place());
}
