// Rows of a score sheet, [data-row-form]: a reading offered for an ambiguous number goes into its input (button[data-entry]); a saved number is
// shown as the server wrote it ([data-entered] in the outcome); the reason why a row is not applicable is asked for when it is needed
// ([data-shown-for] names the state of the row's select).
const ROW = "[data-row-form]";

document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-entry]");
    const input = button?.form?.querySelector(`input[name="${CSS.escape(button.name)}"]`);
    if (input) {
        event.preventDefault();
        input.value = button.value;
        input.focus();
        input.dispatchEvent(new Event("input", { bubbles: true }));
        input.dispatchEvent(new Event("change", { bubbles: true }));
    }
});

document.addEventListener("htmx:afterSwap", (event) => {
    const row = event.target.closest?.(ROW);
    for (const entered of row?.querySelectorAll("[data-entered]") ?? []) {
        const input = row.querySelector(`input[name="${CSS.escape(entered.dataset.entered)}"]`);
        if (input && input !== document.activeElement) {
            input.value = entered.dataset.value;
        }
        entered.remove();
    }
});

function showReason(row) {
    const reason = row.querySelector("[data-shown-for]");
    const state = row.querySelector("select[name=state]");
    if (reason && state) {
        reason.hidden = state.value !== reason.dataset.shownFor;
    }
    return reason;
}

document.addEventListener("change", (event) => {
    const row = event.target.closest?.(ROW);
    if (row && event.target.name === "state") {
        const reason = showReason(row);
        if (reason && !reason.hidden) {
            reason.closest("details").open = true;
            reason.querySelector("textarea").focus();
        }
    }
});

document.querySelectorAll(ROW).forEach(showReason);
