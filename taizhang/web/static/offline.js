// The small form without a connection: what it keeps is sent by log-drafts.js, in the same form as its own.
// What it offers, and in which words, was left on the device by the page of the ledger when it was open last.

const root = (location.pathname.match(/^\/l\/[^/]+(?=\/)/) ?? [""])[0];
const PREFIX = root ? `taizhang.draft@${root}|` : "taizhang.draft|";
const form = document.getElementById("offline");
const field = (id) => document.getElementById(id);
const typeOf = (what) => what.split(":")[0];

function known() {
  try {
    return JSON.parse(localStorage.getItem(`taizhang.offline${root}`));
  } catch {
    return null;
  }
}

function fill(select, options) {
  const groups = new Map();
  for (const [value, words, group = ""] of options) groups.set(group, [...(groups.get(group) ?? []), new Option(words, value)]);
  select.replaceChildren();
  for (const [name, own] of groups) {
    if (groups.size === 1) select.append(...own);
    else select.append(Object.assign(document.createElement("optgroup"), { label: name }));
    if (groups.size > 1) select.lastElementChild.append(...own);
  }
}

function newId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const today = () => new Date(Date.now() + 8 * 36e5).toISOString().slice(0, 10);

function typedFor(what, id) {
  const common = [["id", id], ["day", field("day").value], ["subject", field("subject").value]];
  if (typeOf(what) === "publication.made") return [...common, ["title", field("topic").value], ["url", field("url").value.trim()]];
  const hours = field("hours").value.trim();
  return [
    ...common, ["topic", field("topic").value], ["kinds", what.split(":")[1]], ["study_hours", hours],
    ["for_year", field("day").value.slice(0, 4)], ...(hours ? [["attendees", "all"]] : []),
  ];
}

function keep({ account, unit, words }) {
  const what = field("what").value;
  const id = newId();
  const title = field("what").selectedOptions[0].textContent;
  const draft = { at: Date.now(), title, typed: typedFor(what, id), queued: true };
  localStorage.setItem(`${PREFIX}${account}|${unit}|${what}|${id}`, JSON.stringify(draft));
  const told = document.querySelector("[data-kept]");
  told.textContent = (words?.kept ?? "已存下：{title}，{topic}").replace("{title}", title).replace("{topic}", field("topic").value);
  told.hidden = false;
  form.reset();
  field("day").value = today();
  show(words);
}

// Which fields there are goes by what was done.
function show(words) {
  const type = typeOf(field("what").value);
  for (const each of form.querySelectorAll("[data-of]")) each.hidden = each.dataset.of !== type;
  const label = document.querySelector("[data-word=topic]");
  label.textContent = type === "publication.made" ? words?.title ?? "标题" : words?.topic ?? "主题";
}

function speak({ lang, words }) {
  if (!words) return;
  document.documentElement.lang = lang;
  document.title = words.page;
  for (const each of document.querySelectorAll("[data-word]")) each.textContent = words[each.dataset.word] ?? each.textContent;
}

document.querySelector("[data-log]").href = `${root}/log`;
const found = known();
document.querySelector("[data-unknown]").hidden = found !== null;
if (found) {
  speak(found);
  fill(field("what"), found.kinds);
  fill(field("subject"), found.subjects);
  document.querySelector("[data-subject]").hidden = found.subjects.length < 2;
  field("day").value = today();
  show(found.words);
  form.hidden = false;
  field("what").addEventListener("change", () => show(found.words));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    keep(found);
  });
}
