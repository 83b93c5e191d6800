// Files in small parts over a bad line: [data-uploads] of templates/frame/uploads.html. Chosen or dropped files are
// sent one after another, part after part, each until the server has it; the pauses between attempts grow. A file is named in the
// form (input name=upload) only when the server has answered that size and hash are right. After a reload the same file, chosen
// again, goes on where it stopped: the server knows it by name, size and hash.
const PAUSES = [2, 4, 8, 15, 30]; // seconds
const TIMEOUT = 60_000;
const USER = document.body.dataset.user ?? "";

const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

// crypto.subtle exists in secure contexts only; an office without HTTPS gets the same sum a little slower.
async function sha256(file) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    return hex(crypto.subtle ? new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)) : sha256Slowly(bytes));
}

// FIPS 180-4, section 6.2.
function sha256Slowly(message) {
    const primes = [];
    for (let number = 2; primes.length < 64; number++) {
        if (primes.every((prime) => number % prime)) {
            primes.push(number);
        }
    }
    const fraction = (root) => Math.floor((root - Math.floor(root)) * 2 ** 32);
    const constants = Uint32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));
    const state = Uint32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));
    const padded = new Uint8Array((((message.length + 8) >> 6) + 1) << 6);
    padded.set(message);
    padded[message.length] = 0x80;
    const view = new DataView(padded.buffer);
    view.setBigUint64(padded.length - 8, BigInt(message.length) * 8n);
    const words = new Uint32Array(64);
    const turn = (word, by) => (word >>> by) | (word << (32 - by));
    for (let block = 0; block < padded.length; block += 64) {
        for (let t = 0; t < 64; t++) {
            if (t < 16) {
                words[t] = view.getUint32(block + 4 * t);
            } else {
                const [early, late] = [words[t - 15], words[t - 2]];
                words[t] =
                    words[t - 16] + (turn(early, 7) ^ turn(early, 18) ^ (early >>> 3)) + words[t - 7] + (turn(late, 17) ^ turn(late, 19) ^ (late >>> 10));
            }
        }
        let [a, b, c, d, e, f, g, h] = state;
        for (let t = 0; t < 64; t++) {
            const one = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + constants[t] + words[t]) | 0;
            const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
            [a, b, c, d, e, f, g, h] = [(one + two) | 0, a, b, c, (d + one) | 0, e, f, g];
        }
        [a, b, c, d, e, f, g, h].forEach((word, index) => (state[index] += word));
    }
    const digest = new Uint8Array(32);
    state.forEach((word, index) => new DataView(digest.buffer).setUint32(4 * index, word));
    return digest;
}

function newKey() {
    return hex(crypto.getRandomValues(new Uint8Array(16)));
}

class Interrupted extends Error {}
class Refused extends Error {}

// One file on its way. States: queued, reading, sending, waiting, paused, stopped, complete, refused, gone.
class Sending {
    constructor(file, list) {
        this.file = file;
        this.list = list;
        this.key = newKey();
        this.received = 0;
        this.hash = "";
        this.isOpen = false;
        this.row = list.newRow(file, this);
        this.show("queued");
    }

    show(state, values = {}) {
        this.state = state;
        this.list.shows(this, { part: this.part, size: sizeText(this.file.size), ...values });
    }

    get part() {
        return `${Math.floor((100 * this.received) / Math.max(this.file.size, 1))} %`;
    }

    get isUnfinished() {
        return !["complete", "refused", "gone"].includes(this.state);
    }

    interrupt(state) {
        this.show(state);
        this.abort?.abort();
        this.wake?.();
    }

    // Runs until the file has arrived, was refused, or the person interrupts.
    async run() {
        try {
            if (!this.hash) {
                this.show("reading");
                this.hash = await sha256(this.file);
            }
            this.expectGoing();
            await this.send();
        } catch (problem) {
            if (problem instanceof Refused) {
                this.why = problem.message;
                this.show("refused");
            } else if (!(problem instanceof Interrupted)) {
                this.why = this.list.word("unreadable");
                this.show("refused");
            }
        }
    }

    async send() {
        const announced = { key: this.key, name: this.file.name, size: this.file.size, sha256: this.hash };
        let answer = await this.ask("POST", this.list.url, JSON.stringify(announced), "application/json");
        this.key = answer.key;
        this.isOpen = true;
        while (answer.state === "receiving") {
            this.received = answer.received;
            this.show("sending");
            const part = this.file.slice(this.received, this.received + answer.part);
            answer = await this.ask("PUT", `${this.list.url}${this.key}/?offset=${this.received}`, part, "application/octet-stream");
        }
        this.received = answer.received;
        this.show("complete");
    }

