// Inputs that only some answers to another one ask for, [data-asked-for="params.of ratio percent"] (without words: whenever that one is
// filled), come and go with it. The other input is the one of that name in the same form, or on the page where there is no form around.
const valueIn = (place, name) => {
    const around = place.closest("form") ?? document;
    const input = around.querySelector(`:is(input:not([type=hidden]), select)[name="${CSS.escape(name)}"]`);
    return input?.type === "checkbox" ? (input.checked ? "true" : "") : (input?.value.trim() ?? "");
};

function showAsked() {
    for (const place of document.querySelectorAll("[data-asked-for]")) {
        const [name, ...words] = place.dataset.askedFor.split(" ");
        const value = valueIn(place, name);
        place.hidden = words.length ? !words.includes(value) : !value;
    }
}

for (const event of ["input", "row:filled", "htmx:afterRequest", "htmx:afterSettle"]) {
    document.addEventListener(event, showAsked);
}
showAsked();
