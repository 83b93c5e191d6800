// A form that came back refused: the focus goes to what is wrong first, an input or what is said of the whole form.
const REFUSED = [409, 422];
const WRONG = "main form [aria-invalid='true']:not([type=hidden]), main .notice-error[role='alert']";
const status = performance.getEntriesByType("navigation")[0]?.responseStatus;
const first = REFUSED.includes(status) && !document.querySelector("main [autofocus]") && document.querySelector(WRONG);
if (first) {
    if (!first.matches("input, select, textarea")) {
        first.tabIndex = -1;
    }
    first.focus();
}
