// Says that something is under way: a form that was sent, a file that is being made. What is quick is not announced.

const SHOW_AFTER_MS = 500;
const LOOK_EVERY_MS = 300;

const line = document.querySelector("[data-wait]");
let soon = 0;

function wait(words) {
  clearTimeout(soon);
  soon = setTimeout(() => {
    line.textContent = words;
    line.classList.add("waiting");
  }, SHOW_AFTER_MS);
}

function done() {
  clearTimeout(soon);
  line.textContent = "";
  line.classList.remove("waiting");
}

document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented && !("downloads" in event.target.dataset)) wait(line.dataset.wait);
});

// The page stays while its file is made: the answer leaves a cookie of the name that was asked for.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-makes]");
  if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  const cookie = `made-${[...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
  const address = new URL(link.href);
  address.searchParams.set("made", cookie);
  wait(line.dataset.makes);
  const looking = setInterval(() => {
    if (!document.cookie.includes(`${cookie}=`)) return;
    clearInterval(looking);
    document.cookie = `${cookie}=; Max-Age=0; Path=/`;
    done();
  }, LOOK_EVERY_MS);
  location.assign(address);
});

// Back from where the form led to; or thought better of it.
addEventListener("pageshow", done);
addEventListener("keydown", (event) => {
  if (event.key === "Escape") done();
});
