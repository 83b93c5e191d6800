// <a href="/page" data-dialog="id"> opens <dialog id="id"> in place of the page; without JavaScript the link's page serves.
// A click on the backdrop closes it, Escape does so by itself, the browser gives the focus back.
document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    const dialog = opener && document.getElementById(opener.dataset.dialog);
    if (dialog instanceof HTMLDialogElement && !event.ctrlKey && !event.metaKey) {
        event.preventDefault();
        dialog.showModal();
    } else if (event.target instanceof HTMLDialogElement && event.target.open && isOutside(event, event.target)) {
        event.target.close();
    }
});

function isOutside(event, dialog) {
    const box = dialog.getBoundingClientRect();
    return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
}
