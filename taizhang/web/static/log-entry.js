// The form says as one types what it will count for: it is sent for a look, and the answer's preview takes the old
// one's place. Without a connection, or without a login, it says so and loses nothing.

const form = document.getElementById("entry");
const LOOK_AFTER_MS = 350;

for (const each of document.querySelectorAll("[data-with-scripts]")) each.hidden = false;
for (const each of document.querySelectorAll("[data-without-scripts]")) each.hidden = true;
document.getElementById("problems")?.focus();

const offline = form.querySelector("[data-offline]");
const loggedOut = form.querySelector("[data-logged-out]");
const files = form.querySelector("[data-files]");
let waiting = 0;
let looking = null;

async function look() {
  looking?.abort();
  looking = new AbortController();
  const typed = new FormData(form);
  typed.delete("files");
  typed.set("step", "preview");
  try {
    const response = await fetch(form.action, { method: "POST", body: typed, signal: looking.signal });
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    const next = fresh.getElementById("preview");
    offline.hidden = true;
    loggedOut.hidden = response.status !== 401;
    if (!next) return;
    for (const each of next.querySelectorAll("[data-without-scripts]")) each.remove();
    const preview = document.getElementById("preview");
    if (preview.innerHTML === next.innerHTML) return;
    // The answer knows what was ticked when it was asked for; a tick made since is kept.
    const ticked = new Set([...preview.querySelectorAll(":checked")].map((box) => box.id));
    preview.replaceChildren(...next.childNodes);
    for (const box of preview.querySelectorAll("[type=checkbox]")) if (ticked.has(box.id)) box.checked = true;
  } catch (error) {
    if (error.name !== "AbortError") offline.hidden = form.querySelector("[data-queued]:not([hidden])") !== null;
  }
}

function later() {
  clearTimeout(waiting);
  waiting = setTimeout(look, LOOK_AFTER_MS);
}

form.addEventListener("input", later);
form.addEventListener("change", later);
// Back and forth in the browser's history brings old values back after this has run.
addEventListener("pageshow", later);
addEventListener("online", later);

function tooLarge() {
  const chosen = [...(files?.querySelector("input").files ?? [])];
  const size = chosen.reduce((sum, file) => sum + file.size, 0);
  const over = files !== null && size > Number(files.dataset.uploadMax) - 65536;
  if (files) files.querySelector("[data-too-large]").hidden = !over;
  return over;
}
files?.addEventListener("change", tooLarge);

form.addEventListener("submit", (event) => {
  if (!navigator.onLine) {
    event.preventDefault();
    offline.hidden = false;
  } else if (tooLarge()) {
    event.preventDefault();
    files.scrollIntoView();
  }
});

// What stood in a field last time is taken over at one press.
for (const button of form.querySelectorAll("[data-use]")) {
  button.addEventListener("click", () => {
    const field = document.getElementById(button.dataset.use);
    field.value = button.dataset.text;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
}
