// <details data-menu>: Escape closes it and returns to its button; a click or a focus elsewhere closes it too.
const openMenus = () => document.querySelectorAll("details[data-menu][open]");

document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") {
        return;
    }
    for (const menu of openMenus()) {
        menu.open = false;
        menu.querySelector("summary").focus();
    }
});

function closeOthers(event) {
    for (const menu of openMenus()) {
        if (!menu.contains(event.target)) {
            menu.open = false;
        }
    }
}

document.addEventListener("click", closeOthers);
document.addEventListener("focusin", closeOthers);
