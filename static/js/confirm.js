// data-confirm="Remove 123/BC-UBND?" on a form, a button of a form or a link asks before it goes on.
// Bound while the event comes down, so that htmx and other modules never see what was called off.
function ask(event, element) {
    if (element && !window.confirm(element.dataset.confirm)) {
        event.preventDefault();
        event.stopImmediatePropagation();
    }
}

document.addEventListener("click", (event) => ask(event, event.target.closest("a[data-confirm], button[type=button][data-confirm]")), true);

document.addEventListener(
    "submit",
    (event) => ask(event, event.submitter?.closest("[data-confirm]") ?? event.target.closest("form[data-confirm]")),
    true,
);
