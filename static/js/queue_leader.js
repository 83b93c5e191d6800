// Which tab of a person sends the queue: the one that holds a lock of the browser. Where there are no locks (http:), a lease in a
// database of its own, renewed every two seconds; two senders for a moment do no harm, the keys of the rows see to that.
const USER = document.body.dataset.user;
const NAME = `portal-${USER}`;
const LEASE = 6_000;
const TAB = String(crypto.getRandomValues(new Uint32Array(2)));

const lead = (leads) => document.dispatchEvent(new CustomEvent("queue:lead", { detail: { leads } }));

function database() {
    return new Promise((resolve, reject) => {
        const request = indexedDB.open("portal-lease", 1);
        request.onupgradeneeded = () => request.result.createObjectStore("leases", { keyPath: "name" });
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
}

// Takes or renews the lease, or gives it back (`until` in the past); whether this tab has it.
async function takeLease(until) {
    const opened = await database();
    try {
        return await new Promise((resolve, reject) => {
            const transaction = opened.transaction("leases", "readwrite");
            let isMine = false;
            transaction.objectStore("leases").get(NAME).onsuccess = ({ target: { result } }) => {
                isMine = !result || result.tab === TAB || result.until < Date.now() || result.until > Date.now() + LEASE;
                if (isMine) {
                    transaction.objectStore("leases").put({ name: NAME, tab: TAB, until });
                }
            };
            transaction.oncomplete = () => resolve(isMine);
            transaction.onabort = () => reject(transaction.error);
        });
    } finally {
        opened.close();
    }
}

function renew() {
    takeLease(Date.now() + LEASE).then(lead, () => lead(true));
}

document.addEventListener("DOMContentLoaded", () => {
    if (navigator.locks) {
        navigator.locks.request(`${NAME}-sender`, () => {
            lead(true);
            return new Promise(() => {});
        });
    } else {
        renew();
        setInterval(renew, LEASE / 3);
        window.addEventListener("pagehide", () => takeLease(0));
    }
});
