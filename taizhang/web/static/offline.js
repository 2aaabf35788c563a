// The small form without a connection: what it keeps is sent by log-drafts.js, in the same form as its own.

const form = document.getElementById("offline");
const field = (id) => document.getElementById(id);

function known() {
  try {
    return JSON.parse(localStorage.getItem("taizhang.offline"));
  } catch {
    return null;
  }
}

function fill(select, options) {
  select.replaceChildren(...options.map(([value, words]) => new Option(words, value)));
}

function newId() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const today = () => new Date(Date.now() + 8 * 36e5).toISOString().slice(0, 10);

function keep({ account, unit }) {
  const what = field("what").value;
  const id = newId();
  const hours = field("hours").value.trim();
  const typed = [
    ["id", id], ["day", field("day").value], ["topic", field("topic").value], ["kinds", what.split(":")[1]],
    ["subject", field("subject").value], ["study_hours", hours], ["for_year", field("day").value.slice(0, 4)],
    ...(hours ? [["attendees", "all"]] : []),
  ];
  const title = field("what").selectedOptions[0].textContent;
  const draft = { at: Date.now(), title, typed, queued: true };
  localStorage.setItem(`taizhang.draft|${account}|${unit}|${what}|${id}`, JSON.stringify(draft));
  const told = document.querySelector("[data-kept]");
  told.textContent = `已存下：${title}，${field("topic").value}`;
  told.hidden = false;
  form.reset();
  field("day").value = today();
}

const found = known();
document.querySelector("[data-unknown]").hidden = found !== null;
if (found) {
  fill(field("what"), found.kinds);
  fill(field("subject"), found.subjects);
  document.querySelector("[data-subject]").hidden = found.subjects.length < 2;
  field("day").value = today();
  form.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    keep(found);
  });
}