    expectGoing() {
        if (["paused", "gone"].includes(this.state)) {
            throw new Interrupted();
        }
    }

    // The server's answer, however often it must be asked.
    async ask(method, url, body, type) {
        for (let attempt = 0; ; attempt++) {
            this.expectGoing();
            const response = await this.request(method, url, body, type);
            this.expectGoing();
            const answer = await response?.json().catch(() => null);
            this.expectGoing();
            if (answer && (response.ok || response.status === 409)) {
                return answer;
            }
            if (answer && [400, 413, 422].includes(response.status)) {
                throw new Refused(answer.why);
            }
            if (response?.status === 404) {
                throw new Refused(this.list.word("unreadable"));
            }
            await this.waitAfter(response, answer, attempt);
        }
    }

    async waitAfter(response, answer, attempt) {
        if (answer?.result === "csrf") {
            await this.list.freshToken();
        }
        const signedOut = ["signed_out", "other_user"].includes(answer?.result);
        if (signedOut && !this.list.isAsking) {
            this.list.isAsking = true;
            document.dispatchEvent(new CustomEvent("queue:stopped", { detail: { why: answer.result } }));
        }
        const seconds = PAUSES[Math.min(attempt, PAUSES.length - 1)];
        this.show(signedOut ? "stopped" : "waiting", { seconds });
        await new Promise((resolve) => {
            this.wake = resolve;
            setTimeout(resolve, seconds * 1000);
        });
    }

    async request(method, url, body, type) {
        this.abort = new AbortController();
        const timer = setTimeout(() => this.abort.abort(), TIMEOUT);
        const headers = { Accept: "application/json", "Content-Type": type, "X-CSRFToken": this.list.token, ...(USER && { "X-Portal-User": USER }) };
        try {
            return await fetch(url, { method, body, headers, cache: "no-store", signal: this.abort.signal });
        } catch {
            return null;
        } finally {
            clearTimeout(timer);
        }
    }

    // What was received of a file that is called off need not stay on the server.
    async forget() {
        this.interrupt("gone");
        if (this.isOpen) {
            await this.request("DELETE", `${this.list.url}${this.key}/`, null, "application/json");
        }
    }
}

function sizeText(bytes) {
    const [amount, unit] = bytes < 1024 * 1024 ? [bytes / 1024, "KB"] : [bytes / 1024 / 1024, "MB"];
    return `${amount.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 })} ${unit}`;
}

// All files of one form.
class Uploads {
    constructor(root) {
        this.root = root;
        this.form = root.closest("form");
        this.input = root.querySelector("input[type=file]");
        this.url = root.dataset.url;
        this.files = [];
        this.isWorking = false;
        this.isAsking = false;
        this.adds = false;
        root.querySelector("[data-drop]").hidden = false;
        this.listen();
    }

    get token() {
        return this.form.elements.csrfmiddlewaretoken.value;
    }

    get unfinished() {
        return this.files.filter((each) => each.isUnfinished);
    }

    listen() {
        this.input.addEventListener("change", () => {
            this.take([...this.input.files]);
            this.input.value = "";
        });
        this.root.addEventListener("dragover", (event) => {
            event.preventDefault();
            this.root.classList.add("is-over");
        });
        this.root.addEventListener("dragleave", () => this.root.classList.remove("is-over"));
        this.root.addEventListener("drop", (event) => {
            event.preventDefault();
            this.root.classList.remove("is-over");
            this.take([...event.dataTransfer.files]);
        });
        this.form.addEventListener("submit", (event) => this.holdBack(event));
        this.root.querySelector("[data-stay]").addEventListener("click", () => this.stay());
        window.addEventListener("beforeunload", (event) => {
            if (this.unfinished.length) {
                event.preventDefault();
            }
        });
        const goOn = () => this.files.forEach((each) => ["waiting", "stopped"].includes(each.state) && each.wake?.());
        window.addEventListener("online", goOn);
        for (const signedIn of ["session:signed-in", "queue:signed-in"]) {
            document.addEventListener(signedIn, () => {
                this.isAsking = false;
                goOn();
            });
        }
    }

