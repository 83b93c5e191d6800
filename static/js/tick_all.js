// <label hidden><input type="checkbox" data-tick-all="sheets"> …</label> ticks every box of that name in its form, or none. Without
// this script it stays hidden.
for (const all of document.querySelectorAll("[data-tick-all]")) {
    const boxes = [...all.form.elements].filter((each) => each.name === all.dataset.tickAll);
    const show = () => {
        const ticked = boxes.filter((each) => each.checked).length;
        all.checked = ticked > 0 && ticked === boxes.length;
        all.indeterminate = ticked > 0 && ticked < boxes.length;
    };
    all.closest("label").hidden = boxes.length === 0;
    all.addEventListener("change", () => {
        for (const box of boxes) {
            box.checked = all.checked;
        }
    });
    all.form.addEventListener("change", show);
    show();
}
