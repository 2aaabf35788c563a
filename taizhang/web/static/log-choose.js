// Looks through the choices as one types: what does not fit is hidden, and a heading with nothing left under it.

const find = document.getElementById("find");
const entries = [...document.querySelectorAll("[data-sought]")];
const groups = [...document.querySelectorAll("[data-group]")];
const commonest = document.querySelector("[data-commonest]");
const nothing = document.querySelector("[data-nothing]");

// As the server writes what is looked for: half width, small letters, no spaces.
const plain = (text) => text.normalize("NFKC").toLowerCase().replace(/\s+/g, "");

function look() {
  const term = plain(find.value);
  for (const entry of entries) entry.hidden = term !== "" && !entry.dataset.sought.includes(term);
  for (const group of groups) group.hidden = !group.querySelector("[data-sought]:not([hidden])");
  if (commonest) commonest.hidden = term !== "";
  nothing.hidden = groups.some((group) => !group.hidden);
}

find?.addEventListener("input", look);
find?.form.addEventListener("submit", (event) => {
  // With one thing left, Enter opens it.
  const left = entries.filter((entry) => !entry.hidden);
  if (find.value && left.length === 1) {
    event.preventDefault();
    left[0].querySelector("a").click();
  }
});
