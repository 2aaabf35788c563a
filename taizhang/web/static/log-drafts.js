// What was typed survives a lost connection and a closed window: kept on this device until it is recorded, offered again
// on the next visit. The form's id is kept with it, so that what did arrive is not recorded twice. What was to be
// recorded without a connection waits here, and is sent once there is one.

// Ledgers of one server share the device: each has its drafts by where its addresses begin.
const ROOT = document.documentElement.dataset.root ?? "";
const PREFIX = ROOT ? `taizhang.draft@${ROOT}|` : "taizhang.draft|";
const KEPT_DAYS = 7;
const NOT_KEPT = new Set(["unit", "what", "step"]);

const storage = (() => {
  try {
    localStorage.setItem("taizhang.try", "1");
    localStorage.removeItem("taizhang.try");
    return localStorage;
  } catch {
    return null; // a browser that keeps nothing
  }
})();

function read(key) {
  try {
    const draft = JSON.parse(storage.getItem(key));
    if (draft && Date.now() - draft.at < KEPT_DAYS * 864e5) return draft;
  } catch {
    // Not ours, or of another age.
  }
  storage.removeItem(key);
  return null;
}

function drafts() {
  return [...Array(storage.length).keys()].map((place) => storage.key(place)).filter((key) => key.startsWith(PREFIX));
}

const when = (draft) => new Date(draft.at).toLocaleString(document.documentElement.lang);

function forgetRecorded() {
  const done = document.querySelector("[data-draft-done]");
  if (done) storage.removeItem(PREFIX + done.dataset.draftDone);
}

function address(unit, what) {
  if (what === "paste") return `${ROOT}/log/paste?${new URLSearchParams({ unit })}`;
  if (what.startsWith("correct:")) return `${ROOT}/records/${encodeURIComponent(what.slice("correct:".length))}/correct`;
  return `${ROOT}/log?${new URLSearchParams({ unit, what })}`;
}

function listOffered() {
  const place = document.querySelector("[data-drafts]");
  if (!place) return;
  place.querySelector("[data-draft-list]").replaceChildren();
  const own = PREFIX + place.dataset.drafts;
  const found = drafts().filter((key) => key.startsWith(own)).map((key) => [key, read(key)]).filter(([, draft]) => draft);
  for (const [key, draft] of found) {
    const [, unit, what] = key.slice(PREFIX.length).split("|");
    const link = document.createElement("a");
    link.href = address(unit, what);
    link.textContent = draft.title;
    const item = document.createElement("li");
    item.append(link, ` ${when(draft)}${draft.queued ? place.dataset.waits : ""}`);
    place.querySelector("[data-draft-list]").append(item);
  }
  place.hidden = found.length === 0;
}

const typedIn = (form) => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !NOT_KEPT.has(name));

function keepTyped(form) {
  const key = PREFIX + form.dataset.draft;
  storage.setItem(key, JSON.stringify({ at: Date.now(), title: form.dataset.title, typed: typedIn(form) }));
}

// -- without a connection ---------------------------------------------------------------------------------------

const hasFiles = (form) => [...form.querySelectorAll("[type=file]")].some((field) => field.files.length > 0);

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// One press of the button is one record, under an id of its own; then the form is empty again for the next one.
function queue(form) {
  const draft = { at: Date.now(), title: form.dataset.title, typed: typedIn(form), queued: true };
  storage.setItem(`${PREFIX}${form.dataset.draft}|${form.elements.id.value}`, JSON.stringify(draft));
  storage.removeItem(PREFIX + form.dataset.draft);
  form.reset();
  form.elements.id.value = newId();
  form.dispatchEvent(new Event("change", { bubbles: true }));
  document.querySelector("[data-queued]").hidden = false;
  document.querySelector("[data-offline]").hidden = true;
}

async function send(key, draft) {
  const [, unit, what] = key.slice(PREFIX.length).split("|");
  const body = new FormData();
  for (const [name, value] of [["unit", unit], ["what", what], ["step", "save"], ...draft.typed]) body.append(name, value);
  const response = await fetch(`${ROOT}/log/entry`, { method: "POST", body });
  if (response.redirected && new URL(response.url).searchParams.has("done")) {
    storage.removeItem(key);
    return true;
  }
  // Something is asked or not right: a person has to look. Without a login it waits on.
  if (response.status === 422 || response.ok) storage.setItem(key, JSON.stringify({ ...draft, queued: false }));
  return false;
}

let sending = false;
async function sendQueued() {
  const told = document.querySelector("[data-sent]");
  if (sending || !told || !navigator.onLine) return;
  sending = true;
  const own = PREFIX + told.dataset.account + "|";
  let sent = 0;
  for (const key of drafts().filter((each) => each.startsWith(own))) {
    const draft = read(key);
    try {
      if (draft?.queued && (await send(key, draft))) sent += 1;
    } catch {
      break; // no connection after all
    }
  }
  sending = false;
  if (!sent) return;
  document.querySelector("[data-queued]")?.setAttribute("hidden", "");
  told.textContent = told.dataset.sent.replace("{count}", sent);
  told.hidden = false;
  listOffered();
}

function offer(form) {
  // What was sent later and came back with a question has an id behind its key.
  const own = PREFIX + form.dataset.draft;
  const key = drafts().find((each) => each === own || (each.startsWith(`${own}|`) && !read(each)?.queued)) ?? own;
  const draft = read(key);
  const place = document.querySelector("[data-draft-offer]");
  // A form that comes back from the server has everything already.
  if (!draft || !place || form.dataset.returned) return;
  place.querySelector("[data-draft-when]").textContent = when(draft);
  place.hidden = false;
  place.querySelector("[data-draft-restore]").addEventListener("click", () => {
    putBack(form, draft.typed);
    if (key !== own) storage.removeItem(key);
    place.hidden = true;
  });
  place.querySelector("[data-draft-drop]").addEventListener("click", () => {
    storage.removeItem(key);
    place.hidden = true;
  });
}

function putBack(form, typed) {
  const values = new Map();
  for (const [name, value] of typed) values.set(name, [...(values.get(name) ?? []), value]);
  for (const field of form.elements) {
    if (!field.name || field.type === "file" || field.type === "submit" || NOT_KEPT.has(field.name)) continue;
    const given = values.get(field.name) ?? [];
    if (field.type === "checkbox" || field.type === "radio") field.checked = given.includes(field.value);
    else if (given.length) field.value = given[0];
  }
  for (const more of form.querySelectorAll("details")) if (more.querySelector(":checked")) more.open = true;
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

if (storage) {
  forgetRecorded();
  listOffered();
  const form = document.querySelector("form[data-draft]");
  if (form) {
    offer(form);
    form.addEventListener("input", () => keepTyped(form));
    form.addEventListener("submit", () => {
      if (!navigator.onLine && document.querySelector("[data-queued]") && !hasFiles(form)) queue(form);
      else keepTyped(form);
    });
  }
  // What opens a small form without a connection.
  const kept = document.querySelector("[data-offline-form]");
  if (kept && location.pathname === `${ROOT}/log`) {
    storage.setItem(`taizhang.offline${ROOT}`, kept.dataset.offlineForm);
    navigator.serviceWorker?.register(`${ROOT}/sw.js`).catch(() => {});
  }
  addEventListener("online", sendQueued);
  sendQueued();
}
