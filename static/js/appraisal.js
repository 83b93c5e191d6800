// Rows of an appraisal page, form[data-appraisal]. In the points (input[data-points]): "=" gives what the row's button "=" gives
// and goes on to the next undecided row, "n" goes to the next row that differs from the self-score, "e" opens the evidence.
// Counts the decided rows ([data-decided], [data-progress]) as they are saved, and keeps a line to fill among the responsible
// parties ([data-lines]).
const ROW = "form[data-appraisal]";
const rows = () => [...document.querySelectorAll(ROW)];
const pointsOf = (row) => row.querySelector("[data-points]");

function goTo(row) {
    const input = row && pointsOf(row);
    if (input) {
        input.focus();
        input.select();
        input.scrollIntoView({ block: "center" });
    }
    return Boolean(input);
}

function after(row, test) {
    const all = rows();
    const place = all.indexOf(row);
    return [...all.slice(place + 1), ...all.slice(0, Math.max(place, 0))].find(test);
}

const isOpen = (row) => row.hasAttribute("data-open");
const differs = (row) => Boolean(row.querySelector(".diff-down, .diff-up"));

function accept(row) {
    const button = row.querySelector("[data-accept]");
    if (!button) {
        return;
    }
    const points = pointsOf(row);
    // A retry after a lost connection sends the points, not the button.
    points.value = button.dataset.accept;
    row.requestSubmit(button);
    goTo(after(row, isOpen));
}

// Facts that lower the points are refused without a reason; typing the reason then sends the facts again, not the empty points.
document.addEventListener("htmx:configRequest", (event) => {
    const row = event.target.closest?.(ROW);
    const { parameters } = event.detail;
    if (row && parameters.how) {
        row.dataset.how = parameters.how;
    } else if (row?.dataset.how === "facts" && !pointsOf(row).value) {
        parameters.how = "facts";
    } else if (row?.dataset.how === "accept" && !pointsOf(row).value && row.querySelector("[data-accept='']")) {
        // No case arose: what is accepted has no points that a retry could send.
        parameters.how = "accept";
    }
});

function openEvidence(row) {
    row.querySelector("a[data-evidence]")?.click();
}

const KEYS = { "=": accept, n: (row) => goTo(after(row, differs)), e: openEvidence };

document.addEventListener("keydown", (event) => {
    const row = event.target.closest?.(ROW);
    const action = Object.hasOwn(KEYS, event.key) ? KEYS[event.key] : null;
    if (row && action && event.target.matches("[data-points]") && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        action(row);
    }
});

document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-accept]");
    if (button) {
        pointsOf(button.form).value = button.dataset.accept;
    }
});

// A figure counts the rows of the whole page, or of the section that its data-within names; a filter may hide rows decided before.
const within = (figure) => document.getElementById(figure.dataset.within)?.closest("section") ?? document;
const openWithin = (place) => place.querySelectorAll(`${ROW}[data-open]`).length;
const counters = [...document.querySelectorAll("[data-decided]")].map((figure) => {
    const place = within(figure);
    return { figure, place, sum: Number(figure.textContent) + openWithin(place) };
});
const bar = document.querySelector("[data-progress]");

function count() {
    for (const { figure, place, sum } of counters) {
        figure.textContent = sum - openWithin(place);
    }
    const whole = counters.find(({ place }) => place === document);
    if (bar && whole) {
        bar.value = Number(whole.figure.textContent);
        bar.classList.toggle("progress-done", bar.value === bar.max);
    }
}

document.addEventListener("htmx:afterSettle", count);

// A new proposal must not take away what is being typed into the old one.
document.addEventListener("htmx:oobBeforeSwap", (event) => {
    const { target } = event.detail;
    if (target?.matches(".ap-loss, .ap-reason") && target.contains(document.activeElement)) {
        event.detail.shouldSwap = false;
    }
});

document.addEventListener("input", (event) => {
    const lines = event.target.closest("[data-lines]");
    const last = lines?.lastElementChild;
    if (last?.contains(event.target) && event.target.name === "party" && event.target.value) {
        const line = last.cloneNode(true);
        line.querySelector("input").value = "";
        line.querySelector("select").selectedIndex = 0;
        lines.append(line);
    }
});