    take(files) {
        if (!this.input.multiple) {
            this.files.forEach((each) => this.remove(each));
            files = files.slice(0, 1);
        }
        const isHere = (file) => this.unfinished.some((each) => each.file.name === file.name && each.file.size === file.size);
        this.files.push(...files.filter((file) => !isHere(file)).map((file) => new Sending(file, this)));
        this.work();
    }

    // One file after another: on a weak line several at once are all slow. A paused one lets the next pass.
    async work() {
        if (this.isWorking) {
            return;
        }
        this.isWorking = true;
        let next;
        while ((next = this.files.find((each) => each.state === "queued"))) {
            await next.run();
        }
        this.isWorking = false;
        this.addIfWanted();
    }

    // The form waits for the files that are still on their way.
    holdBack(event) {
        if (!this.unfinished.length) {
            return;
        }
        event.preventDefault();
        event.stopImmediatePropagation();
        this.adds = true;
        this.root.querySelector("[data-wait]").hidden = false;
        this.files.filter((each) => each.state === "paused").forEach((each) => each.show("queued"));
        this.work();
    }

    stay() {
        this.adds = false;
        this.root.querySelector("[data-wait]").hidden = true;
    }

    addIfWanted() {
        if (!this.adds || this.unfinished.length) {
            return;
        }
        this.stay();
        if (this.files.every((each) => each.state !== "refused")) {
            this.form.requestSubmit();
        }
    }

    newRow(file, sending) {
        const row = this.root.querySelector("template[data-row]").content.firstElementChild.cloneNode(true);
        row.querySelector("[data-name]").textContent = file.name;
        row.querySelectorAll("[data-of]").forEach((place) => (place.textContent = ` ${file.name}`));
        row.querySelector("progress").setAttribute("aria-label", file.name);
        row.querySelector("[data-pause]").addEventListener("click", () => sending.interrupt("paused"));
        row.querySelector("[data-go]").addEventListener("click", () => {
            sending.show("queued");
            row.querySelector("[data-pause]").focus();
            this.work();
        });
        row.querySelector("[data-cancel]").addEventListener("click", () => {
            this.remove(sending);
            this.input.focus();
        });
        this.root.querySelector("[data-list]").append(row);
        return row;
    }

    remove(sending) {
        sending.forget();
        sending.row.remove();
        this.files = this.files.filter((each) => each !== sending);
        this.addIfWanted();
    }

    shows(sending, values) {
        const { row, state } = sending;
        const text = state === "refused" ? sending.why : state === "gone" ? "" : this.word(state, values);
        row.dataset.state = state;
        row.querySelector("[data-state]").textContent = text;
        row.querySelector("progress").value = sending.received / Math.max(sending.file.size, 1);
        row.querySelector("progress").hidden = ["refused", "complete"].includes(state);
        const focused = row.contains(document.activeElement);
        row.querySelector("[data-pause]").hidden = !sending.isUnfinished || state === "paused";
        row.querySelector("[data-go]").hidden = state !== "paused";
        if (focused && state === "paused") {
            row.querySelector("[data-go]").focus();
        }
        if (state === "complete") {
            const named = Object.assign(document.createElement("input"), { type: "hidden", name: "upload", value: sending.key });
            row.append(named);
        }
        if (["complete", "refused", "waiting", "stopped"].includes(state)) {
            this.root.querySelector("[data-told]").textContent = this.word("told", { name: sending.file.name, state: text });
        }
    }

    word(name, values = {}) {
        const words = this.root.querySelector("template[data-words]").content;
        const found = words.querySelector(`[data-word="${name}"]`).textContent;
        return found.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
    }

    async freshToken() {
        const session = await fetch("/session", { headers: { Accept: "application/json" }, cache: "no-store" })
            .then((response) => response.json())
            .catch(() => null);
        if (session?.csrf) {
            this.form.elements.csrfmiddlewaretoken.value = session.csrf;
        }
    }
}

const all = [...document.querySelectorAll("[data-uploads]")].map((root) => new Uploads(root));

// Signing out asks which files the server does not have yet. Who leaves all the same finds what was received when he comes back.
document.addEventListener("uploads:ask", ({ detail }) => {
    detail.result = all.flatMap((each) => each.unfinished.map((sending) => sending.file.name));
});
document.addEventListener("sign-out:leaving", () => all.forEach((each) => each.unfinished.forEach((sending) => sending.interrupt("gone"))));
