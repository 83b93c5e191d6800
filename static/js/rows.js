// Rows of a sheet, [data-row] in the queue and [data-row-form] with htmx: Enter goes to the next input, Ctrl+Down to the next row still
// open ([data-open]), and so does a link with data-next-open ("7 items left"), beginning anew after the last one. The row takes over
// its state from the queue (row:state) or from a new outcome of the server (data-row-state="open error"). What only one state of the
// row asks for (data-shown-for="not_applicable") comes and goes with it. A button that does something else with a row (formaction) sends
// no rows along: the queue does, and a row sent twice would be at odds with itself.
const ROW = "[data-row], [data-row-form]";
const INPUTS = "input:not([type=hidden], [type=checkbox], [type=radio], [disabled], [readonly]), select:not([disabled], [data-aside])";

const CLASSES = { open: "is-open", review: "is-review", check: "is-check", excluded: "is-excluded", error: "has-error" };
const OPEN = ["open", "review", "check"];

const isVisible = (element) => element.getClientRects().length > 0;
const inputsOf = (root) => [...root.querySelectorAll(INPUTS)].filter(isVisible);

function goTo(input) {
    input.focus();
    input.select?.();
    input.scrollIntoView({ block: "nearest" });
}

function nextInput(current) {
    const inputs = [...document.querySelectorAll(ROW)].flatMap(inputsOf);
    return inputs[inputs.indexOf(current) + 1];
}

function goToNextOpen(current) {
    const open = [...document.querySelectorAll(`:is(${ROW})[data-open]`)].filter((row) => row !== current && isVisible(row));
    const isAfter = (row) => current.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_FOLLOWING;
    const row = (current && open.find(isAfter)) ?? open[0];
    const input = row && inputsOf(row)[0];
    if (input) {
        goTo(input);
    }
    return Boolean(input);
}

document.addEventListener("keydown", (event) => {
    const row = event.target.closest?.(ROW);
    if (!row || event.isComposing) {
        return;
    }
    if (event.key === "Enter" && !event.ctrlKey && !event.shiftKey && event.target.matches(INPUTS) && !event.target.matches("select")) {
        event.preventDefault();
        const next = nextInput(event.target);
        if (next) {
            goTo(next);
        } else {
            event.target.blur();
        }
    } else if (event.key === "ArrowDown" && event.ctrlKey) {
        event.preventDefault();
        goToNextOpen(row);
    }
});

document.addEventListener("click", (event) => {
    if (event.target.closest("[data-next-open]") && goToNextOpen(null)) {
        event.preventDefault();
    }
});

function setState(row, state) {
    const states = state.split(" ");
    for (const [name, className] of Object.entries(CLASSES)) {
        row.classList.toggle(className, states.includes(name));
    }
    row.toggleAttribute("data-open", OPEN.some((name) => states.includes(name)));
}

function dropRows({ formData }) {
    [...formData.keys()].filter((name) => /^r\d+-/.test(name)).forEach((name) => formData.delete(name));
}

document.addEventListener("submit", (event) => {
    if (event.target.matches("form[data-rows]") && event.submitter?.hasAttribute("formaction")) {
        event.target.addEventListener("formdata", dropRows, { once: true });
    }
});

document.addEventListener("row:state", (event) => setState(event.target, event.detail.state));

document.addEventListener("htmx:afterSwap", (event) => {
    const row = event.target.closest?.(ROW);
    const outcome = row?.querySelector("[data-row-state]");
    if (outcome) {
        setState(row, outcome.dataset.rowState);
    }
});

// --- The reason that only one state of the row asks for
function showReason(row) {
    const reason = row.querySelector("[data-shown-for]");
    const state = row.querySelector("select[name$=state]");
    if (reason && state) {
        reason.hidden = state.value !== reason.dataset.shownFor;
    }
    return reason;
}

document.addEventListener("change", (event) => {
    const row = event.target.closest?.(ROW);
    if (row && event.target.matches("select[name$=state]")) {
        const reason = showReason(row);
        if (reason && !reason.hidden) {
            reason.closest("details").open = true;
            reason.querySelector("textarea").focus();
        }
    }
});

document.addEventListener("row:filled", (event) => showReason(event.target));
document.querySelectorAll(ROW).forEach(showReason);
