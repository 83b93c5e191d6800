// A reading offered for an ambiguous number, button[data-entry], goes into the input of its name in the same form.
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

// Reported figures, button[data-take] with texts by input, go into the inputs of their row: r12-pull takes over r12-answer-….
document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-take]");
    const row = button?.closest("[data-row]");
    if (!row) {
        return;
    }
    event.preventDefault();
    const inputs = Object.entries(JSON.parse(button.dataset.take)).map(([name, text]) => {
        const input = row.querySelector(`input[name="${CSS.escape(`r${row.dataset.row}-answer-${name}`)}"]`);
        input.value = text;
        input.dispatchEvent(new Event("input", { bubbles: true }));
        return input;
    });
    inputs[0]?.focus();
    inputs[0]?.dispatchEvent(new Event("change", { bubbles: true }));
});
