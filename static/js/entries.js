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
