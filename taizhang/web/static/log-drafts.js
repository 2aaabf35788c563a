// What was typed survives a lost connection and a closed window: kept on this device until it is recorded, offered again
// on the next visit. The form's id is kept with it, so that what did arrive is not recorded twice.

const PREFIX = "taizhang.draft|";
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
  if (what === "paste") return `/log/paste?${new URLSearchParams({ unit })}`;
  if (what.startsWith("correct:")) return `/records/${encodeURIComponent(what.slice("correct:".length))}/correct`;
  return `/log?${new URLSearchParams({ unit, what })}`;
}

function listOffered() {
  const place = document.querySelector("[data-drafts]");
  if (!place) return;
  const own = PREFIX + place.dataset.drafts;
  const found = drafts().filter((key) => key.startsWith(own)).map((key) => [key, read(key)]).filter(([, draft]) => draft);
  for (const [key, draft] of found) {
    const [, unit, what] = key.slice(PREFIX.length).split("|");
    const link = document.createElement("a");
    link.href = address(unit, what);
    link.textContent = draft.title;
    const item = document.createElement("li");
    item.append(link, ` ${when(draft)}`);
    place.querySelector("[data-draft-list]").append(item);
  }
  place.hidden = found.length === 0;
}

function keepTyped(form) {
  const key = PREFIX + form.dataset.draft;
  const typed = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !NOT_KEPT.has(name));
  storage.setItem(key, JSON.stringify({ at: Date.now(), title: form.dataset.title, typed }));
}

function offer(form) {
  const key = PREFIX + form.dataset.draft;
  const draft = read(key);
  const place = document.querySelector("[data-draft-offer]");
  // A form that comes back from the server has everything already.
  if (!draft || !place || form.dataset.returned) return;
  place.querySelector("[data-draft-when]").textContent = when(draft);
  place.hidden = false;
  place.querySelector("[data-draft-restore]").addEventListener("click", () => {
    putBack(form, draft.typed);
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
    form.addEventListener("submit", () => keepTyped(form));
  }
}
