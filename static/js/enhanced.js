// Marks the page as scripted once htmx is there: only then may buttons disappear that saving by itself makes needless.
if (window.htmx) {
    document.documentElement.classList.add("js");
}
