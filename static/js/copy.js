// <button data-copy="id" data-copied="Copied" hidden> copies the text of the field with that id and says so for a moment. Without
// this script the button stays hidden and the text is selected by hand; where the browser forbids copying, it is left selected.
for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
}

async function copy(button) {
    const field = document.getElementById(button.dataset.copy);
    field.focus();
    field.select();
    try {
        // The clipboard of the browser's API needs HTTPS; offices also reach the portal without it.
        await (navigator.clipboard?.writeText(field.value) ?? legacyCopy());
    } catch {
        return;
    }
    said(button).textContent = button.dataset.copied;
    setTimeout(() => { said(button).textContent = ""; }, 3000);
}

function said(button) {
    if (!button.nextElementSibling) {
        const place = document.createElement("span");
        place.setAttribute("role", "status");
        button.after(place);
    }
    return button.nextElementSibling;
}

function legacyCopy() {
    if (!document.execCommand("copy")) {
        throw new Error("not copied");
    }
}
