// The form of a criterion, form[data-criterion]. An input is marked as wrong while its place for errors ([data-errors], named after it)
// says something. Facts that are being typed ([data-keep-focus]) are not taken away by an answer to something else.
const form = document.querySelector("form[data-criterion]");

function markWrong() {
    for (const box of document.querySelectorAll("[data-errors]")) {
        const input = document.getElementById(box.id.replace(/-errors$/, ""));
        const isWrong = Boolean(box.textContent.trim());
        if (isWrong) {
            input?.setAttribute("aria-invalid", "true");
        } else {
            input?.removeAttribute("aria-invalid");
        }
        box.closest(".field")?.classList.toggle("has-error", isWrong);
    }
}

if (form) {
    document.addEventListener("htmx:afterRequest", markWrong);
    document.addEventListener("htmx:oobBeforeSwap", (event) => {
        const { target } = event.detail;
        if (target?.matches("[data-keep-focus]") && target.contains(document.activeElement)) {
            event.detail.shouldSwap = false;
        }
    });
}
