// Rows of a sheet, [data-row-form]: Enter goes to the next input, Ctrl+Down to the next row still open ([data-open]),
// and so does a link with data-next-open ("7 items left"), beginning anew after the last one. A new outcome from the server
// carries the row's state (data-row-state="open error"); the row takes it over.
const ROW = "[data-row-form]";
const INPUTS = "input:not([type=hidden], [type=checkbox], [type=radio], [disabled], [readonly]), select:not([disabled], [data-aside])";

const CLASSES = { open: "is-open", review: "is-review", excluded: "is-excluded", error: "has-error" };

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
    const open = [...document.querySelectorAll(`${ROW}[data-open]`)].filter((row) => row !== current && isVisible(row));
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

document.addEventListener("htmx:afterSwap", (event) => {
    const row = event.target.closest?.(ROW);
    const outcome = row?.querySelector("[data-row-state]");
    if (!outcome) {
        return;
    }
    const states = outcome.dataset.rowState.split(" ");
    for (const [state, className] of Object.entries(CLASSES)) {
        row.classList.toggle(className, states.includes(state));
    }
    row.toggleAttribute("data-open", states.includes("open") || states.includes("review"));
});
