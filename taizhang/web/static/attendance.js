// Who was there: the list opens when people are to be chosen, shows only those of the branch that is chosen, says
// whether those are meant who came or who did not, and is narrowed by name or pinyin.

const form = document.getElementById("entry");
const subject = form.querySelector("[name=subject]");
const members = form.querySelector("[data-members]");

function said() {
  return form.querySelector("[name=attendees]:checked")?.value ?? "";
}

function offer() {
  const own = form.dataset.unit;
  const chosen = subject?.value ?? form.dataset.subject ?? own;
  for (const group of members.querySelectorAll("[data-subject]")) {
    const picked = group.querySelector(":checked") !== null;
    group.hidden = chosen !== own && !chosen.startsWith("each") && group.dataset.subject !== chosen && !picked;
  }
  const choosing = ["some", "except"].includes(said());
  members.hidden = !choosing;
  if (choosing) members.open = true;
  const label = members.querySelector("[data-members-label]");
  label.textContent = said() === "except" ? label.dataset.except : label.dataset.some;
  const count = members.querySelector("[data-count]");
  const number = members.querySelectorAll("[type=checkbox]:checked").length;
  count.textContent = number ? count.dataset.count.replace("{count}", number) : "";
}

function narrow(field) {
  const sought = field.value.toLowerCase().replace(/[\s·.-]/g, "");
  for (const row of members.querySelectorAll("[data-sought]")) {
    row.hidden = sought !== "" && !row.dataset.sought.includes(sought);
  }
}

if (members && form.querySelector("[name=attendees]")) {
  const field = members.querySelector("[data-narrow-names]");
  field.addEventListener("input", (event) => {
    event.stopPropagation(); // nothing that counts was typed
    narrow(field);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    const left = [...members.querySelectorAll("[data-sought]:not([hidden]) input")];
    if (left.length === 1) left[0].click();
  });
  members.addEventListener("change", (event) => {
    if (event.target === field) return;
    // The next one is looked for from the start.
    field.value = "";
    narrow(field);
  });
  form.addEventListener("change", offer);
  addEventListener("pageshow", offer);
  offer();
}
